"""Gates: like is compared with like, worse is refused, and who cannot be compared is not let through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from core.domain import ModelVersion
from core.errors import ModelError
from core.gates import Evaluation, Fairness, Gates
from core.golden import Golden
from core.plans import Action, Change, Finding, Plan, State, after
from tests import make

PLAN = Plan({one.name: one for one in make.PINS})
OLD, NEW = ModelVersion("ranker", 1), ModelVersion("ranker", 2)
KNOWN = Evaluation(
    data={"ads": "aa", "samples": "bb"},
    measured={"ads": {"ndcg_10": 0.80, "ndcg_5": 0.70}, "samples": {"ndcg_10": 0.90, "ndcg_5": 0.90}},
    baselines={"ads": {"words": {"ndcg_10": 0.75}}, "samples": {"words": {"ndcg_10": 0.85}}},
    fairness=Fairness(passed=True, says="no score changed"),
)


def measured(**sets: Mapping[str, float]) -> Evaluation:
    return replace(KNOWN, measured={**KNOWN.measured, **sets})


class Passing:
    """Golden requests that come out as they must."""

    async def requests(self, before: Plan, after: Plan) -> Finding:
        return Finding("golden requests", passed=True, says="")

    speed = requests


async def judged(
    new: Evaluation | None, old: Evaluation | None = KNOWN, action: Action = Action.PROMOTE
) -> dict[str, Finding]:
    async def evaluated(version: ModelVersion) -> Evaluation | None:
        return new if version == NEW else old

    wish = make.wanted(action, NEW)
    change = Change(1, wish, State.PREPARING, PLAN, after(PLAN, wish), datetime.now(UTC))
    found = await Gates(evaluated, cast("Golden", Passing())).judge(change)
    return {one.gate: one for one in found}


BETTER = measured(ads={"ndcg_10": 0.83, "ndcg_5": 0.72})


async def test_a_better_version_passes_and_every_number_is_named() -> None:
    found = await judged(BETTER)

    assert all(one.passed for one in found.values())
    compared = found["held-out"].compared
    assert compared["ranker/2 ndcg_10 on ads"] == 0.83
    assert compared["ranker/1 ndcg_10 on ads"] == 0.80
    assert compared["words ndcg_10 on ads"] == 0.75


@pytest.mark.parametrize(
    ("new", "old", "says"),
    [
        (KNOWN, KNOWN, "no better than that of ranker/1"),
        (measured(ads={"ndcg_10": 0.70, "ndcg_5": 0.72}), KNOWN, "ndcg_10 on ads is 0.7"),
        (measured(ads={"ndcg_10": 0.83, "ndcg_5": 0.60}), KNOWN, "ndcg_5 on ads is 0.6"),
        (measured(ads={"ndcg_10": 0.90}), KNOWN, "ndcg_5 on ads is not known"),
        (replace(BETTER, data={"ads": "cc", "samples": "dd"}), KNOWN, "no common pairs"),
        (replace(BETTER, baselines={}), KNOWN, "no baseline"),
        (
            replace(BETTER, baselines={**KNOWN.baselines, "ads": {"x": {"ndcg_10": 0.9}}}),
            KNOWN,
            "below 0.9 of the baseline",
        ),
        (
            replace(BETTER, baselines={one: {"x": {"ndcg_10": 0.87}} for one in KNOWN.data}),
            KNOWN,
            "no better than that of the baseline 'x'",
        ),
        (
            replace(
                BETTER, baselines={**KNOWN.baselines, "ads": {"x": {"ndcg_10": 0.835, "ndcg_10_lead_high": -0.001}}}
            ),
            KNOWN,
            "below 0.835 of the baseline",
        ),
        (None, KNOWN, "ranker/2 was registered without"),
        (BETTER, None, "ranker/1 was registered without"),
    ],
)
async def test_what_is_not_better_or_cannot_be_compared_is_refused(
    new: Evaluation | None, old: Evaluation | None, says: str
) -> None:
    found = await judged(new, old)

    assert not found["held-out"].passed
    assert says in found["held-out"].says


async def test_a_baseline_may_be_ahead_on_one_set_by_what_other_jobs_could_turn_round() -> None:
    ahead = {"samples": {"words": {"ndcg_10": 0.93, "ndcg_10_lead_high": 0.01}}}

    found = await judged(replace(BETTER, baselines={**KNOWN.baselines, **ahead}))

    assert found["held-out"].passed


async def test_only_sets_of_the_same_pairs_are_compared() -> None:
    other = replace(BETTER, data={"ads": "aa", "samples": "changed"})

    found = await judged(replace(other, measured={**BETTER.measured, "samples": {"ndcg_10": 0.1}}))

    assert found["held-out"].passed
    assert not any("samples" in name for name in found["held-out"].compared)


@pytest.mark.parametrize("report", [None, Fairness(passed=False, says="3 scores changed with the name")])
async def test_without_a_fairness_report_that_passed_nobody_real_is_judged(report: Fairness | None) -> None:
    for action in (Action.PROMOTE, Action.CANARY):
        assert not (await judged(replace(BETTER, fairness=report), action=action))["fairness"].passed


async def test_a_shadow_needs_whole_files_only_and_damaged_ones_end_it() -> None:
    async def damaged(version: ModelVersion) -> Evaluation | None:
        raise ModelError("model.txt is not the file that was registered")

    shadow = await judged(None, None, Action.SHADOW)
    wish = make.wanted(Action.PROMOTE, NEW)
    change = Change(1, wish, State.PREPARING, PLAN, after(PLAN, wish), datetime.now(UTC))
    refused = await Gates(damaged, cast("Golden", Passing())).judge(change)

    assert list(shadow) == ["files"]
    assert [(one.gate, one.passed) for one in refused] == [("files", False)]
    assert "model.txt" in refused[0].says
