"""The commands that people type, as processes: what they print, how they end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serve.conftest import ROOT, Graph, address


def run(module: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *options],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two CVs that are new, one that cannot be read, one that is none."""
    for name in ("90-*", "91-*", "65-*"):
        (path,) = (ROOT / "samples" / "cvs").glob(name)
        shutil.copy(path, tmp_path)
    (tmp_path / "empty.txt").touch()
    return tmp_path


def test_ingest_takes_in_a_folder_says_what_failed_and_repeats_without_a_trace(fed: Graph, folder: Path) -> None:
    environment = {
        "MATCHGRAPH_URL": address(fed.settings),
        "MATCHGRAPH_API_KEY": fed.http.headers["authorization"].removeprefix("Bearer "),
    }

    first = run("pipelines.ingest", str(folder), **environment)
    count = len(fed.http.get("/v1/candidates?limit=100").json()["items"])
    again = run("pipelines.ingest", str(folder), **environment)

    assert "4 files: 2 failed, 2 indexed" in first.stdout, first.stdout + first.stderr
    assert "OCR" in first.stdout
    assert "empty" in first.stdout
    assert (first.returncode, again.returncode) == (1, 1)
    assert "4 files: 2 failed, 2 indexed" in again.stdout
    assert len(fed.http.get("/v1/candidates?limit=100").json()["items"]) == count


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["/nowhere/at/all"], "is not a folder"),
        ([str(ROOT / "tests")], "no files to take in"),
    ],
)
def test_ingest_refuses_in_one_line_what_it_cannot_take(options: list[str], says: str) -> None:
    done = run("pipelines.ingest", *options, MATCHGRAPH_API_KEY="mg_x")

    assert done.returncode == 1
    assert says in one_line(done)


def test_a_service_that_is_not_there_is_named_in_one_line(folder: Path) -> None:
    done = run("pipelines.ingest", str(folder), MATCHGRAPH_API_KEY="mg_x", MATCHGRAPH_URL="http://127.0.0.1:9")

    assert done.returncode == 1
    assert "make serve" in one_line(done)


def test_a_port_that_is_taken_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "models.json").write_text("{}")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])

        done = run("serve.run", MATCHGRAPH_VAR=str(tmp_path), MATCHGRAPH_PORT=port)

    assert done.returncode == 1
    assert f"port {port} is taken" in one_line(done)


def test_a_folder_that_cannot_be_written_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = run("pipelines.bootstrap", MATCHGRAPH_VAR=str(tmp_path / "file" / "var"))

    assert done.returncode == 1
    assert "cannot be written" in one_line(done)


def test_the_serving_path_never_imports_torch() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, serve.app, serve.run; print('torch' in sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert done.stdout.strip() == "False"


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """Without what Ray itself prints at its import."""
    (line,) = done.stderr.strip().splitlines()
    return line
