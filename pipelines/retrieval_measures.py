"""Measures of one query's ranking among many documents. Ties are broken as trec_eval does: by descending id."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.domain import Matrix

_DIGITS = 6  # equal texts get scores that differ by rounding: they are ties


class Found(NamedTuple):
    """`ranks` of a query's relevant documents, ascending, from 1; `wanted`: how many there are, repeated ones too."""

    ranks: NDArray[np.int64]
    wanted: int


def found(scores: Matrix, relevant: Sequence[Collection[int]], ids: Sequence[str]) -> list[Found]:
    """Of each query, where its relevant documents stand by `scores` [queries, documents]."""
    late = np.argsort(np.array(ids), kind="stable")[::-1]
    answers = []
    for row, wanted in zip(scores, relevant, strict=True):
        order = late[np.argsort(-np.round(row[late].astype(np.float64), _DIGITS), kind="stable")]
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(1, len(order) + 1)
        answers.append(Found(np.sort(place[sorted(set(wanted))]), len(wanted)))
    return answers


def reciprocal_rank(one: Found) -> float:
    return 1.0 / float(one.ranks[0]) if len(one.ranks) else 0.0


def average_precision(one: Found) -> float:
    return float(np.mean(np.arange(1, len(one.ranks) + 1) / one.ranks)) if len(one.ranks) else 0.0


def recall(one: Found, at: int) -> float:
    return float((one.ranks <= at).sum() / one.wanted)


def r_precision(one: Found, at: int) -> float:
    """RP@k: of the relevant documents that could be among the first k, how many are."""
    return float((one.ranks <= at).sum() / min(at, one.wanted))
