"""Lines of a CV without who the person is: name, contact, pronouns and titles, age, years of study, civil status.

What is taken out here is not embedded and adds no words, so it cannot move a score. It stays in the stored text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from core.domain import Identity
from models.parsing.identity import EMAIL, without_links
from models.parsing.occupations import Occupations

_LABELLED = re.compile(
    r"^\W*(?:date\s+(?:and\s+place\s+)?of\s+birth|place\s+of\s+birth|birth\s*(?:date|day|place)|d\.?o\.?b|born|age"
    r"|gender|sex|pronouns?|marital\s+status|civil\s+status|nationality|citizenship|religion|ethnicity|race"
    r"|geburts(?:datum|ort|tag)|geb\.|geboren|alter|geschlecht|familienstand|staatsangehörigkeit|nationalität"
    r"|konfession|date\s+et\s+lieu\s+de\s+naissance|date\s+de\s+naissance|née?\s+le|nationalité|situation\s+familiale"
    r"|état\s+civil|âge|sexe|fecha\s+de\s+nacimiento|lugar\s+de\s+nacimiento|nacid[oa]|estado\s+civil|nacionalidad"
    r"|edad|sexo|data\s+di\s+nascita|data\s+de\s+nascimento|geboortedatum)\b\s*(?:[:.–—-]|\s(?=\W*\d)|(?:on|in|am|le)\s)",
    re.IGNORECASE,
)
_PIECES = re.compile(r"(\s*[|•·]\s*|\s{3,})")
# Of a person or of several: nobody can tell a singular "they" from the others. In capitals they are abbreviations.
_PRONOUNS = re.compile(
    r"\b(?:[Ss]he|[Hh]e|[Tt]hey|[Hh]er|[Hh]is|[Hh]im|[Tt]hem|[Tt]heir|[Hh]ers|[Tt]heirs|[Hh](?:er|im)self"
    r"|[Tt]hem(?:self|selves))\b"
)
_TITLES = re.compile(r"\b(?:Mrs?|Ms|Mx|Miss|Herr|Frau|Mme|Mlle)\b\.?(?=\s|,|$)")
_AGE = re.compile(
    r"\b(?:aged?|at the age of)\s+\d\d\b|\b\d\d[\s-]+years?[\s-]+old\b|\b\d\d\s+years\s+of\s+age\b"
    r"|\bborn\s+(?:on|in)\s+(?:\d{1,2}\w*\s+)?(?:\w+\s+)?(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_JUST_GRADUATED = re.compile(
    r"\b(?:very\s+)?(?:recent|new|fresh)(?:ly)?\s+((?:college|university|school)\s+)?(graduated?)\b", re.IGNORECASE
)
_COMMAS = re.compile(r"(?<!\s)(?:\s*+,){2,}")
# Not every longer name: "Tranter Bookkeeping" is the business of a Ms Tranter.
_NAMED_AFTER = re.compile(r"\s+(?:State|University|College|County|D\.? ?C\b)")
_NAMED_BEFORE = re.compile(r"\b(?:University\s+of|College\s+of|City\s+of|State\s+of|[A-Z][\w.'’-]*\s*,)\s+$")
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def anonymous(text: str, identity: Identity, occupations: Occupations, *, studies: bool = False) -> str:
    """A line without mail, links, the person's name (first names and surnames too), and all that tells sex, age or
    civil status. `studies`: it tells of education, whose years tell the age."""
    text = _impersonal(text, identity.name, occupations)
    return " ".join(ageless(_YEAR.sub(" ", text) if studies else text).split())


@lru_cache(maxsize=256)  # a line is asked for what it tells of a role, for its length and for what is embedded
def _impersonal(text: str, name: str, occupations: Occupations) -> str:
    text = "".join(piece for piece in _PIECES.split(text) if not _LABELLED.match(piece))
    text = without_links(EMAIL.sub(" ", text) if "@" in text else text)
    text = _TITLES.sub(" ", _PRONOUNS.sub(" ", text))
    if name:
        whole, parts = _patterns(name, occupations)
        text = whole.sub(" ", text)
        for word, pattern, surname in parts:
            if word in text:
                text = _without_name(text, pattern, surname=surname)
    return text


@lru_cache(maxsize=16)
def _patterns(
    name: str, occupations: Occupations
) -> tuple[re.Pattern[str], Sequence[tuple[str, re.Pattern[str], bool]]]:
    """Of a whole name and of those of its words that are no title, and whether each is the surname."""
    words = re.findall(r"[^\W\d_][\w'’-]+", name)
    parts = [
        (word, re.compile(rf"\b{re.escape(word)}\b(?:['’]s)?"), word == words[-1])
        for word in words
        if occupations.titleness(word) == 0.0
    ]
    return re.compile(re.escape(name), re.IGNORECASE), parts


def _without_name(text: str, name: re.Pattern[str], *, surname: bool) -> str:
    """Without a first name, or without a surname but for where it is a part of another name: Washington State,
    University of Lincoln."""

    def taken(match: re.Match[str]) -> str:
        longer = _NAMED_AFTER.match(text, match.end()) or _NAMED_BEFORE.search(text[: match.start()])
        return match[0] if surname and longer else " "

    return name.sub(taken, text)


def ageless(text: str) -> str:
    """Without the ages it states; who has graduated just now has graduated."""

    def graduated(match: re.Match[str]) -> str:
        left = f"{match[1] or ''}{match[2]}"
        return left[0].upper() + left[1:] if match[0][0].isupper() else left

    text = _AGE.sub(" ", text) if _DIGIT.search(text) else text
    text = _JUST_GRADUATED.sub(graduated, text) if "graduate" in text.lower() else text
    return (_COMMAS.sub(",", text) if text.count(",") > 1 else text).strip()
