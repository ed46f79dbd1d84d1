"""Swaps that must not matter do not, a leak is found, ratios are the law's, and a planted bias is caught."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from core.domain import Kind
from core.errors import ModelError
from core.parts import Reading
from models.embedding_hashing import HashingEncoder
from models.features import NAMES
from models.folders import write_model
from models.ranking import WeightedRanker
from models.reading import Reader, load_reader
from models.scoring import Judgeable, Scorer, Term, baseline
from pipelines import fairness
from pipelines.fairness import MOST_DIFFERENCE, check, check_folder, write_json
from pipelines.features import SAMPLES, samples
from pipelines.impact import above_median, audit, audits, matched_differences
from pipelines.people import People, invent, read_people, write_people
from pipelines.population import GROUPS, SEXES
from pipelines.swap_test import TOWN, Remembering, SwapTest
from pipelines.swaps import HE, PEOPLE, SHE, THEY, in_another_town, introduced, with_name, with_pronouns
from pipelines.swaps import Kind as Swap

ROOT = Path(__file__).parents[2]
PAIRS, TEXT_OF = samples(ROOT / "samples")
FEW = [pair for pair in PAIRS if pair.cv[:2] in ("01", "03", "44", "54") and pair.job[:2] in ("01", "16")]
OF_THREE_JOBS = [pair for pair in PAIRS if pair.job[:2] in ("04", "09", "15")]


@pytest.fixture(scope="module")
def reads(parser_folder: Path) -> Reader:
    return load_reader(parser_folder, today=lambda: date(2026, 11, 1))


@pytest.fixture(scope="module")
def people(reads: Reader) -> People:
    return invent(reads, Remembering(HashingEncoder()), OF_THREE_JOBS, TEXT_OF)


def silent(line: str) -> None:
    assert line


# Swaps


def test_a_swap_changes_what_it_says_and_nothing_else() -> None:
    assert with_pronouns("She wrote her thesis herself; he paid her, and the debt was hers.", HE) == (
        "He wrote his thesis himself; he paid him, and the debt was his."
    )
    assert with_pronouns("He and his team", THEY) == "They and their team"
    assert with_pronouns("The shepherd's hermitage", SHE) == "The shepherd's hermitage"
    assert with_name("Ada Ex\nada.ex@example.org\nAda leads", "Ada Ex", "Wei Zhang") == (
        "Wei Zhang\nwei.ex@example.org\nWei leads"
    )


def test_people_differ_only_in_the_kinds_that_are_swapped() -> None:
    plain = introduced("She welds.", "", [], PEOPLE[0], frozenset())

    assert {introduced("She welds.", "", [], person, frozenset()) for person in PEOPLE} == {plain}
    for kind in Swap:
        assert len({introduced("She welds.", "", [], person, frozenset({kind})) for person in PEOPLE}) > 1


def test_no_swap_changes_a_score(reads: Reader) -> None:
    found = SwapTest(reads, Remembering(HashingEncoder()), baseline()).measure(SAMPLES, FEW, TEXT_OF, silent)

    assert found.changes == ()
    assert {swap: found.pairs[swap] for swap in Swap} == dict.fromkeys(Swap, len(FEW))
    assert found.pairs[TOWN] > 0


@dataclass(frozen=True)
class Leaking:
    """A reader that lets the person into what is embedded."""

    inner: Reader
    line: int

    def text(self, text: str, kind: Kind) -> Reading:
        reading = self.inner.text(text, kind)
        said = text.splitlines()[self.line] if kind is Kind.CANDIDATE else ""
        passages = reading.passages
        return replace(reading, passages=replace(passages, parts=(*passages.parts, said)))

    def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        return self.inner.file(content, file_name, kind)


@pytest.mark.parametrize(("line", "swap"), [(0, Swap.NAME), (1, Swap.PRONOUNS), (2, Swap.ADDRESS), (4, Swap.AGE)])
def test_a_reader_that_leaks_is_found_out(reads: Reader, line: int, swap: Swap) -> None:
    leaking: Reader = Leaking(reads, line)  # type: ignore[assignment]

    found = SwapTest(leaking, Remembering(HashingEncoder()), baseline()).measure(SAMPLES, FEW, TEXT_OF, silent)

    assert {change.swap for change in found.changes if change.swap != TOWN} == {swap}


def test_another_town_is_another_town_of_the_same_country(reads: Reader) -> None:
    pair = next(pair for pair in FEW if pair.cv.startswith("01"))
    text = TEXT_OF(Kind.CANDIDATE, pair.cv)
    assert isinstance(text.content, bytes)
    reading = reads.file(text.content, text.file_name, Kind.CANDIDATE)

    moved = in_another_town(reading.text, reading.facts.places[0])

    assert moved is not None
    [before], [after] = reading.facts.places, reads.text(moved, Kind.CANDIDATE).facts.places
    assert (after.country, after.city != before.city) == (before.country, True)


# Arithmetic


def test_ratios_are_computed_as_the_law_has_them() -> None:
    """A hand-worked table: rates 50 %, 30 % and 100 % of a category of 1 in 101, which is too small to compare with."""
    labels = ["a"] * 40 + ["b"] * 50 + ["c"] + [""] * 10
    selected = np.array([True] * 20 + [False] * 20 + [True] * 15 + [False] * 35 + [True] + [True] * 10)

    found = audit("letters", labels, selected)

    told = {one.name: (one.applicants, one.selected, one.rate, one.ratio, one.small) for one in found.categories}
    assert told == {"a": (40, 20, 0.5, 1.0, False), "b": (50, 15, 0.3, 0.6, False), "c": (1, 1, 1.0, 2.0, True)}
    assert (found.unknown, found.lowest) == (10, 0.6)


def test_scoring_above_the_median_is_selection_and_an_abstention_is_none() -> None:
    assert above_median(np.array([0.1, 0.2, 0.3, 0.4, np.nan])).tolist() == [False, False, True, True, False]
    assert above_median(np.full(3, np.nan)).tolist() == [False] * 3


def test_an_intersection_takes_both_to_be_known() -> None:
    by_sex, by_race, by_both = audits(["f", "m", "", "f"], ["x", "", "y", "y"], np.array([True] * 4))

    assert (by_sex.unknown, by_race.unknown, by_both.unknown) == (1, 1, 2)
    assert [one.name for one in by_both.categories] == ["x, f", "y, f"]


def test_the_quality_of_a_cv_cancels_out_of_a_matched_difference() -> None:
    scores = np.array([0.9, 0.8, 0.2, 0.1, 0.5])

    found = matched_differences(scores, ["p", "p", "q", "q", "q"], ["a", "b", "a", "b", ""])

    assert found == {"a": 0.05, "b": -0.05}


# The gate


def fair() -> Scorer:
    """Without the term for the place of work: with a dozen CVs, an hour's drive decides who is above the median."""
    return replace(baseline(), terms=tuple(term for term in baseline().terms if term.feature != "place"))


