"""Stage: whether scores move with who somebody is: swaps on graded CVs, impact ratios over invented applicants.

`check` is the gate: it holds a ranker or a scorer to the four-fifths rule over the labelled applicants, and to equal
scores of equal CVs. As a command with `--model FOLDER` it writes `fairness.json` into that version's folder.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.errors import CoreError, ModelError
from models.folders import read_model
from models.ranking import Ranker, load_ranker
from models.scoring import Scorer, load_scorer, score
from pipelines.features import encoder, linking_reader, sources
from pipelines.impact import FOUR_FIFTHS, Audit, above_median, audits, matched_differences
from pipelines.params import FairnessParams, FeaturesParams, section
from pipelines.people import People, people_of
from pipelines.reporting import Measured, Section, write_section
from pipelines.swap_test import TOWN, Remembering, Swapped, SwapTest
from pipelines.swaps import Kind as Swap

Floats = NDArray[np.float64]
OUT = Path("artifacts/evaluation/fairness.json")
REPORT = "fairness.json"
# Of the mean score of equal CVs; a ranker has places in a list, and one of 30 places is .03. What an association's name
# does to the texts that are compared reaches about half of these; a bias that moves decisions lies far above.
MOST_DIFFERENCE, MOST_PLACES = 0.02, 0.05


class Selection(msgspec.Struct, frozen=True):
    """One way to select; the ratios of one that is a `gate` decide."""

    name: str
    gate: bool
    audits: tuple[Audit, ...]


class Report(msgspec.Struct, frozen=True):
    """What the gate found. `differences`: by how much a label's scores lie above those of equal CVs, on average."""

    passed: bool
    reasons: tuple[str, ...]
    applicants: int
    selections: tuple[Selection, ...]
    differences: dict[str, float]


class Findings(msgspec.Struct, frozen=True):
    """All that the stage measured."""

    swaps: tuple[Swapped, ...]
    models: dict[str, Report]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--model", type=Path, help="check this ranker's or scorer's folder only")
    arguments.add_argument("--source", action="append", help="swap only in CVs of this source of pairs")
    options = arguments.parse_args()
    params, stage = section("features", FeaturesParams), section("fairness", FairnessParams)
    try:
        people = people_of(params)
        if options.model is not None:
            report = check_folder(options.model, people)
            write_json(options.model / REPORT, report)
            sys.exit("\n".join(report.reasons) or 0)
        models = {str(folder): check_folder(folder, people) for folder in (stage.ranker, stage.scorer)}
        findings = Findings(tuple(swaps(params, load_scorer(stage.scorer), options.source)), models)
    except CoreError as error:
        sys.exit(str(error))
    write_json(OUT, findings)
    for folder, report in models.items():  # `pipelines.register` takes these
        write_json(OUT.with_name(f"fairness_{Path(folder).name}.json"), report)
    write_section("fairness", as_section(findings))


def swaps(params: FeaturesParams, scorer: Scorer, only: Sequence[str] | None = None) -> list[Swapped]:
    """Of every source of graded pairs, or those named."""
    encodes, found = Remembering(encoder(params.embedder)), []
    for source, (pairs, text_of) in sources(params).items():
        if not only or source in only:
            reads = linking_reader(params, source, encodes)
            found.append(SwapTest(reads, encodes, scorer).measure(source, pairs, text_of))
    return found


def check_folder(folder: Path, people: People) -> Report:
    """The gate of a version's folder. Raises `ModelError` for what is neither a ranker nor a scorer."""
    match read_model(folder).get("kind"):
        case "weighted" | "lambdamart":
            return check(load_ranker(folder), people)
        case "additive" | "baseline":
            return check(load_scorer(folder), people)
        case other:
            raise ModelError(f"{folder.name}: {other!r} is neither a ranker nor a scorer")


def check(model: Scorer | Ranker, people: People) -> Report:
    """Passes when no category's impact ratio at the median is below four fifths, and no label's scores lie off those
    of equal CVs by more than `MOST_DIFFERENCE`, or `MOST_PLACES` of a ranker's list. Categories below 2 % are shown
    and judge nothing."""
    scores, most = scores_of(model, people), MOST_DIFFERENCE if isinstance(model, Scorer) else MOST_PLACES
    selections = [
        Selection("above the median", gate=True, audits=audits(people.sexes, people.races, above_median(scores)))
    ]
    if isinstance(model, Scorer):
        selections.append(
            Selection("0.5 or more", gate=False, audits=audits(people.sexes, people.races, scores >= 0.5))
        )
    pairs = [f"{cv} {job}" for cv, job in zip(people.cvs, people.jobs, strict=True)]
    differences = matched_differences(scores, pairs, people.sexes) | matched_differences(scores, pairs, people.races)
    small = {one.name for audit in selections[0].audits for one in audit.categories if one.small}
    reasons = [
        f"impact ratio of {one.name} is {one.ratio:.2f} ({selection.name}): at least {FOUR_FIFTHS} is asked"
        for selection in selections
        if selection.gate
        for audit in selection.audits
        for one in audit.categories
        if not one.small and one.ratio is not None and one.ratio < FOUR_FIFTHS
    ]
    reasons += [
        f"{name}: scores lie {by:+.3f} off those of equal CVs: at most {most} is allowed"
        for name, by in differences.items()
        if name not in small and abs(by) > most
    ]
    return Report(not reasons, tuple(reasons), len(people.cvs), tuple(selections), differences)


