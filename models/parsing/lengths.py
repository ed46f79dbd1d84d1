"""Lengths of time in words and numbers: `2 years 6 months`."""

from __future__ import annotations

import re

_WORDS = dict(
    zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], range(1, 11), strict=True)
)
_N = rf"(?:\d{{1,2}}(?:[.,]\d)?\+?|{'|'.join(_WORDS)})"
_UNITS = r"(?:years?|yrs?|jahren?|ans?|años?|anni|jaar|months?|mos|monaten?|mois|mes(?:es)?|mesi)"
_UNIT = re.compile(rf"\b({_N})\s*({_UNITS})\b", re.IGNORECASE)
_LENGTH = re.compile(rf"\b{_N}\s*{_UNITS}\b\.?(?:(?:,|\s+and|\s+und|\s+et|\s+y)?\s+{_N}\s*{_UNITS}\b)?", re.IGNORECASE)


def length_in(text: str) -> tuple[int, int, int] | None:
    """Months of a length of time such as `2 years 6 months`, and where it stands."""
    for match in _LENGTH.finditer(text):
        amounts = [(_amount(n), unit.lower()) for n, unit in _UNIT.findall(match[0])]
        months = sum(n * (12 if unit[0] in "yja" else 1) for n, unit in amounts)
        if months:
            return round(months), match.start(), match.end()
    return None


def _amount(word: str) -> float:
    return _WORDS.get(word.lower()) or float(word.replace(",", ".").rstrip("+ "))
