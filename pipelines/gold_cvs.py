"""What CVs say, as people wrote it down: the gold set, and our own samples through their sources."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from models.parsing.identity import without_letters

S = TypeVar("S", bound=msgspec.Struct)
BATCHES = ("easy", "hard_a", "hard_b", "hard_c")


class Post(msgspec.Struct, frozen=True):
    """A position. Dates are `YYYY-MM`, `YYYY` where the CV says no more, or `present`."""

    title: str | None = None
    employer: str | None = None
    start: str | None = None
    end: str | None = None


class Study(msgspec.Struct, frozen=True):
    level: str | None = None
    field: str | None = None
    institution: str | None = None
    end: str | None = None


class Paper(msgspec.Struct, frozen=True):
    """A credential. `names` are other names of the same one, of a reader that knows them."""

    label: str
    expired: bool | None = None
    names: tuple[str, ...] = ()


class Tongue(msgspec.Struct, frozen=True):
    code: str
    level: str | None = None


class Town(msgspec.Struct, frozen=True):
    city: str | None = None
    country: str | None = None


class Facts(msgspec.Struct, frozen=True):
    """What one CV says. None: nobody wrote it down, so nothing is held against a reader."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    headline: str | None = None
    positions: tuple[Post, ...] | None = None
    years_total: float | None = None
    education: tuple[Study, ...] | None = None
    credentials: tuple[Paper, ...] | None = None
    languages: tuple[Tongue, ...] | None = None
    place: Town | None = None
    relocate: bool | None = None
    sections: tuple[str, ...] | None = None
    skills_listed: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class GoldCv:
    """A file and what it says."""

    id: str
    batch: str
    layout: str
    path: Path
    facts: Facts


def read_sources(samples: Path) -> Iterator[GoldCv]:
    """The samples that have a text, by the JSON they were rendered from; levels and sections are not in there."""
    for path in sorted((samples / "cvs").iterdir()):
        source = samples / "source" / "cvs" / f"{path.stem}.json"
        if not source.exists():
            continue
        told = json.loads(source.read_text("utf-8"))
        meta = told["meta"]
        if not meta.get("scan"):
            layout = "json" if meta["format"] == "json" else meta["layout"]
            yield GoldCv(path.stem, "samples", layout, path, _facts(told))


def _facts(told: dict[str, Any]) -> Facts:
    basics = told["basics"]
    location = basics.get("location", {})
    return Facts(
        name=without_letters(basics["name"]),
        email=basics.get("email", ""),
        phone=basics.get("phone", ""),
        headline=basics.get("label"),
        positions=tuple(
            Post(work["position"], work["name"], work.get("startDate"), work.get("endDate") or "present")
            for work in told.get("work", ())
            if "break" not in work["position"].lower()
        ),
        education=tuple(
            Study(None, one.get("area"), one.get("institution"), one.get("endDate"))
            for one in told.get("education", ())
        ),
        languages=None,
        place=Town(location.get("city"), location.get("countryCode")) if location.get("city") else None,
        skills_listed=tuple(word for skill in told.get("skills", ()) for word in skill.get("keywords", ())),
    )


class _Written(msgspec.Struct):
    """A file of the gold set. Null: the CV does not say."""

    file: str
    layout: str
    name: str | None
    email: str | None
    phone: str | None
    headline: str | None
    positions: tuple[Post, ...]
    years_total: float | None
    education: tuple[Study, ...]
    credentials: tuple[Paper, ...]
    languages: tuple[Tongue, ...]
    place: Town | None
    relocate: bool | None
    sections: tuple[str, ...]
    skills_listed: tuple[str, ...]


def read_gold(folder: Path, batches: Sequence[str] = BATCHES) -> Iterator[GoldCv]:
    """Nothing when the folder is not there. What a CV does not say is empty: to find it is a fault."""
    for batch in batches:
        for path in sorted((folder / batch).glob("*.json")):
            told = msgspec.json.decode(path.read_bytes(), type=_Written)
            facts = Facts(
                name=told.name or "",
                email=told.email or "",
                phone=told.phone or "",
                headline=told.headline or "",
                positions=tuple(map(_said, told.positions)),
                years_total=told.years_total,
                education=tuple(map(_said, told.education)),
                credentials=told.credentials,
                languages=told.languages,
                place=told.place or Town(),
                relocate=bool(told.relocate),
                sections=tuple(dict.fromkeys(told.sections)),
                skills_listed=told.skills_listed,
            )
            yield GoldCv(path.stem, batch, told.layout, folder / told.file, facts)


def _said(entry: S) -> S:
    """With nothing where nothing is said."""
    return msgspec.structs.replace(entry, **{k: v or "" for k, v in msgspec.structs.asdict(entry).items()})
