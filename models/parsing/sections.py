"""What the parts of a CV or an ad are, by their headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.domain import Kind
from models.parsing import headings
from models.parsing.headings import ASIDE as ASIDE
from models.parsing.headings import Part as Part
from models.parsing.languages import is_language, listed_languages
from models.parsing.lines import Line
from models.parsing.openers import announced
from models.tokens import plain, word_set


def _headings(parts: Mapping[Part, str]) -> dict[str, Part]:
    return {_bare(name): part for part, names in parts.items() for name in names.split("|")}


# An ad's headings in words of its own: `Skills & Background Required:`. The first that fits wins.
_LOOSE = tuple(
    (part, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for part, words in (
        (Part.NICE, r"preferred|desired|desirable|nice[- ]to[- ]haves?|bonus|pluses|a plus"),
        (
            Part.BOILERPLATE,
            r"benefits|perks|we offer|we provide|about (?:us|our|the company)|who we are|equal opportunity|eeo|to apply"
            r"|compensation|company (?:profile|description|overview)|physical (?:demands|requirements)"
            r"|working conditions|work environment|disclaimer",
        ),
        (Part.DUTIES, r"responsibilit(?:y|ies)|duties|functions|accountabilities"),
        (Part.MUST, r"required|requirements?|qualifications?|must[- ]haves?|skills|competencies|experience"),
    )
)
_COLON = re.compile(r"(?<!\s)\s*+:(?!//)")
_SHOUTED = re.compile(r"\b[A-Z]{3,}(?:\s(?:[A-Z]{2,}|&)){1,3}\b")
_CAPITALS = re.compile(
    r"((?:[^\W\d_a-zß-ÿ]{4,}|&|DE|UND|ET|AND)(?:[ ](?:[^\W\d_a-zß-ÿ]{3,}|&|DE|UND|ET"
    r"|AND)){0,2})[ ]+[:–—-]?[ ]*(?=\S*[a-zß-ÿ])"
)
_GAP = re.compile(r"(?<=\S)[ ]{3,}(?=\S)")
_MOST_WORDS = 7  # of a heading
_SMALL = word_set("a an and as at for in of or the to we you your our will be are is")
_AND = re.compile(r" (?:and|und|et|y|e|i|en) ")
_SPACED = re.compile(r"(?:\S[ ]{1,3}){3,}\S:?")
_BY_FIRST = {  # in Romance languages the noun stands first: "EXPERIENCIA DOCENTE"
    plain(word): part
    for part, words in (
        (Part.EXPERIENCE, "experiencia|experiencias|expérience|expériences|esperienza|esperienze|experiência"),
        (Part.EDUCATION, "formación|études|formação|titulación"),
        (Part.SKILLS, "compétences|competencias|competenze|conocimientos|connaissances|competências"),
        (Part.LANGUAGES, "idiomas|langues|lingue|línguas"),
    )
    for word in words.split("|")
}
_BY_LAST = {plain(word): part for part, words in headings.LAST_WORDS.items() for word in words.split("|")}
_ASKED = tuple((part, re.compile(pattern)) for part, pattern in headings.ASKED)
_ASKING = re.compile(headings.ASKING)
_QUALIFIED = re.compile(rf"^(?:(?:{headings.QUALIFIERS}) )+")
_NOT_WORDS = re.compile(r"[^\w' ]+")


def _bare(text: str) -> str:
    text = plain(text).replace("&", " and ").replace("’", "'").replace("+", " and ")
    return " ".join(_NOT_WORDS.sub(" ", text.replace("/", " and ")).split())


_KNOWN = {Kind.CANDIDATE: _headings(headings.CV), Kind.JOB: _headings(headings.AD)}


_GLUED = {name.replace(" ", ""): part for name, part in _KNOWN[Kind.CANDIDATE].items()}


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading; the heading itself is not among them."""

    part: Part
    lines: tuple[Line, ...]
    heading: Line | None = None


