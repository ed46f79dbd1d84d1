"""Who a CV says its person is, changed: name, pronouns, signs of age and address, and nothing about the work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.domain import Place, Span


class Kind(StrEnum):
    NAME = "name"
    PRONOUNS = "pronouns"
    AGE = "age"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person as CVs introduce them. `graduated`: by how many years all years of study are moved."""

    name: str
    pronouns: tuple[str, str, str, str]  # she, her, hers, herself
    title: str
    born: int
    hint: str  # of age, in words
    graduated: int
    street: str


SHE, HE = ("she", "her", "hers", "herself"), ("he", "him", "his", "himself")
THEY = ("they", "them", "theirs", "themself")
TODAY = 2026  # what ages are counted to
PEOPLE = (
    Person("Emily Walsh", SHE, "Ms", 2001, "Recent graduate", 0, "14 Rosewood Avenue"),
    Person("Jamal Robinson", HE, "Mr", 1962, "Graduate", -20, "2206 Martin Luther King Jr Boulevard"),
    Person("Mei-Ling Chen", SHE, "Mrs", 1979, "Graduate", -10, "Flat 3, 12 Gerrard Street"),
    Person("Mohammed Al-Farsi", HE, "Mr", 1995, "Fresh graduate", 0, "88 Brick Lane"),
    Person("Lakisha Washington", THEY, "Mx", 1958, "Graduate", -25, "Apt 4B, 501 Malcolm X Boulevard"),
    Person("Gerhard Müller", HE, "Herr", 1990, "New graduate", -5, "7 The Crescent"),
    Person("María José Hernández", SHE, "Ms", 1985, "New graduate", 0, "1420 Calle Ocho"),
    Person("Rajesh Patel", HE, "Mr", 1970, "Graduate", -15, "33 Belgrave Road"),
)
# A town of the same country, for whom the CV's own place is somewhere else.
TOWNS = {
    "GB": ("Leeds", "Plymouth"),
    "US": ("Houston", "Seattle"),
    "DE": ("Hamburg", "München"),
    "FR": ("Lyon", "Lille"),
    "NL": ("Utrecht", "Groningen"),
    "CA": ("Calgary", "Halifax"),
    "AU": ("Perth", "Brisbane"),
    "IN": ("Chennai", "Jaipur"),
    "IE": ("Cork", "Sligo"),
}
_PRONOUN = re.compile(
    r"\b(she|he|they|herself|himself|themself|themselves|hers|his|theirs|her|him|them|their)\b", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def introduced(text: str, name: str, studies: Sequence[Span], person: Person, kinds: frozenset[Kind]) -> str:
    """The CV as of another person, in what `kinds` say; it introduces itself by lines that every person has.

    `name` is the one found in it, "" when none was; `studies` are the places of its education entries. Kinds that are
    not asked for are the same for every person.
    """
    plain = PEOPLE[0]
    named, spoken, aged, lives = (person if kind in kinds else plain for kind in Kind)
    text = with_years_moved(text, studies, aged.graduated)
    head = [
        f"{named.name}",
        f"{spoken.title}, {spoken.pronouns[0]}/{spoken.pronouns[1]}",
        lives.street,
        f"Date of birth: 12 March {aged.born}",
        f"{aged.hint}, {TODAY - aged.born} years old, born in {aged.born}, looking for a place where work is good.",
    ]
    return "\n".join(head) + "\n" + with_pronouns(with_name(text, name, named.name), spoken.pronouns)


def with_name(text: str, old: str, new: str) -> str:
    """Another name wherever the old one stands, in mail addresses and links too."""
    if not old:
        return text
    text = re.sub(re.escape(old), new, text, flags=re.IGNORECASE)
    olds, news = old.split(), new.split()
    for word, other in ((olds[0], news[0]), (olds[-1], news[-1])):
        if len(word) > 2:
            text = re.sub(rf"\b{re.escape(word)}\b", other, text)
            text = re.sub(
                rf"(?<=[\w./@-]){re.escape(word.lower())}|{re.escape(word.lower())}(?=[\w.-]*@)", other.lower(), text
            )
    return text


def with_pronouns(text: str, forms: tuple[str, str, str, str]) -> str:
    """Every "he" and "she" in these forms; `her` before a word says whose."""
    subject, them, theirs, self_ = forms
    whose = {"she": "her", "he": "his", "they": "their"}[subject]
    meaning = {"she": subject, "he": subject, "him": them, "hers": theirs}

    def other(match: re.Match[str]) -> str:
        word = match[0].lower()
        before_a_word = bool(re.match(r"\s+\w", text[match.end() : match.end() + 3]))
        if word in ("her", "his"):
            new = whose if before_a_word else (them if word == "her" else theirs)
        else:
            new = meaning.get(word, self_)
        return new.capitalize() if match[0][0].isupper() else new

    return _PRONOUN.sub(other, text)


def with_years_moved(text: str, places: Sequence[Span], years: int) -> str:
    for place in places:
        inside = _YEAR.sub(lambda match: str(int(match[0]) + years), text[place.start : place.end])
        text = text[: place.start] + inside + text[place.end :]
    return text


def in_another_town(text: str, place: Place) -> str | None:
    """The CV with another town of the same country in the place of its own; None when none is known."""
    towns = [town for town in TOWNS.get(place.country, ()) if town != place.city]
    if not place.city or place.span is None or not towns:
        return None
    stated = text[place.span.start : place.span.end]
    moved = stated.replace(place.city, towns[0])
    return None if moved == stated else text[: place.span.start] + moved + text[place.span.end :]
