"""Around every request: an id, a bound on how many run at once, one log line, one measurement, no silent crash."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import UNEXPECTED, answer

MAX_RUNNING = 128  # beyond it waiting only adds latency: the ingress answers about 100 matches a second on two cores
NEVER_SHED = ("/health", "/metrics")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CLIENT_LEFT = 499  # nobody reads it: for the log and the metrics

log = structlog.get_logger()


@dataclass(slots=True)
class _Sent:
    """How far the answer is: `status` is 0 until it begins."""

    send: Send
    request_id: str
    status: int = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", []), (b"x-request-id", self.request_id.encode())]
        await self.send(message)


class Observed:
    """Pure ASGI, around everything but the framework's own last resort."""

    def __init__(self, app: ASGIApp, metrics: Metrics, max_running: int = MAX_RUNNING) -> None:
        self._app = app
        self._metrics = metrics
        self._max_running = max_running
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = _Sent(send, secrets.token_hex(8))
        started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request=sent.request_id)
        self._running += 1
        try:
            await self._answer(scope, receive, sent)
        finally:
            self._running -= 1
            self._observe(scope, sent.status or CLIENT_LEFT, time.perf_counter() - started)
            structlog.contextvars.clear_contextvars()

    async def _answer(self, scope: Scope, receive: Receive, sent: _Sent) -> None:
        try:
            await self._chosen(scope)(scope, receive, sent)
        except ClientDisconnect:
            return  # it left before its request was whole
        except Exception as error:
            log.error("request.crashed", path=scope["path"], error=type(error).__name__, exc_info=error)
            if sent.status:
                raise  # half an answer is out: the server must break the connection
            crashed = answer(500, UNEXPECTED, "Something went wrong", f"our fault: the log has it as {sent.request_id}")
            await crashed(scope, receive, sent)

    def _chosen(self, scope: Scope) -> ASGIApp:
        if self._running > self._max_running and not scope["path"].startswith(NEVER_SHED):
            return answer(503, "overloaded", "Too much at once", "too many requests are running: try again shortly")
        return self._app

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Labels are few, whatever clients send: templates instead of paths, known methods only."""
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._metrics.request(method, route, status, seconds)
        if not scope["path"].startswith(NEVER_SHED):
            took_ms = round(seconds * 1000, 1)
            log.info("request", method=method, route=route, status=status, took_ms=took_ms)
