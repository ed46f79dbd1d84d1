"""Stage: learns the table of roles, `models/weights/roles/roles.npz`, from O*NET and from our readings of ads.

`roles.tsv` is our vocabulary: each role's code, its words, and the O*NET-SOC codes (or their beginnings) that it
takes; the longest beginning wins. `readings.csv` says, for ads of `jobs_monster` by row, which role a language model
gave them on reading title and text; none of them is graded, in `graded_dev` or by us. Softmax regression by L-BFGS.
How much roles are related is counted in O*NET's related occupations.
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
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from models.parsing.roles import role_terms
from models.reading import Reader, load_reader
from pipelines.params import FeaturesParams, section

FOLDER = Path("models/weights/roles")
SEED = 0
STEPS = 25  # stopping early is part of the fit
TITLES_RIDGE, READ_RIDGE = 0.3, 0.1
TITLES = 20  # alternate titles of each O*NET occupation
BODY_WEIGHT = 3.0
RARE, COMMON = 3, 0.35  # body terms in fewer readings, or in a larger share of them, are left out
FOLDS = 3
RELATED = 0.5
TIERS = {"Primary-Short": 1.0, "Primary-Long": 0.6, "Supplemental": 0.3}

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


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
    arguments.add_argument("--check", action="store_true", help="measure on held-out titles first (minutes)")
    options = arguments.parse_args()
    out: Path = options.out
    params = section("features", FeaturesParams)
    if not params.data.is_dir():
        print(f"{params.data} is not there: the committed table stays")
        return
    codes, labels, begins = roles(FOLDER / "roles.tsv")
    titles = [*onet(params.data / "onet", begins), *(Example(label, "", n) for n, label in enumerate(labels))]
    read = list(readings(params.data, FOLDER / "readings.csv", codes, load_reader(params.parser)))
    print(f"{len(titles)} titles and texts of O*NET, {len(read)} readings, {len(labels)} roles")
    if options.check:
        print(f"held-out accuracy over {FOLDS} folds by title: {held_out(titles, read, len(labels)):.3f}")
    write(out, labels, learn(titles, read, len(labels)), related(params.data / "onet", begins, len(labels)))
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
        role = _role_of(code, begins)
        if role is None:
            continue
        yield Example(row["Title"], " ".join((row["Description"], *tasks[code])), role)
        for name in names[code][:: max(len(names[code]) // TITLES, 1)][:TITLES]:
            yield Example(name, "", role)


def related(folder: Path, begins: Mapping[str, int], count: int) -> Floats:
    """How much of the work of a role is done in another, shape [k, k]: 1 for the same, at most `RELATED` for others.

    Links between their occupations, weighed by tier, against the most that one of both has with any other.
    """
    links = np.zeros((count, count))
    for row in _table(folder / "Related_Occupations.txt.gz"):
        one, other = (_role_of(row[name], begins) for name in ("O*NET-SOC Code", "Related O*NET-SOC Code"))
        if one is not None and other is not None and one != other:
            links[one, other] += TIERS[row["Relatedness Tier"]]
    links += links.T
    most = np.maximum(links.max(axis=1), 1e-9)
    return np.asarray(RELATED * links / np.sqrt(most[:, None] * most) + np.eye(count), np.float64)


def _role_of(code: str, begins: Mapping[str, int]) -> int | None:
    begin = max((begin for begin in begins if code.startswith(begin)), key=len, default=None)
    return None if begin is None else begins[begin]


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


def learn(titles: Sequence[Example], read: Sequence[Example], count: int) -> Learned:
    """First what O*NET says; then the readings, which move it as little as they must."""
    docs = [role_terms(one.title, one.body) for one in (*titles, *read)]
    seen = Counter(term for doc in docs for term in doc)
    bodies = Counter(term for one in read for term in role_terms("", one.body))
    most = COMMON * len(read)
    kept = sorted(t for t, n in seen.items() if (RARE <= bodies[t] <= most if t in bodies else n >= RARE))
    place = {term: n for n, term in enumerate(kept)}
    scale = np.array([BODY_WEIGHT * np.log(len(read) / bodies[t]) / 2 if t in bodies else 1.0 for t in kept])
    known, own = (_matrix(some, place, scale) for some in (docs[: len(titles)], docs[len(titles) :]))
    groups = Counter(one.group for one in read)
    weigh = np.array([1.0 / np.sqrt(groups[one.group]) for one in read])
    roles = [np.array([one.role for one in some], np.int64) for some in (titles, read)]
    start = np.zeros((len(kept), count))
    general = _fit(known, roles[0], np.ones(len(titles)), start, TITLES_RIDGE)
    weights = _fit(own, roles[1], weigh, general, READ_RIDGE)
    return Learned(np.array(kept, np.int64), (weights * scale[:, None]).astype(np.float32))


def _matrix(docs: Sequence[Mapping[int, float]], place: Mapping[int, int], scale: Floats) -> csr_matrix:
    cells = [(n, place[t], value) for n, doc in enumerate(docs) for t, value in doc.items() if t in place]
    rows, columns, values = (np.array(some) for some in zip(*cells, strict=True))
    return csr_matrix((values * scale[columns], (rows, columns)), (len(docs), len(place)))


def _fit(rows: csr_matrix, roles: Numbers, weigh: Floats, start: Floats, ridge: float) -> Floats:
    """Softmax regression: `start` [terms, roles] and a change whose squares cost `ridge`."""
    base, across = rows @ start, rows.T.tocsr()
    at = np.arange(len(roles)), roles

    def cost(flat: Floats) -> tuple[float, Floats]:
        change = flat.reshape(start.shape)
        sums = base + rows @ change
        sums -= sums.max(axis=1, keepdims=True)
        sums -= np.log(np.exp(sums).sum(axis=1, keepdims=True))
        off = np.exp(sums)
        off[at] -= 1.0
        slope = across @ (off * weigh[:, None]) + ridge * change
        return float(-weigh @ sums[at] + ridge / 2 * (change**2).sum()), slope.ravel()

    options = {"maxiter": STEPS, "maxcor": 6}
    found = minimize(cost, np.zeros(start.size), jac=True, method="L-BFGS-B", options=options)
    return start + np.asarray(found.x, np.float64).reshape(start.shape)


def held_out(titles: Sequence[Example], read: Sequence[Example], count: int) -> float:
    """Accuracy on readings whose title was in no training fold; titles count once each."""
    names = sorted({one.group for one in read})
    fold = dict(zip(names, np.random.default_rng(SEED).permutation(len(names)) % FOLDS, strict=True))
    groups = Counter(one.group for one in read)
    right = 0.0
    for k in range(FOLDS):
        train = [one for one in read if fold[one.group] != k]
        learned = learn(titles, train, count)
        place = {int(term): n for n, term in enumerate(learned.terms)}
        for one in (one for one in read if fold[one.group] == k):
            doc = [(place[t], v) for t, v in role_terms(one.title, one.body).items() if t in place]
            sums = np.array([v for _, v in doc]) @ learned.weights[[n for n, _ in doc]] if doc else np.zeros(count)
            right += (int(np.argmax(sums)) == one.role) / groups[one.group]
    return right / len(names)


def write(path: Path, labels: Sequence[str], learned: Learned, near: Floats) -> None:
    """In 8 bits; equal input gives equal bytes."""
    step = np.maximum(np.abs(learned.weights).max(axis=1), 1e-9) / 127
    whole = np.rint(learned.weights / step[:, None]).astype(np.int8)
    np.savez_compressed(
        path,
        labels=np.array(labels),
        terms=learned.terms,
        weights=whole,
        step=step.astype(np.float32),
        related=np.rint(100 * near).astype(np.int8),
    )


def _table(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


if __name__ == "__main__":
    main()
