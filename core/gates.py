"""What a version must show before it serves: each gate says what it compared, and one that cannot compare refuses.

A shadow is seen by nobody, so only its files are checked. A canary answers real requests: also golden requests, speed
and fairness. To serve all of them, it must beat what serves and the baselines as well.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from core.domain import ModelVersion
from core.errors import CoreError
from core.golden import Golden
from core.plans import Action, Change, Finding, Plan, Versions

NOISE = 0.01  # of a measure; over 40 jobs, nDCG has intervals of 0.04 to each side
LEAD = "_lead_high"  # of a baseline's measure: the most by which the version may be ahead, by its interval over jobs
LOWER = frozenset({"brier", "calibration_error"})  # less is better
# The measures that a version must not be worse in; the first one is the goal.
DECIDES: Mapping[str, tuple[str, ...]] = {
    "parser": ("f1",),
    "embedder": ("ndcg_10",),
    "ranker": ("ndcg_10", "ndcg_5"),
    "scorer": ("ndcg_10", "brier"),
}


@dataclass(frozen=True, slots=True)
class Fairness:
    passed: bool
    says: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`evaluation.json` of a version: what it is worth on what it never saw, by set of pairs.

    `data` has the SHA-256 of each set: numbers on different pairs are never compared. `baselines` are of the same run.
    """

    data: Mapping[str, str]
    measured: Mapping[str, Mapping[str, float]]
    baselines: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    protocol: str = ""
    fairness: Fairness | None = None


Evaluated = Callable[[ModelVersion], Awaitable[Evaluation | None]]
Check = Callable[[Plan, Plan], Awaitable[Finding]]


@dataclass(frozen=True, slots=True)
class Gates:
    """`evaluated` fetches a version, checks every file's SHA-256 and reads what was measured; None: nothing was."""

    evaluated: Evaluated
    golden: Golden

    async def judge(self, change: Change) -> tuple[Finding, ...]:
        """What every gate of this change says; after damaged files none of the others is asked."""
        before, after = change.before, change.after
        checks: dict[str, Check] = {}
        if change.wish.action in (Action.CANARY, Action.PROMOTE):
            checks |= {"golden requests": self.golden.requests, "speed": self.golden.speed, "fairness": self.fairness}
        if change.wish.action is Action.PROMOTE:
            checks |= {"held-out": self.held_out}
        findings = [await _asked("files", self.files, before, after)]
        if findings[0].passed:
            findings += [await _asked(name, check, before, after) for name, check in checks.items()]
        return tuple(findings)

    async def files(self, before: Plan, after: Plan) -> Finding:
        versions = changed(before, after)
        for version in versions.values():
            await self.evaluated(version)
        return Finding(
            "files", passed=True, says="every file has the SHA-256 it was registered with", compared=_names(versions)
        )

    async def held_out(self, before: Plan, after: Plan) -> Finding:
        """Better than what serves and than the baselines, on the same pairs: worse by more than noise on no set, and
        better in all."""
        compared: dict[str, float | str] = {}
        wrong: list[str] = []
        for name, version in changed(before, after).items():
            new, old = await self.evaluated(version), await self.evaluated(before.serving[name])
            if new is None or old is None:
                lacking = version if new is None else before.serving[name]
                wrong.append(f"{lacking} was registered without evaluation.json")
                continue
            wrong += _worse(DECIDES[name], version, new, before.serving[name], old, compared)
        return Finding("held-out", not wrong, "; ".join(wrong) or "better than what serves and the baselines", compared)

    async def fairness(self, before: Plan, after: Plan) -> Finding:
        compared: dict[str, float | str] = {}
        wrong = []
        for name, version in changed(before, after).items():
            if name == "parser":
                continue  # people's names are taken off before it is read further; scores are the others' business
            evaluation = await self.evaluated(version)
            report = evaluation.fairness if evaluation else None
            compared[str(version)] = report.says if report else "no report"
            if report is None or not report.passed:
                wrong.append(f"{version}: {report.says if report else 'its evaluation.json has no fairness report'}")
        return Finding("fairness", not wrong, "; ".join(wrong) or "its report passed", compared)


def changed(before: Plan, after: Plan) -> dict[str, ModelVersion]:
    """What would answer that does not now."""
    tried: Versions = after.tried
    return {name: version for name, version in tried.items() if before.serving.get(name) != version}


async def _asked(name: str, check: Check, before: Plan, after: Plan) -> Finding:
    try:
        return await check(before, after)
    except CoreError as error:
        return Finding(name, passed=False, says=str(error))


def _worse(
    measures: tuple[str, ...],
    version: ModelVersion,
    new: Evaluation,
    champion: ModelVersion,
    old: Evaluation,
    compared: dict[str, float | str],
) -> list[str]:
    """In what it is not better than it must be; fills `compared`."""
    sets = [one for one in new.measured if new.data.get(one) and new.data[one] == old.data.get(one)]
    if not sets:
        return [f"{version} and {champion} were measured on no common pairs"]
    wrong: list[str] = []
    gains: list[float] = []
    for one in sets:
        for measure in measures:
            mine, theirs = new.measured[one].get(measure), old.measured.get(one, {}).get(measure)
            if mine is None or theirs is None:
                wrong.append(f"{measure} on {one} is not known of both {version} and {champion}")
                continue
            compared |= {f"{version} {measure} on {one}": mine, f"{champion} {measure} on {one}": theirs}
            gain = (theirs - mine) if measure in LOWER else (mine - theirs)
            if measure == measures[0]:
                gains.append(gain)
            if gain < -NOISE:
                wrong.append(f"{measure} on {one} is {mine:g}, that of {champion} {theirs:g}")
    if gains and sum(gains) <= 0:
        wrong.append(f"{measures[0]} is no better than that of {champion}")
    return wrong + _below_baselines(measures[0], sets, new, compared)


def _below_baselines(measure: str, sets: list[str], new: Evaluation, compared: dict[str, float | str]) -> list[str]:
    """A version beats a baseline over the sets together; on one set it may be behind as far as other jobs could turn
    it round, since simple systems shine on easy sets."""
    wrong: list[str] = []
    gains: dict[str, list[float]] = {}
    for one in sets:
        known = {name: values for name, values in new.baselines.get(one, {}).items() if measure in values}
        if not known or measure not in new.measured[one]:
            wrong.append(f"no baseline was measured on {one}")
            continue
        best = max(known, key=lambda name: known[name][measure])
        compared[f"{best} {measure} on {one}"] = known[best][measure]
        for name, values in known.items():
            gain = new.measured[one][measure] - values[measure]
            gains.setdefault(name, []).append(gain)
            if values.get(f"{measure}{LEAD}", gain + NOISE) < 0:
                wrong.append(f"{measure} on {one} is below {values[measure]:g} of the baseline {name!r}")
    ahead = [name for name, some in gains.items() if sum(some) <= 0]
    return wrong + [f"{measure} is no better than that of the baseline {name!r}" for name in ahead]


def _names(versions: Versions) -> dict[str, float | str]:
    return {name: str(version) for name, version in versions.items()}
