"""Drift is small where nothing changed, large where something did, and costs a request next to nothing."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.domain import ModelVersion
from core.errors import ModelError
from models import drift
from models.drift import LEAST, REFERENCE, WINDOW, Drift, Measured, histogram, load_reference, write_reference
from models.features import NAMES
from models.folders import write_model

VERSION = ModelVersion("ranker", 1)
Column = NDArray[np.float32]


def drawn(count: int, *, shift: float = 0.0, unknown: float = 0.0, seed: int = 1) -> Column:
    rng = np.random.default_rng(seed)
    values = rng.normal(shift, 1.0, count).astype(np.float32)
    values[rng.random(count) < unknown] = np.nan
    return values


def watched(*columns: Column, names: tuple[str, ...] = ("x",), version: ModelVersion = VERSION) -> list[Measured]:
    """What is measured of columns after a thousand training values without a shift."""
    kept = Drift()
    kept.expect(version, {name: histogram(drawn(1_000, unknown=0.1)) for name in names}, names)
    kept.add(version, np.stack(columns, axis=1))
    return list(kept.measured())


def test_the_same_distribution_is_stable_and_a_shifted_one_is_not() -> None:
    psi = [watched(drawn(WINDOW, shift=shift, seed=2))[0].psi for shift in (0.0, 0.3, 1.0, -1.0)]

    same, little, much, down = (value if value is not None else np.nan for value in psi)
    assert 0 <= same < 0.03 < little < 0.25 < much
    assert down > 0.25


def test_a_hand_worked_index() -> None:
    """Half and half in training, 30 and 70 of a hundred now: .2 ln(.7/.5) + -.2 ln(.3/.5), but for half a value."""
    then = histogram(np.array([0.0] * 50 + [1.0] * 50))
    now = np.array([0.0] * 30_000 + [1.0] * 70_000)

    assert then.shares == (0.5, 0.5)
    assert then.distance(now) == pytest.approx(0.2 * np.log(0.7 / 0.5) - 0.2 * np.log(0.3 / 0.5), abs=1e-3)


def test_coded_features_have_a_bin_for_each_code() -> None:
    codes = np.repeat(np.array([-1, -0.5, 0, 0.25], np.float32), [30, 10, 50, 10])

    then = histogram(codes)

    assert sorted(then.shares) == [0.1, 0.1, 0.3, 0.5]
    assert then.distance(codes.astype(np.float64)) == pytest.approx(0, abs=1e-9)


def test_unknown_values_are_counted_and_shift_nothing() -> None:
    [some] = watched(drawn(WINDOW, unknown=0.6, seed=2))

    assert some.unknown == pytest.approx(0.6, abs=0.05)
    assert some.psi is not None
    assert some.psi < 0.03


def test_of_few_values_no_distance_is_told() -> None:
    [few], [enough] = watched(drawn(LEAST - 1)), watched(drawn(LEAST))

    assert (few.psi, few.pairs) == (None, LEAST - 1)
    assert enough.psi is not None


def test_the_window_forgets_what_is_old() -> None:
    kept = Drift()
    kept.expect(VERSION, {"x": histogram(drawn(1_000))}, ("x",))

    for shift in (3.0, 0.0):
        for part in np.array_split(drawn(WINDOW, shift=shift, seed=2), 37):
            kept.add(VERSION, part[:, None])
    [left] = kept.measured()

    assert left.pairs == WINDOW
    assert left.psi is not None
    assert left.psi < 0.03


def test_more_rows_than_the_window_holds_leave_the_last_ones() -> None:
    [left] = watched(np.concatenate([drawn(WINDOW, shift=3.0), drawn(WINDOW, seed=2)]))

    assert left.psi is not None
    assert left.psi < 0.03


def test_only_watched_versions_of_the_right_shape_are_kept() -> None:
    kept = Drift()
    kept.expect(VERSION, {"x": histogram(drawn(100))}, ("x",))

    kept.add(ModelVersion("ranker", 2), drawn(50)[:, None])
    kept.add(VERSION, np.zeros((5, 3), np.float32))

    assert [one.pairs for one in kept.measured()] == [0]


def test_switching_there_and_back_keeps_both_windows_and_old_versions_make_room() -> None:
    kept, reference = Drift(), {"x": histogram(drawn(100))}
    versions = [ModelVersion("ranker", number) for number in range(drift.MOST_VERSIONS + 1)]
    for version in (versions[0], versions[1], versions[0]):
        kept.expect(version, reference, ("x",))
        kept.add(version, drawn(10)[:, None])
    assert {one.version: one.pairs for one in kept.measured()} == {versions[0]: 20, versions[1]: 10}

    for version in versions[2:]:
        kept.expect(version, reference, ("x",))

    assert [one.version for one in kept.measured()] == [versions[0], *versions[2:]]


def test_a_reference_is_read_from_its_folder_and_absent_ones_are_empty(tmp_path: Path) -> None:
    columns = {"x": drawn(500, unknown=0.2), "y": np.full(500, np.nan)}
    write_model(tmp_path / "new", {"kind": "weighted"}, {REFERENCE: write_reference(columns)})
    write_model(tmp_path / "old", {"kind": "weighted"}, {})
    write_model(tmp_path / "bad", {"kind": "weighted"}, {REFERENCE: b"[]"})

    assert load_reference(tmp_path / "new") == {name: histogram(values) for name, values in columns.items()}
    assert load_reference(tmp_path / "new")["y"].unknown == 1
    assert load_reference(tmp_path / "old") == {}
    with pytest.raises(ModelError, match=REFERENCE):
        load_reference(tmp_path / "bad")


def test_a_request_pays_less_than_a_fifth_of_a_millisecond() -> None:
    kept = Drift()
    kept.expect(VERSION, {name: histogram(drawn(1_000)) for name in NAMES}, NAMES)
    rows = np.stack([drawn(50)] * len(NAMES), axis=1)

    taken = []
    for _ in range(200):
        started = time.perf_counter()
        kept.add(VERSION, rows)
        taken.append(time.perf_counter() - started)

    assert np.median(taken) < 0.0002
