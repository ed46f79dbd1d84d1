"""Sets of titles to rank: MELO (O*NET titles to ESCO names), Avature (title to titles), JobBERT (ad to ESCO), O*NET."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.encoder_texts import ESCO, forms_of

MELO = "melo/datasets/usa_q_en_c_en"
AVATURE = "jobtitle_similarity_avature/dataset/en"
ONET = ("onet/Alternate_Titles.txt.gz", "onet/Sample_of_Reported_Titles.txt.gz")
JOBBERT = {"val": "jobbert_eval/titles.csv.gz", "test": "jobbert_eval/titles.test.csv.gz"}
_ASKED, _OFFERED, _EACH = 150, 200, 13  # as Avature: so many occupations with a query, with answers, answers of each


@dataclass(frozen=True, slots=True)
class RankingSet:
    """`relevant[q]`: places of the right answers among `ids`. `names[n]` is a name of answer `owner[n]`."""

    queries: tuple[str, ...]
    relevant: tuple[tuple[int, ...], ...]
    ids: tuple[str, ...]
    names: tuple[str, ...]
    owner: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Occupation:
    uri: str
    names: tuple[str, ...]
    skills: tuple[str, ...]


def melo(data: Path) -> RankingSet:
    folder = data / MELO
    return _judged(*(_lines(folder / f"{name}.tsv.gz") for name in ("queries", "corpus_elements", "annotations")))


def avature(data: Path) -> RankingSet:
    folder = data / AVATURE
    return _judged(*(_lines(folder / f"{name}.tsv") for name in ("queries", "corpus_documents", "annotations")))


def jobbert(
    data: Path, split: str, occupations: Sequence[Occupation], most: int | None = None, seed: int = 0
) -> RankingSet:
    """Distinct titles with their occupations; `most`: a random part of them. The closest name counts."""
    place = {one.uri: at for at, one in enumerate(occupations)}
    wanted = defaultdict[str, set[int]](set)
    with gzip.open(data / JOBBERT[split], "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["conceptUri"] in place:
                wanted[" ".join(row["vacancyTitle"].split())].add(place[row["conceptUri"]])
    titles = sorted(title for title in wanted if title)
    titles = [titles[at] for at in np.random.default_rng(seed).permutation(len(titles))[:most]]
    names = [(name, at) for at, one in enumerate(occupations) for name in one.names]
    return RankingSet(
        tuple(titles),
        tuple(tuple(sorted(wanted[title])) for title in titles),
        tuple(one.uri for one in occupations),
        tuple(name for name, _ in names),
        tuple(at for _, at in names),
    )


def onet(data: Path, left_out: Iterable[str], seed: int = 0) -> RankingSet:
    """Title to titles: of some of O*NET's occupations, a title each and up to 13 others; none of `left_out`."""
    never = {title.casefold() for title in left_out}
    work = defaultdict[str, set[str]](set)  # of each title, all occupations that list it
    listed = defaultdict[str, set[str]](set)
    for name in ONET:
        with gzip.open(data / name, "rt", encoding="utf-8", newline="") as file:
            for code, title, *_ in list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]:
                if title.casefold() not in never:
                    work[title].add(code)
                    listed[code].add(title)
    random = np.random.default_rng(seed)
    codes = [code for code in sorted(listed) if len(listed[code]) > _EACH]
    drawn = [codes[at] for at in random.permutation(len(codes))[:_OFFERED]]
    some = [[str(title) for title in random.permutation(sorted(listed[code]))[: _EACH + 1]] for code in drawn]
    queries = [titles[0] for titles in some[:_ASKED]]
    names = sorted({title for titles in some for title in titles[1:]} - set(queries))
    return RankingSet(
        tuple(queries),
        tuple(tuple(at for at, name in enumerate(names) if work[name] & work[query]) for query in queries),
        tuple(names),
        tuple(names),
        tuple(range(len(names))),
    )


def occupations(data: Path) -> list[Occupation]:
    """ESCO's, with the skills that each needs or may need."""
    skills = defaultdict[str, list[str]](list)
    for row in _table(data / ESCO / "occupationSkillRelations.csv.gz"):
        skills[row["occupationUri"]].append(row["skillUri"])
    rows = _table(data / ESCO / "occupations_en.csv.gz")
    return [Occupation(row["conceptUri"], forms_of(row), tuple(skills[row["conceptUri"]])) for row in rows]


def _judged(
    queries: Sequence[Sequence[str]], documents: Sequence[Sequence[str]], judged: Sequence[Sequence[str]]
) -> RankingSet:
    place = {id: at for at, (id, _) in enumerate(documents)}
    right = defaultdict[str, list[int]](list)
    for query, _, document, grade in judged:
        if int(grade) > 0:
            right[query].append(place[document])
    asked = [(text, tuple(right[id])) for id, text in queries if right[id]]
    return RankingSet(
        tuple(text for text, _ in asked),
        tuple(wanted for _, wanted in asked),
        tuple(id for id, _ in documents),
        tuple(text for _, text in documents),
        tuple(range(len(documents))),
    )


def _lines(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return [line.split("\t") for line in text.splitlines() if line.strip()]


def _table(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
