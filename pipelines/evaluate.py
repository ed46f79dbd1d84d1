"""Stage: what ranker and scorer are worth on jobs and CVs they never saw, beside simple baselines.

Five folds by job, several times over; a training side shares no job and no CV with its test side. Intervals are
of 1,000 draws of jobs. Ads of which no CV is above grade 0 are left out of nDCG, as they have no order.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.features import NAMES as FEATURE_NAMES
from models.fitting import CALL
from models.ranking import LambdaMartRanker, WeightedRanker
from pipelines import other_models, text_baselines
from pipelines.evaluations import evaluation
from pipelines.feedback import SOURCE as FEEDBACK
from pipelines.measures import auc, brier, calibration_error, interval, ndcg, per_job, reliability
from pipelines.pairs import OWN, Pairs, read_pairs, splits
from pipelines.params import EvaluateParams, RankerParams, ScorerParams, section
from pipelines.plots import Interval, plot_intervals, plot_reliability, write_table
from pipelines.reporting import Measured, Plot, Section, write_section
from pipelines.train_ranker import NAMES, summary
from pipelines.train_ranker import train as train_ranker
from pipelines.train_scorer import log_odds
from pipelines.train_scorer import train as train_scorer

Floats = NDArray[np.float64]
Tables = Mapping[str, Mapping[str, Mapping[str, Any]]]  # source, system, measure
TARGET = 0.88  # nDCG@5 on `graded_dev`
UNTRAINED = {
    "words of passages, by rarity (our feature)": "words",
    "text cosine (our encoder)": "text_text",
    "title cosine (our encoder)": "title_text",
}
BASELINE, RANKER, SCORER = "weighted sum (baseline)", "lambdamart", "additive scorer"
FEWER = "additive scorer, not trained on graded_own"
ELSE = tuple(f"{name} over our features" for name in other_models.NAMES)
ALL = "lambdamart, curves and these, averaged"
LEARNED = (RANKER, SCORER, FEWER, *ELSE, ALL)
PROBABLE = frozenset({SCORER, FEWER})


@dataclass(frozen=True, slots=True)
class Settings:
    evaluate: EvaluateParams
    ranker: RankerParams
    scorer: ScorerParams


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--features", type=Path, default=Path("artifacts/features"))
    arguments.add_argument("--baselines", type=Path, default=text_baselines.FOLDER)
    arguments.add_argument("--out", type=Path, default=Path("artifacts/evaluation/metrics.json"))
    options = arguments.parse_args()
    table = read_pairs(options.features / "pairs.csv")
    settings = Settings(
        section("evaluate", EvaluateParams), section("ranker", RankerParams), section("scorer", ScorerParams)
    )
    plain = text_baselines.read_scores(options.baselines, table.pairs)
    systems, added = evaluate(table, settings, plain), what_feedback_adds(table, settings)
    report = {"pairs": summary(table), "systems": systems} | ({"feedback": added} if added else {})
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    order = SCORER if settings.ranker.kind == "additive" else RANKER  # the curves that score also put in order
    for name, system in {"ranker": order, "scorer": SCORER}.items():  # `pipelines.register` takes these
        measured = evaluation(table, systems, system, frozenset(LEARNED))
        (options.out.parent / f"{name}.json").write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    write_section("evaluate", as_section(systems, added, draw(options.out.parent, systems)))


def evaluate(
    table: Pairs, settings: Settings, baselines: Mapping[str, Floats] = MappingProxyType({})
) -> dict[str, dict[str, dict[str, Any]]]:
    """For each source of pairs, and each system: its measures with intervals. `baselines` score the pairs."""
    untrained = {name: _known(scores) for name, scores in baselines.items()}
    untrained |= {name: _known(table.rows[:, FEATURE_NAMES.index(column)]) for name, column in UNTRAINED.items()}
    untrained[BASELINE] = WeightedRanker().order(table.rows)
    seeds = [settings.evaluate.seed + number for number in range(settings.evaluate.repeats)]
    rounds = [dict(held_out(table, settings, seed)) for seed in seeds]
    for one, seed in zip(rounds, seeds, strict=True):
        one |= by_others(table, settings, seed, one)
    measured: dict[str, dict[str, dict[str, Any]]] = {}
    for source in summary(table):
        where = np.array([pair.source == source for pair in table.pairs])
        some = table.take(where)
        measured[source] = {
            name: measures(some, [scores[where]], settings, probable=False) for name, scores in untrained.items()
        }
        for name in LEARNED:
            measured[source][name] = measures(
                some, [one[name][where] for one in rounds], settings, probable=name in PROBABLE
            )
    return measured


def what_feedback_adds(table: Pairs, settings: Settings) -> dict[str, dict[str, dict[str, Any]]]:
    """For each source and model: trained with feedback and without, on the same folds; empty when there is none."""
    given = np.array([pair.source == FEEDBACK for pair in table.pairs])
    if not given.any() or given.all():
        return {}
    seeds = [settings.evaluate.seed + number for number in range(settings.evaluate.repeats)]
    both = {
        "with feedback": [held_out(table, settings, seed) for seed in seeds],
        "without": [held_out(table, settings, seed, teach=~given) for seed in seeds],
    }
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for source in summary(table):
        where = np.array([pair.source == source for pair in table.pairs])
        found[source] = {
            f"{name}, {taught}": measures(
                table.take(where), [one[name][where] for one in rounds], settings, probable=name == SCORER
            )
            for name in (RANKER, SCORER)
            for taught, rounds in both.items()
        }
    return found


def held_out(
    table: Pairs, settings: Settings, seed: int, teach: NDArray[np.bool_] | None = None
) -> Mapping[str, Floats]:
    """What models trained without a pair's job and CV say of it; of the others, only those in `teach` are seen."""
    out = {name: np.full(len(table.pairs), np.nan) for name in (RANKER, SCORER, FEWER)}
    others = np.array([pair.source != OWN for pair in table.pairs])
    for train_on, test in splits(table, settings.evaluate.folds, seed):
        taught = train_on if teach is None else train_on & teach
        seen, unseen = table.take(taught), table.take(test)
        ranker = LambdaMartRanker(train_ranker(seen, settings.ranker), NAMES, settings.ranker.start)
        out[RANKER][test] = ranker.order(unseen.rows)
        for name, some in ((SCORER, seen), (FEWER, table.take(taught & others))):
            out[name][test] = 1 / (1 + np.exp(-log_odds(train_scorer(some, settings.scorer), unseen)))
    return out