def heading_of(line: Line, kind: Kind) -> Part | None:
    """The part that a line begins when all of it is a heading."""
    if len(line.text) > 60 or line.text.endswith((".", ",", ";")):
        return None
    known = _KNOWN[kind]
    text = line.text
    if _SPACED.fullmatch(text):  # "E X P E R I E N C E"
        text = " ".join(word.replace(" ", "") for word in re.split(r"[ ]{2,}", text))
        if (glued := _GLUED.get(_bare(text).replace(" ", ""))) is not None and kind is Kind.CANDIDATE:
            return glued
    bare = _bare(text)
    if bare in known:
        return known[bare]
    if kind is Kind.CANDIDATE:
        return _named(text, bare, shown=line.apart or text.isupper() or text.endswith(":"))
    return _loose_heading(line.text.rstrip(": ")) if kind is Kind.JOB and line.text.endswith(":") else None


def _named(text: str, bare: str, *, shown: bool) -> Part | None:
    """The part of a CV that words which are no fixed name begin; `shown`: the line is set apart from those before."""
    known = _KNOWN[Kind.CANDIDATE]
    if shown and _ASKING.match(bare) and not any(c.isdigit() for c in bare):  # "Where I have worked"
        return next((part for part, pattern in _ASKED if pattern.search(bare)), None)
    if len(text) >= 40 or not text[:1].isupper():
        return None
    halves = [_QUALIFIED.sub("", half) for half in _AND.split(bare, maxsplit=1)]  # "Education and Certifications"
    parts = [known.get(half) for half in halves]
    if parts[0] and (all(parts) or (shown and len(halves[-1].split()) == 1)):
        return parts[0]
    if shown and len(halves) == 2 and parts[1] and len(halves[0].split()) == 1:  # "Arbeit / Work"
        return parts[1]
    return _by_last_word(text, shown=shown)


def _by_last_word(text: str, *, shown: bool) -> Part | None:
    """`SELECTED PROFESSIONAL EXPERIENCE`: two to four words, each with a capital, the last of them a known one."""
    words = text.rstrip(": ").split()
    if 1 < len(words) <= 4 and (first := _BY_FIRST.get(plain(words[0]))):
        return first
    if not 2 <= len(words) <= 4 or any(c in text for c in ",|·•()") or any(c.isdigit() for c in text):
        return None
    if not shown and not all(w[0].isupper() or w in _SMALL or w == "&" for w in words):
        return None
    return _BY_LAST.get(plain(words[-1]))


def inline_headings(text: str) -> list[tuple[int, int]]:
    """Where headings of an ad stand within running text, their colons included."""
    found: list[tuple[int, int]] = []
    for colon in _COLON.finditer(text):
        words = list(re.finditer(r"\S+", text[max(colon.start() - 60, 0) : colon.start()]))[-_MOST_WORDS:]
        offset = max(colon.start() - 60, 0)
        for word in words:
            name = text[offset + word.start() : colon.start()]
            if name[0].isupper() and (_bare(name) in _KNOWN[Kind.JOB] or _loose_heading(name)):
                found.append((offset + word.start(), colon.end()))
                break
    if not text.isupper():  # "… at work JOB REQUIREMENTS Three years …"
        found += [m.span() for m in _SHOUTED.finditer(text) if _bare(m[0]) in _KNOWN[Kind.JOB]]
    return found


def _loose_heading(name: str) -> Part | None:
    """The part that a title-cased name begins by one of its words."""
    words = name.split()
    if len(words) > _MOST_WORDS or any(c.isdigit() or c in ".,!?" for c in name):
        return None
    if not all(word[0].isupper() or word in _SMALL or not word[0].isalpha() for word in words):
        return None
    return next((part for part, pattern in _LOOSE if pattern.search(name)), None)


