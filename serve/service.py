"""What one serving process is made of, with Ray or without: stores, use cases, HTTP and the task worker."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Self

import structlog
from fastapi import FastAPI

from api.app import create_app
from api.metrics import Metrics
from api.use_cases import UseCases
from core.domain import Kind, ModelVersion, TenantId
from core.errors import Overloaded
from core.feedback import Listener
from core.forgetting import FORGET, Forgetter
from core.importing import Importer
from core.inference import Inference
from core.intake import INDEX, Intake
from core.library import Library
from core.matching import Matcher
from core.parts import Embed, Parse, Rank, Score
from core.ports import Collection, Task
from core.repeating import Repeater
from core.settings import Settings
from core.skills import Vocabulary
from models.drift import SCORE, Drift, Histogram, load_reference
from models.explaining import evidence
from models.features import NAMES
from models.formats.kinds import kind_of
from models.lookup import load_lookup
from serve.metered import MeteredEmbed, MeteredParse, MeteredRank, MeteredScore
from serve.precedence import Precedence
from serve.settling import settle
from serve.watched import WatchedRank, WatchedScore
from serve.yielding import YieldingEmbed, YieldingParse
from stores import Stores, open_stores
from stores.registry import open_registry
from stores.sql import time_queries

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Parts:
    """The four parts, wherever they run."""

    parse: Parse
    embed: Embed
    rank: Rank
    score: Score


class Service:
    """Opened once per process; `use` puts new use cases in place of the old ones between two requests."""

    def __init__(
        self,
        settings: Settings,
        stores: Stores,
        parts: Parts,
        metrics: Metrics,
        drift: Drift,
        closing: AsyncExitStack,
    ):
        self._drift = drift
        self._settings = settings
        self._stores = stores
        self._registry = open_registry(settings)
        self._parts = parts
        self._closing = closing
        self._precedence = Precedence()
        self._use_cases: UseCases | None = None
        self._worker: asyncio.Task[None] | None = None
        self.app: FastAPI = create_app(lambda: self.use_cases, metrics)

    @classmethod
    async def open(cls, settings: Settings, parts: Parts) -> Self:
        drift = Drift()
        metrics = Metrics(drift.measured)
        metered = Parts(
            MeteredParse(parts.parse, metrics.part),
            MeteredEmbed(parts.embed, metrics.part),
            MeteredRank(parts.rank, metrics.part),
            MeteredScore(parts.score, metrics.part),
        )
        async with AsyncExitStack() as stack:
            stores = await stack.enter_async_context(open_stores(settings))
            time_queries(stores.sql.engine, metrics.query)
            return cls(settings, stores, metered, metrics, drift, stack.pop_all())
        raise AssertionError("unreachable: an exit stack suppresses nothing")

    @property
    def use_cases(self) -> UseCases:
        if self._use_cases is None:
            raise Overloaded("the models are still being loaded: try again in a few seconds")
        return self._use_cases

    async def use(self, models: Mapping[str, ModelVersion]) -> None:
        """Serve with these versions, from the next request on."""
        vocabulary = await asyncio.to_thread(self._vocabulary, models["parser"])
        for name, columns in (("ranker", NAMES), ("scorer", (SCORE,))):
            self._drift.expect(models[name], await asyncio.to_thread(self._reference, models[name]), columns)
        self._use_cases = self._assemble(models, vocabulary)
        settle()
        if self._worker is None and self._settings.workers:
            self._worker = asyncio.create_task(self._work())

    async def close(self) -> None:
        """Lets the running tasks go back to the queue, then closes the stores."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        await self._closing.aclose()

    def _vocabulary(self, version: ModelVersion) -> Vocabulary:
        """The pinned parser's, kept while that version serves."""
        kept = self._use_cases
        if kept is not None and kept.vocabulary.version == version:
            return kept.vocabulary
        return Vocabulary(version, load_lookup(self._registry.fetch(version)))

    def _reference(self, version: ModelVersion) -> Mapping[str, Histogram]:
        return load_reference(self._registry.fetch(version))

    def _assemble(self, models: Mapping[str, ModelVersion], vocabulary: Vocabulary) -> UseCases:
        stores, parts, settings = self._stores, self._parts, self._settings
        transaction = stores.sql.transaction
        yielding = YieldingEmbed(parts.embed, self._precedence)
        intake = Intake(
            transaction=transaction,
            blobs=stores.blobs,
            keyring=stores.keyring,
            vectors=stores.vectors,
            sniff=kind_of,
            parse=YieldingParse(parts.parse, self._precedence),
            embed=yielding,
            max_upload_bytes=settings.max_upload_bytes,
            turn=self._precedence.yielding,
        )
        matcher = Matcher(
            transaction=transaction,
            vectors=stores.vectors,
            parse=parts.parse,
            embed=parts.embed,
            rank=WatchedRank(parts.rank, self._drift),
            score=WatchedScore(parts.score, self._drift),
            evidence=evidence,
            embedder=models["embedder"],
            shortlist=settings.shortlist,
            survivors=settings.survivors,
            features=NAMES,
            first=self._precedence.first,
        )
        return UseCases(
            access=stores.access,
            library=Library(transaction),
            intake=intake,
            importer=Importer(transaction, intake),
            inference=Inference(parts.parse, yielding, parts.rank, models),
            forgetter=Forgetter(transaction, stores.blobs, stores.vectors),
            matcher=matcher,
            listener=Listener(transaction),
            repeater=Repeater(transaction),
            vocabulary=vocabulary,
            queue=stores.queue,
            models=models,
            ready=partial(self._ready, Collection(Kind.CANDIDATE, models["embedder"])),
        )

    async def _ready(self, collection: Collection) -> dict[str, bool]:
        checks = {
            "database": self._stores.queue.backlog(),
            "vectors": self._stores.vectors.count(collection, TenantId("nobody")),
        }
        answers = await asyncio.gather(*checks.values(), return_exceptions=True)
        return {name: not isinstance(one, BaseException) for name, one in zip(checks, answers, strict=True)}

    async def _work(self) -> None:
        """Runs tasks until closed; a broken database must not end the worker for good."""
        handlers = {INDEX: self._index, FORGET: self._sweep}
        while True:
            try:
                await self._stores.queue.work(handlers, self._settings.workers, self._park)
            except Exception as error:
                log.exception("worker.broke", error=type(error).__name__)
                await asyncio.sleep(2)  # a restarting Postgres answers within seconds

    async def _index(self, task: Task) -> None:
        await self.use_cases.intake.index(task)

    async def _sweep(self, task: Task) -> None:
        await self.use_cases.forgetter.sweep(task)

    async def _park(self, task: Task, error: Exception) -> None:
        await self.use_cases.intake.park(task, error)
