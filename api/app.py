"""The application: routers, errors, and what is around every request. Who serves it gives it its use cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api import admin, candidates, documents, errors, health, imports, inference, jobs, matches, skills
from api.auth import RecentKeys
from api.docs import add_docs
from api.metrics import Metrics
from api.middleware import Observed
from api.problems import SCHEMAS
from api.use_cases import UseCases

DESCRIPTION = """
Matches CVs and jobs in both directions and shows its reasons.

- Every request but `/health`, `/metrics` and `/problems` carries `Authorization: Bearer mg_…`; `/v1/admin` takes an
  operator's key (`mgo_…`), all else a tenant's.
- Errors are `application/problem+json` (RFC 9457), say what to do, and have a `type` that can be read here.
- POST takes an `Idempotency-Key`: the same request, sent again within a day, is answered again and done once.
- Every answer of a match names the model versions that gave it, and has an id to read it again.
- Times are UTC, durations months, coordinates degrees (WGS 84), levels words, spans `[start, end)` in code points of
  the stored text.
"""


class Api(FastAPI):
    """Its contract has the problem answers' schema, which no route returns by itself."""

    def openapi(self) -> dict[str, Any]:
        described = super().openapi()
        described["components"]["schemas"].update(SCHEMAS)
        return described


def create_app(use_cases: Callable[[], UseCases], metrics: Metrics) -> FastAPI:
    """`use_cases` is asked once per request, so a switch of models lies between two requests."""
    app = Api(
        title="Matchgraph",
        version="1",
        description=DESCRIPTION,
        generate_unique_id_function=_operation_id,
        docs_url=None,
        redoc_url=None,
    )
    app.state.use_cases = use_cases
    app.state.metrics = metrics
    app.state.recent_keys = RecentKeys()
    errors.add_handlers(app)
    add_docs(app)
    for part in (candidates, jobs, documents, matches, imports, skills, inference, admin, health):
        app.include_router(part.router)
    app.add_middleware(Observed, metrics=metrics)
    return app


def _operation_id(route: APIRoute) -> str:
    """`create_candidate`: what generated clients call their methods."""
    return route.name
