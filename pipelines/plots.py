"""Plots of the report, as SVG: equal numbers give equal bytes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

_INK, _QUIET, _OURS = "#1f2933", "#9aa5b1", "#0b6e4f"
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "matchgraph",  # else ids within the file are random
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.edgecolor": _QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}
Interval = tuple[float, float, float]  # low, mean, high


def plot_intervals(
    path: Path,
    sets: Mapping[str, Mapping[str, Interval]],
    label: str,
    ours: Sequence[str],
    targets: Mapping[str, float],
) -> None:
    """One panel for each set: its systems, each a mean with its interval; `targets` are dashed lines."""
    with mpl.rc_context(_STYLE):
        names = list(dict.fromkeys(name for systems in sets.values() for name in systems))
        figure = Figure(figsize=(9, 0.8 + 0.27 * len(names)), layout="constrained")
        panels: Any = figure.subplots(1, len(sets), sharey=True, squeeze=False)
        for panel, (title, systems) in zip(panels[0], sets.items(), strict=True):
            for name, (low, mean, high) in systems.items():
                at, colour = len(names) - names.index(name), _OURS if name in ours else _QUIET
                panel.plot([low, high], [at, at], color=colour, linewidth=2, solid_capstyle="round")
                panel.plot([mean], [at], "o", color=colour, markersize=5)
            if title in targets:
                panel.axvline(targets[title], color=_INK, linestyle="--", linewidth=0.8)
            panel.set_title(title, loc="left", fontsize=9)
            panel.set_xlabel(label)
            panel.set_yticks([len(names) - at for at in range(len(names))], names)
            panel.tick_params(left=False)
        _save(figure, path)


def plot_reliability(path: Path, sets: Mapping[str, Sequence[tuple[float, float, int]]]) -> None:
    """One panel for each set: of each bin, the share that was called against what was promised; area by its pairs."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(3 * len(sets), 3.2), layout="constrained")
        panels: Any = figure.subplots(1, len(sets), sharey=True, squeeze=False)
        for panel, (title, bins) in zip(panels[0], sets.items(), strict=True):
            most = max(count for _, _, count in bins)
            panel.plot([0, 1], [0, 1], color=_QUIET, linewidth=0.8)
            panel.scatter(
                [said for said, _, _ in bins],
                [was for _, was, _ in bins],
                s=[20 + 200 * count / most for _, _, count in bins],
                color=_OURS,
                alpha=0.8,
                linewidths=0,
            )
            panel.set_title(title, loc="left", fontsize=9)
            panel.set_xlabel("score")
            panel.set_aspect("equal")
            panel.set_xlim(-0.05, 1.05)
            panel.set_ylim(-0.05, 1.05)
        panels[0][0].set_ylabel("share a recruiter would call")
        _save(figure, path)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """The numbers of a plot, for those who plot it their own way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None})
