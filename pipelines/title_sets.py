"""Sets of titles to rank: MELO (O*NET titles to ESCO names), Avature (title to titles), JobBERT (ad to ESCO), and what
is chosen by: vacancies by which no encoder learns, and names that ESCO 1.2 added."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.parsing.plurals import singular_title
from pipelines.encoder_texts import ESCO, chosen_by, forms_of, vacancies, vacancy_titles

MELO = "melo/datasets/usa_q_en_c_en"
AVATURE = "jobtitle_similarity_avature/dataset/en"
NEWER_ESCO = "esco_v1.2.0_partial"
ONET = ("onet/Alternate_Titles.txt.gz", "onet/Sample_of_Reported_Titles.txt.gz")
_ASKED, _EACH = 200, 14  # queries, and titles of one occupation at most


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
    """Distinct titles with their occupations; `most`: a random part of them. The closest name counts.

    Of the validation set those alone that train no encoder.
    """
    place = {one.uri: at for at, one in enumerate(occupations)}
    wanted = defaultdict[str, set[int]](set)
    for title, uri in vacancy_titles(data, split):
        if uri in place and (split != "val" or chosen_by(title)):
            wanted[title].add(place[uri])
    titles = sorted(wanted)
    titles = [titles[at] for at in np.random.default_rng(seed).permutation(len(titles))[:most]]
    return _to_occupations(titles, wanted, occupations)


def added_names(data: Path, occupations: Sequence[Occupation]) -> RankingSet:
    """The names that ESCO 1.2 gave to occupations of 1.1.1, which calls no occupation so."""
    place = {one.uri: at for at, one in enumerate(occupations)}
    known = {name.casefold() for one in occupations for name in one.names}
    wanted = defaultdict[str, set[int]](set)
    for row in _table(data / NEWER_ESCO / "occupations_en.csv.gz"):
        for name in forms_of(row) if row["conceptUri"] in place else ():
            if name.casefold() not in known:
                wanted[name].add(place[row["conceptUri"]])
    return _to_occupations(sorted(wanted), wanted, occupations)


def _to_occupations(
    titles: Sequence[str], wanted: Mapping[str, set[int]], occupations: Sequence[Occupation]
) -> RankingSet:
    names = [(name, at) for at, one in enumerate(occupations) for name in one.names]
    return RankingSet(
        tuple(titles),
        tuple(tuple(sorted(wanted[title])) for title in titles),
        tuple(one.uri for one in occupations),
        tuple(name for name, _ in names),
        tuple(at for _, at in names),
    )


def alike(data: Path, occupations: Sequence[Occupation], seed: int = 0) -> RankingSet:
    """Vacancy to vacancies: some of the titles by which encoders are chosen; those of its occupation answer one."""
    random = np.random.default_rng(seed)
    known = {one.uri for one in occupations}
    listed = defaultdict[str, set[str]](set)
    for title, uri in vacancy_titles(data, "val"):
        if uri in known and chosen_by(title):
            listed[uri].add(singular_title(title).lower())
    several = [sorted(titles) for _, titles in sorted(listed.items()) if len(titles) > 2]
    drawn = [random.permutation(several[at])[:_EACH].tolist() for at in random.permutation(len(several))]
    asked = {titles[0] for titles in drawn[:_ASKED]}
    names = sorted({title for titles in drawn for title in titles} - asked)
    place = {title: at for at, title in enumerate(names)}
    right = {titles[0]: tuple(place[title] for title in titles if title in place) for titles in drawn[:_ASKED]}
    right = {title: some for title, some in right.items() if some}
    return RankingSet(tuple(right), tuple(right.values()), tuple(names), tuple(names), tuple(range(len(names))))


@dataclass(frozen=True, slots=True)
class Listed:
    """Titles, each with the places of the occupations that list it, of `count`."""

    titles: tuple[str, ...]
    occupations: tuple[tuple[int, ...], ...]
    count: int


def onet(data: Path) -> Listed:
    """O*NET's alternate and reported titles."""
    work = defaultdict[str, set[str]](set)
    for name in ONET:
        with gzip.open(data / name, "rt", encoding="utf-8", newline="") as file:
            for code, title, *_ in list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]:
                work[title].add(code)
    codes = {code: at for at, code in enumerate(sorted({code for some in work.values() for code in some}))}
    listing = tuple(tuple(sorted(codes[code] for code in some)) for some in work.values())
    return Listed(tuple(work), listing, len(codes))


def titled(data: Path, occupations: Sequence[Occupation]) -> tuple[list[str], list[int]]:
    """Titles of ESCO's occupations, and whose each is: their names, and the vacancies' that an encoder learns from."""
    place = {one.uri: at for at, one in enumerate(occupations)}
    named = [(name, at) for at, one in enumerate(occupations) for name in one.names]
    named += [(title, place[key]) for one in vacancies(data) for key in one.keys for title in one.ones]
    return [title for title, _ in named], [at for _, at in named]


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
