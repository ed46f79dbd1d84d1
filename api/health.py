"""Health, readiness, metrics, and what a problem's type means."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, Field

from api.auth import Use
from api.problems import meanings, problems
from core.errors import NotFound

router = APIRouter(tags=["operations"])


class LiveOut(BaseModel):
    status: Literal["ok"]


class ReadyOut(BaseModel):
    ready: bool
    checks: dict[str, bool] = Field(description="Per store, whether it answers.", examples=[{"database": True}])


@router.get("/health/live", name="read_liveness", response_model=LiveOut)
async def live() -> object:
    """The process answers."""
    return LiveOut(status="ok")


@router.get(
    "/health/ready",
    name="read_readiness",
    response_model=ReadyOut,
    responses={503: {"model": ReadyOut, "description": "A store does not answer, or the models are being loaded."}},
)
async def ready(use: Use) -> Response:
    """Every store answers; 503 names those that do not."""
    checks = dict(await use.ready())
    told = ReadyOut(ready=all(checks.values()), checks=checks)
    return JSONResponse(told.model_dump(), 200 if told.ready else 503)


@router.get("/metrics", name="read_metrics", response_class=PlainTextResponse, responses=problems(503))
async def metrics(request: Request, use: Use) -> Response:
    """Prometheus text. Behind several replicas, scrape each, not the gateway."""
    request.app.state.metrics.backlog(await use.queue.backlog())
    return PlainTextResponse(request.app.state.metrics.text(), media_type="text/plain; version=0.0.4")


@router.get("/problems/{code}", name="read_problem", response_class=PlainTextResponse, responses=problems(404, 422))
async def meaning(code: str) -> str:
    """What the `type` of a problem means."""
    known = meanings()
    if code not in known:
        raise NotFound(f"no problem {code!r}: there are {', '.join(sorted(known))}")
    return known[code]
