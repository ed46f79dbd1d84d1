"""What the whole embedded stack takes: Ray, its dashboard, Serve, every replica and Postgres.

`python -m serve.run` serves 20,000 stored profiles in `graph`, and has answered matches from all over them, read a
text and taken in a few files. Shared pages are counted once (PSS, from `/proc/PID/smaps_rollup`; Linux only), over
its process tree and the Postgres server, which outlives who starts it. `python -m bench.memory`
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import cycle, islice
from pathlib import Path

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from bench.matching import AD, Question, Service, free_port
from bench.profiles import HOME, Stored, stored

WARM_UP = 300  # matches: caches are full, and every replica has worked
FILES = 5  # uploads, so that the sandbox's processes are there as they would be
CVS = Path("samples/cvs")
START_S = 180

Process = tuple[str, float]  # name and MB


def measure(found: Stored, var: Path, console: Console) -> dict[str, object]:
    port = free_port()
    console.print("  graph: starting")
    with _served(var, port) as process:
        service = Service(port, found.api_key)
        jobs: Iterator[Question] = cycle({"job_id": job} for job in found.jobs)
        service.ask([*islice(jobs, WARM_UP), {"text": AD}], 2)
        _upload(service, sorted(CVS.glob("*.pdf"))[:FILES])
        return summary(proportional_mb([process, *_postgres(var)]))


def summary(processes: Mapping[str, list[float]]) -> dict[str, object]:
    """MB by name of process, the largest first; several of one name are counted together."""
    rows = sorted(((sum(mb), name, len(mb)) for name, mb in processes.items()), reverse=True)
    return {
        "total_mb": round(sum(mb for mb, _, _ in rows)),
        "processes": [{"name": name, "count": count, "mb": round(mb)} for mb, name, count in rows],
    }


def proportional_mb(roots: list[psutil.Process]) -> dict[str, list[float]]:
    """MB of each process at or below the roots, by name."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for root in roots:
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):  # gone meanwhile
                found[_name(process)].append(_pss_mb(process.pid))
    return found


@contextmanager
def _served(var: Path, port: int) -> Iterator[psutil.Process]:
    where = {"MATCHGRAPH_VAR": str(var), "MATCHGRAPH_PORT": str(port), "MATCHGRAPH_DASHBOARD_PORT": str(free_port())}
    command = [sys.executable, "-m", "serve.run"]
    process = subprocess.Popen(command, env={**os.environ, **where}, stdout=subprocess.DEVNULL)
    try:
        _await(f"http://127.0.0.1:{port}/health/ready", process)
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(url).is_success:
                return
        time.sleep(0.5)
    raise RuntimeError(f"{url} does not answer: `python -m serve.run` says why")


def _upload(service: Service, files: list[Path]) -> None:
    """Takes files in, then forgets them: the stored profiles stay what they were."""
    headers = {"Authorization": f"Bearer {service.key}", "Prefer": "wait=20"}
    with httpx.Client(base_url=f"http://127.0.0.1:{service.port}", headers=headers, timeout=60) as client:
        answers = [client.post("/v1/candidates", files={"file": (f.name, f.read_bytes())}) for f in files]
        for answer in answers:
            client.delete(f"/v1/candidates/{answer.raise_for_status().json()['id']}").raise_for_status()


def _postgres(var: Path) -> list[psutil.Process]:
    folder = var / "postgres"
    pointer = folder / "location"
    data = Path(pointer.read_text().strip() if pointer.exists() else folder) / "data"
    return [psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))]


def _name(process: psutil.Process) -> str:
    """As people know it: a replica by its deployment, a Python program by its file or module."""
    words = process.cmdline() or [process.name()]
    title = words[0].split(" ")[0]
    if title.startswith("ray::ServeReplica:"):
        return f"replica {title.rpartition(':')[2]}"
    if title.startswith(("ray::", "ray-dashboard")):
        return title.rstrip("0123456789-")
    if not Path(title).name.startswith("python"):
        return Path(title).name.rstrip(":")
    if "-m" in words:
        return words[words.index("-m") + 1]
    script = next((word for word in words[1:] if word.endswith(".py")), "python's own helper")
    return Path(script).name


def _pss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6


def table(report: Mapping[str, object]) -> Table:
    shown = Table("process", "count", "MB")
    rows = report["processes"]
    for row in rows if isinstance(rows, list) else []:
        shown.add_row(row["name"], str(row["count"]), str(row["mb"]))
    shown.add_row("all", "", str(report["total_mb"]), style="bold")
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--var", type=Path, default=HOME)
    parser.add_argument("--json", type=Path, help="write the numbers there too")
    chosen = parser.parse_args()
    console = Console()
    report = measure(stored(chosen.var, console), chosen.var, console)
    console.print(table(report))
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
