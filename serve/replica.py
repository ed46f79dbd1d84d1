"""What every model replica is: one pinned version, loaded from the registry, swapped in place."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from core.domain import ModelVersion
from core.errors import ModelError
from core.settings import Settings
from core.versions import parse_version
from serve.settling import settle
from stores.registry import open_registry

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Loaded(Generic[M]):
    """A model and the version it is; a request takes both at once, so an answer never names another's version."""

    version: ModelVersion
    model: M


class ModelReplica(ABC, Generic[M]):
    """A shell around a model: `reconfigure` loads a version, the old one serves until the new one is whole.

    Calls run in a thread, so health checks and other requests are answered meanwhile.
    """

    def __init__(self) -> None:
        self.settings = Settings()
        self._registry = open_registry(self.settings)
        self._loaded: Loaded[M] | None = None
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix=type(self).__name__)

    async def reconfigure(self, config: dict[str, str]) -> None:
        """`{"model": "name/number"}`. Raises `ModelError` and keeps the old version when the new one does not load."""
        version = parse_version(config["model"])
        if self._loaded is not None and self._loaded.version == version:
            return
        model = await asyncio.to_thread(self._open, version)
        old, self._loaded = self._loaded, Loaded(version, model)
        if old is not None:
            await self.release(old.model)
        settle()

    def check_health(self) -> None:
        if self._loaded is None:
            raise ModelError("no model version is loaded")

    @property
    def loaded(self) -> Loaded[M]:
        if self._loaded is None:
            raise ModelError("no model version is loaded")
        return self._loaded

    @abstractmethod
    def load(self, folder: Path, version: ModelVersion) -> M:
        """The model in a version's folder. Blocking."""

    async def release(self, model: M) -> None:  # most models hold nothing
        """Gives back what a replaced model holds, once the calls that began with it are done."""

    async def close(self) -> None:
        if self._loaded is not None:
            await self.release(self._loaded.model)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _open(self, version: ModelVersion) -> M:
        return self.load(self._registry.fetch(version), version)
