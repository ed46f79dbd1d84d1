"""A sheet as plain text and as a small web page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from html import escape

from pipelines.samples.sheet import Entry, Section, Sheet

WIDTH = 78


def _wrap(text: str, indent: str = "", first: str | None = None) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _entry_lines(entry: Entry) -> Iterator[str]:
    yield f"{entry.title}  ({entry.dates})" if entry.dates else entry.title
    yield from filter(None, [entry.place])
    if entry.text:
        yield _wrap(entry.text)
    yield from (_wrap(bullet, "  ", "* ") for bullet in entry.bullets)
    yield ""


def _section_lines(section: Section) -> Iterator[str]:
    yield section.title.upper()
    yield "-" * len(section.title)
    yield from (_wrap(paragraph) + "\n" for paragraph in section.text.split("\n\n") if paragraph)
    yield from (_wrap(f"{label}: {words}", "  ", "") for label, words in section.pairs)
    yield from (_wrap(bullet, "  ", "- ") for bullet in section.bullets)
    for entry in section.entries:
        yield from _entry_lines(entry)
    yield ""


def plain(sheet: Sheet) -> bytes:
    lines = [sheet.title, sheet.subtitle, *sheet.contacts, ""]
    for section in sheet.sections:
        lines.extend(_section_lines(section))
    return ("\n".join(lines).replace("\n\n\n", "\n\n").rstrip() + "\n").encode()


def _section_html(section: Section) -> Iterator[str]:
    yield f"<h2>{escape(section.title)}</h2>"
    yield from (f"<p>{escape(paragraph)}</p>" for paragraph in section.text.split("\n\n") if paragraph)
    if section.bullets:
        yield "<ul>"
        yield from (f"  <li>{escape(bullet)}</li>" for bullet in section.bullets)
        yield "</ul>"


def web_page(sheet: Sheet) -> bytes:
    """A job ad as a careers page has it; CVs do not come as HTML, so entries are not drawn."""
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        f'<head><meta charset="utf-8"><title>{escape(sheet.title)} | {escape(sheet.subtitle)}</title>',
        "<style>body { font: 16px/1.5 sans-serif; max-width: 42rem; margin: 2rem auto; }</style></head>",
        "<body>",
        "<nav><a href='#'>All jobs</a> <a href='#'>Benefits</a> <a href='#'>Sign in</a></nav>",
        f"<h1>{escape(sheet.title)}</h1>",
        f"<p><strong>{escape(sheet.subtitle)}</strong><br>{escape(' · '.join(sheet.contacts))}</p>",
        *(line for section in sheet.sections for line in _section_html(section)),
        "<footer>Share this job · Apply now · Privacy</footer>",
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()