def by_others(table: Pairs, settings: Settings, seed: int, ours: Mapping[str, Floats]) -> Mapping[str, Floats]:
    """The same by other models, on the same folds, and the mean of them all with `ours`."""
    out = {name: np.full(len(table.pairs), np.nan) for name in (*ELSE, ALL)}
    for train_on, test in splits(table, settings.evaluate.folds, seed):
        seen = table.take(train_on)
        found = other_models.orders(seen.rows, seen.grades, table.rows[test], settings.evaluate.seed)
        odds = ours[SCORER][test]
        every = [*found.values(), *map(other_models.spread, (ours[RANKER][test], np.log(odds / (1 - odds))))]
        for name, scores in zip(ELSE, found.values(), strict=True):
            out[name][test] = scores
        out[ALL][test] = np.mean(every, axis=0)
    return out


def measures(table: Pairs, rounds: list[Floats], settings: Settings, *, probable: bool) -> dict[str, Any]:
    """Means over the rounds; probabilities are measured only of systems that give them (`probable`)."""
    called = table.grades >= CALL
    found: dict[str, Any] = {}
    for at in (5, 10):
        each = np.mean([per_job(ndcg, scores, table.grades, table.jobs, at) for scores in rounds], axis=0)
        found[f"ndcg_{at}"] = round(float(np.nanmean(each)), 4) if np.isfinite(each).any() else float("nan")
        found[f"ndcg_{at}_interval"] = interval(each, draws=settings.evaluate.draws)
        found[f"ndcg_{at}_each"] = [round(float(one), 6) for one in each]  # by job, in the order of their numbers
    found["auc"] = round(float(np.mean([auc(scores, called) for scores in rounds])), 4)
    if probable:
        found["brier"] = round(float(np.mean([brier(scores, called) for scores in rounds])), 4)
        found["calibration_error"] = round(float(np.mean([calibration_error(scores, called) for scores in rounds])), 4)
        found["reliability"] = [list(one) for one in reliability(np.concatenate(rounds), np.tile(called, len(rounds)))]
    return found


