"""Stage: how much of the right line order is read from PDFs whose order is known.

Letters and digits are compared, nothing else. A line is *right* when it stands whole in what was read and directly
after its predecessor (the first of a flow: whole is enough). Kendall's tau is over the pairs of lines of one flow,
by where each begins; a line that is not found whole counts as out of order with every other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium

from models.formats import Limits, read
from models.formats.layout import rows_of
from models.formats.pdf_words import Frame, glyphs_of, words_of
from pipelines.measures import interval
from pipelines.reporting import Measured, Section, write_section
from pipelines.samples.columns import LAYOUTS, TWO_COLUMNS, Ordered, ordered_documents

SOURCES = Path("samples/source/cvs")
EACH = 30  # documents of each layout
SEED = 20261128
TARGET = 0.99
_NOISE = re.compile(r"[\W_]+")


def ours(content: bytes) -> str:
    return read(content, "document.pdf", Limits()).text


def as_stored(content: bytes) -> str:
    """pdfium's own text, in the order of the content stream."""
    return "\n".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(content))


def by_rows(content: bytes) -> str:
    """Every page from top to bottom and each row from left to right."""
    pages = pdfium.PdfDocument(content)
    glyphs = (glyphs_of(page.get_textpage(), Frame(page)) for page in pages)
    rows = (row for each in glyphs for row in rows_of(word.box() for word in words_of(each)))
    return "\n".join(" ".join(segment.text for segment in row) for row in rows)


READERS: dict[str, Callable[[bytes], str]] = {
    "ours": ours,
    "pdfium's order": as_stored,
    "top to bottom, by the row": by_rows,
}


def measure(flows: Sequence[Sequence[str]], text: str) -> tuple[int, int, float]:
    """Lines, lines that are right, and Kendall's tau over all pairs within flows."""
    said = _key(text)
    lines = right = 0
    agreeing = pairs = 0
    for flow in flows:
        wanted = [key for line in flow if (key := _key(line))]
        right += sum((before + key) in said for before, key in zip(["", *wanted], wanted, strict=False))
        begins = [_begin(said, *around) for around in zip(["", *wanted], wanted, [*wanted[1:], ""], strict=False)]
        agreeing += sum(1 if 0 <= before < after else -1 for before, after in combinations(begins, 2))
        lines += len(wanted)
        pairs += len(wanted) * (len(wanted) - 1) // 2
    return lines, right, agreeing / pairs if pairs else 1.0


def _key(text: str) -> str:
    return _NOISE.sub("", text).casefold()


def _begin(said: str, before: str, key: str, after: str) -> int:
    """Where a line begins, -1 if nowhere: beside a neighbour if it can be, since short lines stand twice."""
    for start, ahead in ((before + key, len(before)), (key + after, 0), (key, 0)):
        if (at := said.find(start)) >= 0:
            return at + ahead
    return -1


def _share(measured: Sequence[tuple[int, int, float]]) -> float:
    return sum(right for _, right, _ in measured) / max(sum(lines for lines, _, _ in measured), 1)


def _row(
    name: str, documents: Sequence[Ordered], found: dict[str, dict[str, tuple[int, int, float]]]
) -> tuple[str, ...]:
    cells = [name, str(len(documents)), str(sum(found["ours"][one.name][0] for one in documents))]
    for reader in READERS:
        measured = [found[reader][one.name] for one in documents]
        tau = sum(tau for *_, tau in measured) / len(measured)
        cells.append(f"{100 * _share(measured):.2f} % (tau {tau:.3f})")
    return tuple(cells)


def main() -> None:
    documents = list(ordered_documents(SOURCES, EACH, SEED))
    found: dict[str, dict[str, tuple[int, int, float]]] = defaultdict(dict)
    for document in documents:
        for name, reader in READERS.items():
            found[name][document.name] = measure(document.flows, reader(document.content))
    columns = [one for one in documents if one.layout in TWO_COLUMNS]
    shares = np.array([found["ours"][one.name][1] / found["ours"][one.name][0] for one in columns])
    low, high = interval(shares)
    rows = [_row(layout, [one for one in documents if one.layout == layout], found) for layout in LAYOUTS]
    rows += [_row("**two and mixed columns**", columns, found), _row("**all**", documents, found)]
    reached = _share([found["ours"][one.name] for one in columns])
    outcome = "reached" if reached >= TARGET else "not reached"
    text = (
        f"{len(documents)} PDFs made by `pipelines/samples/columns.py` (seed {SEED}) from the texts of"
        " `samples/source`: four fonts, type of 8 to 11 points, gutters from one to 3.2 times the type's size,"
        " justified or ragged, drawn in reading order, by the row or shuffled. A line is right when it is read whole"
        " and directly after the line that comes before it. Made documents: real ones hold layouts that these do not."
        f" The target, {TARGET:.0%} of the lines of two-column PDFs, is {outcome}: {reached:.2%}"
        f" (the mean over documents lies between {low:.2%} and {high:.2%})."
    )
    table = Measured("Lines in the right order", ("layout", "PDFs", "lines", *READERS), tuple(rows))
    write_section("evaluate_layout", Section("Reading order of PDFs", text, (table,)))


if __name__ == "__main__":
    main()