def scores_of(model: Scorer | Ranker, people: People) -> Floats:
    """A scorer's probabilities, NaN where it abstains; of a ranker each one's place in the job's list, 0 to 1."""
    if isinstance(model, Scorer):
        return np.array([np.nan if one.score is None else one.score for one in score(model, people.rows)], np.float64)
    values, places = model.order(people.rows), np.empty(len(people.rows))
    jobs = np.array(people.jobs)
    for job in sorted(set(people.jobs)):
        mine = values[jobs == job]
        lower, upper = (np.searchsorted(np.sort(mine), mine, side) for side in ("left", "right"))
        places[jobs == job] = (lower + upper) / (2 * len(mine))
    return places


def write_json(path: Path, value: Report | Findings) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")


TEXT = """**Swaps.** Each graded CV is introduced by two invented people, who differ in name, title and pronouns, signs
of age (birth date, age, "recent graduate", all years of study) and street. A pair counts as changed when its score
moves by more than 1e-9; the target is 0. `town` is another city of the same country in the address: it may change the
term for the place of work, and nothing else is let change. Texts are swapped, not the layout of files. Years of work
are never swapped: the length of experience is asked for, and it tells an age.

**Impact ratios** after New York City's Local Law 144 (6 RCNY § 5-301): the share of a group that is selected, divided
by the highest share; below 0.8 counts as evidence of adverse impact. The applicants are invented by us
(`pipelines/population.py`): each sample CV is sent by eight people who tell sex and race by name, pronouns, address,
school and an association, so the groups are equally qualified. That shows whether a model reacts to who somebody is;
it says nothing about the people who apply to you. An audit under that law needs historical data of your own, which
`/v1/matches/{id}/feedback` and labels you hold can give."""


def as_section(found: Findings) -> Section:
    tables = [_swapped(found.swaps)]
    for name, report in found.models.items():
        kind = name.rsplit("/", 1)[-1]
        tables += [_audited(kind, report, selection) for selection in report.selections]
        tables.append(_different(kind, report))
    return Section("Fairness", TEXT, tuple(tables))


def _swapped(swapped: Sequence[Swapped]) -> Measured:
    rows = []
    for one in swapped:
        for swap in (*(kind.value for kind in Swap), TOWN):
            changed = one.changed(swap)
            most = max((abs(change.by) for change in changed), default=0.0)
            rows.append(
                (
                    one.source,
                    swap,
                    str(one.cvs.get(swap, 0)),
                    str(one.pairs.get(swap, 0)),
                    str(len(changed)),
                    f"{most:.4f}",
                )
            )
    return Measured("Swaps", ("pairs of", "swap", "CVs", "pairs", "changed", "largest change"), tuple(rows))


def _audited(kind: str, report: Report, selection: Selection) -> Measured:
    rows = [
        (
            audit.by,
            one.name,
            str(one.applicants),
            str(one.selected),
            f"{one.rate:.3f}",
            _ratio(one.ratio, small=one.small),
        )
        for audit in selection.audits
        for one in audit.categories
    ]
    unknown = "; ".join(f"{audit.by}: {audit.unknown}" for audit in selection.audits)
    says = ("passes" if report.passed else "does not pass") if selection.gate else "is not judged by this selection"
    note = f"The {kind} {says}. Of {report.applicants} applicants, unknown by {unknown}. (*) below 2 % of applicants."
    columns = ("by", "category", "applicants", "selected", "rate", "impact ratio")
    return Measured(f"Impact ratios of the {kind}: {selection.name}", columns, tuple(rows), note)


def _ratio(ratio: float | None, *, small: bool) -> str:
    return "" if ratio is None else f"{ratio:.3f}{' (*)' if small else ''}"


def _different(kind: str, report: Report) -> Measured:
    rows = tuple((name, f"{by:+.4f}") for name, by in report.differences.items())
    note = f"At most {MOST_DIFFERENCE} of a score, {MOST_PLACES} of a list, is let pass, but for categories below 2 %."
    return Measured(f"The {kind} on equal CVs", ("category", "mean difference"), rows, note)


if __name__ == "__main__":
    main()
