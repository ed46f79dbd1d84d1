"""A child that has been taken over gets nothing, goes nowhere, and is named for what stopped it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import platform
import resource
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from core.domain import Kind
from core.errors import BadInput, Overloaded, TooLarge, UnreadableFile
from core.parts import Reading
from core.settings import Settings
from serve.sandbox import Sandbox
from serve.sandbox_child import _cause, _Child, _waited_s
from serve.sandbox_wire import Terms, reading_of

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux confines more than what a file may cost")
SECRET = "MATCHGRAPH_TEST_ONLY_SECRET"


@pytest_asyncio.fixture(scope="module")
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sandbox]:
    patched = pytest.MonkeyPatch()
    patched.setenv(SECRET, "1")
    settings = Settings(parse_cpu_s=1.0, parse_memory_bytes=200_000_000)
    opened = Sandbox(tmp_path_factory.mktemp("none"), settings, child="tests.serve.hostile_reader")
    yield opened
    await opened.close()
    patched.undo()


async def ask(sandbox: Sandbox, *order: object) -> Reading:
    """As intake does: what a machine without time could not read is read again."""
    for _ in range(20):
        with contextlib.suppress(Overloaded):
            return await sandbox.file(json.dumps(order).encode(), "a.txt", Kind.CANDIDATE)
    raise AssertionError("the machine had no time for twenty tries")


async def refusal(sandbox: Sandbox, *order: object) -> BadInput:
    """Why it was refused; the sandbox stands, with the same parent, and the next file is read."""
    assert await ask(sandbox, "own_environ")
    parent = sandbox._parent
    with pytest.raises(BadInput) as refused:
        await ask(sandbox, *order)
    assert await ask(sandbox, "own_environ")
    assert sandbox._parent is parent
    return refused.value


@dataclass(frozen=True)
class Canary:
    """Listens on every kind of socket; `caught` says whether anyone came."""

    tcp: socket.socket
    udp: socket.socket
    unix: socket.socket

    def caught(self) -> bool:
        return any(_is_visited(one) for one in (self.tcp, self.udp, self.unix))


def _is_visited(listener: socket.socket) -> bool:
    listener.settimeout(0.05)
    try:
        listener.recvfrom(16) if listener.type == socket.SOCK_DGRAM else listener.accept()
    except TimeoutError:
        return False
    return True


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as unix,
    ):
        udp.bind(("127.0.0.1", 0))
        unix.bind(str(tmp_path / "s"))
        unix.listen()
        yield Canary(tcp, udp, unix)


@LINUX
async def test_nothing_is_open_to_a_child_of_this_system(sandbox: Sandbox) -> None:
    await asyncio.to_thread(sandbox.start)

    assert sandbox.report is not None
    assert sandbox.report.open == ()


@LINUX
@pytest.mark.parametrize("way", ["tcp", "udp", "unix", "dns"])
async def test_nobody_is_reached_from_a_child(sandbox: Sandbox, canary: Canary, way: str) -> None:
    where = {"tcp": canary.tcp.getsockname()[1], "udp": canary.udp.getsockname()[1], "unix": canary.unix.getsockname()}

    refused = await refusal(sandbox, way, where.get(way, "localhost.example"))

    assert isinstance(refused, UnreadableFile)
    assert not canary.caught()


@LINUX
@pytest.mark.parametrize(
    "attempt", ["append", "overwrite", "truncate", "unlink", "rename", "chmod", "touch", "link", "create", "mkdir"]
)
@pytest.mark.parametrize("where", ["temporary", "working"])
async def test_no_file_is_written_changed_or_removed(
    sandbox: Sandbox, tmp_path: Path, attempt: str, where: str
) -> None:
    folder = tmp_path if where == "temporary" else Path.cwd() / "tests" / "serve"
    victim = tmp_path / "victim.txt" if where == "temporary" else folder / "hostile_reader.py"
    if where == "temporary":
        victim.write_text("kept")
    before = snapshot(folder)

    refused = await refusal(sandbox, attempt, str(folder if attempt in ("create", "mkdir") else victim))

    assert "no file needs" in str(refused)
    assert snapshot(folder) == before


def snapshot(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Size, mode and time of everything in it but what tests themselves leave."""
    found = {path.name: path.lstat() for path in folder.iterdir() if path.name != "__pycache__"}
    return {name: (stat.st_size, stat.st_mode, stat.st_mtime_ns) for name, stat in found.items()}


