"""A CV, the ad it is made to please, and the words that are smuggled in for that."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from core.domain import FlagKind
from pipelines.samples.sheet import Sheet, cv_sheet
from pipelines.samples.source import JobAd, Resume

_NOISE = re.compile(r"\*\*.*?\*\*|\(Req.*?\)|!+|\$\S+|[|–-] .*$")


@dataclass(frozen=True, slots=True)
class Aim:
    resume: Resume
    job: JobAd

    @property
    def sheet(self) -> Sheet:
        return cv_sheet(self.resume)

    @property
    def title(self) -> str:
        """The ad's title as a person would claim it."""
        return " ".join(_NOISE.sub(" ", self.job.title).split())

    @property
    def keywords(self) -> list[str]:
        """What the ad asks for, as words to pile up."""
        asked = (*self.job.requirements, *self.job.preferred)
        return [part for text in asked for part in re.split(r"[.,;:()]+\s*|\s+(?:and|or|with|of)\s+", text) if part]

    @property
    def claims(self) -> str:
        """Title, years, licence and skills as the ad wants them, in one breath."""
        asked = " ".join(text.rstrip(".") + "." for text in (*self.job.requirements, *self.job.preferred))
        return f"{self.title}, 12 years of experience as {self.title}, 2012 – present. {asked}"

    def lines(self, width: int) -> list[str]:
        return textwrap.wrap(self.claims, width)


Draw = Callable[[Aim], bytes]


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to cheat. `clean` draws the same file without what is smuggled in, all decoration kept."""

    name: str
    ending: str
    clean: Draw
    attacked: Draw
    expected: FlagKind = FlagKind.HIDDEN
