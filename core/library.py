"""Use case: look up what is stored, one tenant's only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain import Candidate, CandidateId, Document, DocumentId, Flag, Job, JobId, Kind, OwnerId, TenantId
from core.errors import NotReady
from core.highlights import Highlight, highlights
from core.ports import Rows, Transaction


@dataclass(frozen=True, slots=True)
class Page:
    """Items by id; `after` is the cursor of the next page, None at the end."""

    items: tuple[Candidate | Job, ...]
    after: OwnerId | None


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """What was read in a document, for people to look at."""

    document: DocumentId
    text: str
    highlights: tuple[Highlight, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Library:
    transaction: Transaction

    async def owner(self, tenant: TenantId, kind: Kind, id: OwnerId) -> Candidate | Job:
        async with self.transaction(tenant) as rows:
            return await stored(rows, kind, id)

    async def page(self, tenant: TenantId, kind: Kind, after: OwnerId | None, limit: int) -> Page:
        async with self.transaction(tenant) as rows:
            found: Sequence[Candidate | Job] = (
                await rows.candidates.page(CandidateId(after) if after else None, limit + 1)
                if kind is Kind.CANDIDATE
                else await rows.jobs.page(JobId(after) if after else None, limit + 1)
            )
        items = tuple(found[:limit])
        return Page(items, items[-1].id if len(found) > limit else None)

    async def read(self, tenant: TenantId, kind: Kind, id: OwnerId) -> ReadDocument:
        """The text of an owner and where its facts stand. Raises `NotReady` until a document is indexed."""
        owner = await self.owner(tenant, kind, id)
        facts = owner.profile if isinstance(owner, Candidate) else owner.requirements
        if owner.document is None or facts is None:
            raise NotReady(f"{id} is not indexed yet: its documents say how far it is")
        return ReadDocument(owner.document, owner.text, highlights(facts), owner.flags)

    async def document(self, tenant: TenantId, id: DocumentId) -> Document:
        async with self.transaction(tenant) as rows:
            return await rows.documents.get(id)

    async def documents(self, tenant: TenantId, kind: Kind, owner: OwnerId) -> list[Document]:
        """All documents of an owner, oldest first. Raises `NotFound` for an owner of the other kind, or of nobody."""
        async with self.transaction(tenant) as rows:
            await stored(rows, kind, owner)
            return await rows.documents.of(owner)


async def stored(rows: Rows, kind: Kind, owner: OwnerId) -> Candidate | Job:
    """Raises `NotFound` for an owner of the other kind too."""
    if kind is Kind.CANDIDATE:
        return await rows.candidates.get(CandidateId(owner))
    return await rows.jobs.get(JobId(owner))
