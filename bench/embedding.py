"""Bulk embedding of mixed-length CV passages: our encoder against sentence-transformers fp32, in alternating rounds.

`python -m bench.embedding [FOLDER ...]`, a folder being what `python -m pipelines.export` writes; without one the
default model is exported first. Each encoder lives in a process of its own, since thread pools of several
runtimes in one process slow each other down; only one works at a time.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table

from bench.hardware import hardware, versions
from models.embedding import load_encoder
from pipelines.export import SAMPLES, export
from pipelines.export_measuring import passages_of, texts_of
from pipelines.export_source import DEFAULT_MODEL, load_source

BASELINE = "sentence-transformers fp32"
QUERY = "Senior backend engineer with Python and PostgreSQL, payments, hybrid in Manchester"
PASSAGES = 300
ROUNDS = 5
_QUERIES = 30
_SEED = 41

Encode = Callable[[Sequence[str]], object]


@dataclass(frozen=True, slots=True)
class Measured:
    """One encoder over all rounds; a ratio compares with the baseline in the same round."""

    name: str
    seconds: list[float] = field(default_factory=list)
    query_ms: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)

    def summary(self, passages: int, baseline: Measured) -> dict[str, object]:
        ratios = [theirs / ours for ours, theirs in zip(self.seconds, baseline.seconds, strict=True)]
        return {
            "encoder": self.name,
            "texts_per_s": _spread([passages / seconds for seconds in self.seconds]),
            "ratio": _spread(ratios),
            "query_ms": _spread(self.query_ms),
            "peak_mb": round(max(self.peak_mb)),
        }


def _spread(numbers: Sequence[float]) -> dict[str, float]:
    return {"min": round(min(numbers), 2), "median": round(median(numbers), 2), "max": round(max(numbers), 2)}


@dataclass(frozen=True, slots=True)
class Child:
    """An encoder in its own process: a line goes in, a round is run, a line of JSON comes out."""

    name: str
    process: subprocess.Popen[str]

    def round(self) -> Mapping[str, float]:
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the child has no pipes")
        print(file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with {self.process.wait()}")
        numbers: dict[str, float] = json.loads(line)
        return numbers


def compare(folders: Sequence[Path], passages: Sequence[str], rounds: int, console: Console) -> list[dict[str, object]]:
    """A summary per encoder, the baseline first. The first round warms up and is not counted."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as processes:
        texts = Path(scratch) / "passages.json"
        texts.write_text(json.dumps(passages), "utf-8")
        children = [_start(name, source, texts, processes) for name, source in _encoders(folders)]
        measured = [Measured(child.name) for child in children]
        for number in range(rounds + 1):
            console.print(f"round {number} of {rounds}" if number else "warming up", style="dim")
            for child, all_rounds in zip(children, measured, strict=True):
                numbers = child.round()
                if number:
                    all_rounds.seconds.append(numbers["seconds"])
                    all_rounds.query_ms.append(numbers["query_ms"])
                    all_rounds.peak_mb.append(numbers["peak_mb"])
    return [one.summary(len(passages), measured[0]) for one in measured]


def _encoders(folders: Sequence[Path]) -> list[tuple[str, str]]:
    ours = []
    for folder in folders:
        model = json.loads((folder / "model.json").read_bytes())
        ours.append((f"{model['kind']} {_precision(model)}".strip(), str(folder)))
    return [(BASELINE, ""), *ours]


def _precision(model: Mapping[str, str]) -> str:
    """As it is computed here: a CPU without bf16 takes weights of bf16 and multiplies in fp32."""
    written = model.get("precision", "")
    native = {"avx512_bf16", "amx_bf16", "bf16"} & set(hardware().flags)
    return "bf16 weights, fp32 arithmetic" if written == "bf16" and not native else written


def _start(name: str, folder: str, texts: Path, processes: ExitStack) -> Child:
    command = [sys.executable, "-m", "bench.embedding", "--serve", folder, "--passages", str(texts)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    processes.callback(process.wait)
    processes.callback(process.terminate)
    return Child(name, process)


def _serve(folder: str, texts: Path) -> None:
    """The child: runs a round for each line it is sent."""
    passages = json.loads(texts.read_bytes())
    encode: Encode = load_encoder(Path(folder), threads=hardware().cores).encode if folder else _baseline()
    for _ in sys.stdin:
        start = time.perf_counter()
        encode(passages)
        seconds = time.perf_counter() - start
        query = median(_timed(encode, [QUERY]) for _ in range(_QUERIES))
        for passage in passages:  # alone: every length is seen, of which a runtime may keep something
            encode([passage])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "query_ms": query * 1000, "peak_mb": peak}), flush=True)


def _baseline() -> Encode:
    return load_source(DEFAULT_MODEL).encode  # batches of 32, sorted by length: the library's own defaults


def _timed(encode: Encode, texts: Sequence[str]) -> float:
    start = time.perf_counter()
    encode(texts)
    return time.perf_counter() - start


def _table(summaries: Sequence[Mapping[str, object]]) -> Table:
    table = Table(title="Bulk embedding: median (least-most) over rounds", box=box.SIMPLE, padding=(0, 1, 0, 0))
    for column in ("encoder", "texts/s", "ratio", "query ms", "MB"):
        table.add_column(column, justify="left" if column == "encoder" else "right", no_wrap=True)
    for one in summaries:
        spreads = [_shown(one[key]) for key in ("texts_per_s", "ratio")]
        query_ms = one["query_ms"]
        typical = f"{query_ms['median']:.3g}" if isinstance(query_ms, dict) else str(query_ms)
        table.add_row(str(one["encoder"]), *spreads, typical, str(one["peak_mb"]))
    return table


def _shown(spread: object) -> str:
    """`112 (91-175)`: the median, and from the least to the most."""
    if not isinstance(spread, dict):
        return str(spread)
    return f"{spread['median']:.3g} ({spread['min']:.3g}-{spread['max']:.3g})"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.embedding", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path, help="exported models; none: export the default one")
    parser.add_argument("--texts", type=Path, default=SAMPLES, help="JSON Lines with `text`, or a folder")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path, help="write the numbers there too")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--passages", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve is not None:
        _serve(chosen.serve, chosen.passages)
        return
    console = Console()
    passages = passages_of(texts_of(chosen.texts), _SEED)[:PASSAGES]
    with tempfile.TemporaryDirectory() as scratch:
        folders = chosen.folders or [Path(scratch) / "model"]
        if not chosen.folders:
            export(DEFAULT_MODEL, folders[0], say=lambda step: console.print(step, style="dim"))
        summaries = compare(folders, passages, chosen.rounds, console)
    installed = versions("sentence-transformers", "torch", "transformers", "openvino", "onnxruntime")
    report = {
        "passages": len(passages),
        "rounds": chosen.rounds,
        "hardware": str(hardware()),
        "versions": installed,
        "encoders": summaries,
    }
    console.print(_table(summaries))
    console.print(f"{len(passages)} passages, {chosen.rounds} rounds, {hardware()}", style="dim")
    console.print(", ".join(f"{name} {number}" for name, number in installed.items()), style="dim")
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
