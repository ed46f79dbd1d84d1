"""The statements of an ad: what must be, what would be nice, what is done, and what is only noise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from models.parsing.lines import Line
from models.parsing.openers import announced, announcements, dashes, openings
from models.parsing.sections import Part, Section, inline_headings
from models.parsing.wishes import NICE, NOISE

_SENTENCES = re.compile(
    r"(?<=[a-z)%0-9][.!?])(?<! St\.)(?<! Mr\.)(?<! Ms\.)(?<! Dr\.)\s+(?=[A-Z])"
    r"|(?<=\bpreferred)(?=\d|[A-Z])|(?<=\brequired)(?=\d|[A-Z])|(?<=[A-Z]{2}\.)(?=[A-Z][a-z])"
    r"|(?<=[a-z]{4}\.)(?=\d)|(?<=[a-z]{4}[.!])(?=[A-Z][a-z])|(?<=[.;]\?)\s+(?=[A-Z])"
)
_INNER_BULLETS = re.compile(r"(?<!\s)\s*+[·•▪●]\s*|(?<!\s)\s++\*\s+")
_LONG = 60  # characters: shorter lines are not taken apart
_TELLING = 12  # words: the header's shorter lines are title, employer, place and pay
_SENTENCE = 5  # words: of these a line that ends as a sentence tells something too
_CLOSING = 20  # words: what follows a list and is longer is a paragraph of its own
_KEYWORDS = 24  # commas: a line with more of them is there for search engines
_ASKS = re.compile(
    r"\b(?:must|required?|requires|minimum|at least|you (?:have|bring|need)|years?['’]? (?:of )?(?:\w+ "
    r"){0,3}experience|ability to|knowledge of|proficien\w+|degree|diploma|ged|licen[cs]e)\b",
    re.IGNORECASE,
)
# Within duties: "as required" and "share your knowledge of" ask for nothing.
_ASKS_STILL = re.compile(
    r"^(?:must|minimum|at least|you (?:have|bring|need)|ability to|(?:\w+ )?knowledge of|proficien\w+)\b"
    r"|\b(?:must (?:have|be|hold|possess)|years?['’]? (?:of )?(?:\w+ ){0,3}experience|degree|diploma|ged)\b"
    r"|(?<!as )(?<!if )(?<!when )(?<!where )(?<!be )\brequired\b",
    re.IGNORECASE,
)
_REQUIRED = re.compile(r"(?<!be )(?<!not )(?<!as )\brequired\b", re.IGNORECASE)
_DEMANDS = re.compile(
    r"\b(?:must|required|minimum|at least|years?|yrs|months|degree|diploma|bachelor\S*)\b", re.IGNORECASE
)
_CUTS = re.compile(
    r"(?P<sure>;\s+|\s+[–—-]\s+|\s*[()]\s*|,?\s+(?=(?:preferably|ideally|with a preference)\b))|,\s+", re.IGNORECASE
)
# Whom one works with or sells to; what they do is not what one must be able to do.
_WITH = re.compile(
    r"\b(?:with|to|for|between|across|alongside|and)\s+(?:(?!(?:with|to|for|between|across"
    r"|alongside)\b)[\w&/’'-]+,?\s+){0,6}?"
    r"(?:departments?|teams?|leaders?|managers?|colleagues|stakeholders|clients?|customers|directors?|buyers)\b"
    r"(?:\s*\([^)]*\))?"
    r"|\b(?:closely with|partner with|liaise with|collaborate with|back to)\s+(?:[\w&/-]+,?\s*){1,6}$",
    re.IGNORECASE,
)
# Where nothing else is said to be required, what is desired is: "Desired skills and experience".
_DESIRED = re.compile(r"(?=.*\bdesired\b).*\b(?:skills?|knowledge|experience|qualifications|profile)\b", re.IGNORECASE)
# Who the employer is, not what the job is.
_BOASTS = re.compile(
    r"^(?:we are (?:an?|the|one of|proud|committed)\b|we (?:provide|offer|serve|speciali[sz]e|believe|value)\b"
    r"|our (?:company|client|clients|firm|mission|team|customers) (?:is|are|was|has|have|provides?|offers?)\b"
    r"|(?:[A-Z][\w&.,'’-]* ){1,6}(?:is|are|was) (?:an? |the |one of (?:the )?)(?:[\w,'’-]+ ){0,5}"
    r"(?:leader|leading|provider|company|firm|manufacturer|retailer|organi[sz]ation|hospital|agency|supplier|bank"
    r"|group|subsidiary|division)\b|founded|headquartered|established in|since \d{4}|with (?:over|more than) \d)"
)


@dataclass(slots=True)
class Sorted:
    """The statements of an ad by what they are; `told` are those of the introduction, which ask for nothing."""

    must: list[Line] = field(default_factory=list)
    nice: list[Line] = field(default_factory=list)
    duties: list[Line] = field(default_factory=list)
    told: list[Line] = field(default_factory=list)

    @property
    def asking(self) -> list[Line]:
        return [*self.told, *self.duties, *self.must, *self.nice]


def statements(lines: Iterable[Line]) -> list[Line]:
    """Running text by sentences, bullets and headings, so that what asks is told from what boasts."""
    return [part for line in lines for part in (_parts(line) if len(line.text) >= _LONG else [line])]


def sort_statements(sections: Sequence[Section], is_label: re.Pattern[str]) -> Sorted:
    """`is_label` finds the header's lines of the form `Location: Leeds`."""
    found = Sorted()
    parts = {section.part for section in sections if section.lines}
    structured = {Part.DUTIES, Part.MUST} <= parts
    for number, section in enumerate(sections):
        wished = section.heading is not None and Part.MUST not in parts and _DESIRED.search(section.heading.text)
        kind = Part.MUST if section.part is Part.NICE and wished else section.part
        telling = number > 0
        closing = _closing(section)
        for line in section.lines[:closing]:
            telling = telling or _tells(line)
            if (is_label.match(line.text) and number == 0) or not telling:
                continue
            if section.part is Part.BOILERPLATE or NOISE.search(line.text) or line.text.count(",") > _KEYWORDS:
                continue
            asks = kind is Part.MUST or bool((_ASKS_STILL if kind is Part.DUTIES else _ASKS).search(line.text))
            for part, is_nice in _wishes(line, kind):
                _shelf(found, part, kind, is_nice=is_nice, asks=asks, structured=structured).append(part)
    return found


