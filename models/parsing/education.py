"""Education: level, field, institution and when it ended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.domain import Education, EducationLevel, Span
from models.parsing.dates import days_in, periods_in, without
from models.parsing.degrees import is_broken_off
from models.parsing.degrees import level_in as level_in
from models.parsing.degrees import names_education as names_education
from models.parsing.identity import is_contact
from models.parsing.lines import Line
from models.parsing.schools import implied_level, is_school, school_start, without_remarks, without_town
from models.parsing.study_lines import study_lines

_L = EducationLevel
_NO_END = re.compile(r"\b(?:started|began|start|since|seit|depuis|desde|enrolled|begonnen)\s*$", re.IGNORECASE)
_NOISE = re.compile(
    r"(?i:(?:first|1st|second|2nd|third|3rd)[- ]class|upper second|lower second|\b[12][:.][12]\b|\bhons?\b"
    r"|\bhonou?rs?\b|gpa|cgpa|distinction"
    r"|\bmerit\b|cum laude|\bgrades?\b|\d[\d.,]*\s*(?:/|%|cgpa|gpa)|^[\d.,/% ]+$|passed|\bnote\b|\bscore"
    r"|dean['’]?s|graduate hours"
    r"|^level \d$|^online$|^applied science$|part[- ]time|full[- ]time|evenings?\b|^with |^mit |^avec |^then "
    r"|^including|^incl\."
    r"|^\d+ (?:weeks?|days?|hours?|months?|years?)\b|^expected\b|^nebenfach|^eng$|^ed$|^e\.?e\.?$|^tech$"
    r"|^extended$|^thesis|^dissertation|^gesamtnote"
    r"|^completed|^graduated|^ongoing|^in progress|^current|^module\b|^of science$|^of arts$|^abschluss|^erfolg"
    r"|^now$|^present$|^degree$|^grad$|^due$|^first$|^lower second$|^diploma$|^ranked|^scholarship|^top \d"
    r"|^coursework|^relevant"
    r"|^summa|^magna"
    r"|^major$|^qts$|^executive$|^(?:programme )?grande école$|^intercalated$|^n/a$)"
)
_LEAD = re.compile(
    r"^\W*(?:-level\b)?\W*(?:(?:extended |advanced |national )?(?:degree|diploma|certificate)\b|honou?rs\b"
    r"|hons?\b|craftsman\b)?\W*"
    r"(?:of ?(?:science|arts|engineering|business administration|commerce|technology|laws?|education|fine arts"
    r"|applied science|philosophy|music|nursing|social work)\b(?!\s+(?:and|of)\b))?\s*(?:degree\b)?\W*"
    r"(?:\b(?:of|in|en|em|de|di|im|als|zur|zum|major(?:ing)? in|major)\b:?)?\s*(?:\bFach\b)?\W*",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s{3,}|\s*[|•·;]\s*|\s+[–—-]\s+|\s*,\s+|\s+(?:at|from)\s+(?=[A-Z])|(?<=\w{4})\.\s+(?=[A-Z])")
_SOMEWHERE = re.compile(
    r"\s*[,:–-]?\s*\bCity\s*,\s*State\b(?:\s*,\s*(?:Country|US|USA|United States|U\.S\.A?\.?)\b)?\s*[,:]?\s*"
    r"|\s[:–-]\s*City\b(?=\s*(?:$|GPA))"
)
_COURSE = re.compile(
    r"(?:higher |advanced |professional )?(?:certificate|certification|diploma|courses?|kurs|training|szkolenie"
    r"|formation|curso)\b",
    re.IGNORECASE,
)
_TRADE = re.compile(
    r"(?i:mechatroniker(?:in)?|\w*kauf(?:mann|frau)|techniker|fachkraft|facharbeiter|(?!hand|brief)\w+meister(?:in)?"
    r"|ingeniería (?:en|de))"
)
_LEAVING = re.compile(r"xii|class|hsc|ssc|cbse|gcse|a[- ]level|ged|matric|abitur|matura|bac|leaving cert")
_BARE = re.compile(r"(?i:diploma|certificate|diplôme|diplom)")  # says nothing of its level
_TRACK = re.compile(  # of a school-leaving certificate
    r"(?i:general(?: studies)?|allgemein|générale?|sciences?|arts|commerce|commercial|humanities|technical)"
)
_PASSED = re.compile(r"(?i:(?:abschluss|abgeschlossen|qualified as)(?: als| zur| zum)? )")
_PROGRAMME = re.compile(r"(?i:(?<=\w) (?:program(?:me|met)?|courses|coursework)$)")
_ASIDE = re.compile(
    r"\s*\((?:[A-Z.]{2,7}|(?:titulad[oa]|trunc[oa]|pass(?:ed)?\b|completed|finished|unfinished|abgeschlossen"
    r"|abgebrochen|berufsbegleitend|laufend|mgr|przerwan|in progress|ongoing|en cours|in corso)[^)]*|[^)]*(?:\d"
    r"|(?i:hons?\b|honou?rs|class|distinction|grade|merit|upper"
    r"|lower))[^)]*)\)\s*"
)
_BRACKETS = re.compile(r"\s?\([^()]*\)")
_DEGREE = re.compile(r"(?i:\bdegree$)")
_OPEN = re.compile(r"(?<![ (]),? +\)")
_EDGES = " ,;:|–—-•·()"
_FIELD_WORDS = 2
_MOST_STUDIED = 7  # words: more tell of something else
_MOST_WORDS = 16  # of a bullet that names an education rather than tells of it


@dataclass(slots=True)
class _Entry:
    """What the lines of one education have told so far."""

    lines: list[Line] = field(default_factory=list)
    level: EducationLevel | None = None
    implied: EducationLevel | None = None
    fields: list[str] = field(default_factory=list)
    schools: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    dated: bool = False
    bare: bool = False  # "Diploma": the school that gave it says of what

    def is_complete_with(self, told: _Entry, line: Line) -> bool:
        """Whether a line begins the next entry: it tells again what is known already."""
        again = (self.level is not None and told.level is not None) or (bool(self.schools) and bool(told.schools))
        again = again or (told.level is not None and any(is_broken_off(line.text) for line in self.lines))
        return again or (self.dated and told.dated and (line.apart or self.level is not None or bool(self.schools)))

    def add(self, line: Line, told: _Entry) -> None:
        self.lines.append(line)
        self.level = told.level if self.level is None else self.level
        self.implied = told.implied if self.implied is None else self.implied
        self.fields += told.fields
        self.schools += told.schools
        self.others += told.others
        self.dated |= told.dated
        self.bare |= told.bare


def read_education(lines: Sequence[Line]) -> list[Education]:
    """The entries of an education section: one for each degree, or for each school where no degree is named."""
    bullets = all(line.bullet for line in lines if not days_in(line.text)) and bool(lines)
    entries = [_Entry()]
    for line in study_lines(lines):
        if len(line.text) > 200 or is_contact(line.text) or (line.bullet and not bullets and not _is_named(line)):
            continue
        told = _told(line)
        if entries[-1].lines and entries[-1].is_complete_with(told, line):
            entries.append(_Entry())
        entries[-1].add(line, told)
    return [one for entry in entries if (one := _education(entry)) is not None]


def _is_named(line: Line) -> bool:
    return len(line.text.split()) <= _MOST_WORDS and (level_in(line.text) is not None or is_school(line.text))


def _told(line: Line) -> _Entry:
    """What one line says."""
    told = _Entry(dated=bool(days_in(line.text)))
    text = _SOMEWHERE.sub("   ", _undated(line.text))
    for part in _pieces(text):
        found = level_in(part)
        if found is not None and told.level is not None and found[0] is _L.SECONDARY:
            found = None  # "PGCE, Secondary Mathematics"
        if (
            found is None
            and told.level is None
            and (course := _COURSE.match(part) or (told.dated and _COURSE.search(part)))
        ):
            found = (_L.VOCATIONAL, course.start(), course.end() if course.start() == 0 else 0)
        if is_school(part) and not (found and _is_degree(part, found)):
            told.schools.append(without_town(part, text))
            told.implied = told.implied or implied_level(part)
            studied = told.others and len(told.others[0].split()) <= _MOST_STUDIED
            if told.level is None and not told.fields and studied and told.implied is not _L.SECONDARY:
                told.fields.append(_studied(told.others.pop(0)))  # "Philosophie, Universität …"
        elif found is not None:
            _add_degree(told, part, found)
        elif told.fields and not told.schools and part[0].islower() and _goes_on(part):
            told.fields[-1] += f", {part}"  # "Esthétique, cosmétique, parfumerie"
        elif told.level is _L.SECONDARY and _TRACK.fullmatch(part):
            told.fields.append(part)
        elif not _NOISE.search(_ASIDE.sub(" ", part)):
            told.others.append(part)
    return told


def _goes_on(part: str) -> bool:
    """Whether a piece in small letters behind a field is one more of its words."""
    return len(part.split()) <= _FIELD_WORDS and not _NOISE.search(part) and not is_broken_off(part)


def _studied(named: str) -> str:
    """`Restaurant and Food` of `Restaurant and Food Programme`; an `Executive Programme` has no other name."""
    return _PROGRAMME.sub("", named) if len(named.split()) > 2 else named


def _add_degree(told: _Entry, part: str, found: tuple[EducationLevel, int, int]) -> None:
    level, start, end = found
    if told.level is None:
        told.level = level
        told.bare = _BARE.fullmatch(part) is not None
    rest = part[end:]
    if level is _L.SECONDARY:
        rest = _BRACKETS.sub("", rest, count=1)  # "XII (State Board)"
    again = level_in(rest[:24])  # "Bachelor of Science (B.S.)"
    if again and again[1] < 5 and (again[0] is not _L.VOCATIONAL or rest.lstrip().startswith("(")):
        rest = rest[again[2] :]
    rest = _LEAD.sub("", rest, count=1)
    school = school_start(rest)
    if school is not None:
        told.schools.append(rest[school:].strip(_EDGES))
        rest = rest[:school]
    trade = _TRADE.fullmatch(part[start:end]) is not None
    if trade and (start > 0 or school is None):
        rest = _PASSED.sub("", part)  # "Kfz-Mechatroniker"
    if part[:start].endswith("(") and start > 3:
        rest = part[: start - 1]  # "Informatik (B.Sc., laufend)"
    name = _cleaned(rest)
    if not name and start > 3 and school is None and len(part[:start].split()) > 1:
        name = _cleaned(part[:start])
    if _NOISE.search(name):
        name = _cleaned(_BRACKETS.sub(" ", name))  # "Engineering (part-time)"
    named = trade or level_in(name) is None or _TRADE.fullmatch(name) or (level >= _L.ASSOCIATE and _is_subject(name))
    if name and named and not _NOISE.search(name) and not _DEGREE.search(name):
        told.fields.append(name)


def _is_subject(name: str) -> bool:
    """Whether a word for a training says what a degree is in: `AAS Culinary Arts`."""
    found = level_in(name)
    return found is not None and found[0] is _L.VOCATIONAL and not re.search(r"(?i)certificate|diploma|level", name)


def _is_degree(part: str, found: tuple[EducationLevel, int, int]) -> bool:
    """`Diploma, …` is a degree; `Technical College` and `Wigan Lane Sixth Form` are schools."""
    level, start, end = found
    word = part[start:end].lower()
    if start == 0 and _LEAVING.match(word):
        return True
    if re.search(r"school|gymnasium|college|technik|lic[eé]|form|lyc|second|berufs|\w+schule", word):
        return bool(re.search(r"(?i)\b(?:diploma|certificate|abschluss|degree|ged)\b", part)) and not is_school(
            part[end:]
        )
    return level >= _L.VOCATIONAL and (start < 4 or (school_start(part) or 0) > start)


def _education(entry: _Entry) -> Education | None:
    level = entry.level if entry.level is not None else entry.implied
    if entry.bare and entry.implied is _L.SECONDARY:
        level = entry.implied
    if level is None and not entry.schools:
        return None
    text = "\n".join(line.text for line in entry.lines)
    if is_broken_off(text):
        level = _L.NONE
    fields, others = entry.fields, [name for other in entry.others if (name := _cleaned(other))]
    schools = entry.schools
    if not schools and others and (fields or len(others) > 1 or entry.level in (None, _L.SECONDARY)):
        schools = [others.pop()]  # the school, when no word gives it away
    chosen = fields or (others if entry.level is not None and entry.level != _L.SECONDARY else [])
    days = [day for line in entry.lines for day in _ends(line.text)]
    periods = [p for line in entry.lines for p in periods_in(line.text)]
    running = any(p.end is None for p in periods)
    return Education(
        level or _L.NONE,
        _joined(chosen),
        without_remarks(next((name for name in schools if " " in name), schools[0])) if schools else "",
        min((p.start.first for p in periods), default=None),
        None if running or not days else max(days),
        _span(entry, schools),
    )


def _span(entry: _Entry, schools: Sequence[str]) -> Span:
    """From the first line that says something to the last."""
    used = [
        line
        for line in entry.lines
        if level_in(line.text) or any(s in line.text for s in schools) or days_in(line.text)
    ] or entry.lines
    return Span(used[0].start, used[-1].end)


def _joined(names: Iterable[str]) -> str:
    """`Geography, Maths`, each once."""
    kept: list[str] = []
    for name in names:
        if all(name.casefold() not in other.casefold() for other in kept):
            kept.append(name)
    return ", ".join(kept[:3])


def _ends(text: str) -> Iterator[date]:
    for day, start, _ in days_in(text):
        if not _NO_END.search(text[:start]):
            yield day.first
    yield from (p.end.first for p in periods_in(text) if p.end)


def _undated(text: str) -> str:
    places = [(p.at, p.to) for p in periods_in(text)]
    return _OPEN.sub(")", without(text, [*places, *((a, b) for _, a, b in days_in(text))]))


def _pieces(text: str) -> Iterator[str]:
    """The parts of a line; commas within brackets part nothing."""
    hidden = re.sub(r"\([^)]*\)", lambda m: m[0].replace(",", "\x00").replace(";", "\x00"), text)
    for piece in _PARTS.split(hidden):
        part = piece.replace("\x00", ",").strip(" ,;:|–—-•·").removesuffix("(").removeprefix(")").strip()
        if part.startswith("(") and part.endswith(")"):
            part = part[1:-1]
        if len(part) > 1 and any(c.isalpha() for c in part):
            yield part


def _cleaned(text: str) -> str:
    name = _ASIDE.sub(" ", text).strip(" ,;:|–—-•·.")
    if name.count("(") > name.count(")"):
        name = name[: name.rindex("(")].strip()
    if name.count(")") > name.count("("):
        name = name.replace(")", "").strip()
    return name[1:-1] if name.startswith("(") and name.endswith(")") else name
