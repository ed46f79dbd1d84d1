"""Health, readiness, metrics, the versions that serve, and what a problem's type means."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from api.auth import Tenant, Use
from core import errors
from core.errors import NotFound
from core.intake import problem

router = APIRouter(tags=["operations"])


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(use: Use) -> Response:
    """Every store answers; 503 names those that do not."""
    checks = dict(await use.ready())
    return JSONResponse({"ready": all(checks.values()), "checks": checks}, 200 if all(checks.values()) else 503)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request, use: Use) -> Response:
    """Prometheus text. Behind several replicas, scrape each, not the gateway."""
    request.app.state.metrics.backlog(await use.queue.backlog())
    return PlainTextResponse(request.app.state.metrics.text(), media_type="text/plain; version=0.0.4")


@router.get("/v1/models")
async def models(use: Use, tenant: Tenant) -> dict[str, str]:
    """The pinned versions that this process serves with."""
    del tenant
    return {name: str(version) for name, version in use.models.items()}


@router.get("/problems/{code}", response_class=PlainTextResponse)
async def meaning(code: str) -> str:
    """What the `type` of a problem means."""
    for kind in errors.tree(errors.CoreError):
        said = problem(kind(""))
        if said.code == code:
            return said.title
    raise NotFound(f"no problem {code!r}")
