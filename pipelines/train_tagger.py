"""Stage: the tagger of skill phrases, regression on hashed features of SkillSpan's training sentences.

A structured perceptron on the same features was worse (knowledge spans .41 against .47 on the dev set) and slower.
What is written holds weights by hashes of features, 8 bits each; no text. Choices are made on SkillSpan's dev set.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from core.domain import Span
from models.reading import load_reader
from models.skills import SkillMatcher
from models.tagging import BITS, HEADS, Ids, Tagger, Word, feature_ids
from pipelines.params import FeaturesParams, TaggerParams, section

OUT = Path("models/weights/tagger.npz")
Floats = NDArray[np.float64]
_TAGS = "OBI"
_FORBIDDEN = -1e4  # inside a find that has not begun


class Sentence(NamedTuple):
    """`tags[head]`: the tag of each word. `known`: where the dictionary finds a skill."""

    words: tuple[Word, ...]
    tags: tuple[tuple[int, ...], ...]
    known: tuple[Span, ...]
    source: str

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=OUT)
    options = arguments.parse_args()
    features = section("features", FeaturesParams)
    folder = features.data / "skillspan/data/json"
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: the committed {OUT} stays as it is")
    matcher = load_reader(features.parser).matcher
    tagger = train(read_sentences(folder / "train.json.gz", matcher), section("tagger", TaggerParams))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(options.out, weights=tagger.weights, scale=tagger.scale, bias=tagger.bias, moves=tagger.moves)
    print(f"{options.out}: {options.out.stat().st_size} bytes")


def read_sentences(path: Path, matcher: SkillMatcher) -> list[Sentence]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_sentence(json.loads(line), matcher) for line in lines]


def train(sentences: Sequence[Sentence], params: TaggerParams) -> Tagger:
    """Both heads, each by itself; equal input gives equal weights."""
    ids = feature_ids([one.words for one in sentences], [one.known for one in sentences])
    pairs = [(_fit(ids, [one.tags[n] for one in sentences], params)) for n in range(len(HEADS))]
    weights = np.concatenate([weights for weights, _, _ in pairs], axis=1)
    scale = np.abs(weights).max(axis=0) / 127
    steps = np.rint(weights / scale).astype(np.int8)
    bias = np.concatenate([bias for _, bias, _ in pairs]).astype(np.float32)
    return Tagger(steps, scale.astype(np.float32), bias, np.stack([moves for _, _, moves in pairs]).astype(np.float32))


def _fit(ids: Ids, tags: Sequence[Sequence[int]], params: TaggerParams) -> tuple[Floats, Floats, Floats]:
    """Weights [2^bits, 3] and bias [3] of a regularised regression on hashed features, and the odds of moves [3, 3]."""
    n, width = ids.shape
    size = 1 << BITS
    counts = csr_matrix((np.ones(n * width, np.float32), ids.ravel(), np.arange(0, n * width + 1, width)), (n, size))
    counts.sum_duplicates()
    wanted = np.concatenate([np.asarray(one, np.int64) for one in tags])
    fitted = LogisticRegression(C=params.regularisation, max_iter=params.steps).fit(counts, wanted)
    bias = fitted.intercept_ + np.array([0.0, params.recall, params.recall])
    return fitted.coef_.T, bias, params.moves * _odds(tags)


def _odds(tags: Sequence[Sequence[int]]) -> Floats:
    """Log of how much likelier a tag is after another than anywhere."""
    seen = np.ones((3, 3))
    for one in tags:
        for before, after in pairwise(one):
            seen[before, after] += 1
    odds: Floats = np.log(seen / seen.sum(axis=1, keepdims=True) / (seen.sum(axis=0) / seen.sum()))
    odds[0, 2] = _FORBIDDEN
    return odds


def _sentence(row: dict[str, list[str]], matcher: SkillMatcher) -> Sentence:
    words, at = [], 0
    for token in row["tokens"]:
        words.append(Word(token, at, at + len(token)))
        at += len(token) + 1
    tags = tuple(tuple(_TAGS.index(tag[0]) for tag in row[f"tags_{head}"]) for head in HEADS)
    known = tuple(found.span for found in matcher.find(" ".join(row["tokens"])) if found.span)
    return Sentence(tuple(words), tags, known, str(row["source"]))


if __name__ == "__main__":
    main()
