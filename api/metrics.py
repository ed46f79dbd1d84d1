"""Prometheus metrics of one process. Names end in their unit."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from core.tallies import Comparison

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
        self._revision = Gauge("matchgraph_plan_revision", "The change that this process serves by.", registry=registry)
        self._serving = Gauge(
            "matchgraph_plan_serving", "1 for each version that serves.", ["model", "version"], registry=registry
        )
        self._lanes = Histogram(
            "matchgraph_trial_match_seconds",
            "Time of a match during a trial, by what answered it: served or tried.",
            ["lane"],
            buckets=SLOW,
            registry=registry,
        )
        self._lane_failures = Counter(
            "matchgraph_trial_failures", "Matches that failed during a trial.", ["lane"], registry=registry
        )
        self._overlap = Histogram(
            "matchgraph_trial_overlap",
            "Share of the first ten that a copy's answer has in common with what was served.",
            buckets=tuple(tenth / 10 for tenth in range(11)),
            registry=registry,
        )
        self._difference = Histogram(
            "matchgraph_trial_score_difference",
            "Mean difference of scores between a copy's answer and what was served.",
            buckets=(0.0, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0),
            registry=registry,
        )
        self._dropped = Counter(
            "matchgraph_trial_dropped", "Copies left out, as there was too much else to do.", registry=registry
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

    def plan(self, revision: int, serving: Mapping[str, str]) -> None:
        self._revision.set(revision)
        self._serving.clear()
        for model, version in serving.items():
            self._serving.labels(model, version).set(1)

    def answered(self, lane: str, seconds: float | None) -> None:
        """During a trial; None: it failed."""
        if seconds is None:
            self._lane_failures.labels(lane).inc()
        else:
            self._lanes.labels(lane).observe(seconds)

    def compared(self, comparison: Comparison) -> None:
        self._overlap.observe(comparison.overlap)
        if comparison.pairs:
            self._difference.observe(comparison.difference / comparison.pairs)

    def dropped(self) -> None:
        self._dropped.inc()

    def text(self) -> bytes:
        """The exposition format, version 0.0.4."""
        return generate_latest(self._registry)
