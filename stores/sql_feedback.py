"""What people made of matches and the features those were judged by: ids in the clear, the rest sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import LargeBinary, Row, Select, Table, Text, any_, bindparam, delete, func, insert, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from core.answers import Receipt
from core.domain import CandidateId, FeedbackId, JobId, MatchId, OwnerId, Vector
from core.feedback import Judgement, Served, Sides, sides
from core.packing import pack, unpack
from stores.sql_scope import Box, Scope
from stores.sql_tables import data_keys, feedback, receipts, served

_ROW = np.dtype("<f4")
_TEXTS = ARRAY(Text)


# Built once: these are on the path of every match.
_keys = select(data_keys.c.owner, data_keys.c.wrapped).where(
    data_keys.c.tenant == bindparam("tenant"),
    data_keys.c.owner == any_(bindparam("owners", type_=_TEXTS)),
    data_keys.c.wrapped.is_not(None),
)
_shown = (
    func.unnest(
        bindparam("owners", type_=_TEXTS),
        bindparam("candidates", type_=_TEXTS),
        bindparam("jobs", type_=_TEXTS),
        bindparam("sealed", type_=ARRAY(LargeBinary)),
    )
    .table_valued("owner", "candidate", "job", "features")
    .render_derived()
)
_put = insert(served).from_select(
    ["tenant", "match", "owner", "candidate", "job", "features"],
    select(bindparam("tenant", type_=Text), bindparam("match", type_=Text), *_shown.c),
)


@dataclass(frozen=True, slots=True)
class SqlServed:
    scope: Scope

    async def put(self, receipt: Receipt, rows: Sequence[Served]) -> None:
        """Two statements, whatever the page. No key is locked: a row that is sealed while its person is being erased
        stays as noise, for its key is gone."""
        pairs = [(one, sides(receipt, one.about)) for one in rows]
        wrapped = await self._wrapped({pair.person for _, pair in pairs})
        boxes = {person: self.scope.box_of(person, key) for person, key in wrapped.items()}
        kept = [(one, pair, boxes[pair.person]) for one, pair in pairs if pair.person in boxes]
        if not kept:
            return
        values = {
            "tenant": self.scope.tenant,
            "match": receipt.id,
            "owners": [one.about for one, _, _ in kept],
            "candidates": [pair.candidate for _, pair, _ in kept],
            "jobs": [pair.job for _, pair, _ in kept],
            "sealed": [box.seal(_column(receipt.id), _packed(one.row)) for one, _, box in kept],
        }
        await self.scope.connection.execute(_put, values)

    async def of(self, match: MatchId) -> list[Served]:
        rows = await self.scope.connection.execute(_with_key(served, self.scope).where(served.c.match == match))
        return [
            Served(_owner(row.owner, row), _unpacked(_box(self.scope, row).open(_column(match), row.features)))
            for row in rows
        ]

    async def _wrapped(self, persons: set[OwnerId]) -> dict[OwnerId, bytes]:
        rows = await self.scope.connection.execute(_keys, {"tenant": self.scope.tenant, "owners": sorted(persons)})
        return {CandidateId(owner): wrapped for owner, wrapped in rows}


@dataclass(frozen=True, slots=True)
class SqlFeedback:
    """Rows are only added; erasing either side of the pair removes them."""

    scope: Scope

    async def hold(self, match: MatchId) -> None:
        here = (receipts.c.tenant == self.scope.tenant) & (receipts.c.id == match)
        await self.scope.connection.execute(select(receipts.c.id).where(here).with_for_update())

    async def put(self, judgement: Judgement, sides: Sides) -> None:
        box = await self.scope.box(sides.person)
        row = {
            "tenant": self.scope.tenant,
            "id": judgement.id,
            "match": judgement.match,
            "candidate": sides.candidate,
            "job": sides.job,
            "packed": box.seal(f"feedback {judgement.id}", pack(judgement)),
        }
        await self.scope.connection.execute(insert(feedback).values(row))

    async def of(self, match: MatchId) -> list[Judgement]:
        rows = await self.scope.connection.execute(_with_key(feedback, self.scope).where(feedback.c.match == match))
        return sorted(map(self._judgement, rows), key=lambda one: (one.given_at, one.id))

    async def page(self, after: FeedbackId | None, limit: int) -> list[tuple[Judgement, Sides]]:
        query = _with_key(feedback, self.scope).order_by(feedback.c.id).limit(limit)
        if after is not None:
            query = query.where(feedback.c.id > after)
        return [(self._judgement(row), _sides(row)) for row in await self.scope.connection.execute(query)]

    async def forget(self, owner: OwnerId) -> int:
        await self._delete(served, owner)
        return await self._delete(feedback, owner)

    async def _delete(self, table: Table, owner: OwnerId) -> int:
        either = or_(table.c.candidate == owner, table.c.job == owner)
        done = await self.scope.connection.execute(delete(table).where(table.c.tenant == self.scope.tenant, either))
        return done.rowcount

    def _judgement(self, row: Row[Any]) -> Judgement:
        return unpack(_box(self.scope, row).open(f"feedback {row.id}", row.packed), Judgement)


def _with_key(table: Table, scope: Scope) -> Select[Any]:
    """Rows whose person was erased are as good as gone."""
    person = func.coalesce(table.c.candidate, table.c.job)
    keys = (data_keys.c.tenant == table.c.tenant) & (data_keys.c.owner == person)
    return (
        select(table, data_keys.c.wrapped)
        .join(data_keys, keys)
        .where(table.c.tenant == scope.tenant, data_keys.c.wrapped.is_not(None))
    )


def _sides(row: Row[Any]) -> Sides:
    return Sides(JobId(row.job) if row.job else None, CandidateId(row.candidate) if row.candidate else None)


def _owner(id: str, row: Row[Any]) -> OwnerId:
    return CandidateId(id) if id == row.candidate else JobId(id)


def _box(scope: Scope, row: Row[Any]) -> Box:
    return scope.box_of(_sides(row).person, row.wrapped)


def _column(match: MatchId) -> str:
    return f"served {match}"


def _packed(row: Vector) -> bytes:
    return np.asarray(row, _ROW).tobytes()


def _unpacked(content: bytes) -> Vector:
    return np.frombuffer(content, _ROW).astype(np.float32)
