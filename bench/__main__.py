"""`make bench`: every published measurement in one run, as the table that the README shows. `--quick`: fewer rounds."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.hardware import hardware, versions

PARTS = ("embedding", "matching", "memory")
EMBEDDER = Path("artifacts/embedder")  # what `make models` exported
TARGETS = {"compact": "at most 1.5x", "graph": "at most 3x"}
WHAT = {
    "compact": "stored job, 200 shortlisted, 10 explained: `compact` over HTTP",
    "graph": "the same: `graph` over HTTP",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--json", type=Path, help="write all numbers there too")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        report = {part: run(part, Path(scratch) / f"{part}.json", quick=chosen.quick) for part in PARTS}
    for row in table(report):
        print(row)
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1) + "\n")


def run(part: str, file: Path, *, quick: bool) -> Any:
    """One part in a process of its own: what one leaves in memory must not slow or fatten the next."""
    options = {
        "embedding": [str(EMBEDDER), *(["--rounds", "2"] if quick else [])],
        "matching": ["--quick"] if quick else [],
        "memory": [],
    }
    print(f"== {part}", flush=True)
    command = [sys.executable, "-m", f"bench.{part}", *options[part], "--json", str(file)]
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"bench.{part} failed: it says why above")
    return json.loads(file.read_text())


def table(report: Mapping[str, Any]) -> Iterator[str]:
    """Markdown: what, ours, the baseline of the same run, their ratio (least to most), the target."""
    yield "| what | ours | baseline, same run | ratio (least–most) | target |"
    yield "|---|---|---|---|---|"
    for name in ("compact", "graph"):
        yield _match(WHAT[name], report["matching"][name]["stored job"], TARGETS[name])
    for name in ("compact", "graph"):
        yield _match(f"free text: `{name}`", report["matching"][name]["free text"], "")
    for name in ("compact", "graph"):
        rates = report["matching"][name]["throughput"]
        what = f"8 callers at once: `{name}`"
        yield f"| {what} | {rates['served']:g} matches/s | {rates['called']:g} matches/s in process | | |"
    yield from _embedding(report["embedding"]["encoders"])
    yield f"| whole embedded stack, 20,000 profiles | {report['memory']['total_mb']} MB | | | under 3,000 MB |"
    yield ""
    installed = versions("ray", "openvino", "torch", "sentence-transformers", "lightgbm", "qdrant-edge-py")
    yield f"{hardware()}; {', '.join(f'{name} {number}' for name, number in installed.items())}."


def _match(what: str, measured: Mapping[str, Any], target: str) -> str:
    served, called = measured["served"], measured["called"]
    took = f"p50 {served['p50']:g} ms, p95 {served['p95']:g}, p99 {served['p99']:g}"
    return f"| {what} | {took} | p50 {called['p50']:g} ms in process | {_spread(measured['ratio'])} | {target} |"


def _embedding(encoders: list[Mapping[str, Any]]) -> Iterator[str]:
    baseline, *ours = encoders
    for one in ours:
        rate, slow = one["texts_per_s"]["median"], baseline["texts_per_s"]["median"]
        yield (
            f"| bulk embedding, passages of mixed length: {one['encoder']} | {rate:.0f} texts/s | "
            f"{slow:.0f} texts/s, {baseline['encoder']} | {_spread(one['ratio'])} | at least 3x |"
        )


def _spread(ratio: Mapping[str, float]) -> str:
    return f"{ratio['median']:.2f}x ({ratio['min']:.2f}–{ratio['max']:.2f})"


if __name__ == "__main__":
    main()
