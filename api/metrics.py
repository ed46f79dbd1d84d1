"""Prometheus metrics of one process. Names end in their unit."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

FAST = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
SLOW = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._requests = Histogram(
            "matchgraph_http_request_seconds",
            "Time to answer a request.",
            ["method", "route", "status"],
            buckets=SLOW,
            registry=registry,
        )
        self._failures = Counter(
            "matchgraph_http_failures", "Requests answered with 5xx.", ["method", "route", "status"], registry=registry
        )
        self._queries = Histogram(
            "matchgraph_database_query_seconds", "Time of one database query.", buckets=FAST, registry=registry
        )
        self._parts = Histogram(
            "matchgraph_model_call_seconds",
            "Time of one call to a part of the graph, the hop included.",
            ["part", "version"],
            buckets=SLOW,
            registry=registry,
        )
        self._items = Counter(
            "matchgraph_model_items",
            "Texts embedded, files read, pairs ranked and pairs scored.",
            ["part", "version"],
            registry=registry,
        )
        self._queue = Gauge("matchgraph_queue_tasks", "Tasks in the queue by state.", ["state"], registry=registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).observe(seconds)
        if status >= 500:
            self._failures.labels(method, route, str(status)).inc()

    def query(self, seconds: float) -> None:
        self._queries.observe(seconds)

    def part(self, part: str, version: str, items: int, seconds: float) -> None:
        self._parts.labels(part, version).observe(seconds)
        self._items.labels(part, version).inc(items)

    def backlog(self, tasks: Mapping[str, int]) -> None:
        for state, count in tasks.items():
            self._queue.labels(state).set(count)

    def text(self) -> bytes:
        """The exposition format, version 0.0.4."""
        return generate_latest(self._registry)
