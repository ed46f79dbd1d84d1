"""Which model versions serve, which are on trial, and how one plan becomes the next.

A plan is replaced whole, so several versions change at one moment. Everything here is arithmetic on values;
`core.promoting` makes changes happen and `core.lanes` answers requests by a plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from core.domain import ModelVersion
from core.errors import BadInput, Conflict

PARTS = ("parser", "embedder", "ranker", "scorer")
TRIED = ("ranker", "scorer")  # what may be on trial: what these compute is stored nowhere
_BUCKETS = 10_000  # a share is known to a hundredth of a per cent

Versions = Mapping[str, ModelVersion]


class Mode(StrEnum):
    """How a version is tried: on copies of requests, or on a share of them."""

    SHADOW = "shadow"
    CANARY = "canary"


class Split(StrEnum):
    """What a share is a share of."""

    REQUESTS = "requests"
    TENANTS = "tenants"


class Action(StrEnum):
    INSTALL = "install"  # the pins of the configuration
    PROMOTE = "promote"
    SHADOW = "shadow"
    CANARY = "canary"
    STOP = "stop"
    ROLLBACK = "rollback"


class State(StrEnum):
    """`preparing` is open: only one change is at a time. The others are final."""

    PREPARING = "preparing"
    APPLIED = "applied"
    REFUSED = "refused"
    FAILED = "failed"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Trial:
    """`versions` instead of those that serve, for `share` (0 to 1) of the requests or tenants."""

    mode: Mode
    versions: Versions
    share: float
    by: Split = Split.REQUESTS

    def takes(self, subject: str) -> bool:
        """Whether this tenant or request is of the share: the same answer in every process, and still yes when the
        share grows. Another trial draws anew, so the same tenants are not always the first."""
        salt = ",".join(sorted(map(str, self.versions.values())))
        drawn = int.from_bytes(hashlib.sha256(f"{salt}|{subject}".encode()).digest()[:8])
        return drawn % _BUCKETS < round(self.share * _BUCKETS)


@dataclass(frozen=True, slots=True)
class Plan:
    """`serving` has a version of each part. `previous` is what a rollback returns to; empty: nothing to return to."""

    serving: Versions
    previous: Versions = field(default_factory=dict)
    trial: Trial | None = None
    revision: int = 0  # the change that made it; a trial's too, as no change leaves a trial as it was

    @property
    def tried(self) -> Versions:
        """What answers the share of a trial."""
        return {**self.serving, **(self.trial.versions if self.trial else {})}

    @property
    def all(self) -> frozenset[ModelVersion]:
        """Every version that must be in memory."""
        return frozenset((*self.serving.values(), *self.tried.values(), *self.previous.values()))

    def versions(self, name: str) -> tuple[ModelVersion, ...]:
        """Of one part: the one that serves first, then those that must be in memory beside it."""
        named = [one[name] for one in (self.serving, self.tried, self.previous) if name in one]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class Finding:
    """What one gate says, and what it compared."""

    gate: str
    passed: bool
    says: str
    compared: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """A change as somebody asks for it."""

    action: Action
    who: str
    why: str
    versions: tuple[ModelVersion, ...] = ()
    share: float = 1.0
    by: Split = Split.REQUESTS
    forced: bool = False  # whatever the gates say


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history: who, when, why, from what, to what, and what the gates said."""

    id: int
    wish: Wish
    state: State
    before: Plan
    after: Plan
    created_at: datetime
    settled_at: datetime | None = None
    findings: tuple[Finding, ...] = ()
    said: str = ""  # why it was refused, failed or abandoned; how far it is while it is open


def after(plan: Plan, wish: Wish) -> Plan:
    """The plan that the wish asks for. Raises `BadInput` or `Conflict` for what cannot be meant."""
    match wish.action:
        case Action.INSTALL:
            return _switched(plan, named(wish.versions)) if wish.versions else plan
        case Action.PROMOTE:
            return _switched(plan, _new(plan, wish))
        case Action.SHADOW | Action.CANARY:
            return _tried(plan, wish)
        case Action.STOP:
            if plan.trial is None:
                raise Conflict("no version is on trial")
            return replace(plan, trial=None)
        case Action.ROLLBACK:
            if not plan.previous:
                raise Conflict("there is nothing to go back to: promote the version that is wanted, by its number")
            return Plan(plan.previous)


def named(versions: Sequence[ModelVersion]) -> dict[str, ModelVersion]:
    """By their part. Raises `BadInput` for a part that is not there, or named twice."""
    by_name = {one.name: one for one in versions}
    for one in versions:
        if one.name not in PARTS:
            raise BadInput(f"{one}: a model is one of {', '.join(PARTS)}")
        if by_name[one.name] != one:
            raise BadInput(f"{one} and {by_name[one.name]}: name one version of each model")
    return by_name


def _new(plan: Plan, wish: Wish) -> dict[str, ModelVersion]:
    wanted = named(wish.versions)
    if not wanted:
        raise BadInput(f"name the versions to {wish.action.value}, such as ranker/2")
    if all(plan.serving.get(name) == version for name, version in wanted.items()):
        raise Conflict(f"{', '.join(map(str, wish.versions))} serves already")
    return wanted


def _switched(plan: Plan, versions: Versions) -> Plan:
    """Ends the trial: it was of versions beside others than those that now serve."""
    return Plan({**plan.serving, **versions}, plan.serving)


def _tried(plan: Plan, wish: Wish) -> Plan:
    wanted = _new(plan, wish)
    for version in wish.versions:
        if version.name not in TRIED:
            raise BadInput(f"{version}: only {' and '.join(TRIED)} can be tried; what the others make is stored")
    if not 0 < wish.share <= 1:
        raise BadInput(f"a share of {wish.share:g}: it must be above 0 and at most 1")
    mode = Mode(wish.action.value)
    trial = plan.trial
    if trial is not None and trial.versions != wanted:
        raise Conflict(f"{', '.join(map(str, trial.versions.values()))} is on trial: stop that first")
    return replace(plan, trial=Trial(mode, wanted, wish.share, wish.by))
