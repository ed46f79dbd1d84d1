"""Use case: look up what is stored, one tenant's only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.domain import Candidate, CandidateId, Document, DocumentId, Job, JobId, Kind, OwnerId, TenantId
from core.ports import Transaction

T = TypeVar("T", Candidate, Job)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Items in the order they were made; `after` is the cursor of the next page, None at the end."""

    items: tuple[T, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Library:
    transaction: Transaction

    async def candidate(self, tenant: TenantId, id: CandidateId) -> Candidate:
        async with self.transaction(tenant) as rows:
            return await rows.candidates.get(id)

    async def job(self, tenant: TenantId, id: JobId) -> Job:
        async with self.transaction(tenant) as rows:
            return await rows.jobs.get(id)

    async def candidates(self, tenant: TenantId, after: CandidateId | None, limit: int) -> Page[Candidate]:
        async with self.transaction(tenant) as rows:
            return _page(await rows.candidates.page(after, limit + 1), limit, lambda one: one.id)

    async def jobs(self, tenant: TenantId, after: JobId | None, limit: int) -> Page[Job]:
        async with self.transaction(tenant) as rows:
            return _page(await rows.jobs.page(after, limit + 1), limit, lambda one: one.id)

    async def document(self, tenant: TenantId, id: DocumentId) -> Document:
        async with self.transaction(tenant) as rows:
            return await rows.documents.get(id)

    async def documents(self, tenant: TenantId, kind: Kind, owner: OwnerId) -> list[Document]:
        """All documents of an owner, oldest first. Raises `NotFound` for an owner of the other kind, or of nobody."""
        async with self.transaction(tenant) as rows:
            if kind is Kind.CANDIDATE:
                await rows.candidates.get(CandidateId(owner))
            else:
                await rows.jobs.get(JobId(owner))
            return await rows.documents.of(owner)


def _page(found: Sequence[T], limit: int, key: Callable[[T], str]) -> Page[T]:
    """`found` holds one more than the page when there is a next one."""
    items = tuple(found[:limit])
    return Page(items, key(items[-1]) if len(found) > limit else None)