def test_everybody_of_every_group_sends_every_cv(people: People) -> None:
    cvs = {cv for cv, race in zip(people.cvs, people.races, strict=True) if race}
    sent = set(zip(people.cvs, people.races, people.sexes, strict=True))

    assert len(cvs) > 8
    assert {(cv, group.race, sex) for cv, group, sex in product(cvs, GROUPS, SEXES)} <= sent
    assert "" in people.sexes


def test_a_scorer_without_bias_passes(people: People) -> None:
    report = check(fair(), people)

    assert report.passed, report.reasons
    assert report.applicants == len(people.cvs)
    assert {audit.by for audit in report.selections[0].audits} == {
        "sex",
        "race or ethnicity",
        "race or ethnicity, and sex",
    }
    assert check(WeightedRanker({"must_have_near": 1.0, "education": 1.0}), people).passed


def biased(feature: str, knots: tuple[float, ...], values: tuple[float, ...]) -> Scorer:
    """The baseline with one curve of its own."""
    others = tuple(term for term in fair().terms if term.feature != feature)
    return replace(fair(), terms=(*others, Term(feature, knots, values)))


def test_a_scorer_that_prefers_an_address_is_caught(people: People) -> None:
    """Whoever lives in the job's own town is White here: the term for the place of work becomes a proxy."""
    report = check(biased("place", (0.0, 0.97, 1.0), (-6.0, -6.0, 6.0)), people)

    assert not report.passed
    assert any("Black or African American" in reason for reason in report.reasons)
    assert report.differences["White"] > MOST_DIFFERENCE > -MOST_DIFFERENCE > report.differences["Asian"]


