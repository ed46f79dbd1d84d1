"""Laws of the embedded server: several processes share it, and no death of theirs harms it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from core.errors import StoreError
from core.settings import Settings
from stores.postgres import Server, conninfo, embedded, open_database
from stores.postgres_place import find_place
from stores.postgres_server import running

USER = """
import sys, time
from pathlib import Path
from stores.postgres import embedded
with embedded(Path(sys.argv[1])) as server:
    print(server.create().url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One for all tests, each of which leaves its server stopped: making a cluster is the slow part."""
    made = Path(tempfile.mkdtemp(prefix="matchgraph-tests-", dir="/var/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def user(folder: Path) -> subprocess.Popen[str]:
    """Another process that uses the server until its input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": "."},
    )


def ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def ask(server: Server) -> object:
    with psycopg.connect(conninfo(server.create().url)) as connection:
        return connection.execute("SELECT 1").fetchone()


def test_processes_share_one_server_until_the_last_one_leaves(folder: Path) -> None:
    first = user(folder)
    url = ready(first)
    with embedded(folder) as server:
        assert server.create().url == url
        first.communicate()
        assert ask(server) == (1,)

    assert running(find_place(folder)) is None


def test_a_killed_user_leaves_the_others_working_and_is_not_counted(folder: Path) -> None:
    with embedded(folder) as server:
        other = user(folder)
        ready(other)
        os.kill(other.pid, signal.SIGKILL)
        other.communicate()

        assert ask(server) == (1,)

    assert running(find_place(folder)) is None


def test_what_a_killed_user_left_running_is_joined(folder: Path) -> None:
    only = user(folder)
    ready(only)
    os.kill(only.pid, signal.SIGKILL)
    only.communicate()
    assert running(find_place(folder)) is not None

    with embedded(folder) as server:
        assert ask(server) == (1,)

    assert running(find_place(folder)) is None


def test_a_killed_server_starts_again_with_its_rows(folder: Path) -> None:
    with embedded(folder) as server:
        with psycopg.connect(conninfo(server.create().owner_url)) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        os.kill(int((server.socket / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    with (
        embedded(folder) as server,
        psycopg.connect(conninfo(server.create().owner_url)) as connection,
    ):
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_process_id_that_now_belongs_to_something_else_is_stale(folder: Path) -> None:
    with embedded(folder):
        pass
    data = find_place(folder).data
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n1\n5432\n{data}\n\n  1 1\nready\n")

    with embedded(folder) as server:
        assert ask(server) == (1,)


def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    with embedded(folder / ("x" * 120)) as server:
        assert len(str(server.socket)) < 90
        assert ask(server) == (1,)
        socket = server.socket

    assert not socket.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_a_folder_that_the_server_cannot_enter_points_elsewhere(folder: Path) -> None:
    home = folder / "home"
    home.mkdir(mode=0o700)
    with embedded(home / "postgres") as server, psycopg.connect(conninfo(server.create().owner_url)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    elsewhere = Path((home / "postgres" / "location").read_text().strip())
    try:
        with embedded(home / "postgres") as server, psycopg.connect(conninfo(server.create().owner_url)) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)

        assert home not in elsewhere.parents
        assert home.stat().st_mode & 0o077 == 0
    finally:
        shutil.rmtree(elsewhere)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_programs_that_the_server_cannot_reach_are_copied(folder: Path) -> None:
    usual = find_place(folder).programs
    hidden = folder / "hidden"
    hidden.mkdir(mode=0o700)
    package = usual.parents[1]
    shutil.copytree(package, hidden / package.name, symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), hidden / f"{package.name}.libs")

    place = find_place(folder, hidden / usual.relative_to(package.parent))

    assert hidden not in place.programs.parents
    place.run("postgres", "--version")


def test_a_folder_that_cannot_be_made_is_one_clear_line() -> None:
    with pytest.raises(StoreError, match=r"^MATCHGRAPH_DATABASE_URL: /proc/nothing/postgres cannot be used: [^\n]+$"):
        embedded(Path("/proc/nothing/postgres")).__enter__()


def test_an_unknown_scheme_names_the_choices() -> None:
    with pytest.raises(ValueError, match="MATCHGRAPH_DATABASE_URL: 'sqlite' is neither 'embedded' nor"):
        open_database(Settings(database_url="sqlite:///x")).__enter__()
