"""The composition: one set of parts, put together three ways.

`graph`    a Serve deployment per model, each scaled by itself: what operators see; the default.
`compact`  the same parts as plain objects inside the ingress replica: no hops, for one small machine.
`local`    in this process, without Ray: for tests and benchmarks.

Deploy with `serve deploy deployments/serve/ENVIRONMENT.yaml`; that file overrides the options below by name.
"""

# No `from __future__ import annotations`: Serve reads the class in `build`'s annotation.
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Literal

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from ray import serve as ray_serve
from ray.serve import Application, Deployment
from ray.serve.config import AutoscalingConfig
from ray.serve.schema import LoggingConfig

from core.settings import Settings
from core.versions import parse_version
from serve.embedding import EmbeddingReplica
from serve.ingress import IngressDeployment
from serve.local import LocalGraph
from serve.parsing import ParsingReplica
from serve.ranking import RankingReplica
from serve.scoring import ScoringReplica
from serve.service import Service


class Arguments(BaseModel):
    """Typed arguments of `serve deploy` and `serve run`. `models` pins a version for each part."""

    model_config = ConfigDict(extra="forbid")

    composition: Literal["graph", "compact"] = "graph"
    models: dict[str, str] = Field(
        default={part: f"{part}/1" for part in ("parser", "embedder", "ranker", "scorer")},
        description="name/number for parser, embedder, ranker and scorer.",
    )
    environment: dict[str, str] = Field(
        default={}, description="Variables in which these replicas differ from their node: a second application on it."
    )


def build(arguments: Arguments) -> Application:
    """The application for Serve. Options here suit one small machine; a Serve config overrides them by name."""
    pins = arguments.models
    make = partial(_deployment, environment=arguments.environment)
    if arguments.composition == "compact":
        return make("ingress", IngressDeployment, {"models": pins}, cpus=0.5, most=1, target=32).bind()
    return make("ingress", IngressDeployment, {"models": pins}, cpus=0.3, most=1, target=32).bind(
        parsing=make("parsing", ParsingReplica, {"model": pins["parser"]}, cpus=0.3, most=2, target=2).bind(),
        embedding=make("embedding", EmbeddingReplica, {"model": pins["embedder"]}, cpus=0.4, most=2, target=4).bind(),
        ranking=make("ranking", RankingReplica, {"model": pins["ranker"]}, cpus=0.2, most=2, target=4).bind(),
        scoring=make("scoring", ScoringReplica, {"model": pins["scorer"]}, cpus=0.2, most=2, target=8).bind(),
    )


@asynccontextmanager
async def local(settings: Settings, models: Mapping[str, str]) -> AsyncIterator[FastAPI]:
    """The same application in this process, without Ray."""
    pinned = {name: parse_version(version) for name, version in models.items()}
    graph = LocalGraph()
    service = await Service.open(settings, graph)
    try:
        await service.install(pinned)
        yield service.app
    finally:
        await service.close()
        await graph.close()


def _deployment(
    name: str,
    replica: type[Any],
    user_config: dict[str, Any],
    *,
    cpus: float,
    most: int,
    target: int,
    environment: dict[str, str],
) -> Deployment:
    """Each CPU share is a part of two cores: the whole graph and one more replica of each model fit."""
    return ray_serve.deployment(
        name=name,
        user_config=user_config,
        autoscaling_config=AutoscalingConfig(min_replicas=1, max_replicas=most, target_ongoing_requests=target),
        max_ongoing_requests=4 * target,  # above the target: autoscaling must see the queue
        max_queued_requests=64 * target,  # beyond it callers get 503 and a Retry-After
        health_check_period_s=5,
        health_check_timeout_s=20,
        graceful_shutdown_timeout_s=20,
        graceful_shutdown_wait_loop_s=0.5,
        logging_config=LoggingConfig(enable_access_log=False),  # the API writes one line per request itself
        ray_actor_options={"num_cpus": cpus, "runtime_env": {"env_vars": environment}},
    )(replica)
