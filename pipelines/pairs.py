"""Graded pairs with their features: the table that training and evaluation share, and how it is split."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.features import NAMES, Rows

Numbers = NDArray[np.int64]
UNKNOWN_ROLE = -1
OWN = "graded_own"
COLLECTION = {OWN: "graded_dev"}  # sets of grades whose ads and CVs are of one collection: an id means one text in both


@dataclass(frozen=True, slots=True)
class Pair:
    """One graded pair. `source` says which set it is from; ids are unique within its `COLLECTION`."""

    source: str
    job: str
    cv: str
    grade: int
    role: int = UNKNOWN_ROLE


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """`rows` [n, k] are the features of `pairs`, in the order of `models.features.NAMES`."""

    pairs: tuple[Pair, ...]
    rows: Rows

    @property
    def grades(self) -> Numbers:
        return np.array([pair.grade for pair in self.pairs], np.int64)

    @property
    def roles(self) -> Numbers:
        return np.array([pair.role for pair in self.pairs], np.int64)

    @property
    def jobs(self) -> Numbers:
        """A number for each job, the same for all of its pairs."""
        return _numbered([(COLLECTION.get(pair.source, pair.source), pair.job) for pair in self.pairs])

    @property
    def cvs(self) -> Numbers:
        return _numbered([(COLLECTION.get(pair.source, pair.source), pair.cv) for pair in self.pairs])

    def take(self, where: NDArray[np.bool_]) -> Pairs:
        return replace(
            self, pairs=tuple(p for p, kept in zip(self.pairs, where, strict=True) if kept), rows=self.rows[where]
        )

    def sorted_by_job(self) -> Pairs:
        """The order that lists are learned in."""
        order = np.argsort(self.jobs, kind="stable")
        return replace(self, pairs=tuple(self.pairs[i] for i in order), rows=self.rows[order])


def write_pairs(path: Path, table: Pairs, more: Mapping[str, Sequence[str]] | None = None) -> None:
    """As CSV that people can read; NaN is an empty cell. Equal tables give equal bytes. `more` are further columns,
    for people only."""
    further = more or {}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["source", "job", "cv", "grade", "role", *NAMES, *further])
        for number, (pair, row) in enumerate(zip(table.pairs, table.rows, strict=True)):
            cells = ["" if np.isnan(value) else repr(float(value)) for value in row]
            out.writerow(
                [
                    pair.source,
                    pair.job,
                    pair.cv,
                    pair.grade,
                    pair.role,
                    *cells,
                    *(column[number] for column in further.values()),
                ]
            )


def read_pairs(path: Path) -> Pairs:
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    if not lines or any(name not in lines[0] for name in NAMES):
        raise SystemExit(f"{path} has no pairs with today's features: run `python -m pipelines.features`")
    pairs = tuple(Pair(one["source"], one["job"], one["cv"], int(one["grade"]), int(one["role"])) for one in lines)
    rows = np.array([[float(one[name] or "nan") for name in NAMES] for one in lines], np.float32)
    return Pairs(pairs, rows)


def folds(jobs: Numbers, count: int, seed: int) -> Numbers:
    """The fold of each pair: all pairs of a job are in one."""
    distinct = np.unique(jobs)
    count = min(count, len(distinct))
    dealt = np.random.default_rng(seed).permutation(len(distinct)) % count
    return dealt[np.searchsorted(distinct, jobs)]


def splits(table: Pairs, count: int, seed: int) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """(train, test) of each fold: no job, and no CV, is on both sides."""
    fold_of, cvs = folds(table.jobs, count, seed), table.cvs
    for fold in np.unique(fold_of):
        test = fold_of == fold
        yield ~test & ~np.isin(cvs, cvs[test]), test


def _numbered(keys: Sequence[tuple[str, str]]) -> Numbers:
    number = {key: index for index, key in enumerate(sorted(set(keys)))}
    return np.array([number[key] for key in keys], np.int64)
