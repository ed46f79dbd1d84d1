"""The lines of an education as entries tell them: broken lines whole again, several entries of one line apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from models.parsing.dates import days_in
from models.parsing.lengths import length_in
from models.parsing.lines import Line
from models.parsing.tables import in_order

_STOP = re.compile(r"(?<=\d\d)\)?\.\s+(?=[A-ZÀ-Þ])")  # `… Northmoor University, 1990. BSc Physics, …`
_ABOUT = re.compile(
    r"(?:thesis|dissertation|examiners?|supervis\w+|advis[eo]rs?|modules?|coursework|relevant courses|grades?"
    r"|abschlussarbeit|diplomarbeit|masterarbeit|bachelorarbeit|schwerpunkte?|note|mémoire|tesi|tesis"
    r"|praca (?:magisterska|inżynierska)|scriptie)\b[^:]{0,30}:",
    re.IGNORECASE,
)
_FULL = 68  # characters: a line that long may have been broken


def study_lines(lines: Sequence[Line]) -> list[Line]:
    """Without what only tells of a study: `Thesis: …`."""
    told = (line for line in _whole(in_order(lines)) if not _ABOUT.match(line.text))
    return [part for line in map(_without_length, told) if line is not None for part in _parted(line)]


def _without_length(line: Line) -> Line | None:
    """Without how long it took, in a column of its own, as profiles of networks tell it."""
    found = length_in(line.text)
    if found is None:
        return line
    before, after = line.text[: found[1]].rstrip(), line.text[found[2] :].strip(" ,;·")
    if before and not before.endswith(("·", "|")) and line.text[: found[1]][-3:].strip():
        return line
    text = "   ".join(filter(None, (before.strip(" ·|"), after)))
    return line._replace(text=text) if text else None


def _whole(lines: Iterable[Line]) -> Iterator[Line]:
    """A long line without a date and the line below it that ends what it says."""
    held: Line | None = None
    for line in lines:
        broken = held is not None and held.text[-1] in "–-"  # a period
        opens = line.apart or line.bullet or any(start == 0 for _, start, _ in days_in(line.text))
        if held is not None and (broken or not opens):
            held = held._replace(text=f"{held.text} {line.text}", end=line.end)
        else:
            if held is not None:
                yield held
            held = line
        if not _is_broken(line):
            yield held
            held = None
    if held is not None:
        yield held


def _is_broken(line: Line) -> bool:
    if line.text[-1] in "–-":
        return True
    if len(line.text) < _FULL or line.text[-1] in ".!?;:)" or "   " in line.text:
        return False
    behind = max((end for _, _, end in days_in(line.text)), default=0)
    return len(line.text) > behind  # a date closes an entry


def _parted(line: Line) -> Iterator[Line]:
    start = 0
    for stop in _STOP.finditer(line.text):
        yield _piece(line, start, stop.end())
        start = stop.end()
    yield _piece(line, start, len(line.text)) if start else line


def _piece(line: Line, start: int, end: int) -> Line:
    text = line.text[start:end].strip(" .")
    return line._replace(
        text=text, start=line.start + start, end=min(line.start + end, line.end), apart=line.apart or start > 0
    )
