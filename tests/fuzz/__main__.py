"""`make fuzz`: 10,000 hostile files through the real sandbox. Exits 1 when one of them breaks a law.

`python -m tests.fuzz --only NUMBER` reads one again, and says how it ended.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.build_parser import ROOT, build_parser
from tests.fuzz.trial import Outcome, trial

OFFENDERS = ROOT / "reports" / "fuzz"


async def run(numbers: range, at_once: int, console: Console) -> list[Outcome]:
    """Outcomes of all; the content of what went wrong is kept under `reports/fuzz`."""
    with tempfile.TemporaryDirectory(prefix="fuzz-parser-") as folder:
        build_parser(ROOT / "taxonomy", ["one text", "another text"], Path(folder))
        async with trial(Path(folder)) as tried:
            outcomes, started = [], time.monotonic()
            async for outcome in tried.outcomes(numbers, at_once=at_once):
                outcomes.append(outcome)
                if outcome.wrong:
                    _keep(outcome, console)
                if len(outcomes) % 500 == 0:
                    console.print(f"  {len(outcomes)} of {len(numbers)} files, {time.monotonic() - started:.0f} s")
            return outcomes


def _keep(outcome: Outcome, console: Console) -> None:
    OFFENDERS.mkdir(parents=True, exist_ok=True)
    (OFFENDERS / str(outcome.case.number)).write_bytes(outcome.case.content)
    console.print(f"  {outcome.case.number} ({outcome.case.made}): {outcome.wrong}", style="red", markup=False)


def show(outcomes: list[Outcome], console: Console) -> None:
    times = sorted(one.took_s for one in outcomes)
    table = Table("ended as", "files", box=None)
    for end, count in Counter(one.end for one in outcomes).most_common():
        table.add_row(end, str(count))
    console.print(table)
    slow = sorted(outcomes, key=lambda one: -one.took_s)[:5]
    console.print(f"  median {times[len(times) // 2] * 1e3:.0f} ms, slowest {times[-1]:.2f} s:", end=" ")
    console.print(", ".join(f"{one.case.number} {one.case.made}" for one in slow), markup=False)
    limits = Counter(one.detail for one in outcomes if one.end == "TooLarge" and "took over" in one.detail)
    for detail, count in limits.most_common():
        console.print(f"  {count} x {detail}", markup=False)


def main() -> int:
    ask = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    ask.add_argument("--count", type=int, default=10_000, help="how many files")
    ask.add_argument("--first", type=int, default=0, help="number of the first")
    ask.add_argument("--only", type=int, help="one number")
    ask.add_argument("--at-once", type=int, default=os.cpu_count() or 2, help="files read at once")
    asked = ask.parse_args()
    console = Console()
    numbers = range(asked.first, asked.first + asked.count) if asked.only is None else range(asked.only, asked.only + 1)
    started = time.monotonic()
    outcomes = asyncio.run(run(numbers, asked.at_once, console))
    wrong = [one for one in outcomes if one.wrong]
    show(outcomes, console)
    if asked.only is not None:
        console.print(outcomes[0].detail, markup=False)
    console.print(f"{len(outcomes)} files in {time.monotonic() - started:.0f} s, {len(wrong)} broke a law")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
