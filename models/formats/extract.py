"""What the reader of one format makes of a file."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain import Flag, FlagKind

_SHOWN = 300  # characters of what was set aside


@dataclass(frozen=True, slots=True)
class Extract:
    """What a person sees, as text in reading order, and flags of what only a program would find."""

    text: str
    flags: tuple[Flag, ...] = ()


def hidden(reason: str, text: str) -> Flag:
    """Words that nobody sees, such as `hidden("white on white", …)`."""
    return Flag(FlagKind.HIDDEN, reason, " ".join(text.split())[:_SHOWN])


def disguised(reason: str, text: str) -> Flag:
    """Words that are not those that are seen in their place."""
    return Flag(FlagKind.DISGUISED, reason, " ".join(text.split())[:_SHOWN])
