"""What the encoder learns from: texts that mean the same, by source, each with what they must not be parted from."""

from __future__ import annotations

import csv
import gzip
import json
import re
import zlib
from ast import literal_eval
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.domain import Kind
from models.parsing.titles import without_place
from models.taxonomy import load_taxonomy
from pipelines.features import graded

ESCO, SKAPE = "esco_v1.1.1", "skillskape/train.csv.gz"
VACANCIES = {"val": "jobbert_eval/titles.csv.gz", "test": "jobbert_eval/titles.test.csv.gz"}
_LISTS, _LISTED = 4, 5  # lists of skills drawn for each occupation, and skills in one
_CHUNK, _LEAST, _MOST_CHUNKS = 450, 150, 6  # characters of a part of an ad or CV
_KEPT_BACK = 8  # one in so many titles of ads and headlines of CVs: whether closeness of running text suffers
_CHOSEN_BY = 4  # one in so many titles of vacancies
_LONGEST_HEADLINE = 60  # characters
_RUN, _COPIED = 8, 0.2  # words that stand in one order, and the part of a text's runs that makes a copy
_SEED = 3


@dataclass(frozen=True, slots=True)
class Alike:
    """Any of `ones` means what any of `others` does.

    Two with a key in common never stand in one batch, where each would count as what the other is not. `near`: of one
    value are those that are hard to tell apart.
    """

    ones: tuple[str, ...]
    others: tuple[str, ...]
    keys: frozenset[str]
    near: str = ""


Sources = Mapping[str, Sequence[Alike]]


def shared_sources(data: Path) -> dict[str, list[Alike]]:
    """ESCO, SkillSkape, and the ads and CVs of no graded pair. O*NET is left out: MELO's queries are its titles."""
    names, written = esco(data / ESCO), Graded(data)
    return {
        **names,
        "vacancies": list(vacancies(data)),
        "sentences": list(sentences(data / SKAPE)),
        "ads": [one for one in ads(data, written) if not _kept_back(one)],
        "cvs": [one for one in cvs(data, written) if not _kept_back(one)],
    }


def kept_back(data: Path) -> dict[str, list[Alike]]:
    """The ads and CVs that are neither learned from nor graded."""
    written = Graded(data)
    return {name: list(filter(_kept_back, read(data, written))) for name, read in (("ads", ads), ("cvs", cvs))}


def _kept_back(one: Alike) -> bool:
    return zlib.crc32(min(one.keys).encode()) % _KEPT_BACK == 0


def own_sources(taxonomy: Path) -> dict[str, list[Alike]]:
    """The starter taxonomy alone: what a clone without shared data trains on."""
    known = load_taxonomy(taxonomy)
    skills = {id: one.label for id, one in known.skills.items()}
    titles = [_names(one.forms, str(one.id), one.family) for one in known.occupations.values()]
    listed = [(one.forms, str(one.id), [skills[id] for id in one.skills]) for one in known.occupations.values()]
    return {
        "titles": [one for one in titles if len(one.ones) > 1],
        "skills": [_names(one.forms, str(one.id), one.group) for one in known.skills.values() if one.aliases],
        "skill_lists": list(_lists(listed)),
    }


class Graded:
    """The texts that graded pairs are of, which the encoder must never see: under their own key, or as near copies."""

    def __init__(self, data: Path) -> None:
        pairs, text_of = graded(data)
        documents = {(Kind.JOB, pair.job) for pair in pairs} | {(Kind.CANDIDATE, pair.cv) for pair in pairs}
        self._keys = frozenset(key for _, key in documents)
        runs = [_runs(str(text_of(kind, key).content)) for kind, key in sorted(documents)]
        self._sizes = [len(some) for some in runs]
        self._holding = defaultdict[str, list[int]](list)
        for number, some in enumerate(runs):
            for run in some:
                self._holding[run].append(number)

    def has(self, key: str, text: str) -> bool:
        """Whether it is one of them, or repeats a fifth of one: agencies post one ad under many titles."""
        if key in self._keys:
            return True
        shared = Counter(number for run in _runs(text) for number in self._holding.get(run, ()))
        return any(count >= _COPIED * self._sizes[number] for number, count in shared.items())


