"""What every model replica is: a few pinned versions, loaded from the registry, each asked for by its name."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from core.domain import ModelVersion
from core.errors import ModelError
from core.settings import Settings
from core.versions import parse_version
from serve.fetching import fetch
from serve.settling import settle
from stores.registry import open_registry

M = TypeVar("M")
BESIDE = 1  # versions in memory beside those to hold: what a request pins is kept for the next one


@dataclass(frozen=True, slots=True)
class Loaded(Generic[M]):
    """A model and the version it is; a request takes both at once, so an answer never names another's version."""

    version: ModelVersion
    model: M


class ModelReplica(ABC, Generic[M]):
    """A shell around models of one kind. A call names the version it wants, so a switch is the caller's alone: what
    it asks for next is there already (`hold`), what it asked for last still is.

    Calls run in a thread, so health checks and other requests are answered meanwhile.
    """

    def __init__(self) -> None:
        self.settings = Settings()
        self._registry = open_registry(self.settings)
        self._loaded: dict[ModelVersion, Loaded[M]] = {}  # the longest unused first
        self._held: frozenset[ModelVersion] = frozenset()
        self._loading = asyncio.Lock()
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix=type(self).__name__)

    async def reconfigure(self, config: Mapping[str, str]) -> None:
        """`{"model": "name/number"}`: what to have before the first call. Later `hold` says it."""
        version = parse_version(config["model"])
        await self.at(version)
        self._held |= {version}

    async def hold(self, versions: Sequence[ModelVersion]) -> None:
        """Loads these and keeps them; others may go. Raises `ModelError` when one does not load, and drops nothing."""
        for version in versions:
            await self.at(version)
        self._held = frozenset(versions)
        await self._shed()

    def check_health(self) -> None:
        if not self._loaded:
            raise ModelError("no model version is loaded")

    async def at(self, version: ModelVersion) -> Loaded[M]:
        """That version, loaded now if it is not there: a replica that just started serves whatever others do."""
        found = self._loaded.get(version)
        if found is None:
            return await self._load(version)
        self._loaded[version] = self._loaded.pop(version)
        return found

    @abstractmethod
    def load(self, folder: Path, version: ModelVersion) -> M:
        """The model in a version's folder. Blocking."""

    async def release(self, model: M) -> None:  # most models hold nothing
        """Gives back what a replaced model holds, once the calls that began with it are done."""

    async def close(self) -> None:
        for loaded in self._loaded.values():
            await self.release(loaded.model)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _load(self, version: ModelVersion) -> Loaded[M]:
        async with self._loading:  # of several calls that want it at once, one loads it
            found = self._loaded.get(version)
            if found is None:
                model = await asyncio.to_thread(self._open, version)
                found = self._loaded[version] = Loaded(version, model)
                await self._shed()
                settle()
        return found

    async def _shed(self) -> None:
        """Drops what is neither held nor was asked for lately."""
        others = [version for version in self._loaded if version not in self._held]
        for version in others[: max(0, len(others) - BESIDE)]:
            await self.release(self._loaded.pop(version).model)

    def _open(self, version: ModelVersion) -> M:
        return self.load(fetch(self._registry, version), version)
