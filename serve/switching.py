"""What another embedder needs in this process: to fill its collection, and to say what it would change."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace

from core.filling import Filler
from core.indexing import Turn
from core.matching import Matcher
from core.parts import EmbedBy, Parts
from core.plans import Change, Finding, Plan, Versions
from core.replaying import Answer, Graded, Replay
from core.settings import Settings
from serve.graded import graded_jobs
from stores import Stores


@dataclass(frozen=True, slots=True)
class Switching:
    """`parts` and `embed` let users go first; `turn` is when they do."""

    settings: Settings
    stores: Stores
    parts: Callable[[Versions], Parts]
    embed: EmbedBy
    matcher: Callable[[Versions], Matcher]
    turn: Turn

    def filler(self, plan: Plan) -> Filler:
        """What is read again, the plan's parser reads."""
        return Filler(
            filling=self.stores.filling,
            transaction=self.stores.sql.transaction,
            blobs=self.stores.blobs,
            vectors=self.stores.vectors,
            parse=self.parts(plan.serving).parse,
            embed=self.embed,
            turn=self.turn,
            calls=self.settings.filling_calls,
        )

    async def compare(self, change: Change) -> tuple[Finding, ...]:
        replay = Replay(self.stores.filling.tenants, self.stores.sql.transaction, self._answer, self.turn)
        graded = Graded(self.parts, graded_jobs)
        return await replay.questions(change), await graded.pairs(change)

    def _answer(self, versions: Versions) -> Answer:
        return replace(self.matcher(versions), first=nullcontext).answer  # it makes nobody wait
