"""What a number was measured on: a table without it means nothing."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_TELLING = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16", "asimd", "i8mm", "bf16")


@dataclass(frozen=True, slots=True)
class Hardware:
    """`flags` are the CPU's vector instructions that matter to a model."""

    cpu: str
    cores: int
    flags: tuple[str, ...]
    memory_gib: int

    def __str__(self) -> str:
        return f"{self.cores} cores of {self.cpu} ({' '.join(self.flags)}), {self.memory_gib} GiB"


def hardware() -> Hardware:
    described = _cpuinfo()
    flags = set(described.get("flags", described.get("Features", "")).split())
    return Hardware(
        cpu=described.get("model name", platform.machine()),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        flags=tuple(flag for flag in _TELLING if flag in flags),
        memory_gib=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30,
    )


def _cpuinfo() -> dict[str, str]:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().split("\n\n")[0].splitlines() if path.exists() else []
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def versions(*packages: str) -> dict[str, str]:
    """Installed versions; a package that is absent is left out."""
    found: dict[str, str] = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
