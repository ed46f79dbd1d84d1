"""Which files a child may read: code, fonts and language data, nothing else; and nothing may be written (Landlock).

System calls and layouts: linux/landlock.h. What a kernel's version does not know is left out (1: files, Linux 5.13;
3: truncation; 4: TCP; 5: devices; 6: signals and abstract sockets to other processes).
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same numbers on every architecture
_VERSION_FLAG, _BENEATH = 1, 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}  # how many bits each version knows
_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/X11/fonts/Type1", "/usr/share/X11/fonts/TTF")
_OCR = ("/usr/share/tessdata", "/usr/share/tesseract-ocr", "/usr/local/share/tessdata")


class Landlock:
    """A set of rules that is ready to be put on. Made in the parent, put on in each child with one system call."""

    def __init__(self, version: int, readable: Iterator[Path]) -> None:
        """Raises `OSError`."""
        self.version = version
        self._syscall = ctypes.CDLL(None, use_errno=True).syscall
        files = (1 << max(bits for since, bits in _FILE_RIGHTS.items() if since <= version)) - 1
        rules = struct.pack("=QQQ", files, 0b11 if version >= 4 else 0, 0b11 if version >= 6 else 0)
        rules = rules[: 24 if version >= 6 else 16 if version >= 4 else 8]
        self._rules = self._call(_CREATE, rules, len(rules), 0)
        for path in readable:
            folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                allowed = struct.pack("=Qi", _READ_FILE | _READ_FOLDER, folder)
                self._call(_ADD_RULE, self._rules, _BENEATH, allowed, 0)
            finally:
                os.close(folder)

    def put_on(self) -> None:
        """Cannot be taken off. Needs `no_new_privs` or root. Raises `OSError`."""
        self._call(_RESTRICT, self._rules, 0)

    def _call(self, number: int, *arguments: object) -> int:
        result: int = self._syscall(number, *arguments)
        if result < 0:
            raise OSError(ctypes.get_errno(), "landlock")
        return result


def landlock() -> Landlock | None:
    """The rules for this system, None where the kernel has no Landlock or it is switched off."""
    if sys.platform != "linux":
        return None
    version: int = ctypes.CDLL(None).syscall(_CREATE, None, 0, _VERSION_FLAG)
    return Landlock(version, _readable()) if version > 0 else None


def _readable() -> Iterator[Path]:
    """Python's own code, and what libraries look up late; never the folder we run in, which holds keys and data."""
    code = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    ocr = os.environ.get("TESSDATA_PREFIX")
    for name in (*sorted(code), *_FONTS, *_OCR, *([ocr] if ocr else [])):
        if os.access(name, os.R_OK | os.X_OK):
            yield Path(name)
