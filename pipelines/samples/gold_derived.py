"""Gold CVs drawn anew from `samples/source/cvs`: other formats, other orders, other habits of dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from pipelines.samples.gold_facts import years
from pipelines.samples.gold_habits import HEADINGS, PRESENT, date, heading
from pipelines.samples.source import Certificate, Education, Resume, Work

SOURCES = Path("samples/source/cvs")
FLUENT = {
    "native": r"native|muttersprache|maternelle",
    "c2": r"\bC2\b",
    "c1": r"\bC1\b|fluent|full professional",
    "b2": r"\bB2\b|professional",
    "b1": r"\bB1\b|conversational",
    "a2": r"\bA2\b|basic|elementary|grundkenntnisse|notions",
    "a1": r"\bA1\b|beginner",
}
NAMES = """English=en German=de Deutsch=de Englisch=en French=fr Spanish=es Italian=it Dutch=nl Polish=pl Marathi=mr
Irish=ga Hindi=hi Punjabi=pa Tamil=ta Kannada=kn Turkish=tr Welsh=cy Swedish=sv Portuguese=pt Ukrainian=uk Catalan=ca
Norwegian=no Greek=el Igbo=ig Yoruba=yo Bengali=bn Russisch=ru Afrikaans=af isiXhosa=xh isiZulu=zu Sesotho=st
Vietnamese=vi Czech=cs Wolof=wo Moroccan=ar Te=mi"""
CODES = dict(pair.split("=") for pair in NAMES.split())


@dataclass(frozen=True, slots=True)
class Plan:
    """One line of `derived.txt`: stem, source, format, layout, options; `edu` gives the levels of the education."""

    stem: str
    source: str
    kind: str
    layout: str
    options: Mapping[str, str]

    def get(self, key: str, otherwise: str) -> str:
        return self.options.get(key, otherwise)


def plans(path: Path) -> Iterator[Plan]:
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            stem, source, kind, layout, *words = line.split()
            yield Plan(stem, source, kind, layout, dict(word.partition("=")[::2] for word in words))


def _span(plan: Plan, start: str, end: str) -> str:
    habit, tongue = plan.get("dates", "long"), plan.get("in", "en")
    if not start:
        return date(end, habit, tongue) if end else ""
    last = date(end, habit, tongue) if end else PRESENT[plan.get("present", tongue)]
    return date(start, habit, tongue) + plan.get("dash", "_–_").replace("_", " ") + last


def _job(plan: Plan, work: Work) -> list[str]:
    when = _span(plan, work.start_date, work.end_date)
    place = f", {work.location}" if work.location and work.location not in work.name else ""
    text = [work.summary] if work.summary else []
    tail = text + [f"- {line}" for line in work.highlights[: int(plan.get("bullets", "5"))]]
    match plan.get("entry", "right"):
        case "right":
            return [f"### {work.position} >> {when}", work.name + place, *tail]
        case "employer":
            return [f"### {work.name}{place} >> {when}", work.position, *tail]
        case "inline":
            return [f"### {work.position}, {work.name} ({when})", *tail]
        case "pipe":
            return [f"**{work.position}** | {work.name}{place} | {when}", *tail]
        case "below":
            return [f"### {work.position}", f"{work.name}{place}", when, *tail]
        case "above":
            return [when, f"### {work.position}", f"{work.name}{place}", *tail]
        case "left":
            return [f"{when}   **{work.position}**, {work.name}", *tail]
        case "at":
            return [f"### {work.position} at {work.name}", when, *tail]
    return [f"| {when} | **{work.position}**, {work.name}{place}. {' '.join(work.highlights[:3])} |"]


def _school(plan: Plan, school: Education) -> list[str]:
    when = (
        _span(plan, school.start_date, school.end_date)
        if plan.get("edates", "both") == "both"
        else _span(plan, "", school.end_date)
    )
    title = f"{school.study_type}, {school.area}"
    match plan.get("entry", "right"):
        case "right" | "at":
            return [f"### {title} >> {when}", school.institution]
        case "employer":
            return [f"### {school.institution} >> {when}", title]
        case "inline":
            return [f"{title}, {school.institution} ({when})"]
        case "pipe":
            return [f"**{title}** | {school.institution} | {when}"]
        case "below":
            return [f"### {title}", school.institution, when]
        case "above":
            return [when, f"### {title}", school.institution]
        case "left":
            return [f"{when}   **{title}**, {school.institution}"]
    return [f"| {when} | **{title}**, {school.institution} |"]


def surface(keyword: str) -> str:
    return keyword.partition(" (")[0]


def _skills(plan: Plan, resume: Resume) -> list[str]:
    every = [keyword for skill in resume.skills for keyword in skill.keywords]
    match plan.get("skills", "lines"):
        case "lines":
            return [f"**{skill.name}:** {', '.join(skill.keywords)}" for skill in resume.skills]
        case "bullets":
            return [f"- {keyword}" for keyword in every]
        case "pipes":
            return [" | ".join(every).lstrip("|")]
        case "middots":
            return [" · ".join(every)]
        case "dots":
            return [f"* {surface(keyword)} | {5 - at % 3}/5" for at, keyword in enumerate(every)]
        case "semicolons":
            return ["; ".join(every)]
    return [f"| {skill.name} | {', '.join(skill.keywords)} |" for skill in resume.skills]


def _certificate(plan: Plan, certificate: Certificate) -> str:
    when = f" ({date(certificate.date, plan.get('dates', 'long'), plan.get('in', 'en'))})" if certificate.date else ""
    issuer = f", {certificate.issuer}" if certificate.issuer and certificate.issuer not in certificate.name else ""
    return f"- {certificate.name}{issuer}{when}"


def _languages(plan: Plan, resume: Resume) -> list[str]:
    if plan.get("langs", "lines") == "inline":
        return ["; ".join(f"{one.language} ({one.fluency})" for one in resume.languages)]
    if plan.get("langs", "lines") == "table":
        return [f"| {one.language} | {one.fluency} |" for one in resume.languages]
    return [f"{one.language}: {one.fluency}" for one in resume.languages]


def _section(plan: Plan, resume: Resume, name: str) -> list[str]:
    match name:
        case "summary":
            lines = [resume.basics.summary] if resume.basics.summary else []
        case "experience":
            lines = [line for work in resume.work for line in _job(plan, work)]
        case "education":
            lines = [line for school in resume.education for line in _school(plan, school)]
        case "skills":
            lines = _skills(plan, resume) if resume.skills else []
        case "credentials":
            lines = [_certificate(plan, one) for one in resume.certificates]
        case "languages":
            lines = _languages(plan, resume) if resume.languages else []
        case _:
            lines = [line for one in resume.projects for line in (f"### {one.name}", one.description)]
    if not lines:
        return []
    return ["", heading(name, plan.get("in", "en"), plan.get("caps", "title"), int(plan.get("say", "0"))), *lines]


def _contact(resume: Resume, place: str) -> list[str]:
    basics = resume.basics
    return [part for part in (place, basics.phone, basics.email, basics.url) if part]


def _place(resume: Resume) -> str:
    where = resume.basics.location
    return ", ".join(part for part in (where.city, where.region if where.region != where.city else "") if part)


def _body(plan: Plan, resume: Resume, order: Sequence[str]) -> tuple[str, list[str]]:
    """The markup and the sections in it; `|` in the order parts the side from the main column."""
    contact = _contact(resume, _place(resume))
    title = [f"# {resume.basics.name}"] + ([f"~ {resume.basics.label}"] if plan.get("label", "yes") == "yes" else [])
    personal = plan.get("contact", "line")
    if personal == "table":
        labels = HEADINGS["contact"][plan.get("in", "en")][0].split("/")
        title += [f"| {label} | {value} |" for label, value in zip(labels, contact, strict=False)]
    elif personal != "side":
        title += contact if personal == "lines" else ["  |  ".join(contact)]
    sections, lines = ["header"], list(title)
    names = list(order)
    if "/" in names:
        first, second = ("main", "side") if plan.get("side", "left") == "right" else ("side", "main")
        lines.append(f"@{first}")
        lines += contact if personal == "side" else []
    for name in names:
        if name == "/":
            lines.append(f"@{second}")
            continue
        part = _section(plan, resume, name)
        lines += part
        sections += [name] if part else []
    if "running" in plan.options:
        lines += ["@header", resume.basics.name, "@footer", f"{resume.basics.email} · {{page}}"]
    return "\n".join(lines), sections


def _level(word: str) -> str | None:
    return next((level for level, pattern in FLUENT.items() if re.search(pattern, word, re.IGNORECASE)), None)


def _when(plan: Plan, value: str, *, end: bool = False) -> str | None:
    if not value:
        return "present" if end else None
    return value[:4] if plan.get("dates", "long") == "year" else value


def _gold(plan: Plan, resume: Resume, sections: list[str]) -> dict[str, Any]:
    basics = resume.basics
    positions = [
        {
            "title": w.position,
            "employer": w.name,
            "start": _when(plan, w.start_date),
            "end": _when(plan, w.end_date, end=True),
        }
        for w in resume.work
    ]
    levels = plan.options["edu"].split(",") if resume.education else []
    shown = "credentials" in sections
    return {
        "layout": plan.layout,
        "country": basics.location.country_code,
        "name": basics.name,
        "email": basics.email,
        "phone": basics.phone or None,
        "headline": basics.label if plan.get("label", "yes") == "yes" else None,
        "positions": positions,
        "years_total": years(positions),
        "education": [
            {"level": level, "field": e.area, "institution": e.institution, "end": _when(plan, e.end_date)}
            for level, e in zip(levels, resume.education, strict=True)
        ],
        "credentials": [{"label": c.name, "expired": _expired(c.name)} for c in resume.certificates if shown],
        "languages": [
            {"code": CODES[one.language.split()[0]], "level": _level(one.fluency)}
            for one in resume.languages
            if "languages" in sections
        ],
        "place": {"city": basics.location.city, "country": basics.location.country_code},
        "relocate": {"yes": True, "no": False}.get(plan.get("move", "")),
        "sections": sections,
        "skills_listed": [surface(k) for s in resume.skills for k in s.keywords if "skills" in sections],
    }


def _expired(name: str) -> bool | None:
    if re.search("expired|lapsed", name, re.IGNORECASE):
        return True
    return False if re.search(r"\bactive\b|valid to|expires|renewed to|\bto January", name) else None


def derived(path: Path) -> Iterator[tuple[str, str, Mapping[str, str], str, dict[str, Any]]]:
    """Stem, format, options, body and gold of each plan."""
    for plan in plans(path):
        found = next(SOURCES.glob(f"{plan.source}-*.json"))
        resume = msgspec.json.decode(found.read_bytes(), type=Resume)
        order = plan.get("order", "summary,experience,education,skills,credentials,languages,projects").split(",")
        body, sections = _body(plan, resume, order)
        yield plan.stem, plan.kind, plan.options, body, _gold(plan, resume, sections)
