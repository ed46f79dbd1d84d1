"""Models beside ours: they learn an order, take what is unknown, and can be added up."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.other_models import NAMES, orders, spread


@pytest.mark.parametrize("name", NAMES)
def test_each_learns_the_order_where_a_feature_tells_it(name: str) -> None:
    random = np.random.default_rng(5)
    rows = random.normal(size=(240, 4)).astype(np.float32)
    rows[::7, 1] = np.nan
    rows[:, 3] = np.nan  # known of nobody
    grades = np.digitize(rows[:, 0], [-0.7, 0.0, 0.7])

    scores = orders(rows[:160], grades[:160], rows[160:], seed=1)[name]

    assert np.corrcoef(scores, grades[160:])[0, 1] > 0.7
    assert (scores.mean(), scores.std()) == (pytest.approx(0, abs=1e-9), pytest.approx(1))


def test_equal_scores_have_no_spread() -> None:
    np.testing.assert_array_equal(spread(np.full(3, 4.0)), np.zeros(3))
