"""Bulk embedding over HTTP, CV texts of mixed length: `POST /v1/embeddings` of the graph beside Infinity, by turns.

Infinity (`infinity-emb`, torch on the CPU, its own defaults) has other dependencies than we do, so it stands in an
environment of its own: `python3.11 -m venv DIR`, `DIR/bin/pip install torch 'infinity-emb[torch,server]'`, and
`MATCHGRAPH_INFINITY=DIR/bin/infinity_emb`. Without it only our own side is measured. Both serve the same weights, the
base with our adapter, and are asked for the same texts by the same number of callers; a ratio compares neighbouring
rounds.
`python -m bench.inference`, with `RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER=0` in the environment, as `make bench` has it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console
from safetensors.numpy import load_file, save_file

from bench.hardware import hardware
from bench.matching import free_port, spread
from bench.profiles import HOME
from core.domain import Matrix
from core.errors import CoreError
from core.settings import Settings
from pipelines.bootstrap import bootstrap
from pipelines.export import SAMPLES
from pipelines.export_adapter import DEFAULT_ADAPTER, load_adapter
from pipelines.export_measuring import passages_of, texts_of
from pipelines.export_source import DEFAULT_MODEL, folder_of
from serve.demo import demo_key
from serve.run import running

INFINITY = "MATCHGRAPH_INFINITY"
TEXTS, ROUNDS = 500, 5
_OF_A_CALL = 50  # texts; Infinity takes at most 2,048, so do we
_CALLERS = 4
_START_S = 120.0
_SEED = 41


@dataclass(frozen=True, slots=True)
class Server:
    """One side: where it listens and what its requests look like."""

    name: str
    port: int
    path: str
    model: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Vectors in the order of the texts, by `_CALLERS` callers at once."""
        parts = [texts[at : at + _OF_A_CALL] for at in range(0, len(texts), _OF_A_CALL)]
        with ThreadPoolExecutor(_CALLERS) as callers:
            return np.concatenate(list(callers.map(self._ask, parts)))

    def _ask(self, texts: Sequence[str]) -> Matrix:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            body = json.dumps({"model": self.model, "input": list(texts)})
            connection.request("POST", self.path, body, {"Content-Type": "application/json", **self.headers})
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{self.name}: {answer.status}: {said[:300]!r}")
        return np.array([one["embedding"] for one in json.loads(said)["data"]], np.float32)


def compare(ours: Server, theirs: Server | None, texts: Sequence[str], rounds: int) -> dict[str, object]:
    """Texts per second of both, their ratio, and how far their vectors agree. The first round warms up."""
    sides = [ours] if theirs is None else [ours, theirs]
    rates: dict[str, list[float]] = {side.name: [] for side in sides}
    vectors: dict[str, Matrix] = {}
    for number in range(rounds + 1):
        for side in sides if number % 2 else reversed(sides):
            started = time.perf_counter()
            vectors[side.name] = side.embed(texts)
            if number:
                rates[side.name].append(len(texts) / (time.perf_counter() - started))
    report: dict[str, object] = {name: spread(several) for name, several in rates.items()}
    if theirs is not None:
        ratios = [mine / other for mine, other in zip(rates[ours.name], rates[theirs.name], strict=True)]
        cosines = np.einsum("nd,nd->n", _unit(vectors[ours.name]), _unit(vectors[theirs.name]))
        report |= {"ratio": spread(ratios), "mean cosine of the two": round(float(cosines.mean()), 4)}
    return report


def _unit(rows: Matrix) -> Matrix:
    unit: Matrix = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


@contextmanager
def infinity(command: Path) -> Iterator[Server]:
    """Infinity on loopback, ended by its pid. Raises `RuntimeError` when it does not start."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / "merged"
        write_merged(folder)
        yield from _infinity(command, folder)


def write_merged(folder: Path) -> None:
    """The base as it is packaged, with our adapter added to its weights."""
    base = folder_of(DEFAULT_MODEL)
    if base is None:
        raise RuntimeError(f"{DEFAULT_MODEL} lies in no folder")
    shutil.copytree(base, folder)
    weights = load_file(base / "model.safetensors")
    for name, part in load_adapter(DEFAULT_ADAPTER).parts.items():
        weights[f"{name.removeprefix('0.model.')}.weight"] += part.up @ part.down
    save_file(weights, folder / "model.safetensors", {"format": "pt"})


def _infinity(command: Path, folder: Path) -> Iterator[Server]:
    port = free_port()
    options = ["--model-id", str(folder), "--engine", "torch", "--device", "cpu", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [str(command), "v2", *options, "--port", str(port), "--no-model-warmup", "--log-level", "error"],
        env={**os.environ, "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server = Server("infinity", port, "/embeddings", str(folder))
        _wait_for(server, process)
        yield server
    finally:
        process.terminate()
        process.wait()


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            server.embed(["a first text"])
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise RuntimeError(f"{server.name} did not start: run its command by hand to see why")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.inference", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--var", type=Path, default=HOME)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--json", type=Path, help="write the numbers there too")
    chosen = parser.parse_args()
    console = Console()
    settings = Settings(var=chosen.var, port=free_port(), dashboard_port=free_port())
    models = bootstrap(settings, console)
    texts = passages_of(texts_of(SAMPLES), _SEED)[:TEXTS]
    rounds = 2 if chosen.quick else ROUNDS
    try:
        report = measured(settings, models, texts, rounds, console)
    except (CoreError, OSError, RuntimeError) as error:
        sys.exit(f"{parser.prog}: {error}")
    report |= {"texts": len(texts), "callers": _CALLERS, "hardware": str(hardware())}
    console.print_json(json.dumps(report))
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1) + "\n")


def measured(
    settings: Settings, models: Mapping[str, str], texts: Sequence[str], rounds: int, console: Console
) -> dict[str, object]:
    """Ours, beside Infinity's where the environment names it."""
    command = os.environ.get(INFINITY)
    with running(settings, models):
        key = {"Authorization": f"Bearer {demo_key(settings)}"}
        ours = Server("matchgraph", settings.port, "/v1/embeddings", models["embedder"], key)
        if command is None:
            console.print(f"  {INFINITY} names no infinity_emb: only our own side is measured")
            return compare(ours, None, texts, rounds)
        with infinity(Path(command)) as theirs:
            return compare(ours, theirs, texts, rounds)


if __name__ == "__main__":
    main()
