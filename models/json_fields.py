"""The strings of a JSON document as people see them, and flags of what is in them for programs only."""

from __future__ import annotations

from dataclasses import replace

from core.domain import Flag, Kind
from models.formats.extract import Extract
from models.formats.html import without_markup
from models.formats.unseen import seen
from models.parsing.suspicious import find_suspicious, without


def shown_fields(value: object, kind: Kind, flags: list[Flag]) -> object:
    """The same document; what is set aside is in no string of it, so that its flags have no place in the text."""
    if isinstance(value, str):
        return _shown(value, kind, flags)
    if isinstance(value, list):
        return [shown_fields(inner, kind, flags) for inner in value]
    if isinstance(value, dict):
        return {name: shown_fields(inner, kind, flags) for name, inner in value.items()}
    return value


def _shown(text: str, kind: Kind, flags: list[Flag]) -> str:
    shown = without_markup(text)
    shown = seen(Extract(shown.text, shown.flags))
    suspicious = find_suspicious(shown.text, kind)
    flags += (*shown.flags, *(replace(flag, span=None) for flag in suspicious))
    return without(shown.text, suspicious)
