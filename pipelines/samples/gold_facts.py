"""What a careful person reads in a gold CV: written by hand in short lines, kept as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

AS_OF = (2026, 11)  # the first month that has not been worked yet
LEVELS = ("none", "secondary", "vocational", "associate", "bachelor", "master", "doctorate")
SECTIONS = frozenset(
    """header summary experience education skills credentials languages projects volunteering publications
    interests references other""".split()  # noqa: SIM905 - a list of words
)
MIDDLE = 7  # a year alone stands for its middle


def months(start: str, end: str) -> range:
    """Worked months, both ends counted; a bare year begins in July and ends in June, or in December of itself."""
    year, _, month = start.partition("-")
    first = int(year) * 12 + (int(month) if month else MIDDLE)
    if end == "present":
        return range(first, AS_OF[0] * 12 + AS_OF[1])
    last_year, _, last_month = end.partition("-")
    if last_month:
        return range(first, int(last_year) * 12 + int(last_month) + 1)
    last = int(last_year) * 12 + MIDDLE
    return range(first, last if last > first else int(last_year) * 12 + 13)


def years(positions: Sequence[Mapping[str, Any]]) -> float:
    """Overlaps count once; a position without dates counts nothing."""
    worked = {month for p in positions if p["start"] and p["end"] for month in months(p["start"], p["end"])}
    return round(len(worked) / 12, 1)


def _cells(value: str, count: int) -> list[str | None]:
    cells: list[str | None] = [cell.strip() or None for cell in value.split("|")]
    return [None if cell == "-" else cell for cell in cells] + [None] * (count - len(cells))


def _flag(word: str | None) -> bool | None:
    return {"yes": True, "expired": True, "no": False, "valid": False}.get(word or "")


def _languages(value: str) -> Iterator[dict[str, str | None]]:
    for item in filter(None, re.split(r"\s*[;,]\s*", value)):
        code, _, level = item.partition(" ")
        yield {"code": code, "level": None if level in {"", "-"} else level}


def facts(lines: Sequence[tuple[str, str]], file: str, layout: str) -> dict[str, Any]:
    """From `key: value` lines; `job`, `edu` and `cred` come as often as needed."""
    one = {key: value.strip() or None for key, value in lines}

    def many(key: str, count: int) -> Iterator[list[str | None]]:
        return (_cells(value, count) for name, value in lines if name == key)

    positions = [dict(zip(("title", "employer", "start", "end"), row, strict=False)) for row in many("job", 4)]
    city, country = _cells(one.get("place") or "", 2)[:2]
    stated = one.get("years")
    return {
        "file": file,
        "layout": one.get("layout") or layout,
        "country": one["country"],
        "name": one["name"],
        "email": one.get("mail"),
        "phone": one.get("tel"),
        "headline": one.get("head"),
        "positions": positions,
        "years_total": float(stated) if stated else years(positions),
        "education": [dict(zip(("level", "field", "institution", "end"), row, strict=False)) for row in many("edu", 4)],
        "credentials": [{"label": row[0], "expired": _flag(row[1])} for row in many("cred", 2)],
        "languages": list(_languages(one.get("lang") or "")),
        "place": {"city": city, "country": country},
        "relocate": _flag(one.get("move")),
        "sections": (one.get("sec") or "").split(),
        "skills_listed": [skill.strip() for skill in (one.get("skills") or "").split(";") if skill.strip()],
    }
