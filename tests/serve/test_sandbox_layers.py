"""Each layer holds by itself, and without root: a system that lacks one is still kept by the others."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from core.settings import Settings
from serve.sandbox import terms_of
from serve.sandbox_child import probed
from serve.sandbox_confine import Confinement
from serve.sandbox_landlock import landlock
from serve.sandbox_probe import probe
from serve.sandbox_seccomp import _MACHINES, program, seccomp
from serve.sandbox_wire import Report

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux's layers")
NOBODY, PR_SET_DUMPABLE = 65534, 4
TERMS = terms_of(Path(), Settings())


def in_a_child(report: Callable[[], Report]) -> Report:
    """What a forked process says; it ends by itself, whatever it put on."""
    ear, mouth = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(mouth, msgspec.msgpack.encode(report()))
        finally:
            os._exit(0)
    os.close(mouth)
    with os.fdopen(ear, "rb") as heard:
        said = heard.read()
    os.waitpid(pid, 0)
    return msgspec.msgpack.decode(said, type=Report)


@LINUX
def test_seccomp_alone_refuses_everything() -> None:
    layer = seccomp(opens=False)
    if layer is None:
        pytest.skip("no filter for this machine")

    def alone() -> Report:
        layer.put_on()
        return probe(())

    assert in_a_child(alone).open == ()


@LINUX
def test_landlock_alone_keeps_all_files() -> None:
    layer = landlock()
    if layer is None:
        pytest.skip("a kernel without Landlock")

    def alone() -> Report:
        layer.put_on()
        return probe(())

    assert {"reading other files", "writing files"} <= set(in_a_child(alone).refused)


@LINUX
@pytest.mark.parametrize("user", ["root", "nobody"])
def test_the_layers_need_no_root(user: str) -> None:
    if os.geteuid() != 0 and user == "root":
        pytest.skip("not root")

    def confined() -> Report:
        if os.geteuid() == 0 and user == "nobody":
            os.setgroups([])
            os.setuid(NOBODY)
            ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # who changes its user loses its own /proc
        return probed(Confinement(TERMS))

    report = in_a_child(confined)

    assert "seccomp" in report.layers
    assert report.open == ()


@pytest.mark.parametrize("machine", _MACHINES)
@pytest.mark.parametrize("opens", [True, False])
def test_a_filter_jumps_forward_within_itself_and_ends_in_a_verdict(machine: str, opens: bool) -> None:
    instructions = list(program(_MACHINES[machine], opens=opens))

    for at, (code, yes, no, _) in enumerate(instructions):
        is_jump = code in (0x15, 0x35, 0x45)
        assert is_jump or (yes, no) == (0, 0)
        assert at + 1 + max(yes, no) < len(instructions) or not is_jump
    assert instructions[-1][0] == 0x06
    assert len(instructions) < 4096
