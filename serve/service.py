"""What one serving process is made of, with Ray or without: stores, use cases, HTTP and the task worker."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, nullcontext
from dataclasses import replace
from functools import partial
from typing import Self

import structlog
from fastapi import FastAPI

from api.app import create_app
from api.metrics import Metrics
from api.use_cases import UseCases
from core.domain import Kind, ModelVersion, TenantId
from core.errors import CoreError, Overloaded
from core.feedback import Listener
from core.forgetting import FORGET, Forgetter
from core.importing import Importer
from core.indexing import FILL, Indexer
from core.inference import Inference
from core.intake import INDEX, Intake
from core.lanes import Lanes
from core.library import Library
from core.matching import Matcher
from core.parts import Embed, Parts
from core.plans import Action, Plan, Versions, Wish
from core.ports import Collection, Task
from core.promoting import Promoter
from core.rehearsing import Rehearsal
from core.repeating import Repeater
from core.settings import Settings
from core.skills import Vocabulary
from models.drift import SCORE, Drift, Histogram, load_reference
from models.explaining import evidence
from models.features import NAMES
from models.formats.kinds import kind_of
from models.lookup import load_lookup
from serve.fetching import fetch
from serve.following import Following
from serve.judging import gates
from serve.linking import LinkingGraph
from serve.metered import MeteredEmbed, MeteredParse, MeteredRank, MeteredScore
from serve.pinned import Graph
from serve.precedence import Precedence
from serve.settling import settle
from serve.switching import Switching
from serve.watched import WatchedRank, WatchedScore
from serve.yielding import YieldingEmbed, YieldingParse
from stores import Stores, open_stores
from stores.registry import open_registry
from stores.sql import time_queries

TAKE_UP_S = 5.0  # how often a process looks for a change that nobody makes any more

log = structlog.get_logger()


class Service:
    """Opened once per process; every plan puts new use cases in place of the old ones between two requests."""

    def __init__(
        self,
        settings: Settings,
        stores: Stores,
        graph: Graph,
        metrics: Metrics,
        drift: Drift,
        closing: AsyncExitStack,
    ):
        self._drift = drift
        self._references: dict[ModelVersion, Mapping[str, Histogram]] = {}
        self._settings = settings
        self._stores = stores
        self._registry = open_registry(settings)
        self._graph = graph = LinkingGraph(graph, partial(fetch, self._registry))
        self._metrics = metrics
        self._closing = closing
        self._precedence = Precedence()
        self._vocabularies: dict[ModelVersion, Vocabulary] = {}
        self._use_cases: UseCases | None = None
        self._gates = gates(self._registry, graph.at)
        self._following = Following(stores.changes, graph.hold, self._rehearsal, self._use)
        self._switching = Switching(
            settings, stores, self._patient, self._embed_by, self._matcher, self._precedence.yielding
        )
        self._promoter = Promoter(
            stores.changes,
            self._gates.judge,
            self._following.load,
            self._following.adopt,
            self._switching.filler,
            self._switching.compare,
        )
        self._running: list[asyncio.Task[None]] = []
        self.app: FastAPI = create_app(lambda: self.use_cases, metrics)

    @classmethod
    async def open(cls, settings: Settings, graph: Graph) -> Self:
        drift = Drift()
        metrics = Metrics(drift.measured)
        async with AsyncExitStack() as stack:
            stores = await stack.enter_async_context(open_stores(settings))
            time_queries(stores.sql.engine, metrics.query)
            return cls(settings, stores, graph, metrics, drift, stack.pop_all())
        raise AssertionError("unreachable: an exit stack suppresses nothing")

    @property
    def use_cases(self) -> UseCases:
        if self._use_cases is None:
            raise Overloaded("the models are still being loaded: try again in a few seconds")
        return self._use_cases

    async def install(self, pins: Mapping[str, ModelVersion]) -> None:
        """Serves with these versions if they are new, else with what was promoted since; follows every change."""
        wish = Wish(Action.INSTALL, "configuration", "the pins of the deployment", tuple(pins.values()))
        await self._stores.changes.install(wish)
        await self._following.adopt()
        if not self._running:
            self._running.append(asyncio.create_task(self._following.run()))
            self._running.append(asyncio.create_task(self._take_up()))
            if self._settings.workers:
                self._running.append(asyncio.create_task(self._work()))

    async def close(self) -> None:
        """Lets the running tasks go back to the queue, then closes the stores."""
        for one in self._running:
            one.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._promoter.close()
        await self._following.close()
        await self._closing.aclose()

    async def _use(self, plan: Plan, known: frozenset[ModelVersion], rehearsal: Rehearsal | None) -> None:
        """From the next request on."""
        unsettled = plan.serving["parser"] not in self._vocabularies
        vocabulary = await asyncio.to_thread(self._vocabulary, plan)
        await asyncio.to_thread(self._watch, plan)
        self._use_cases = self._assemble(plan, Lanes(plan, known, self._matcher, rehearsal), vocabulary)
        self._metrics.plan(plan.revision, {name: str(version) for name, version in plan.serving.items()})
        if unsettled:
            settle()

    def _rehearsal(self, plan: Plan) -> Rehearsal | None:
        if plan.trial is None:
            return None
        matcher = replace(self._matcher(plan.tried), first=nullcontext)  # a copy makes nobody wait
        return Rehearsal(matcher.answer, self._precedence.yielding, self._metrics)

    def _vocabulary(self, plan: Plan) -> Vocabulary:
        """The parser's. That of the version to return to stays: going back takes no time."""
        wanted = plan.versions("parser")
        version = wanted[0]
        if version not in self._vocabularies:
            self._vocabularies[version] = Vocabulary(version, load_lookup(fetch(self._registry, version)))
        self._vocabularies = {one: known for one, known in self._vocabularies.items() if one in wanted}
        return self._vocabularies[version]

    def _watch(self, plan: Plan) -> None:
        """What serves and what is on trial are held against what they were trained on."""
        for name, columns in (("ranker", NAMES), ("scorer", (SCORE,))):
            for version in dict.fromkeys((plan.tried[name], plan.serving[name])):
                if version not in self._references:
                    self._references[version] = load_reference(fetch(self._registry, version))
                self._drift.expect(version, self._references[version], columns)

    def _parts(self, versions: Versions) -> Parts:
        parts, observe = self._graph.at(versions), self._metrics.part
        return Parts(
            MeteredParse(parts.parse, observe),
            MeteredEmbed(parts.embed, observe),
            MeteredRank(parts.rank, observe),
            MeteredScore(parts.score, observe),
        )

    def _patient(self, versions: Versions) -> Parts:
        """For work that nobody waits for: users go first."""
        parts, turn = self._parts(versions), self._precedence
        return Parts(YieldingParse(parts.parse, turn), YieldingEmbed(parts.embed, turn), parts.rank, parts.score)

    def _embed_by(self, version: ModelVersion) -> Embed:
        return self._patient({**self.use_cases.matcher.plan.serving, "embedder": version}).embed

    def _matcher(self, versions: Versions) -> Matcher:
        stores, parts, settings = self._stores, self._parts(versions), self._settings
        return Matcher(
            transaction=stores.sql.transaction,
            vectors=stores.vectors,
            parse=parts.parse,
            embed=parts.embed,
            rank=WatchedRank(parts.rank, self._drift),
            score=WatchedScore(parts.score, self._drift),
            evidence=evidence,
            embedder=versions["embedder"],
            shortlist=settings.shortlist,
            survivors=settings.survivors,
            features=NAMES,
            first=self._precedence.first,
        )

    def _assemble(self, plan: Plan, lanes: Lanes, vocabulary: Vocabulary) -> UseCases:
        stores, parts = self._stores, self._parts(plan.serving)
        transaction = stores.sql.transaction
        yielding = YieldingEmbed(parts.embed, self._precedence)
        intake = Intake(
            transaction=transaction,
            blobs=stores.blobs,
            keyring=stores.keyring,
            sniff=kind_of,
            parse=YieldingParse(parts.parse, self._precedence),
            indexer=Indexer(
                transaction, stores.vectors, self._embed_by, plan.serving["embedder"], self._precedence.yielding
            ),
            max_upload_bytes=self._settings.max_upload_bytes,
            turn=self._precedence.yielding,
        )
        return UseCases(
            access=stores.access,
            library=Library(transaction),
            intake=intake,
            importer=Importer(transaction, intake),
            inference=Inference(parts.parse, yielding, parts.rank, plan.serving),
            forgetter=Forgetter(transaction, stores.blobs, stores.vectors),
            matcher=lanes,
            listener=Listener(transaction),
            repeater=Repeater(transaction),
            vocabulary=vocabulary,
            queue=stores.queue,
            changes=stores.changes,
            promoter=self._promoter,
            ready=partial(self._ready, Collection(Kind.CANDIDATE, plan.serving["embedder"])),
        )

    async def _take_up(self) -> None:
        """Goes on with what a process that died has left half made."""
        while True:
            await asyncio.sleep(TAKE_UP_S)
            try:
                await self._promoter.take_up()
            except CoreError as error:
                log.warning("change.untaken", error=str(error))

    async def _ready(self, collection: Collection) -> dict[str, bool]:
        checks = {
            "database": self._stores.queue.backlog(),
            "vectors": self._stores.vectors.count(collection, TenantId("nobody")),
        }
        answers = await asyncio.gather(*checks.values(), return_exceptions=True)
        return {name: not isinstance(one, BaseException) for name, one in zip(checks, answers, strict=True)}

    async def _work(self) -> None:
        """Runs tasks until closed; a broken database must not end the worker for good."""
        handlers = {INDEX: self._index, FORGET: self._sweep, FILL: self._repair}
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

    async def _repair(self, task: Task) -> None:
        await self._switching.filler(self.use_cases.matcher.plan).repair(task)

    async def _park(self, task: Task, error: Exception) -> None:
        await self.use_cases.intake.park(task, error)
