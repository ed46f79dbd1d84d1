"""A title as classifications write it, and the titles of single jobs that it stands for.

`Payroll and Timekeeping Clerks` are payroll clerks and timekeeping clerks, `Insulation Workers, Floor, Ceiling` are
floor insulation workers, and `Accountants and Auditors` are both. Plural tells which: what joins two people's titles
is a list of them, and a word that is none describes the next one, or the one before where none follows.
"""

from __future__ import annotations

import re

from models.parsing.plurals import singular_title

_LEFT_OUT = re.compile(r",?\s(?:except|excluding|including|not elsewhere classified|all other)\b.*", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s?\([^()]*\)")
_BETWEEN = re.compile(r"\s?[,;/]\s?(?:(?:and|or)\s)?|\s(?:and|or)\s", re.IGNORECASE)
_RELATED = re.compile(r"related\s", re.IGNORECASE)
# Alone they say nothing of the work: in `Gardeners and Related Workers`, gardeners are what counts.
_ANYONE = frozenset({"worker", "professional", "associate professional", "manager", "technician", "operator"})


def one_person(title: str) -> str:
    return singular_title(title).lower()


def titles_in(title: str) -> tuple[str, ...]:
    """In the singular, the whole title first; itself alone when it is no list."""
    title = _IN_BRACKETS.sub("", _LEFT_OUT.sub("", title)).strip(" ,") or title
    parts = [_RELATED.sub("", part, count=1) for part in _BETWEEN.split(title) if part]
    return tuple(dict.fromkeys(one_person(one) for one in (title, *_people(parts))))


def _people(parts: list[str]) -> list[str]:
    """The plural titles that the parts of a list make."""
    heads: list[str] = []
    found: list[str] = []
    waiting: list[str] = []  # descriptions of a title that is still to come
    for part in parts:
        if singular_title(part) == part:
            waiting.append(part)
            continue
        *described, noun = part.split()
        found += [f"{one} {noun}" for one in waiting]
        waiting.clear()
        if not described and heads:
            part = " ".join((*heads[-1].split()[:-1], noun))  # `Glass Installers and Repairers`
        heads.append(part)
        if one_person(part) not in _ANYONE:
            found.append(part)
    return found + [f"{one} {head}" for one in waiting for head in heads]
