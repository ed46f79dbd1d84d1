"""The ingress replica: HTTP and orchestration. It waits for the model replicas, or holds them in `compact`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from ray import serve as ray_serve

from core.logs import configure
from core.settings import Settings
from core.versions import parse_version
from serve.remote import RemoteGraph
from serve.service import Service

if TYPE_CHECKING:
    from serve.local import LocalGraph


class Ingress:
    """`user_config`: `{"models": {"parser": "parser/1", …}}`, a version of every part: what serves until it is changed
    over the API, and again when the configuration itself is changed."""

    async def __init__(  # type: ignore[misc]  # Serve awaits it
        self, parsing: Any = None, embedding: Any = None, ranking: Any = None, scoring: Any = None
    ) -> None:
        configure()
        settings = Settings()
        self._local = _local_graph() if parsing is None else None
        graph = RemoteGraph(parsing, embedding, ranking, scoring) if self._local is None else self._local
        self._service = await Service.open(settings, graph)

    def __serve_build_asgi_app__(self) -> FastAPI:
        return self._service.app

    async def reconfigure(self, config: dict[str, dict[str, str]]) -> None:
        await self._service.install({name: parse_version(version) for name, version in config["models"].items()})

    async def __del__(self) -> None:
        with suppress(AttributeError):  # the constructor may have failed before these were set
            await self._service.close()
            if self._local is not None:
                await self._local.close()


def _local_graph() -> LocalGraph:
    """Only here are the models' own libraries imported: in `graph` this process does without them."""
    from serve.local import LocalGraph

    return LocalGraph()


IngressDeployment = ray_serve.ingress()(Ingress)
