"""Use case: a match, by the versions that are its own: those that serve, those on trial, or those it pins."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from core.answers import Receipt
from core.domain import MatchId, ModelVersion, TenantId
from core.errors import BadInput, Broken, ModelError, NotFound, NotReady, Overloaded
from core.matching import Matcher, Query
from core.plans import TRIED, Mode, Plan, Split, Trial, Versions
from core.rehearsing import Rehearsal

log = structlog.get_logger()

MatcherOf = Callable[[Versions], Matcher]


@dataclass(frozen=True, slots=True)
class Lanes:
    """One plan's answers. A request keeps the lanes it began with, so it never mixes the versions of two plans.

    `known` are the versions that ever served or were on trial: only these may be pinned, so that nobody makes the
    replicas load whatever is registered.
    """

    plan: Plan
    known: frozenset[ModelVersion]
    matcher: MatcherOf
    rehearsal: Rehearsal | None = None

    @property
    def pinnable(self) -> frozenset[ModelVersion]:
        """What reads and embeds must fit what is stored, so of these only what serves; readers are large, so of these
        only what is in memory."""
        plan = self.plan
        small = {one for one in self.known if one.name in TRIED}
        return frozenset({*plan.serving.values(), *plan.versions("parser"), *small})

    async def match(self, tenant: TenantId, query: Query) -> Receipt:
        """As `Matcher.match`. Raises `NotFound` or `BadInput` for a pinned version that cannot answer."""
        if query.pins:
            return await self._pinned(tenant, query)
        trial, rehearsal = self.plan.trial, self.rehearsal
        if trial is None or rehearsal is None:
            return await self.matcher(self.plan.serving).match(tenant, query)
        if trial.mode is Mode.CANARY and trial.takes(_subject(trial, tenant, query)):
            return await self._tried(rehearsal, tenant, query)
        started = time.perf_counter()
        try:
            receipt = await self.matcher(self.plan.serving).match(tenant, query)
        except (Broken, Overloaded):
            rehearsal.served(None)
            raise
        took_s = time.perf_counter() - started
        if trial.mode is Mode.CANARY:
            rehearsal.served(took_s)
        elif trial.takes(tenant if trial.by is Split.TENANTS else receipt.id):
            rehearsal.copy(tenant, query, receipt, took_s)
        return receipt

    async def receipt(self, tenant: TenantId, id: MatchId) -> Receipt:
        return await self.matcher(self.plan.serving).receipt(tenant, id)

    async def _tried(self, rehearsal: Rehearsal, tenant: TenantId, query: Query) -> Receipt:
        """By the versions on trial; what they fail at, those that serve answer."""
        started = time.perf_counter()
        try:
            receipt = await self.matcher(self.plan.tried).match(tenant, query)
        except (BadInput, NotFound, NotReady, Overloaded):  # those that serve would say the same
            raise
        except Exception as error:
            log.warning("trial.failed", error=type(error).__name__)
            rehearsal.tried(None)
            return await self.matcher(self.plan.serving).match(tenant, query)
        rehearsal.tried(time.perf_counter() - started)
        return receipt

    async def _pinned(self, tenant: TenantId, query: Query) -> Receipt:
        pins = {one.name: one for one in query.pins}
        for pin in query.pins:
            if pin not in self.pinnable:
                raise NotFound(f"{pin} cannot answer: GET /v1/models lists the versions that a request may pin")
        try:
            return await self.matcher({**self.plan.serving, **pins}).match(tenant, query)
        except ModelError as error:
            pinned = ", ".join(map(str, query.pins))
            raise BadInput(f"{pinned}: a pinned version does not load any more: pin another, or none") from error


def _subject(trial: Trial, tenant: TenantId, query: Query) -> str:
    """What a share is drawn from: the same question of the same tenant is always on the same side."""
    if trial.by is Split.TENANTS:
        return tenant
    asked = query.source or hashlib.sha256(query.text.encode()).hexdigest()
    return f"{tenant}|{asked}"
