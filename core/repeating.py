"""Use case: a request sent again with its `Idempotency-Key` gets its first answer, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.domain import TenantId
from core.ports import Answer, Transaction


@dataclass(frozen=True, slots=True)
class Repeater:
    transaction: Transaction

    async def once(self, tenant: TenantId, key: str, fingerprint: str, act: Callable[[], Awaitable[Answer]]) -> Answer:
        """The stored answer of this key, or `act`'s, stored. Raises `Conflict` while another request holds the key,
        or when it was used for another request. What raises is not stored: the same key may try again."""
        async with self.transaction(tenant) as rows:
            given = await rows.answers.claim(key, fingerprint)
        if given is not None:
            return given
        try:
            answer = await act()
        except BaseException:
            async with self.transaction(tenant) as rows:
                await rows.answers.release(key)
            raise
        async with self.transaction(tenant) as rows:
            await rows.answers.settle(key, answer)
        return answer
