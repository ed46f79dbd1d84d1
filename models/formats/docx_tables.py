"""Rows and cells of a DOCX table, and which parts of the table's style hold for a cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docx.oxml.ns import qn
from lxml import etree

from models.formats.docx_look import number

_TBL, _TR, _TC = qn("w:tbl"), qn("w:tr"), qn("w:tc")
_FLAT = 40  # twips
_BITS = {"firstRow": 0x20, "lastRow": 0x40, "firstColumn": 0x80, "lastColumn": 0x100}


@dataclass(frozen=True, slots=True)
class Row:
    """`away` says why nothing in it is seen."""

    number: int
    cells: tuple[etree._Element, ...]
    away: str


def rows(table: etree._Element) -> list[Row]:
    found = [row for row in table.iter(_TR) if _own(row, table)]
    return [
        Row(number, tuple(cell for cell in row.iter(_TC) if _own(cell, table)), _away(row))
        for number, row in enumerate(found)
    ]


def _away(row: etree._Element) -> str:
    properties = row.find(qn("w:trPr"))
    if properties is None:
        return ""
    hidden = properties.find(qn("w:hidden"))
    if hidden is not None and hidden.get(qn("w:val"), "1") not in ("0", "false", "off"):
        return "marked as hidden"
    height = properties.find(qn("w:trHeight"))
    exact = height is not None and height.get(qn("w:hRule")) == "exact"
    return "a row without height" if exact and number(height.get(qn("w:val")), 240) < _FLAT else ""


def conditions(table: etree._Element, row: int, column: int, rows: int, columns: int) -> Iterator[str]:
    """Parts of a table style in the order in which they apply."""
    look = table.find(f"{qn('w:tblPr')}/{qn('w:tblLook')}")

    def on(name: str) -> bool:
        if look is None:
            return False
        stated = look.get(qn(f"w:{name}"))
        bits = look.get(qn("w:val"), "0")
        return stated in ("1", "true") if stated is not None else bool(_hex(bits) & _BITS.get(name, 0))

    first = on("firstRow")
    yield "band1Vert" if (column - on("firstColumn")) % 2 == 0 else "band2Vert"
    yield "band1Horz" if (row - first) % 2 == 0 else "band2Horz"
    for name, kind, here in (
        ("firstColumn", "firstCol", column == 0),
        ("lastColumn", "lastCol", column == columns - 1),
        ("firstRow", "firstRow", row == 0),
        ("lastRow", "lastRow", row == rows - 1),
    ):
        if here and on(name):
            yield kind


def _hex(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0


def _own(element: etree._Element, table: etree._Element) -> bool:
    """Whether the nearest table around a row or cell is this one."""
    return next(element.iterancestors(_TBL)) is table