@LINUX
async def test_no_secret_is_read(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("secret")

    refusals = [
        await refusal(sandbox, "read", str(tmp_path / "key")),
        await refusal(sandbox, "read", str(Path.cwd() / "pyproject.toml")),
        await refusal(sandbox, "read", "/etc/passwd"),
        await refusal(sandbox, "environ_of_parent"),
    ]

    assert all("no file needs" in str(refused) for refused in refusals)


async def test_the_environment_of_a_child_holds_no_secret(sandbox: Sandbox) -> None:
    names = (await ask(sandbox, "own_environ")).text.split()

    assert SECRET not in names
    assert set(names) <= {"LANG", "LC_CTYPE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "PYTHONDONTWRITEBYTECODE"}


async def test_a_child_keeps_no_descriptor_but_its_own_channel(sandbox: Sandbox) -> None:
    descriptors = (await ask(sandbox, "open_descriptors")).text.split()

    assert descriptors[:3] == ["0", "1", "2"]
    assert len(descriptors) == 4


@LINUX
@pytest.mark.parametrize("attempt", ["execute", "run", "fork_bomb", "signal_parent", "signal_all", "trace_parent"])
async def test_no_program_is_started_and_no_process_touched(sandbox: Sandbox, attempt: str) -> None:
    refused = await refusal(sandbox, attempt)

    assert "no file needs" in str(refused)


@LINUX
@pytest.mark.parametrize("attempt", ["thread_bomb", "lift_limits"])
async def test_no_thread_is_started_and_no_limit_lifted(sandbox: Sandbox, attempt: str) -> None:
    assert isinstance(await refusal(sandbox, attempt), UnreadableFile)


@pytest.mark.skipif(platform.machine() != "x86_64" or sys.platform != "linux", reason="x86-64's other gate")
async def test_the_other_numbering_of_system_calls_is_no_way_out(sandbox: Sandbox) -> None:
    assert isinstance(await refusal(sandbox, "old_call_numbers"), UnreadableFile)


@pytest.mark.parametrize(
    ("attempt", "limit"),
    [
        pytest.param("hog", "200000000 bytes of memory", marks=LINUX),
        pytest.param("hog_in_c", "200000000 bytes of memory", marks=LINUX),
        ("burn", "seconds"),
        ("burn_deaf", "seconds"),
        ("sleep", "1.5 seconds"),
        ("hang_up_and_sleep", "1.5 seconds"),
    ],
)
async def test_who_takes_too_much_is_stopped_and_the_limit_named(sandbox: Sandbox, attempt: str, limit: str) -> None:
    refused = await refusal(sandbox, attempt)

    assert isinstance(refused, TooLarge)
    assert limit in str(refused)


@pytest.mark.parametrize("attempt", ["recurse", "crash", "flood"])
async def test_who_breaks_down_is_refused(sandbox: Sandbox, attempt: str) -> None:
    assert str(await refusal(sandbox, attempt))


@pytest.mark.parametrize("status", [0, 1, 77])
async def test_who_leaves_without_a_word_is_refused_and_nobody_else_suffers(sandbox: Sandbox, status: int) -> None:
    assert "broke off" in str(await refusal(sandbox, "leave", status))


@pytest.mark.parametrize(
    "saying",
    [
        "nothing",
        "an oversized length",
        "half a length",
        "half an answer",
        "garbage",
        "no facts",
        "our fault",
        "no error of ours",
    ],
)
async def test_a_false_answer_is_the_files_fault(sandbox: Sandbox, saying: str) -> None:
    assert isinstance(await refusal(sandbox, "say", saying), UnreadableFile)


def test_a_file_is_not_blamed_for_a_machine_without_time() -> None:
    ours, theirs = socket.socketpair()
    terms = Terms("", wall_s=5.5, cpu_s=1e6, memory_bytes=1, file_bytes=1, unpacked_bytes=1, pages=1)
    child = _Child(ours, until=0.0, late=True, starved=True)

    with ours, theirs, pytest.raises(Overloaded, match="no time"):
        reading_of(_cause(9, resource.getrusage(resource.RUSAGE_SELF), terms, child))


def test_a_file_that_has_cost_much_is_to_blame_on_a_crowded_machine_too() -> None:
    ours, theirs = socket.socketpair()
    terms = Terms("", wall_s=5.5, cpu_s=1e-3, memory_bytes=1, file_bytes=1, unpacked_bytes=1, pages=1)
    child = _Child(ours, until=0.0, late=True, starved=True)

    with ours, theirs, pytest.raises(TooLarge, match="seconds"):
        reading_of(_cause(9, resource.getrusage(resource.RUSAGE_SELF), terms, child))


@LINUX
def test_waiting_for_a_core_is_told_from_sleeping() -> None:
    crowd = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * (os.cpu_count() or 1))]
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        time.sleep(1.0)
        waited = max(_waited_s(one.pid) for one in crowd)
        slept = _waited_s(sleeper.pid)
    finally:
        for one in (*crowd, sleeper):
            one.kill()
            one.wait()

    assert waited > slept
