"""The laws of tagging phrases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tagging import HEADS, Tagger, best_path, load_tagger, runs
from pipelines.train_tagger import OUT

MOVES = np.zeros((3, 3), np.float32)
MOVES[0, 2] = -1e4


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return load_tagger(OUT)


@given(st.lists(st.lists(st.floats(-5, 5, width=32), min_size=3, max_size=3), max_size=12))
def test_the_best_path_is_no_worse_than_any_greedy_one_and_begins_what_it_goes_on_with(rows: list[list[float]]) -> None:
    scores = np.array(rows, np.float32).reshape(-1, 3)

    path = best_path(scores, MOVES)

    worth = sum(scores[at, tag] for at, tag in enumerate(path))
    outside = scores[:, 0].sum()
    assert len(path) == len(scores)
    assert all(tag != 2 or before != 0 for before, tag in zip([0, *path], path, strict=False))
    assert worth >= outside - 1e-4 or not any(path)


def test_runs_part_where_a_find_begins() -> None:
    assert runs([1, 2, 1, 0, 2, 1]) == [(0, 2), (2, 3), (5, 6)]


@given(st.lists(st.text("abc XY,.()+#é🚚", max_size=40), max_size=5))
def test_every_find_lies_in_its_line_and_a_line_does_not_hang_on_others(lines: list[str]) -> None:
    tagger = load_tagger(OUT)

    together = tagger.spans(lines, [[] for _ in lines])

    assert together == [tagger.spans([line], [[]])[0] for line in lines]
    for line, finds in zip(lines, together, strict=True):
        assert all(0 <= span.start < span.end <= len(line) and head in HEADS for head, span in finds)


def test_knowledge_is_found_in_a_line_that_asks_for_it(tagger: Tagger) -> None:
    line = "Experience with Zabbix and knowledge of GraphQL"

    (finds,) = tagger.spans([line], [[]], {"knowledge"})

    assert {"Zabbix", "GraphQL"} & {line[span.start : span.end] for _, span in finds}
