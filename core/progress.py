"""How far a collection is filled: numbers for whoever waits, in a line of text."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from core.domain import DocumentId, OwnerId, TenantId
from core.errors import CoreError
from core.plans import Finding
from core.ports import Owed

SHOWN = 20  # failed documents that are named


@dataclass(frozen=True, slots=True)
class Owing:
    """Indexed documents, and how many of them lack a case of some embedder."""

    total: int
    missing: int


@dataclass(slots=True)
class Progress:
    """`encoded` texts were computed, `spared` were known already; rates are since `begin` was first called."""

    clock: Callable[[], float] = time.monotonic
    total: int = 0
    done: int = 0
    made: int = 0  # cases, since the beginning
    encoded: int = 0
    spared: int = 0
    failed: dict[tuple[TenantId, OwnerId], tuple[DocumentId, CoreError]] = field(default_factory=dict)
    doing: str = ""  # what is done once all is filled
    _started: float | None = None

    def begin(self, owing: Owing) -> None:
        self.total, self.done = owing.total, owing.total - owing.missing
        self._started = self.clock() if self._started is None else self._started

    def wrote(self, cases: int) -> None:
        self.done += cases
        self.made += cases
        self.total = max(self.total, self.done)  # some came meanwhile

    def fail(self, owed: Owed, error: CoreError) -> None:
        self.failed[owed.tenant, owed.owner] = owed.document, error

    @property
    def seconds(self) -> float:
        return 0.0 if self._started is None else self.clock() - self._started

    @property
    def first_failure(self) -> str:
        return next((f"{document}: {error}" for document, error in self.failed.values()), "")

    def finding(self) -> Finding:
        """What was filled; failed documents stay out of the new collection."""
        seconds = max(self.seconds, 1e-9)
        compared: dict[str, float | str] = {
            "documents": self.total,
            "made": self.made,
            "texts_embedded": self.encoded,
            "texts_known": self.spared,
            "seconds": round(seconds, 1),
            "documents_per_s": round(self.made / seconds, 2),
        }
        for document, error in list(self.failed.values())[:SHOWN]:
            compared[document] = str(error)
        says = f"{len(self.failed)} documents cannot be embedded" if self.failed else "every document has its new case"
        return Finding("filled", not self.failed, says, compared)

    def __str__(self) -> str:
        if self._started is None:
            return ""
        seconds = max(self.seconds, 1e-9)
        rate = self.made / seconds
        said = f"{self.done:,} of {self.total:,} documents"
        if self.made:
            said += f", {rate:.1f} documents/s, {self.encoded / seconds:.0f} texts/s ({self.spared:,} were known)"
        if self.done < self.total and rate:
            said += f", about {_span((self.total - self.done) / rate)} left"
        if self.failed:
            said += f"; {len(self.failed)} failed, such as {self.first_failure}"
        return f"{said}; {self.doing}" if self.doing else said


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
