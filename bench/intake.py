"""Whether taking CVs in is felt by those who wait for a match: quiet blocks and busy ones by turns, over HTTP.

Somebody asks for matches of stored jobs in 20,000 profiles, a quarter of a second after each answer. In a busy block
a bulk import runs meanwhile, until the last of its CVs is indexed; a quiet block beside it has as many questions. A
ratio compares neighbouring blocks. One import in each round runs alone: what the service takes in when nobody asks.
`python -m bench.intake`
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path

import httpx
from rich.console import Console

from bench.cvs import File, cvs
from bench.in_process import Times
from bench.matching import COMPOSITIONS, WARM_UP, Question, Service, config_of, free_port, percentiles, spread
from bench.profiles import HOME, Stored, stored
from core.settings import Settings
from serve.run import running

PAUSE_S = 0.25  # between an answer and the next question
POLL_S = 0.2
SEED = 20_261_128
WAIT_S = 580  # for one import


@dataclass(frozen=True, slots=True)
class Plan:
    """How many rounds, and how many CVs in one: with matches beside them, and alone."""

    rounds: int = 5
    busy: int = 100
    alone: int = 40

    @property
    def files(self) -> int:
        return self.rounds * (self.busy + self.alone)


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each answer, block by block, and CVs a second of each import."""

    quiet: list[Times] = field(default_factory=list)
    busy: list[Times] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, object]:
        pairs = [(percentiles([a]), percentiles([b])) for a, b in zip(self.busy, self.quiet, strict=True)]
        busy, quiet = percentiles(self.busy), percentiles(self.quiet)
        return {
            "quiet": quiet,
            "busy": busy,
            "together": {name: round(busy[name] / quiet[name], 2) for name in quiet},
            "ratio": {name: spread([a[name] / b[name] for a, b in pairs]) for name in quiet},
            "cvs_per_s": {"alone": spread(self.alone), "beside matches": spread(self.beside)},
            "matches": {"quiet": sum(map(len, self.quiet)), "busy": sum(map(len, self.busy))},
        }


@dataclass(frozen=True, slots=True)
class Importing:
    """The API's other side: whole imports, and forgetting what they brought."""

    client: httpx.Client
    owners: list[str] = field(default_factory=list)

    def take_in(self, files: Sequence[File]) -> float:
        """CVs a second, from sending them until the last one is indexed. Raises when one is not."""
        started = time.perf_counter()
        parts = [("files", file) for file in files]
        answer = self.client.post("/v1/imports", data={"kind": "candidate"}, files=parts).raise_for_status().json()
        while answer["done"] < answer["total"]:
            if time.perf_counter() - started > WAIT_S:
                raise RuntimeError(f"{answer['done']} of {answer['total']} CVs after {WAIT_S} s")
            time.sleep(POLL_S)
            answer = self.client.get(f"/v1/imports/{answer['id']}").raise_for_status().json()
        rate = len(files) / (time.perf_counter() - started)
        self.owners.extend(item["owner"] for item in answer["items"])
        lost = [item for item in answer["items"] if item["state"] != "indexed"]
        if lost:
            raise RuntimeError(f"{len(lost)} of {len(files)} CVs were not indexed: {lost[0]}")
        return rate

    def forget(self) -> None:
        """The stored profiles stay what they were."""
        with ThreadPoolExecutor(4) as threads:
            for answer in threads.map(self.client.delete, [f"/v1/candidates/{owner}" for owner in self.owners]):
                answer.raise_for_status()
        self.owners.clear()


@dataclass(frozen=True, slots=True)
class Asking:
    """One caller who asks, reads, waits a moment and asks again."""

    service: Service
    questions: Iterator[Question]

    def times(self, count: int) -> Times:
        with closing(HTTPConnection("127.0.0.1", self.service.port, timeout=60)) as connection:
            return [self._one(connection) for _ in range(count)]

    @contextmanager
    def meanwhile(self) -> Iterator[Times]:
        """Asks until the block ends; its times are complete then."""
        times: Times = []
        done = threading.Event()

        def ask() -> None:
            with closing(HTTPConnection("127.0.0.1", self.service.port, timeout=60)) as connection:
                while not done.is_set():
                    times.append(self._one(connection))

        with ThreadPoolExecutor(1) as thread:
            asked = thread.submit(ask)
            try:
                yield times
            finally:
                done.set()
                asked.result()

    def _one(self, connection: HTTPConnection) -> float:
        time.sleep(PAUSE_S)
        return self.service.answer(connection, next(self.questions))


def measure(
    found: Stored, var: Path, plan: Plan, console: Console, compositions: Sequence[str] = COMPOSITIONS
) -> dict[str, object]:
    console.print(f"  drawing {plan.files} CVs")
    files = list(cvs(plan.files, SEED))
    return {name: _composition(name, found, var, plan, files, console) for name in compositions}


def _composition(
    name: str, found: Stored, var: Path, plan: Plan, files: Sequence[File], console: Console
) -> Mapping[str, object]:
    settings = Settings(var=var, port=free_port(), dashboard_port=free_port())
    console.print(f"  {name}: starting")
    with (
        running(settings, found.models, config_of(name, var)),
        httpx.Client(
            base_url=f"http://127.0.0.1:{settings.port}",
            headers={"Authorization": f"Bearer {found.api_key}"},
            timeout=WAIT_S,
        ) as client,
    ):
        service = Service(settings.port, found.api_key)
        jobs: Iterator[Question] = cycle({"job_id": job} for job in found.jobs)
        service.ask(list(islice(jobs, WARM_UP)), 1)
        importing = Importing(client)
        try:
            left = iter(files)
            importing.take_in(list(islice(iter(files), 4)))
            return _rounds(Asking(service, jobs), importing, left, plan, console).summary()
        finally:
            importing.forget()


def _rounds(asking: Asking, importing: Importing, files: Iterator[File], plan: Plan, console: Console) -> Measured:
    measured = Measured()
    for number in range(plan.rounds):
        console.print(f"  round {number + 1} of {plan.rounds}")
        with asking.meanwhile() as busy:
            measured.beside.append(importing.take_in(list(islice(files, plan.busy))))
        measured.busy.append(busy)
        measured.quiet.append(asking.times(len(busy)))
        measured.alone.append(importing.take_in(list(islice(files, plan.alone))))
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--var", type=Path, default=HOME)
    parser.add_argument("--composition", choices=COMPOSITIONS, help="only this one")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, fewer CVs")
    parser.add_argument("--json", type=Path, help="write the numbers there too")
    chosen = parser.parse_args()
    console = Console()
    found = stored(chosen.var, console)
    only = [chosen.composition] if chosen.composition else COMPOSITIONS
    report = measure(found, chosen.var, Plan(2, 24, 12) if chosen.quick else Plan(), console, only)
    console.print_json(json.dumps(report))
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
