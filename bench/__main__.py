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

PARTS = ("embedding", "inference", "reading", "matching", "intake", "switch", "memory")
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
        "memory": [],
    }
    print(f"== {part}", flush=True)
    more = options.get(part, ["--quick"] if quick else [])
    command = [sys.executable, "-m", f"bench.{part}", *more, "--json", str(file)]
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
    for name in ("compact", "graph"):
        yield from _intake(name, report["intake"][name])
    yield from _reading(report["reading"])
    yield from _embedding(report["embedding"]["encoders"])
    yield _inference(report["inference"])
    yield _switch(report["switch"])
    yield f"| whole embedded stack, 20,000 profiles | {report['memory']['total_mb']} MB | | | under 3,000 MB |"
    yield ""
    installed = versions("ray", "openvino", "torch", "sentence-transformers", "lightgbm", "qdrant-edge-py")
    yield f"{hardware()}; {', '.join(f'{name} {number}' for name, number in installed.items())}."


def _match(what: str, measured: Mapping[str, Any], target: str) -> str:
    served, called = measured["served"], measured["called"]
    took = f"p50 {served['p50']:g} ms, p95 {served['p95']:g}, p99 {served['p99']:g}"
    return f"| {what} | {took} | p50 {called['p50']:g} ms in process | {_spread(measured['ratio'])} | {target} |"


def _intake(name: str, measured: Mapping[str, Any]) -> Iterator[str]:
    busy, quiet, rates = measured["busy"], measured["quiet"], measured["cvs_per_s"]
    yield (
        f"| p99 of matches while CVs are taken in: `{name}` | p50 {busy['p50']:g} ms, p95 {busy['p95']:g}, "
        f"p99 {busy['p99']:g} | p50 {quiet['p50']:g} ms, p95 {quiet['p95']:g}, p99 {quiet['p99']:g} while none are | "
        f"{_spread(measured['ratio']['p99'])} | at most 2x |"
    )
    yield (
        f"| CVs taken in, matches beside them: `{name}` | {rates['beside matches']['median']:.1f} CVs/s | "
        f"{rates['alone']['median']:.1f} CVs/s with no matches | | |"
    )


def _reading(measured: Mapping[str, Any]) -> Iterator[str]:
    pages, sandbox = measured["two pages"], measured["sandbox"]
    yield (
        f"| PDF of two pages to profile, one core, without the encoder | {pages['ms']['median']:.0f} ms "
        f"({pages['ms']['min']:.0f}–{pages['ms']['max']:.0f}, {pages['files']} files) | "
        f"{pages['bare_ms']['median']:.1f} ms, bare text by pdfium | {_spread(pages['ratio'])} | under 60 ms |"
    )
    alone = sandbox["1"]["files_per_s"]["median"]
    for at_once, target in (("2", "at least 1.8x on 2 cores"), ("4", "")):
        rate, ratio = sandbox[at_once]["files_per_s"]["median"], _spread(sandbox[at_once]["ratio"])
        yield (
            f"| files read in the sandbox, {at_once} at once | {rate:.1f} files/s | "
            f"{alone:.1f} files/s one at a time | {ratio} | {target} |"
        )


def _embedding(encoders: list[Mapping[str, Any]]) -> Iterator[str]:
    baseline, *ours = encoders
    for one in ours:
        rate, slow = one["texts_per_s"]["median"], baseline["texts_per_s"]["median"]
        yield (
            f"| bulk embedding, passages of mixed length: {one['encoder']} | {rate:.0f} texts/s | "
            f"{slow:.0f} texts/s, {baseline['encoder']} | {_spread(one['ratio'])} | at least 3x |"
        )


def _inference(measured: Mapping[str, Any]) -> str:
    what = f"`POST /v1/embeddings`, {measured['callers']} callers, passages of mixed length"
    ours = f"{measured['matchgraph']['median']:.0f} texts/s"
    if "ratio" not in measured:
        return f"| {what} | {ours} | Infinity is not installed (`bench/inference.py`) | | at least 4x |"
    theirs = f"{measured['infinity']['median']:.0f} texts/s, Infinity (torch)"
    return f"| {what} | {ours} | {theirs} | {_spread(measured['ratio'])} | at least 4x |"


def _switch(measured: Mapping[str, Any]) -> str:
    failed, missed = measured["failed_requests"], measured["missed_by_the_new"] + measured["missed_by_the_old"]
    return (
        f"| another encoder for {measured['documents']:,} documents under load | {measured['switch_s']:.0f} s, "
        f"{failed} of {measured['requests']:,} requests failed, {missed} of {measured['uploads_meanwhile']} uploads "
        f"missed; back in {1000 * measured['rollback_s']:.0f} ms | | | none failed, none missed |"
    )


def _spread(ratio: Mapping[str, float]) -> str:
    return f"{ratio['median']:.2f}x ({ratio['min']:.2f}–{ratio['max']:.2f})"


if __name__ == "__main__":
    main()
