"""Prints what the reader makes of one file: `python -m pipelines.read FILE [--job]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from core.domain import (
    Credential,
    Flag,
    Kind,
    Language,
    Place,
    Profile,
    Requirements,
    Seniority,
    SkillWanted,
    Span,
)
from core.errors import CoreError
from core.parts import Reading
from models.reading import Reader, load_reader
from pipelines.build_parser import ROOT, build_parser, sample_texts

_AROUND = 28  # characters to each side of a skill: about four words
_FLAG_LENGTH = 60


def show(reading: Reading, out: Console) -> None:
    match reading.facts:
        case Profile() as profile:
            _show_profile(profile, reading, out)
        case Requirements() as wishes:
            _show_wishes(wishes, reading.flags, out)


def _show_profile(profile: Profile, reading: Reading, out: Console) -> None:
    who = reading.identity
    head = Text(who.name or "(no name found)", style="bold")
    head.append(f"\n{profile.headline}", style="cyan")
    head.append(
        f"\n{' · '.join(part for part in (who.email, who.phone, _places(profile.places)) if part)}", style="dim"
    )
    out.print(Panel(head, expand=False))
    facts = _facts()
    facts.add_row("Field of work", profile.family or "unknown")
    facts.add_row("Level", _level(profile.seniority))
    facts.add_row("Experience", _length(profile.months))
    facts.add_row("Confidence", _confidence(profile.confidence, profile.warnings))
    facts.add_row("", _parts(profile.sections))
    out.print(facts)
    _show_flags(reading.flags, out)
    _show_positions(profile, out)
    skills = Table(title="Skills", title_justify="left")
    for name in ("Skill", "Where it stands", "Used", "Last"):
        skills.add_column(name)
    for found in sorted(profile.skills, key=lambda s: (-s.months, s.skill.label)):
        where = _context(reading.text, found.span) if found.span else Text(found.surface)
        skills.add_row(found.skill.label, where, _length(found.months), _month(found.last_used))
    out.print(skills)
    rest = _facts()
    for study in profile.education:
        rest.add_row(
            "Education", _joined(study.level.name.lower(), study.field, study.institution, _month(study.ended))
        )
    _add_rest(rest, profile.credentials, profile.languages)
    if profile.relocate or profile.remote:
        rest.add_row("Also", _joined(profile.remote or "", "would move" if profile.relocate else ""))
    out.print(rest)


def _show_flags(flags: Sequence[Flag], out: Console) -> None:
    """What was set aside, and why: nothing of it counts."""
    if not flags:
        return
    table = Table(title="Set aside", title_justify="left", style="red")
    for name in ("What", "Why", "How it begins"):
        table.add_column(name)
    for flag in flags:
        table.add_row(flag.kind.value, flag.reason, " ".join(flag.text.split())[:_FLAG_LENGTH])
    out.print(table)


def _context(text: str, span: Span) -> Text:
    """A few words of the line around what was found, which itself is bold."""
    start = max(text.rfind("\n", 0, span.start) + 1, span.start - _AROUND)
    end = text.find("\n", span.end)
    end = min(len(text) if end < 0 else end, span.end + _AROUND)
    before, after = text[start : span.start].split(" "), text[span.end : end].split(" ")
    if start and text[start - 1] != "\n" and len(before) > 1:
        before[0] = "…"  # a word that the cut may have halved
    if end < len(text) and text[end] != "\n" and len(after) > 1:
        after[-1] = "…"
    shown = Text(" ".join(before), style="dim")
    shown.append(" ".join(text[span.start : span.end].split()), style="not dim bold")
    shown.append(" ".join(after))
    return shown


def _parts(sections: Mapping[str, float]) -> Text:
    """How sure each part is, the least sure first."""
    shown = Text()
    for part, sure in sorted(sections.items(), key=lambda pair: pair[1]):
        shown.append(f"{part} {sure:.0%}   ", style=_style(sure))
    return shown


def _show_positions(profile: Profile, out: Console) -> None:
    table = Table(title="Positions", title_justify="left")
    for name in ("From", "To", "Length", "Title", "Employer", "Field of work"):
        table.add_column(name)
    for held in profile.positions:
        until = "today" if held.current else _month(held.end)
        table.add_row(_month(held.start), until, _length(held.months), held.title, held.employer, held.family)
    out.print(table)


def _show_wishes(wishes: Requirements, flags: Sequence[Flag], out: Console) -> None:
    head = Text(wishes.title or "(no title found)", style="bold")
    if wishes.stated_title != wishes.title:
        head.append(f"\nstated as: {wishes.stated_title}", style="dim")
    head.append(f"\n{_joined(wishes.employer, _places(wishes.places), wishes.remote or '')}", style="cyan")
    out.print(Panel(head, expand=False))
    facts = _facts()
    facts.add_row("Field of work", wishes.family or "unknown")
    facts.add_row("Level", _level(wishes.seniority))
    facts.add_row("Experience", "not stated" if wishes.min_months is None else f"at least {_length(wishes.min_months)}")
    if wishes.education:
        facts.add_row("Education", _joined(wishes.education.level.name.lower(), wishes.education.field))
    facts.add_row("Must have", _skills(wishes.must_have))
    facts.add_row("Nice to have", _skills(wishes.nice_to_have))
    _add_rest(facts, wishes.credentials, wishes.languages)
    for group in wishes.one_of:
        facts.add_row("One of", " or ".join(one.label for one in group))
    for credential in wishes.nice_credentials:
        facts.add_row("Nice to have", credential.label)
    facts.add_row("Employment", _joined(wishes.employment_type, wishes.salary))
    facts.add_row("Confidence", _confidence(wishes.confidence, wishes.warnings))
    out.print(facts)
    _show_flags(flags, out)


def _add_rest(table: Table, credentials: Iterable[Credential], languages: Iterable[Language]) -> None:
    for credential in credentials:
        expires = f"expires {_month(credential.expires)}" if credential.expires else ""
        table.add_row(
            "Licence or certificate", _joined(credential.label, "by law" if credential.legal else "", expires)
        )
    spoken = [f"{language.code} ({language.level.name})" if language.level else language.code for language in languages]
    if spoken:
        table.add_row("Languages", ", ".join(spoken))


def _facts() -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    return table


def _skills(wishes: Sequence[SkillWanted]) -> str:
    names = [f"{w.skill.label} ({_length(w.months)})" if w.months else w.skill.label for w in wishes]
    return ", ".join(names) or "none recognised"


def _places(places: Sequence[Place]) -> str:
    return "; ".join(_joined(place.city, place.region, place.country) for place in places)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _level(level: Seniority | None) -> str:
    return "unknown" if level is None else level.name.lower()


def _month(day: date | None) -> str:
    return "" if day is None else f"{day:%m/%Y}"


def _length(months: int) -> str:
    years, rest = divmod(months, 12)
    return " ".join(part for part in (f"{years} y" if years else "", f"{rest} m" if rest else "") if part)


def _confidence(confidence: float, warnings: Sequence[str]) -> Text:
    text = Text(f"{confidence:.0%}", style=_style(confidence))
    for warning in warnings:
        text.append(f"\n{warning}", style="yellow")
    return text


def _style(confidence: float) -> str:
    return "green" if confidence >= 0.8 else "yellow" if confidence >= 0.5 else "red"


def _reader(folder: Path | None) -> Reader:
    if folder is not None:
        return load_reader(folder)
    with tempfile.TemporaryDirectory() as made:
        build_parser(ROOT / "taxonomy", list(sample_texts(ROOT / "samples")), Path(made))
        return load_reader(Path(made))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m pipelines.read", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--job", action="store_true", help="the file is a job ad, not a CV")
    parser.add_argument("--parser", type=Path, help="a parser version's folder; without it, one is made from taxonomy/")
    parser.add_argument("--text", action="store_true", help="print the text in reading order as well")
    options = parser.parse_args(arguments)
    out = Console()
    try:
        reader = _reader(options.parser)
        reading = reader.file(options.file.read_bytes(), options.file.name, Kind.JOB if options.job else Kind.CANDIDATE)
    except (CoreError, OSError) as error:
        print(f"{options.file.name}: {error}", file=sys.stderr)
        return 1
    show(reading, out)
    if options.text:
        out.print(Panel(Text(reading.text), title="Text"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
