"""What a confined child can still do: it tries, harmlessly, before the first file."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from serve.sandbox_wire import Report


def _connect() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way_out:
        way_out.connect(("127.0.0.1", 9))  # a datagram socket: nothing is sent


def _read() -> None:
    next(Path("/").iterdir())


def _write() -> None:
    os.close(os.open("/dev/null", os.O_WRONLY))


def _start() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


_ATTEMPTS: Mapping[str, Callable[[], None]] = {
    "network": _connect,
    "reading other files": _read,
    "writing files": _write,
    "starting processes": _start,
}


def probe(layers: tuple[str, ...]) -> Report:
    """Run in the child, once it is confined."""
    refused = {name: _is_refused(attempt) for name, attempt in _ATTEMPTS.items()}
    return Report(
        layers,
        refused=tuple(name for name, closed in refused.items() if closed),
        open=tuple(name for name, closed in refused.items() if not closed),
    )


def _is_refused(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False
