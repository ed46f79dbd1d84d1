"""Use case: look up skills of the vocabulary as somebody types them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.domain import ModelVersion, Skill
from core.errors import BadInput

MAX_QUERY = 100  # characters
MAX_FOUND = 50


class How(StrEnum):
    """How a query fits a name, best first."""

    EXACT = "exact"
    PREFIX = "prefix"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A skill and which of its names fits; `group` is the label of its group."""

    skill: Skill
    group: str
    name: str
    how: How


@dataclass(frozen=True, slots=True)
class Suggested:
    """Best first. `version` is the parser's whose vocabulary answered."""

    version: ModelVersion
    skills: tuple[Suggestion, ...]


Lookup = Callable[[str, int], Sequence[Suggestion]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The skills of the pinned parser version."""

    version: ModelVersion
    lookup: Lookup

    async def suggest(self, query: str, limit: int) -> Suggested:
        """Raises `BadInput` for a query without a letter or digit, or one that is too long."""
        words = " ".join(query.split())
        if not words.isprintable():
            raise BadInput("the query has characters that cannot be printed: send words")
        if not any(sign.isalnum() for sign in words):
            raise BadInput("the query is empty: send `q` with the beginning of a skill's name")
        if len(words) > MAX_QUERY:
            raise BadInput(f"the query has {len(words)} characters; the limit is {MAX_QUERY}")
        return Suggested(self.version, tuple(await asyncio.to_thread(self.lookup, words, limit)))
