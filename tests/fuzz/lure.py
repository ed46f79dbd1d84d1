"""Where a hostile file tries to reach: a listener and a folder of ours, watched while it is read."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SECRET = "the secret that no reading may hold"


@dataclass(frozen=True)
class Lure:
    """`url` and `secret` go into files; `visits` and `changes` say what came of it."""

    tcp: socket.socket
    udp: socket.socket
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.tcp.getsockname()[1]}/x"

    @property
    def secret(self) -> Path:
        return self.folder / "secret.txt"

    def visits(self) -> int:
        return sum(_visited(one) for one in (self.tcp, self.udp))

    def changes(self) -> list[str]:
        """What is not as it was put there."""
        found = {path.name for path in self.folder.iterdir()}
        kept = found == {"secret.txt"} and self.secret.read_text() == _SECRET
        return [] if kept else sorted(found)

    def is_told(self, text: str) -> bool:
        return _SECRET in text


def _visited(listener: socket.socket) -> bool:
    try:
        listener.recvfrom(16) if listener.type == socket.SOCK_DGRAM else listener.accept()
    except BlockingIOError:
        return False
    return True


@contextmanager
def laid_out() -> Iterator[Lure]:
    with (
        tempfile.TemporaryDirectory(prefix="fuzz-lure-") as folder,
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        udp.bind(tcp.getsockname())
        tcp.setblocking(False)
        udp.setblocking(False)
        lure = Lure(tcp, udp, Path(folder))
        lure.secret.write_text(_SECRET)
        yield lure
