"""Use case: forget a candidate or a job, everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain import CandidateId, JobId, Kind, OwnerId, TenantId
from core.errors import NotFound
from core.library import stored
from core.ports import Blobs, Task, Transaction, Vectors

FORGET = "forget"  # the task's name in the queue
SWEEP_AFTER_S = 30  # by then the caller's own sweep is over, whose counts are the answer


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What an erasure removed, per store."""

    rows: int
    points: int
    blobs: int
    keys: int


@dataclass(frozen=True, slots=True)
class Forgetter:
    """Destroys the key with the rows, so whatever is left is noise; then vectors and files.

    These are left to a task too, in the same transaction: a crash after it leaves nothing for good.
    """

    transaction: Transaction
    blobs: Blobs
    vectors: Vectors

    async def forget(self, tenant: TenantId, kind: Kind, owner: OwnerId) -> Forgotten:
        """Raises `NotFound` for whom nobody knows (any more), and sweeps all the same."""
        try:
            async with self.transaction(tenant) as rows:
                await stored(rows, kind, owner)
                documents = await rows.documents.of(owner)
                destroyed = await rows.keys.destroy(owner)
                judgements = await rows.feedback.forget(owner)
                if kind is Kind.CANDIDATE:
                    await rows.candidates.delete(CandidateId(owner))
                else:
                    await rows.jobs.delete(JobId(owner))
                await rows.defer(FORGET, lock=owner, delay_s=SWEEP_AFTER_S, tenant=tenant, owner=owner)
        except NotFound:
            await self._sweep_forgotten(tenant, owner)
            raise
        points, blobs = await self._sweep(tenant, owner)
        return Forgotten(rows=1 + len(documents) + judgements, points=points, blobs=blobs, keys=int(destroyed))

    async def sweep(self, task: Task) -> None:
        """The queue's handler: what `forget` left, and what was being indexed meanwhile. Harmless to repeat."""
        await self._sweep_forgotten(TenantId(task.arguments["tenant"]), CandidateId(task.arguments["owner"]))

    async def _sweep_forgotten(self, tenant: TenantId, owner: OwnerId) -> None:
        """Sweeps unless the owner is there: an id that comes of an `Idempotency-Key` may be made anew."""
        try:
            async with self.transaction(tenant) as rows:
                await rows.keys.get(owner)
        except NotFound:
            await self._sweep(tenant, owner)

    async def _sweep(self, tenant: TenantId, owner: OwnerId) -> tuple[int, int]:
        return await self.vectors.delete(tenant, [owner]), await self.blobs.delete_owner(tenant, owner)