def test_a_ranker_that_prefers_an_address_is_caught(people: People) -> None:
    report = check(WeightedRanker({"place": 30.0}), people)

    assert not report.passed
    assert any("impact ratio" in reason for reason in report.reasons)


def test_a_feature_that_follows_sex_is_caught(people: People) -> None:
    """As when skills are found in one way of writing more often than in another."""
    rows = people.rows.copy()
    rows[np.array(people.sexes) == "female", NAMES.index("must_have_near")] *= 0.5
    heavy = biased("must_have_near", (0.0, 1.0), (-4.0, 4.0))

    report = check(heavy, replace(people, rows=rows))

    assert not report.passed
    assert any(reason.startswith(("female", "impact ratio of female")) for reason in report.reasons)
    assert check(heavy, people).passed


def test_a_bias_below_the_median_is_caught_too(people: People) -> None:
    """Four fifths of nobody is nobody: equal CVs with unequal scores are refused wherever they stand."""
    scorer = replace(biased("place", (0.0, 0.97, 1.0), (-0.5, -0.5, 0.5)), judgeable=Judgeable(known=1))

    assert not check(scorer, people).passed


def test_a_table_of_people_comes_back_as_it_was_written(people: People, tmp_path: Path) -> None:
    write_people(tmp_path / "people.csv", people)

    again = read_people(tmp_path / "people.csv")

    assert (again.cvs, again.jobs, again.sexes, again.races) == (people.cvs, people.jobs, people.sexes, people.races)
    np.testing.assert_array_equal(again.rows, people.rows)


def test_the_gate_reads_folders_of_rankers_and_scorers(people: People, tmp_path: Path) -> None:
    for kind in ("weighted", "baseline", "parser"):
        write_model(tmp_path / kind, {"kind": kind}, {})

    assert check_folder(tmp_path / "weighted", people) == check(WeightedRanker(), people)
    assert check_folder(tmp_path / "baseline", people) == check(baseline(), people)
    with pytest.raises(ModelError, match="neither"):
        check_folder(tmp_path / "parser", people)


def test_a_folder_is_checked_from_the_command_line(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_model(tmp_path / "fair", {"kind": "additive", **asdict(fair())}, {})
    write_model(tmp_path / "unfair", {"kind": "weighted", "weights": {"place": 30.0}}, {})
    monkeypatch.setattr(fairness, "people_of", lambda _: people)
    said = {}

    for name in ("fair", "unfair"):
        monkeypatch.setattr("sys.argv", ["fairness", "--model", str(tmp_path / name)])
        with pytest.raises(SystemExit) as end:
            fairness.main()
        said[name] = end.value.code

    assert said["fair"] == 0
    assert "impact ratio" in str(said["unfair"])
    assert json.loads((tmp_path / "fair/fairness.json").read_text())["passed"] is True


def test_the_section_shows_every_swap_and_every_audit(people: People, reads: Reader, tmp_path: Path) -> None:
    swapped = SwapTest(reads, Remembering(HashingEncoder()), baseline()).measure(SAMPLES, FEW[:2], TEXT_OF, silent)
    found = fairness.Findings((swapped,), {"models/weights/scorer": check(fair(), people)})

    section = fairness.as_section(found)
    write_json(tmp_path / "fairness.json", found)

    assert [row[1] for row in section.tables[0].rows] == [*Swap, TOWN]
    assert len(section.tables) == 4
    assert json.loads((tmp_path / "fairness.json").read_text())["models"]["models/weights/scorer"]["passed"] is True
