"""`python -m pipelines.ingest FOLDER`: takes in every CV (or job ad) of a folder. Safe to repeat.

A file's path below the folder is its reference: sent again, equal bytes change nothing and others replace it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from core.settings import Settings
from pipelines.client import Client

SUFFIXES = frozenset({".pdf", ".docx", ".odt", ".rtf", ".html", ".htm", ".md", ".txt", ".json"})
BATCH = 20  # files in one request: a few MB


@dataclass(slots=True)
class Summary:
    states: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[str, str, str]] = field(default_factory=list)  # file, what, what to do

    def add(self, batch: Any) -> None:
        for item in batch["items"]:
            self.states[item["state"]] += 1
            if item["error"]:
                self.problems.append((item["file_name"], item["error"]["title"], item["error"]["detail"]))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pipelines.ingest", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kind", choices=["candidate", "job"], default="candidate")
    parser.add_argument("--url", default=os.environ.get("MATCHGRAPH_URL", "http://127.0.0.1:8000"))
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        sys.exit(f"{arguments.folder} is not a folder")
    files = find(arguments.folder)
    if not files:
        sys.exit(f"no files to take in below {arguments.folder} ({', '.join(sorted(SUFFIXES))})")
    console = Console()
    summary = ingest(Client.of(arguments.url, api_key()), arguments.kind, files, console)
    show(summary, console)
    sys.exit(1 if summary.problems else 0)


def find(folder: Path) -> list[tuple[str, Path]]:
    """Reference and path of every file of a type that is read; hidden files are not."""
    return [
        (path.relative_to(folder).as_posix()[-200:], path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    ]


def ingest(client: Client, kind: str, files: Sequence[tuple[str, Path]], console: Console) -> Summary:
    """Sends the files and waits until each is indexed or refused."""
    summary = Summary()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(f"{kind}s", total=len(files))
        done = 0
        for some in _batches(files):
            batch = client.start_import(kind, some)
            for state in client.progress(batch["id"]):
                batch = state
                progress.update(bar, completed=done + batch["done"])
            done += len(some)
            summary.add(batch)
    return summary


def show(summary: Summary, console: Console) -> None:
    said = ", ".join(f"{count} {state}" for state, count in sorted(summary.states.items()))
    console.print(f"{sum(summary.states.values())} files: {said}")
    if summary.problems:
        table = Table("file", "what is wrong", "what to do", title="Not taken in", title_justify="left")
        for row in summary.problems:
            table.add_row(*row)
        console.print(table)


def api_key() -> str:
    """From `MATCHGRAPH_API_KEY`, or the demo's own key."""
    given = os.environ.get("MATCHGRAPH_API_KEY", "")
    file = Settings().var / "demo.key"
    if given or file.is_file():
        return given or file.read_text().strip()
    sys.exit("no API key: set MATCHGRAPH_API_KEY (`python -m pipelines.tenants create NAME` makes one)")


def _batches(files: Sequence[tuple[str, Path]]) -> Iterator[list[tuple[str, Path]]]:
    for start in range(0, len(files), BATCH):
        yield list(files[start : start + BATCH])


if __name__ == "__main__":
    main()
