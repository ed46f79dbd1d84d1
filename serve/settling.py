"""What a process does once everything it serves with is loaded."""

from __future__ import annotations

import ctypes
import gc


def settle() -> None:
    """What is loaded stays: the collector need not walk it again, 100 ms at a time in the middle of a match.

    And what loading needed goes back to the system, which glibc does not do by itself: a rebuilt index leaves 200 MB.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # only glibc has it
    if trim is not None:
        trim(0)
