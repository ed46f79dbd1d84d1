"""Stage: learns the table of roles, `models/weights/roles/roles.npz`, from O*NET and from our readings of ads.

`roles.tsv` is our vocabulary: each role's code, its words, and the O*NET-SOC codes (or their beginnings) that it
takes; the longest beginning wins. `readings.csv` says, for ads of `jobs_monster` by row, which role a language model
gave them on reading title and text; none of them is in `graded_dev`. Softmax regression, AdaGrad, one fixed order.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.parsing.roles import role_terms
from models.reading import Reader, load_reader
from pipelines.params import FeaturesParams, section

FOLDER = Path("models/weights/roles")
EPOCHS, RATE, SEED = 5, 0.3, 0
TITLES = 20  # alternate titles of each O*NET occupation
REPEATS = 4  # how often a reading is seen in an epoch in which a title of O*NET is seen once
BODY_WEIGHT = 3.0
RARE, COMMON = 3, 0.35  # body terms in fewer readings, or in a larger share of them, are left out
FOLDS = 3


@dataclass(frozen=True, slots=True)
class Example:
    """`group` is the same for ads with one title: together they weigh as the root of their number."""

    title: str
    body: str
    role: int
    group: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    terms: NDArray[np.int64]
    weights: NDArray[np.float32]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=FOLDER / "roles.npz")
    out: Path = arguments.parse_args().out
    params = section("features", FeaturesParams)
    if not params.data.is_dir():
        print(f"{params.data} is not there: the committed table stays")
        return
    codes, labels, begins = roles(FOLDER / "roles.tsv")
    titles = [*onet(params.data / "onet", begins), *(Example(label, "", n) for n, label in enumerate(labels))]
    read = list(readings(params.data, FOLDER / "readings.csv", codes, load_reader(params.parser)))
    print(f"{len(titles)} titles and texts of O*NET, {len(read)} readings, {len(labels)} roles")
    print(f"held-out accuracy over {FOLDS} folds by title: {held_out(titles, read, len(labels)):.3f}")
    write(out, labels, learn([*titles, *read * REPEATS], read, len(labels)))
    print(f"{out}: {out.stat().st_size / 1e6:.2f} MB")


def roles(path: Path) -> tuple[list[str], list[str], dict[str, int]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    begins = {begin: n for n, row in enumerate(rows) for begin in row["onet"].split()}
    return [row["code"] for row in rows], [row["label"] for row in rows], begins


def onet(folder: Path, begins: Mapping[str, int]) -> Iterator[Example]:
    """Titles alone, and one text for each occupation: its description and tasks."""
    names, tasks = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for row in _table(folder / "Alternate_Titles.txt.gz"):
        names[row["O*NET-SOC Code"]].append(row["Alternate Title"])
    for row in _table(folder / "Task_Statements.txt.gz"):
        tasks[row["O*NET-SOC Code"]].append(row["Task"])
    for row in _table(folder / "Occupation_Data.txt.gz"):
        code = row["O*NET-SOC Code"]
        begin = max((b for b in begins if code.startswith(b)), key=len, default=None)
        if begin is None:
            continue
        yield Example(row["Title"], " ".join((row["Description"], *tasks[code])), begins[begin])
        for name in names[code][:: max(len(names[code]) // TITLES, 1)][:TITLES]:
            yield Example(name, "", begins[begin])


def readings(data: Path, path: Path, codes: Sequence[str], reader: Reader) -> Iterator[Example]:
    """Ads as the reader takes them apart, so that the table learns what it will see."""
    with gzip.open(data / "jobs_monster/jobs.csv.gz", "rt", encoding="utf-8", newline="") as file:
        ads = {row["row"]: row for row in csv.DictReader(file)}
    with path.open(encoding="utf-8", newline="") as file:
        for one in csv.DictReader(file):
            ad = ads[one["row"]]
            text = f"{ad['job_title']}\n{ad['location']}\n\n{ad['job_description']}"
            title, body = reader.role_text(text)
            yield Example(title, body, codes.index(one["role"]), re.sub(r"\W+", " ", title.lower()).strip())


def learn(examples: Sequence[Example], read: Sequence[Example], count: int) -> Learned:
    docs = [role_terms(one.title, one.body) for one in examples]
    seen = Counter(term for doc in docs for term in doc)
    bodies = Counter(term for one in read for term in role_terms("", one.body))
    most = COMMON * len(read)
    kept = sorted(t for t, n in seen.items() if (RARE <= bodies[t] <= most if t in bodies else n >= RARE))
    place = {term: n for n, term in enumerate(kept)}
    scale = np.array([BODY_WEIGHT * np.log(len(read) / bodies[t]) / 2 if t in bodies else 1.0 for t in kept])
    groups = Counter(one.group for one in read)
    rows = []
    for doc, one in zip(docs, examples, strict=True):
        at = [(place[term], value) for term, value in doc.items() if term in place]
        where = np.array([n for n, _ in at], np.int64)
        values = np.array([value for _, value in at], np.float32) * scale[where]
        weight = 1.0 / np.sqrt(max(groups[one.group], 1)) if one.group else 1.0
        rows.append((where, values.astype(np.float32), one.role, float(weight)))
    weights = _descend(rows, len(kept), count)
    return Learned(np.array(kept, np.int64), weights * scale[:, None].astype(np.float32))


Row = tuple[NDArray[np.int64], NDArray[np.float32], int, float]


def _descend(rows: Sequence[Row], terms: int, count: int) -> NDArray[np.float32]:
    weights = np.zeros((terms, count), np.float32)
    squares = np.full((terms, count), 1e-2, np.float32)
    random = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        for n in random.permutation(len(rows)):
            where, values, role, weight = rows[n]
            if not len(where):
                continue
            sums = values @ weights[where]
            off = np.exp(sums - sums.max())
            off /= off.sum()
            off[role] -= 1.0
            step = (weight * values)[:, None] * off[None, :]
            squares[where] += step * step
            weights[where] -= RATE * step / np.sqrt(squares[where])
    return weights


def held_out(titles: Sequence[Example], read: Sequence[Example], count: int) -> float:
    """Accuracy on readings whose title was in no training fold; titles count once each."""
    names = sorted({one.group for one in read})
    fold = dict(zip(names, np.random.default_rng(SEED).permutation(len(names)) % FOLDS, strict=True))
    groups = Counter(one.group for one in read)
    right = 0.0
    for k in range(FOLDS):
        train = [one for one in read if fold[one.group] != k]
        learned = learn([*titles, *train * REPEATS], train, count)
        place = {int(term): n for n, term in enumerate(learned.terms)}
        for one in (one for one in read if fold[one.group] == k):
            doc = [(place[t], v) for t, v in role_terms(one.title, one.body).items() if t in place]
            sums = np.array([v for _, v in doc]) @ learned.weights[[n for n, _ in doc]] if doc else np.zeros(count)
            right += (int(np.argmax(sums)) == one.role) / groups[one.group]
    return right / len(names)


def write(path: Path, labels: Sequence[str], learned: Learned) -> None:
    """In 8 bits; equal input gives equal bytes."""
    step = np.maximum(np.abs(learned.weights).max(axis=1), 1e-9) / 127
    whole = np.rint(learned.weights / step[:, None]).astype(np.int8)
    np.savez_compressed(path, labels=np.array(labels), terms=learned.terms, weights=whole, step=step.astype(np.float32))


def _table(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


if __name__ == "__main__":
    main()
