"""Stage: what anyone would try first on the graded pairs, over whole texts and without training.

BM25 (Robertson and Zaragoza 2009) and TF-IDF of words, with the counts of all texts of a set; the unadapted encoder
over the first 1,500 characters of both texts; and its cosine and TF-IDF's added, each in standard deviations of a job.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from core.domain import Kind, Matrix
from models.reading import Reader
from pipelines.export_source import DEFAULT_MODEL, load_source
from pipelines.features import Text, reader, sources
from pipelines.pairs import Pair
from pipelines.params import FeaturesParams, section

Floats = NDArray[np.float64]
Texts = Mapping[str, str]  # by id
Vectors = Callable[[Sequence[str]], Matrix]
FOLDER = Path("artifacts/baselines")
BY_BM25, BY_TFIDF, BY_ENCODER, BY_BOTH = "BM25", "TF-IDF", "base MiniLM", "base MiniLM + TF-IDF"
SYSTEMS = (BY_BM25, BY_TFIDF, BY_ENCODER, BY_BOTH)
_READ = 1500  # characters that the encoder is given
_FILE = "scores.csv"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=FOLDER)
    out: Path = arguments.parse_args().out
    params = section("features", FeaturesParams)
    encode = load_source(DEFAULT_MODEL).encode
    pairs: list[Pair] = []
    found: list[Mapping[str, Floats]] = []
    for source, (some, text_of) in sources(params).items():
        read = reader(params, source)
        jobs = {pair.job: plain(read, text_of(Kind.JOB, pair.job)) for pair in some}
        cvs = {pair.cv: plain(read, text_of(Kind.CANDIDATE, pair.cv)) for pair in some}
        pairs += some
        found.append(scores(some, jobs, cvs, encode))
        print(f"{source}: {len(some)} pairs, {len(jobs)} ads, {len(cvs)} CVs")
    write_scores(out, pairs, {name: np.concatenate([one[name] for one in found]) for name in SYSTEMS})


def plain(read: Reader, text: Text) -> str:
    if isinstance(text.content, str):
        return text.content
    return read.file(text.content, text.file_name, text.kind).text


def scores(pairs: Sequence[Pair], jobs: Texts, cvs: Texts, encode: Vectors) -> dict[str, Floats]:
    """By system, one number for each pair: higher is closer."""
    rows, columns = ({id: at for at, id in enumerate(texts)} for texts in (jobs, cvs))
    at_job, at_cv = np.array([rows[pair.job] for pair in pairs]), np.array([columns[pair.cv] for pair in pairs])
    weigh = TfidfVectorizer(sublinear_tf=True, stop_words="english", dtype=np.float64)
    weigh.fit([*jobs.values(), *cvs.values()])
    asked, told = weigh.transform(jobs.values()), weigh.transform(cvs.values())
    close = (asked @ told.T).toarray()[at_job, at_cv]
    wishes, bodies = (encode([text[:_READ] for text in texts.values()]) for texts in (jobs, cvs))
    cosines = np.einsum("ij,ij->i", wishes[at_job], bodies[at_cv]).astype(np.float64)
    return {
        BY_BM25: _bm25(jobs, cvs, weigh.build_analyzer())[at_job, at_cv],
        BY_TFIDF: close,
        BY_ENCODER: cosines,
        BY_BOTH: _standard(cosines, at_job) + _standard(close, at_job),
    }


def write_scores(folder: Path, pairs: Sequence[Pair], found: Mapping[str, Floats]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _FILE).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["source", "job", "cv", *found])
        for at, pair in enumerate(pairs):
            out.writerow([pair.source, pair.job, pair.cv, *(f"{column[at]:.6f}" for column in found.values())])


def read_scores(folder: Path, pairs: Sequence[Pair]) -> dict[str, Floats]:
    """By system, for each of `pairs`; NaN for one that was not scored, as one that came from feedback. Stops the
    stage when there are no scores."""
    path = folder / _FILE
    if not path.is_file():
        raise SystemExit(f"{path} is missing: run `python -m pipelines.text_baselines`")
    with path.open(encoding="utf-8", newline="") as file:
        rows = {(row["source"], row["job"], row["cv"]): row for row in csv.DictReader(file)}
    known = [rows.get((pair.source, pair.job, pair.cv), {}) for pair in pairs]
    return {name: np.array([float(row.get(name, "nan")) for row in known]) for name in SYSTEMS}


def _bm25(jobs: Texts, cvs: Texts, words: Callable[[str], list[str]]) -> Floats:
    """[jobs, CVs]: each ad as a query of all its words."""
    index = bm25s.BM25()
    index.index([words(text) for text in cvs.values()], show_progress=False)
    return np.array([index.get_scores(words(text)) for text in jobs.values()], np.float64)


def _standard(values: Floats, groups: NDArray[np.int64]) -> Floats:
    out = np.zeros_like(values)
    for group in np.unique(groups):
        some = values[groups == group]
        out[groups == group] = (some - some.mean()) / (some.std() or 1.0)
    return out


if __name__ == "__main__":
    main()
