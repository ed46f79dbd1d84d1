"""Tables whose first row names their columns: each row is a position, or a study."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from core.domain import Span
from models.parsing.dates import Period, one_day, periods_in
from models.parsing.held import Held
from models.parsing.lines import Line


class Column(Enum):
    """What the cells under a label say."""

    TITLE = r"(?:job )?title|designation|position(?: held)?|post(?: held)?|role|job|funktion|stelle|poste|puesto|cargo"
    EMPLOYER = (
        r"(?:name of )?(?:the )?(?:employer|company|organi[sz]ation|firm)(?: name)?|arbeitgeber|firma|unternehmen"
        r"|employeur|entreprise|empresa|empleador|azienda|werkgever|where"
    )
    WHEN = (
        r"period|dates?|duration|tenure|years?|when|from ?[-–/]? ?to|year of passing|passing year|zeitraum|jahr|période"
        r"|dates?|année|per[ií]odo|fechas?|año|cuándo|ano|anno|periode|passed(?: in)?"
    )
    FROM = r"from|start(?: date)?|von|du|desde|da|joined|van"
    UNTIL = r"to|until|till|end(?: date)?|bis|au|hasta|a|left|tot"
    STUDIED = (
        r"course|degree|qualification|examination|exam|class|programme|program|abschluss|diplôme|título|titulación"
        r"|what|qué|studies|certificate|opleiding"
    )
    SCHOOL = (
        r"(?:name of )?(?:the )?(?:institut(?:e|ion)|school|college|university)"
        r"(?: ?/ ?(?:institut(?:e|ion)|school|college|university))?"
        r"|schule|hochschule|établissement|école|centro|dónde|escuela|scuola"
    )
    BOARD = r"board|university ?/ ?board|board ?/ ?university|affiliat\w+|awarding body"
    OTHER = (
        r"area|department|dept|location|place|city|town|country|ort|lieu|lugar|division|percentage|%|marks|grade|cgpa"
        r"|result|class obtained|s\.? ?no\.?|sl\.? ?no\.?|no\.?|nr\.?|#|reason for leaving|duties|responsibilities"
        r"|subjects?|notes?|remarks?|stream|speciali[sz]ation"
    )


_LABELS = tuple((column, re.compile(column.value, re.IGNORECASE)) for column in Column)
_CELLS = re.compile(r"(?<=\S)[ ]{3,}(?=\S)")
_EITHER = re.compile(r"\s*/\s*")


def read_rows(lines: Sequence[Line]) -> tuple[list[Held], list[Line]]:
    """The positions of tables that say which column is the title and which the employer; and the lines left over."""
    held: list[Held] = []
    left: list[Line] = []
    for line, cells in _rows(lines, {Column.TITLE, Column.EMPLOYER}, {Column.WHEN, Column.FROM}):
        if cells is None:
            left.append(line)
        elif cells:
            span = Span(line.start, line.end)
            held.append(Held(cells[Column.TITLE], cells[Column.EMPLOYER], _period(cells), span, span, 1.0))
    return held, left


def in_order(lines: Sequence[Line]) -> list[Line]:
    """The rows of tables of studies as lines that say what, where and when, and nothing else."""
    told: list[Line] = []
    for line, cells in _rows(lines, {Column.STUDIED}, {Column.SCHOOL, Column.BOARD}):
        if cells is None:
            told.append(line)
        elif cells:
            school = cells.get(Column.SCHOOL) or cells.get(Column.BOARD, "")
            parts = (cells[Column.STUDIED], school, cells.get(Column.WHEN, ""))
            told.append(line._replace(text="   ".join(filter(None, parts)), apart=True, bullet=False))
    return told


def _rows(
    lines: Sequence[Line], needed: set[Column], one_of: set[Column]
) -> Iterator[tuple[Line, dict[Column, str] | None]]:
    """Each line with its cells by column; without cells when it stands in no table, with no cell when it names them."""
    columns: list[Column] | None = None
    for line in lines:
        cells = _CELLS.split(line.text)
        named = _named(cells)
        if named is not None and needed <= set(named) and one_of & set(named):
            columns = named
            yield line, {}
        elif columns is not None and len(cells) == len(columns):
            yield line, dict(zip(columns, cells, strict=True))
        else:
            columns = None
            yield line, None


def _named(cells: Sequence[str]) -> list[Column] | None:
    """The columns that a row names; None when one of its cells is no label."""
    columns = [next((c for part in _EITHER.split(cell) if (c := _column(part))), None) for cell in cells]
    return None if len(cells) < 2 or None in columns else [column for column in columns if column]


def _column(label: str) -> Column | None:
    label = label.strip(" .:()")
    return next((column for column, pattern in _LABELS if pattern.fullmatch(label)), None)


def _period(cells: dict[Column, str]) -> Period | None:
    when = cells.get(Column.WHEN) or f"{cells.get(Column.FROM, '')} – {cells.get(Column.UNTIL, '')}"
    return next(iter(periods_in(when)), None) or one_day(when)
