"""How long a match takes: the parts called in one process, and the same parts behind Serve and HTTP.

A stored job is matched with 20,000 profiles: 200 shortlisted, the top 10 explained. The three ways take turns in
short blocks over the same jobs, so that a busy machine slows all of them alike; a ratio compares neighbouring blocks.
`python -m bench.matching`
"""

from __future__ import annotations

import argparse
import json
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles

import yaml
from rich.console import Console

from bench.in_process import InProcess, Times, in_process
from bench.profiles import HOME, Stored, stored
from core.settings import Settings
from serve.run import CONFIG, running

COMPOSITIONS = ("compact", "graph")
BASELINE = "in process"
AD = (
    "Senior backend engineer, payments. You have five years with Python and PostgreSQL, you know Kafka and AWS, "
    "and you speak English. Nice to have: Kubernetes, Terraform. Hybrid in Manchester."
)
BLOCK = 20  # questions before the other way takes its turn
WARM_UP = 60  # answers, not counted
AT_ONCE = 8

Question = dict[str, object]
Ask = Callable[[Sequence[Question], int], Times]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many blocks of each kind."""

    stored: int = 15  # jobs that are stored, one after another
    crowd: int = 4  # the same, `AT_ONCE` at once
    text: int = 5  # free texts


@dataclass(frozen=True, slots=True)
class Blocks:
    """The same questions, asked of Serve and of the parts in process by turns; seconds of each answer."""

    served: list[Times] = field(default_factory=list)
    called: list[Times] = field(default_factory=list)

    def summary(self) -> dict[str, dict[str, float]]:
        ratios = [median(a) / median(b) for a, b in zip(self.served, self.called, strict=True)]
        return {
            "served": percentiles(self.served),
            "called": percentiles(self.called),
            "ratio": spread(ratios),
        }


def spread(numbers: Sequence[float]) -> dict[str, float]:
    return {"min": round(min(numbers), 2), "median": round(median(numbers), 2), "max": round(max(numbers), 2)}


def percentiles(blocks: Sequence[Times]) -> dict[str, float]:
    """Milliseconds over all blocks together."""
    cuts = quantiles([seconds * 1000 for block in blocks for seconds in block], n=100, method="inclusive")
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "p99": round(cuts[98], 1)}


@dataclass(frozen=True, slots=True)
class Service:
    """The API on a port: one connection for each caller, as clients keep them."""

    port: int
    key: str

    def ask(self, questions: Sequence[Question], at_once: int) -> Times:
        left = iter(questions)

        def caller(_: int) -> Times:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                return [self.answer(connection, question) for question in left]
            finally:
                connection.close()

        if at_once == 1:
            return caller(0)
        with ThreadPoolExecutor(at_once) as threads:
            return [seconds for times in threads.map(caller, range(at_once)) for seconds in times]

    def answer(self, connection: HTTPConnection, question: Question) -> float:
        """Seconds until the whole answer is there."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        body = json.dumps(question)
        started = time.perf_counter()
        connection.request("POST", "/v1/matches", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        seconds = time.perf_counter() - started
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {said[:300]!r}")
        return seconds


def measure(found: Stored, var: Path, plan: Plan, console: Console) -> dict[str, object]:
    """Each composition by turns with the parts in process."""
    with in_process(var) as called:
        return {name: _composition(name, found, var, plan, called, console) for name in COMPOSITIONS}


def _composition(
    name: str, found: Stored, var: Path, plan: Plan, called: InProcess, console: Console
) -> dict[str, object]:
    settings = Settings(var=var, port=free_port(), dashboard_port=free_port())
    console.print(f"  {name}: starting")
    with running(settings, found.models, config_of(name, var)):
        service = Service(settings.port, found.api_key)
        jobs: Iterator[Question] = cycle({"job_id": job} for job in found.jobs)
        texts: Iterator[Question] = cycle([{"text": AD}])
        for ask in (called.ask, service.ask):
            ask(list(islice(jobs, WARM_UP)), 1)
            ask(list(islice(texts, BLOCK)), 1)
        return {
            "stored job": _by_turns(service.ask, called.ask, jobs, plan.stored, 1).summary(),
            "free text": _by_turns(service.ask, called.ask, texts, plan.text, 1).summary(),
            "throughput": _throughput(service.ask, called.ask, jobs, plan.crowd),
        }


def _by_turns(served: Ask, called: Ask, questions: Iterator[Question], blocks: int, at_once: int) -> Blocks:
    measured = Blocks()
    for number in range(blocks):
        block = list(islice(questions, BLOCK))
        first, second = (served, called) if number % 2 else (called, served)
        times = {first: first(block, at_once), second: second(block, at_once)}
        measured.served.append(times[served])
        measured.called.append(times[called])
    return measured


def _throughput(served: Ask, called: Ask, questions: Iterator[Question], blocks: int) -> dict[str, float]:
    """Answers per second with `AT_ONCE` callers."""
    rates: dict[str, list[float]] = {"served": [], "called": []}
    for _ in range(blocks):
        for name, ask in (("called", called), ("served", served)):
            block = list(islice(questions, 4 * BLOCK))
            started = time.perf_counter()
            ask(block, AT_ONCE)
            rates[name].append(len(block) / (time.perf_counter() - started))
    return {name: round(median(several), 1) for name, several in rates.items()}


def config_of(composition: str, var: Path) -> Path:
    """The development config, put together this way."""
    config = yaml.safe_load(CONFIG.read_text())
    application = config["applications"][0]
    application["args"]["composition"] = composition
    if composition == "compact":
        application["deployments"] = [one for one in application["deployments"] if one["name"] == "ingress"]
    file = var / f"{composition}.yaml"
    file.write_text(yaml.safe_dump(config))
    return file


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--var", type=Path, default=HOME)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--json", type=Path, help="write the numbers there too")
    chosen = parser.parse_args()
    console = Console()
    found = stored(chosen.var, console)
    report = measure(found, chosen.var, Plan(5, 1, 2) if chosen.quick else Plan(), console)
    console.print_json(json.dumps(report))
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