def _tells(line: Line) -> bool:
    words = len(line.text.split())
    return words > _TELLING or (words >= _SENTENCE and line.text[-1] in ".:!")


def asking(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if _ASKS.search(line.text)]


def _closing(section: Section) -> int:
    """Where running text follows the last bullet of what is asked: a closing paragraph asks for nothing."""
    last = max((n for n, line in enumerate(section.lines) if line.bullet), default=None)
    if last is None or section.part not in (Part.MUST, Part.NICE):
        return len(section.lines)
    after = section.lines[last + 1 :]
    words = sum(len(line.text.split()) for line in after)
    return last + 1 if words > _CLOSING and not any(_ASKS.search(line.text) for line in after) else len(section.lines)


def names_others(line: Line, start: int, end: int) -> bool:
    """Whether one word of a line says whom the work is done with: `finance and HR leaders`."""
    if " " in line.text[start:end]:
        return False
    return any(first <= start and end <= last for first, last in _others(line.text))


@lru_cache(maxsize=64)
def _others(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(match.span() for match in _WITH.finditer(text))


def _shelf(found: Sorted, line: Line, part: Part, *, is_nice: bool, asks: bool, structured: bool) -> list[Line]:
    """`asks`: the statement that the line is a clause of asks for something."""
    if is_nice:
        return found.nice
    if asks:
        return found.must
    if _BOASTS.match(line.text) or (structured and part in (Part.HEADER, Part.SUMMARY)):
        return found.told
    return found.duties


def _wishes(line: Line, part: Part) -> Iterator[tuple[Line, bool]]:
    """A line, or its clauses where only some of them are wishes: `CI/CD, preferably GitLab`."""
    if announced(line.text) is not None:
        yield line, False  # "The ideal candidate will have:"
    elif part is Part.NICE:
        yield line, not _REQUIRED.search(line.text) or bool(NICE.search(line.text))
    elif part is Part.DUTIES or not NICE.search(line.text):
        yield line, False
    else:
        yield from _clauses(line)


def _clauses(line: Line) -> Iterator[tuple[Line, bool]]:
    pieces: list[tuple[int, int, bool]] = []
    for start, end in _pieces(line.text):
        text = line.text[start:end]
        is_nice = bool(NICE.search(text))
        if (
            pieces and is_nice and not any(c.isalnum() for c in NICE.sub("", text))
        ):  # "(preferred)" says it of what stands before it
            pieces[-1] = (pieces[-1][0], end, True)
        elif pieces and pieces[-1][2] == is_nice:
            pieces[-1] = (pieces[-1][0], end, is_nice)
        else:
            pieces.append((start, end, is_nice))
    for start, end, is_nice in pieces:
        text = line.text[start:end]
        if any(c.isalnum() for c in text):
            yield line._replace(text=text, start=line.start + start, end=line.start + end), is_nice


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """A comma parts a wish only from a demand: `two years, three preferred`, but `Java, C or Go preferred`."""
    start = 0
    for cut in _CUTS.finditer(text):
        before = text[start : cut.start()]
        if cut["sure"] or (_DEMANDS.search(before) and not NICE.search(before)) or NICE.search(before):
            if before.strip():
                yield start, cut.start()
            start = cut.end()
    if text[start:].strip():
        yield start, len(text)


def _parts(line: Line) -> list[Line]:
    cuts = [match.span() for pattern in (_SENTENCES, _INNER_BULLETS) for match in pattern.finditer(line.text)]
    cuts += [(at, at) for span in inline_headings(line.text) for at in span]
    cuts += [*openings(line.text), *dashes(line.text), *((at, at) for at in announcements(line.text))]
    parts: list[Line] = []
    at = 0
    for start, end in (*sorted(cuts), (len(line.text), len(line.text))):
        text = line.text[at:start].rstrip()
        lead = len(text) - len(text.lstrip())
        if start > at and text.strip():
            parts.append(
                line._replace(text=text.strip(), start=line.start + at + lead, end=line.start + at + len(text))
            )
        at = max(at, end)
    return parts
