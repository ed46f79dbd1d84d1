"""Around every request: an id, a bound on how many run at once, one log line, one measurement."""

from __future__ import annotations

import secrets
import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import answer
from api.metrics import Metrics

MAX_RUNNING = 128  # beyond it waiting only adds latency: the ingress answers about 100 matches a second on two cores
NEVER_SHED = ("/health", "/metrics")

log = structlog.get_logger()


class Observed:
    """Pure ASGI, outermost."""

    def __init__(self, app: ASGIApp, metrics: Metrics, max_running: int = MAX_RUNNING) -> None:
        self._app = app
        self._metrics = metrics
        self._max_running = max_running
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        status = 500
        started = time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"x-request-id", request_id.encode())]
            await send(message)

        structlog.contextvars.bind_contextvars(request=request_id)
        self._running += 1
        try:
            await self._chosen(scope)(scope, receive, sending)
        finally:
            self._running -= 1
            self._observe(scope, status, time.perf_counter() - started)
            structlog.contextvars.clear_contextvars()

    def _chosen(self, scope: Scope) -> ASGIApp:
        if self._running > self._max_running and not scope["path"].startswith(NEVER_SHED):
            return answer(503, "overloaded", "Too much at once", "too many requests are running: try again shortly")
        return self._app

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")  # the template: an id is no label
        self._metrics.request(scope["method"], route, status, seconds)
        if not scope["path"].startswith(NEVER_SHED):
            took_ms = round(seconds * 1000, 1)
            log.info("request", method=scope["method"], route=route, status=status, took_ms=took_ms)
