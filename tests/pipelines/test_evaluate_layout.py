"""The laws of the measure of reading order, and a slice of what it measures."""

from __future__ import annotations

from pathlib import Path

from pipelines.evaluate_layout import measure, ours
from pipelines.samples.columns import TWO_COLUMNS, ordered_documents

LINES = ("the first line", "a second one", "and the third")


def test_lines_in_order_are_all_right_whatever_joins_them() -> None:
    assert measure([LINES], "The first line a second\none -- AND THE THIRD") == (3, 3, 1.0)


def test_a_line_that_follows_another_than_its_own_is_wrong() -> None:
    lines, right, tau = measure([LINES], "and the third\nthe first line\na second one")

    assert (lines, right) == (3, 2)
    assert tau < 1


def test_a_line_that_is_cut_in_two_is_wrong() -> None:
    assert measure([LINES], "the first line\na second\nfrom elsewhere\none\nand the third")[1] == 1


def test_columns_are_read_in_their_order() -> None:
    documents = [one for one in ordered_documents(Path("samples/source/cvs"), 2, 7) if one.layout in TWO_COLUMNS]

    measured = [measure(one.flows, ours(one.content)) for one in documents]

    assert sum(right for _, right, _ in measured) >= 0.97 * sum(lines for lines, _, _ in measured)
