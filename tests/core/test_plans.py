"""Plans: several versions change at one moment, a share is drawn once, and what cannot be meant is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import ModelVersion
from core.errors import BadInput, Conflict
from core.plans import Action, Mode, Plan, Trial, after
from tests import make

PLAN = Plan({one.name: one for one in make.PINS})
RANKER, SCORER = ModelVersion("ranker", 2), ModelVersion("scorer", 2)
SUBJECTS = [f"tnt_{number}" for number in range(2000)]


def trial(share: float, *versions: ModelVersion) -> Trial:
    return Trial(Mode.CANARY, {one.name: one for one in versions or (RANKER,)}, share)


@given(st.floats(0.0001, 1.0), st.floats(0.0001, 1.0))
def test_a_larger_share_holds_the_smaller_one(one: float, other: float) -> None:
    small, large = sorted((one, other))

    taken = {subject for subject in SUBJECTS[:200] if trial(small).takes(subject)}

    assert all(trial(large).takes(subject) for subject in taken)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.5, 1.0])
def test_a_share_is_about_as_large_as_it_says(share: float) -> None:
    taken = sum(trial(share).takes(subject) for subject in SUBJECTS) / len(SUBJECTS)

    assert abs(taken - share) < 0.03
    assert share < 1 or taken == 1


def test_another_trial_draws_another_share() -> None:
    first = {one for one in SUBJECTS if trial(0.1).takes(one)}
    second = {one for one in SUBJECTS if trial(0.1, SCORER).takes(one)}

    assert len(first & second) < len(first) / 2


def test_a_promotion_ends_the_trial_and_can_be_undone_once() -> None:
    tried = after(PLAN, make.wanted(Action.SHADOW, RANKER))

    promoted = after(tried, make.wanted(Action.PROMOTE, RANKER, SCORER))
    back = after(promoted, make.wanted(Action.ROLLBACK))

    assert promoted.trial is None
    assert promoted.serving == {**PLAN.serving, "ranker": RANKER, "scorer": SCORER}
    assert back.serving == PLAN.serving
    with pytest.raises(Conflict, match="nothing to go back to"):
        after(back, make.wanted(Action.ROLLBACK))


def test_what_serves_is_tried_and_may_return_is_in_memory_and_nothing_else() -> None:
    plan = after(
        after(PLAN, make.wanted(Action.PROMOTE, RANKER)), make.wanted(Action.CANARY, ModelVersion("ranker", 3))
    )

    assert plan.versions("ranker") == (RANKER, ModelVersion("ranker", 3), ModelVersion("ranker", 1))
    assert plan.versions("parser") == (ModelVersion("parser", 1),)


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        (make.wanted(Action.PROMOTE), BadInput),
        (make.wanted(Action.PROMOTE, ModelVersion("ranker", 1)), Conflict),
        (make.wanted(Action.PROMOTE, RANKER, ModelVersion("ranker", 3)), BadInput),
        (make.wanted(Action.PROMOTE, ModelVersion("writer", 1)), BadInput),
        (make.wanted(Action.SHADOW, ModelVersion("parser", 2)), BadInput),
        (make.wanted(Action.CANARY, RANKER, share=0.0), BadInput),
        (make.wanted(Action.CANARY, RANKER, share=1.1), BadInput),
        (make.wanted(Action.STOP), Conflict),
        (make.wanted(Action.ROLLBACK), Conflict),
    ],
    ids=lambda value: f"{value.action} {value.versions}" if hasattr(value, "action") else value.__name__,
)
def test_what_cannot_be_meant_is_refused(wish: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        after(PLAN, wish)  # type: ignore[arg-type]


def test_another_trial_must_wait_but_a_trial_may_grow() -> None:
    tried = replace(PLAN, trial=trial(0.05))

    grown = after(tried, make.wanted(Action.CANARY, RANKER, share=0.5))

    assert grown.trial == trial(0.5)
    with pytest.raises(Conflict, match="stop that first"):
        after(tried, make.wanted(Action.SHADOW, SCORER))