COLUMNS = {
    "ndcg_5": "nDCG@5",
    "ndcg_5_interval": "95 %",
    "ndcg_10": "nDCG@10",
    "auc": "AUC",
    "brier": "Brier",
    "calibration_error": "calibration error",
}
TEXT = """Graded pairs of a job and a CV, five folds by job, several times over; no job and no CV is on both sides.
Grades 2 and 3 count as "would call". `graded_dev` and `graded_own` (72 other ads of the same collection) were graded by
language models, by one rubric; `samples` by one of us who had written most of the CVs. The first four systems read
whole texts and learned nothing. The best simple baseline known on `graded_dev` reaches .78 nDCG@5 and .85 nDCG@10
(ridge over 14 similarities). Targets: nDCG@5 .88 and @10 .92 on `graded_dev`, calibration error .05. The first two
are not reached, and not for want of a model: ridge, support vectors, trees, curves and their mean order by our features
alike, within the intervals, so what is missing is not read yet or lies in the grades. What else was tried is told
[with the weights](../models/weights/README.md#held-out)."""


def draw(folder: Path, measured: Tables) -> tuple[Plot, ...]:
    """The plots of the report, and the same numbers as the tables that DVC plots."""
    means = {source: {name: _interval(found) for name, found in one.items()} for source, one in measured.items()}
    honest = {source: one[SCORER]["reliability"] for source, one in measured.items()}
    plot_intervals(folder / "ranking.svg", means, "nDCG@5", LEARNED, {"graded_dev": TARGET})
    plot_reliability(folder / "calibration.svg", honest)
    rows = [(source, name, *found) for source, one in means.items() for name, found in one.items()]
    write_table(folder / "ranking.csv", ("set", "system", "low", "ndcg_5", "high"), rows)
    rows = [(source, *one) for source, bins in honest.items() for one in bins]
    write_table(folder / "calibration.csv", ("set", "score", "called", "pairs"), rows)
    return (
        Plot("ranking.svg", "nDCG@5 of every system with its interval; the dashed line is the target"),
        Plot("calibration.svg", "The share of pairs that were graded 2 or 3 against the score they were given"),
    )


def _interval(found: Mapping[str, Any]) -> Interval:
    low, high = found["ndcg_5_interval"]
    return low, found["ndcg_5"], high


def as_section(measured: Tables, added: Tables, plots: tuple[Plot, ...] = ()) -> Section:
    tables = [_table(f"Pairs of `{source}`", systems) for source, systems in measured.items()]
    tables += [_table(f"What feedback adds on `{source}`", systems) for source, systems in added.items()]
    return Section("Ranking and scoring", TEXT, tuple(tables), plots)


def _table(title: str, systems: Mapping[str, Mapping[str, Any]]) -> Measured:
    return Measured(
        title=title,
        columns=("system", *COLUMNS.values()),
        rows=tuple((name, *(_shown(found.get(column)) for column in COLUMNS)) for name, found in systems.items()),
    )


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case float():
            return f"{value:.3f}"
        case [low, high]:
            return f"{low:.2f} to {high:.2f}"
    return str(value)


def _known(column: NDArray[np.floating]) -> Floats:
    """A baseline must put unknown pairs somewhere: last."""
    last = np.nanmin(column, initial=0.0) - 1.0
    return np.where(np.isnan(column), last, column).astype(np.float64)


if __name__ == "__main__":
    main()
