"""Candidates and jobs: ids and times in the clear, all that they say sealed with their own key."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import Row, Select, Table, delete, select

from core.domain import Candidate, CandidateId, DocumentId, Flag, Identity, Job, JobId, Profile, Requirements
from core.errors import NotFound
from core.packing import pack, unpack
from stores.sql_scope import Box, Scope, upsert
from stores.sql_tables import candidates, cases, data_keys, documents, jobs, passages

Id = TypeVar("Id", CandidateId, JobId)
Value = TypeVar("Value", Candidate, Job)


class _OwnerRows(ABC, Generic[Id, Value]):
    """What candidates and jobs have in common. Rows whose key was destroyed are as good as gone."""

    table: ClassVar[Table]
    noun: ClassVar[str]

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    @abstractmethod
    def _columns(self, value: Value, box: Box) -> dict[str, Any]: ...

    @abstractmethod
    def _value(self, row: Row[Any], box: Box) -> Value: ...

    @abstractmethod
    def _id(self, id: str) -> Id: ...

    async def put(self, value: Value) -> None:
        box = await self.scope.box(value.id)
        row = {
            "tenant": self.scope.tenant,
            "id": value.id,
            "reference": value.reference or None,
            "document": value.document,
            "created_at": value.created_at,
            "updated_at": value.updated_at,
            "flags": box.seal("flags", pack(value.flags)) if value.flags else None,
        }
        await self.scope.connection.execute(upsert(self.table, row | self._columns(value, box)))

    async def get(self, id: Id) -> Value:
        found = (await self.scope.connection.execute(self._select().where(self.table.c.id == id))).one_or_none()
        if found is None:
            raise NotFound(f"no {self.noun} {id}")
        return self._open(found)

    async def page(self, after: Id | None, limit: int) -> list[Value]:
        """In the order they were made: what is added while somebody pages comes last."""
        query = self._select().order_by(self.table.c.id).limit(limit)
        if after is not None:
            query = query.where(self.table.c.id > after)
        return [self._open(row) for row in await self.scope.connection.execute(query)]

    async def find(self, reference: str) -> Id | None:
        found = await self.scope.connection.scalar(
            select(self.table.c.id).where(self.table.c.tenant == self.scope.tenant, self.table.c.reference == reference)
        )
        return None if found is None else self._id(found)

    async def delete(self, id: Id) -> None:
        """With its documents, passages and cases. Its data key is left to `KeyRows.destroy`."""
        for table in (documents, passages, cases):
            await self.scope.connection.execute(
                delete(table).where(table.c.tenant == self.scope.tenant, table.c.owner == id)
            )
        gone = await self.scope.connection.execute(
            delete(self.table).where(self.table.c.tenant == self.scope.tenant, self.table.c.id == id)
        )
        if gone.rowcount == 0:
            raise NotFound(f"no {self.noun} {id}")

    def _select(self) -> Select[Any]:
        keys = (data_keys.c.tenant == self.table.c.tenant) & (data_keys.c.owner == self.table.c.id)
        return (
            select(self.table, data_keys.c.wrapped)
            .join(data_keys, keys)
            .where(self.table.c.tenant == self.scope.tenant, data_keys.c.wrapped.is_not(None))
        )

    def _open(self, row: Row[Any]) -> Value:
        return self._value(row, self.scope.box_of(self._id(row.id), row.wrapped))


class SqlCandidates(_OwnerRows[CandidateId, Candidate]):
    table = candidates
    noun = "candidate"

    def _id(self, id: str) -> CandidateId:
        return CandidateId(id)

    def _columns(self, value: Candidate, box: Box) -> dict[str, Any]:
        return {
            "identity": box.seal("identity", pack(value.identity)),
            "profile": None if value.profile is None else box.seal("profile", pack(value.profile)),
            "text": box.seal("text", value.text.encode()),
        }

    def _value(self, row: Row[Any], box: Box) -> Candidate:
        return Candidate(
            id=CandidateId(row.id),
            created_at=row.created_at,
            updated_at=row.updated_at,
            document=None if row.document is None else DocumentId(row.document),
            reference=row.reference or "",
            identity=unpack(box.open("identity", row.identity), Identity),
            profile=None if row.profile is None else unpack(box.open("profile", row.profile), Profile),
            text=box.open("text", row.text).decode(),
            flags=_flags(row, box),
        )


class SqlJobs(_OwnerRows[JobId, Job]):
    table = jobs
    noun = "job"

    def _id(self, id: str) -> JobId:
        return JobId(id)

    def _columns(self, value: Job, box: Box) -> dict[str, Any]:
        wanted = value.requirements
        return {
            "requirements": None if wanted is None else box.seal("requirements", pack(wanted)),
            "text": box.seal("text", value.text.encode()),
        }

    def _value(self, row: Row[Any], box: Box) -> Job:
        wanted = row.requirements
        return Job(
            id=JobId(row.id),
            created_at=row.created_at,
            updated_at=row.updated_at,
            document=None if row.document is None else DocumentId(row.document),
            reference=row.reference or "",
            requirements=None if wanted is None else unpack(box.open("requirements", wanted), Requirements),
            text=box.open("text", row.text).decode(),
            flags=_flags(row, box),
        )


def _flags(row: Row[Any], box: Box) -> tuple[Flag, ...]:
    return () if row.flags is None else unpack(box.open("flags", row.flags), tuple[Flag, ...])
