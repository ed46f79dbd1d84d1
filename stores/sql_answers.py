"""Receipts of matches, and answers kept for requests that are sent again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from core.answers import Receipt
from core.domain import MatchId
from core.errors import Conflict, NotFound
from core.packing import pack, unpack
from core.ports import Answer
from stores.sql_scope import Scope, upsert
from stores.sql_tables import answers, receipts

ABANDONED = timedelta(seconds=60)  # an unfinished request of this age is dead: its key may be claimed anew
KEPT = timedelta(hours=24)  # clients retry within minutes; a day covers a weekend's on-call


@dataclass(frozen=True, slots=True)
class SqlReceipts:
    """Ids and numbers only, so not sealed."""

    scope: Scope

    async def put(self, receipt: Receipt) -> None:
        row = {
            "tenant": self.scope.tenant,
            "id": receipt.id,
            "source": receipt.source,
            "packed": pack(receipt),
            "created_at": receipt.created_at,
        }
        await self.scope.connection.execute(upsert(receipts, row))

    async def get(self, id: MatchId) -> Receipt:
        packed = await self.scope.connection.scalar(
            select(receipts.c.packed).where(receipts.c.tenant == self.scope.tenant, receipts.c.id == id)
        )
        if packed is None:
            raise NotFound(f"no match {id}")
        return unpack(packed, Receipt)

    async def recent(self, limit: int) -> list[Receipt]:
        """By id, which is by the time they were made."""
        packed = await self.scope.connection.scalars(
            select(receipts.c.packed)
            .where(receipts.c.tenant == self.scope.tenant, receipts.c.source.is_not(None))
            .order_by(receipts.c.id.desc())
            .limit(limit)
        )
        return [unpack(one, Receipt) for one in packed]


@dataclass(frozen=True, slots=True)
class SqlAnswers:
    scope: Scope

    async def claim(self, key: str, fingerprint: str) -> Answer | None:
        """See the port. Of two at once the second waits for the first one's transaction, then finds its row."""
        here = answers.c.tenant == self.scope.tenant
        now = func.clock_timestamp()
        await self.scope.connection.execute(delete(answers).where(here, answers.c.claimed_at < now - KEPT))
        claim = insert(answers).values(tenant=self.scope.tenant, key=key, fingerprint=fingerprint, claimed_at=now)
        owned = await self.scope.connection.scalar(
            claim.on_conflict_do_update(
                index_elements=["tenant", "key"],
                set_={"claimed_at": now},
                where=answers.c.answer.is_(None)
                & (answers.c.fingerprint == fingerprint)
                & (answers.c.claimed_at < now - ABANDONED),
            ).returning(answers.c.key)
        )
        return None if owned is not None else await self._given(key, fingerprint)

    async def settle(self, key: str, answer: Answer) -> None:
        box = await self.scope.box(self.scope.itself)
        done = await self.scope.connection.execute(
            update(answers)
            .where(answers.c.tenant == self.scope.tenant, answers.c.key == key)
            .values(answer=box.seal(f"answer {key}", pack(answer)))
        )
        if done.rowcount == 0:
            raise NotFound(f"nobody claimed the idempotency key {key!r}")

    async def release(self, key: str) -> None:
        """Gives up a claim; a given answer stays."""
        await self.scope.connection.execute(
            delete(answers).where(
                answers.c.tenant == self.scope.tenant, answers.c.key == key, answers.c.answer.is_(None)
            )
        )

    async def _given(self, key: str, fingerprint: str) -> Answer:
        row = (
            await self.scope.connection.execute(
                select(answers.c.fingerprint, answers.c.answer).where(
                    answers.c.tenant == self.scope.tenant, answers.c.key == key
                )
            )
        ).one_or_none()
        if row is None:
            raise Conflict(f"a request with the idempotency key {key!r} was just given up: send it again")
        if row.fingerprint != fingerprint:
            raise Conflict(f"the idempotency key {key!r} was used for another request: choose a fresh key")
        if row.answer is None:
            raise Conflict(f"a request with the idempotency key {key!r} is being answered: try again in a moment")
        box = await self.scope.box(self.scope.itself)
        return unpack(box.open(f"answer {key}", row.answer), Answer)