def split_sections(lines: Sequence[Line], kind: Kind) -> list[Section]:
    """The first section is the header, whatever stands before the first heading."""
    sections: list[Section] = []
    part, heading, held = Part.HEADER, None, list[Line]()
    shouting = kind is Kind.CANDIDATE and sum(_is_shouted_heading(line) for line in lines) > 1
    for line in lines:
        found, rest = _opening(line, kind)
        if found is None and shouting and part in _ENDED_BY_CAPITALS and _is_shout(line):
            found, rest = Part.OTHER, None
        if found is None and kind is Kind.JOB and not line.bullet:
            found, rest = announced(line.text), line  # which may ask for something itself
        if found is None:
            held.append(line)
            continue
        sections.append(Section(part, tuple(held), heading))
        part, heading, held = found, line, [rest] if rest else []
    sections.append(Section(part, tuple(held), heading))
    return sections


_ENDED_BY_CAPITALS = (Part.EDUCATION, Part.CREDENTIALS, Part.LANGUAGES, *ASIDE)


def _is_shout(line: Line) -> bool:
    """A short line in capitals: a heading, where headings are written so."""
    words = line.text.rstrip(":").split()
    return not line.bullet and len(words) <= 4 and line.text.isupper() and all(w.isalpha() or w == "&" for w in words)


def _is_shouted_heading(line: Line) -> bool:
    return _is_shout(line) and heading_of(line, Kind.CANDIDATE) is not None


def _opening(line: Line, kind: Kind) -> tuple[Part | None, Line | None]:
    """A heading, alone on its line or before a colon with the first words of its section behind it."""
    part = heading_of(line, kind)
    if part is not None:
        return part, None
    if kind is Kind.CANDIDATE and (shouted := _shouted(line)) is not None:
        return shouted
    before, colon, after = line.text.partition(":")
    if kind is Kind.CANDIDATE and (gap := _GAP.search(line.text)) and gap.start() < len(before):  # in a margin
        before, colon, after = line.text[: gap.start()], gap[0], line.text[gap.end() :]
        if heading_of(line._replace(text=before), kind) is Part.LANGUAGES and not listed_languages(
            [line._replace(text=after)]
        ):
            return None, None  # of programming
    if not colon or not after.strip() or line.bullet or len(before) > 60:
        return None, None
    part = heading_of(line._replace(text=before), kind)
    if part is None and kind is Kind.JOB:
        part = _loose_heading(before)
    if part is None or (kind is Kind.CANDIDATE and part is Part.OTHER):
        return None, None
    if kind is Kind.CANDIDATE and part is Part.EXPERIENCE and not (line.apart and _is_name(after.strip())):
        return None, None  # "Experience: 5 years"; but "Service career: Royal Navy"
    if kind is Kind.CANDIDATE and not line.apart and part in (Part.SKILLS, Part.CREDENTIALS, Part.PROJECTS):
        return None, None  # "Tools: Git, Docker" within the skills
    start = line.text.index(after.strip(), len(before) + 1)
    return part, line._replace(text=line.text[start:], start=line.start + start)


def _is_name(text: str) -> bool:
    """Whether a heading's rest may be the employer whose positions follow."""
    return text[0].isupper() and not any(c.isdigit() for c in text) and len(text.split()) <= 9 and text[-1] not in ".;"


def _shouted(line: Line) -> tuple[Part, Line] | None:
    """`LANGUES français, breton`: a known heading in capitals that goes on in small letters."""
    if line.text.isupper() and not line.bullet and is_language(line.text):
        return Part.LANGUAGES, line  # "FRENCH" over how well it is spoken
    match = _CAPITALS.match(line.text)
    if match is None or line.bullet:
        return None
    part = _KNOWN[Kind.CANDIDATE].get(_bare(match[1]))
    if part is None:
        return None
    rest = line.text[match.end() :]
    return part, line._replace(text=rest, start=line.start + match.end(), bullet=False)


def lines_in(sections: Iterable[Section], *parts: Part) -> list[Line]:
    return [line for section in sections if section.part in parts for line in section.lines]
