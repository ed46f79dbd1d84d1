"""How far what a model sees now lies from what it was trained on: histograms at training, a window while serving.

The distance is the population stability index (Siddiqi 2006) over the deciles of the training set: the sum of
(now - then) ln(now / then). Below 0.1 is commonly read as stable, above 0.25 as shifted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.domain import ModelVersion
from core.errors import ModelError
from models.folders import read_model

REFERENCE = "reference.json"
SCORE = "score"  # the name of a scorer's one column; unknown: it abstained
BINS = 10
WINDOW = 2_000  # pairs: 40 matches of 50 scored pairs, 240 kB for 30 features
LEAST = 200  # known values before a distance is told: of fewer, chance alone reaches .1
MOST_VERSIONS = 4

Floats = NDArray[np.float64]


class Histogram(msgspec.Struct, frozen=True):
    """`shares` of the known values in the bins that the ascending `edges` part; `unknown` is the share of NaN."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    unknown: float

    def distance(self, values: Floats) -> float:
        """The index of known values, each bin counted half a value more on both sides, so that none is empty."""
        now = np.bincount(np.searchsorted(self.edges, values), minlength=len(self.shares)) + 0.5
        then = np.array(self.shares) * len(values) + 0.5
        now, then = now / now.sum(), then / then.sum()
        return float(((now - then) * np.log(now / then)).sum())


@dataclass(frozen=True, slots=True)
class Measured:
    """One column in a version's window. `psi` is None while too little of it is known, or was in training."""

    version: ModelVersion
    name: str
    psi: float | None
    unknown: float
    pairs: int


def histogram(values: NDArray[np.floating]) -> Histogram:
    """Over the deciles of the known values, fewer where many are equal."""
    known = values[~np.isnan(values)].astype(np.float64)
    unknown = round(1.0 - len(known) / len(values), 6) if len(values) else 1.0
    if not len(known):
        return Histogram((), (1.0,), unknown)
    # Values that occur, so that a coded feature has a bin for each code; the largest has nothing above it.
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1], method="inverted_cdf"))
    edges = edges[edges < known.max()]
    counts = np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1)
    return Histogram(tuple(edges.tolist()), tuple(np.round(counts / len(known), 6).tolist()), unknown)


def write_reference(columns: Mapping[str, NDArray[np.floating]]) -> bytes:
    """The content of `REFERENCE` in a version's folder; equal columns give equal bytes."""
    found = {name: histogram(values) for name, values in columns.items()}
    return msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"


def load_reference(folder: Path) -> Mapping[str, Histogram]:
    """Of a version's folder; empty for one that was made without. Raises `ModelError` when it is damaged."""
    files = read_model(folder).get("files")
    if not isinstance(files, dict) or REFERENCE not in files:
        return {}
    try:
        return msgspec.json.decode((folder / REFERENCE).read_bytes(), type=dict[str, Histogram])
    except msgspec.DecodeError as error:
        raise ModelError(f"{folder.name}/{REFERENCE}: {error}") from None


class _Window:
    """The last pairs of one version, a row each."""

    def __init__(self, reference: Mapping[str, Histogram], names: Sequence[str]) -> None:
        self.reference = reference
        self.names = tuple(names)
        self.pairs = 0
        self._rows = np.empty((WINDOW, len(self.names)), np.float32)
        self._next = 0

    def add(self, rows: NDArray[np.float32]) -> None:
        rows = rows[-WINDOW:]
        first = min(len(rows), WINDOW - self._next)
        self._rows[self._next : self._next + first] = rows[:first]
        self._rows[: len(rows) - first] = rows[first:]
        self._next = (self._next + len(rows)) % WINDOW
        self.pairs = min(self.pairs + len(rows), WINDOW)

    def measured(self, version: ModelVersion) -> Iterator[Measured]:
        for name, column in zip(self.names, self._rows[: self.pairs].T, strict=True):
            then = self.reference.get(name)
            known = column[~np.isnan(column)].astype(np.float64)
            psi = then.distance(known) if then is not None and then.unknown < 1 and len(known) >= LEAST else None
            yield Measured(version, name, psi, 1.0 - len(known) / self.pairs if self.pairs else 0.0, self.pairs)


class Drift:
    """Windows over what each version sees in this process. Adding copies some rows; measuring does the arithmetic."""

    def __init__(self) -> None:
        self._windows: dict[ModelVersion, _Window] = {}

    def expect(self, version: ModelVersion, reference: Mapping[str, Histogram], names: Sequence[str]) -> None:
        """Watches a version from now on; one that is watched keeps its window. The oldest makes room."""
        kept = self._windows.pop(version, None)
        if reference:
            self._windows[version] = kept or _Window(reference, names)
        while len(self._windows) > MOST_VERSIONS:
            del self._windows[next(iter(self._windows))]

    def add(self, version: ModelVersion, rows: NDArray[np.float32]) -> None:
        """Rows [n, names] of pairs. Of a version that is not watched, or in another shape, they are passed over."""
        window = self._windows.get(version)
        if window is not None and rows.ndim == 2 and rows.shape[1] == len(window.names):
            window.add(rows)

    def measured(self) -> Iterator[Measured]:
        for version, window in self._windows.items():
            yield from window.measured(version)
