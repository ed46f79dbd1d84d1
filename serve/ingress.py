"""The ingress replica: HTTP and orchestration. It waits for the model replicas, or holds them in `compact`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from ray import serve as ray_serve

from core.logs import configure
from core.settings import Settings
from core.versions import parse_version
from serve.remote import RemoteEmbed, RemoteParse, RemoteRank, RemoteScore
from serve.service import Parts, Service

if TYPE_CHECKING:
    from serve.local import LocalParts


class Ingress:
    """`user_config`: `{"models": {"parser": "parser/1", "embedder": "embedder/1"}}`; in `compact`, of every part."""

    async def __init__(  # type: ignore[misc]  # Serve awaits it
        self, parsing: Any = None, embedding: Any = None, ranking: Any = None, scoring: Any = None
    ) -> None:
        configure()
        settings = Settings()
        self._local = _local_parts() if parsing is None else None
        parts = (
            Parts(RemoteParse(parsing), RemoteEmbed(embedding), RemoteRank(ranking), RemoteScore(scoring))
            if self._local is None
            else self._local.parts
        )
        self._service = await Service.open(settings, parts)

    def __serve_build_asgi_app__(self) -> FastAPI:
        return self._service.app

    async def reconfigure(self, config: dict[str, dict[str, str]]) -> None:
        models = {name: parse_version(version) for name, version in config["models"].items()}
        if self._local is not None:
            await self._local.reconfigure(models)
        await self._service.use(models)

    async def __del__(self) -> None:
        with suppress(AttributeError):  # the constructor may have failed before these were set
            await self._service.close()
            if self._local is not None:
                await self._local.close()


def _local_parts() -> LocalParts:
    """Only here are the models' own libraries imported: in `graph` this process does without them."""
    from serve.local import LocalParts

    return LocalParts()


IngressDeployment = ray_serve.ingress()(Ingress)
