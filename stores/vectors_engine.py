"""What the index asks of an engine, in words of its own: each engine translates them once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from core.answers import Circle
from core.domain import Sparse

TITLE = "title"
TEXT = "text"
SKILLS = "skills"
WORDS = "words"
DENSE = (TITLE, TEXT)
SPARSE = (SKILLS, WORDS)

ID = "id"


class FieldType(Enum):
    TENANT = "tenant"
    KEYWORD = "keyword"
    INTEGER = "integer"
    GEO = "geo"


FIELDS = {
    "tenant": FieldType.TENANT,
    "countries": FieldType.KEYWORD,
    "places": FieldType.GEO,
    "remote": FieldType.KEYWORD,
    "languages": FieldType.KEYWORD,
    "months": FieldType.INTEGER,
    "education": FieldType.INTEGER,
    "skills": FieldType.KEYWORD,
    "credentials": FieldType.KEYWORD,
}


@dataclass(frozen=True, slots=True)
class HasKey:
    """The point is one of these."""

    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the field's values is among these."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NothingBut:
    """Every value of the field is among these; a field without values passes."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The field's number lies in these bounds, both included."""

    field: str
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """One of the field's places lies in the circle."""

    field: str
    circle: Circle


Condition = HasKey | AnyOf | NothingBut | Between | Within
Conditions = Sequence[Condition]


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A point as engines keep it: `key` is a UUID's number. A vector that says nothing is left out."""

    key: int
    dense: dict[str, list[float]]
    sparse: dict[str, Sparse]
    payload: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One way to search: this vector against the stored vectors called `using`."""

    using: str
    vector: list[float] | Sparse
    weight: float = 1.0


# Key and score. A plain pair: a search makes a thousand.
Hit = tuple[int, float]


class Engine(Protocol):
    """Named collections of records. What was never made is empty to read and a `StoreError` to write."""

    async def create(self, name: str, dimension: int) -> None:
        """Changes nothing when the collection exists. Calls at the same time make one collection."""

    async def names(self) -> list[str]: ...
    async def upsert(self, name: str, records: Sequence[Record]) -> None:
        """Durable when it returns."""

    async def nearest(self, name: str, lanes: Sequence[Lane], where: Conditions, depth: int) -> list[list[Hit]]:
        """For each lane its best `depth`, best first."""

    async def owners(self, name: str, keys: Sequence[int]) -> dict[int, str]:
        """The ids of those that are still there."""

    async def matching(self, name: str, where: Conditions, limit: int) -> list[str]:
        """The owners of at most `limit` points, in no order."""

    async def count(self, name: str, where: Conditions) -> int: ...
    async def delete(self, name: str, where: Conditions) -> int: ...