def _runs(text: str) -> set[str]:
    words = text.split()
    return {" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}


def esco(folder: Path) -> dict[str, list[Alike]]:
    occupations, skills = list(_table(folder / "occupations_en.csv.gz")), list(_table(folder / "skills_en.csv.gz"))
    groups = skill_groups(folder)
    labels = {row["conceptUri"]: row["preferredLabel"] for row in skills}
    essential = defaultdict[str, list[str]](list)
    for row in _table(folder / "occupationSkillRelations.csv.gz"):
        if row["relationType"] == "essential" and row["skillUri"] in labels:
            essential[row["occupationUri"]].append(labels[row["skillUri"]])
    named = [(forms_of(row), row["conceptUri"], essential[row["conceptUri"]]) for row in occupations]
    titles = [_names(forms_of(row), row["conceptUri"], row["iscoGroup"]) for row in occupations]
    skilled = [_names(forms_of(row), row["conceptUri"], groups.get(row["conceptUri"], "")) for row in skills]
    return {
        "titles": [one for one in titles if len(one.ones) > 1],
        "skills": [one for one in skilled if len(one.ones) > 1],
        "skill_lists": list(_lists(named)),
        "title_texts": list(_described(occupations, "iscoGroup")),
        "skill_texts": list(_described(skills, "")),
    }


def forms_of(row: Mapping[str, str]) -> tuple[str, ...]:
    """The label, then the other names, each once."""
    named = (row["preferredLabel"], *row["altLabels"].split("\n"))
    return tuple(dict.fromkeys(" ".join(name.split()) for name in named if name.strip()))


def skill_groups(folder: Path) -> dict[str, str]:
    """The narrowest group or skill above each skill."""
    return {row["conceptUri"]: row["broaderUri"] for row in _table(folder / "broaderRelationsSkillPillar.csv.gz")}


def sentences(path: Path) -> Iterator[Alike]:
    """SkillSkape's sentences, which a language model wrote, with the skills each was written for."""
    for row in _table(path):
        skills = tuple(str(name) for name in literal_eval(row["skills"]))
        if skills and skills != ("UNK",):  # written to hold no skill
            yield Alike((row["sentence"],), skills, frozenset(skills))


def ads(data: Path, left_out: Graded) -> Iterator[Alike]:
    for row in _table(data / "jobs_monster/jobs.csv.gz"):
        title, parts = without_place(row["job_title"]), _parts(row["job_description"])
        copied = row["dup"] == "True" or left_out.has(f"m{int(row['row']):04d}", row["job_description"])
        if title and parts and not copied:
            yield Alike((title,), parts, frozenset({title.casefold()}))


def cvs(data: Path, left_out: Graded) -> Iterator[Alike]:
    with gzip.open(data / "resumes_livecareer/resumes.jsonl.gz", "rt", encoding="utf-8") as file:
        for one in map(json.loads, file):
            headline, _, body = str(one["text"]).partition("\n")
            parts = _parts(body)
            copied = one["dup"] or left_out.has(str(one["id"]), body)
            if parts and len(headline) < _LONGEST_HEADLINE and not copied:
                yield Alike((headline.strip(),), parts, frozenset({headline.strip().casefold()}))


def vacancies(data: Path) -> Iterator[Alike]:
    """Occupations by the titles of vacancies: those of JobBERT's validation set by which no encoder is chosen."""
    named = {row["conceptUri"]: row for row in _table(data / ESCO / "occupations_en.csv.gz")}
    tested = {title.casefold() for title, _ in vacancy_titles(data, "test")}
    listed = defaultdict[str, dict[str, None]](dict)
    for title, key in vacancy_titles(data, "val"):
        if key in named and title.casefold() not in tested and not chosen_by(title):
            listed[key][title.lower()] = None
    for key, titles in sorted(listed.items()):
        yield Alike(tuple(titles), forms_of(named[key]), frozenset({key}), named[key]["iscoGroup"])


def vacancy_titles(data: Path, split: str) -> Iterator[tuple[str, str]]:
    """JobBERT's titles, each with the occupation that it was given."""
    for row in _table(data / VACANCIES[split]):
        if title := " ".join(row["vacancyTitle"].split()):
            yield title, row["conceptUri"]


def chosen_by(title: str) -> bool:
    """Whether encoders are chosen by this vacancy's title; the others train them."""
    return zlib.crc32(title.casefold().encode()) % _CHOSEN_BY == 0


def _names(forms: Sequence[str], key: str, near: str) -> Alike:
    return Alike(tuple(forms), tuple(forms), frozenset({key}), near)


def _lists(named: Sequence[tuple[Sequence[str], str, Sequence[str]]]) -> Iterator[Alike]:
    """Titles with some of the skills that the occupation needs."""
    random = np.random.default_rng(_SEED)
    for forms, key, skills in named:
        if len(skills) >= _LISTED:
            drawn = (random.choice(len(skills), _LISTED, replace=False) for _ in range(_LISTS))
            lists = tuple(", ".join(skills[at] for at in places) for places in drawn)
            yield Alike(tuple(forms), lists, frozenset({key}))


def _described(rows: Sequence[Mapping[str, str]], near: str) -> Iterator[Alike]:
    for row in rows:
        text = " ".join(row["description"].split())
        if text:
            yield Alike(forms_of(row), (text,), frozenset({row["conceptUri"]}), row[near] if near else "")


def _parts(text: str) -> tuple[str, ...]:
    flat = re.sub(r"\s+", " ", text).strip()
    pieces = [flat[at : at + _CHUNK] for at in range(0, len(flat), _CHUNK)]
    return tuple(piece for piece in pieces if len(piece) >= _LEAST)[:_MOST_CHUNKS]


def _table(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
