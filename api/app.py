"""The application: routers, errors, and what is around every request. Who serves it gives it its use cases."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from api import candidates, documents, errors, health, imports, jobs, matches
from api.metrics import Metrics
from api.middleware import Observed
from api.use_cases import UseCases

DESCRIPTION = """
Matches CVs and jobs in both directions and shows its reasons.

Errors are `application/problem+json` (RFC 9457) and say what to do. POST takes an `Idempotency-Key`.
Every answer names the model versions that gave it.
"""


def create_app(use_cases: Callable[[], UseCases], metrics: Metrics) -> FastAPI:
    """`use_cases` is asked once per request, so a switch of models lies between two requests."""
    app = FastAPI(title="Matchgraph", version="1", description=DESCRIPTION)
    app.state.use_cases = use_cases
    app.state.metrics = metrics
    errors.add_handlers(app)
    for part in (candidates, jobs, documents, matches, imports, health):
        app.include_router(part.router)
    app.add_middleware(Observed, metrics=metrics)
    return app
