"""When a fact that was found counts as one that is so."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pipelines.cv_baseline import read_simply
from pipelines.cv_matching import FIELDS, compare
from pipelines.gold_cvs import Facts, Paper, Post, Study, Tongue, Town, read_gold, read_sources
from pipelines.tallies import f1

SAMPLES = Path(__file__).parents[2] / "samples"
SAID = Facts(
    name="Ada Lovelace",
    email="ada@example.org",
    phone="+44 20 7946 0000",
    headline="Welder",
    positions=(Post("Welder", "Quillpay Ltd", "2019-05", "present"), Post("Fitter", "Fernhill", "2015", "2019-04")),
    years_total=9.0,
    education=(Study("bachelor", "Mathematics", "Northmoor University", "2014"),),
    credentials=(Paper("Welding card", expired=True),),
    languages=(Tongue("en", "native"),),
    place=Town("Leeds", "GB"),
    relocate=True,
    sections=("header", "skills"),
    skills_listed=("TIG welding",),
)


def test_what_was_said_and_found_counts_in_full() -> None:
    assert f1(compare(SAID, SAID), FIELDS) == 1.0


def test_nothing_found_is_nothing_right_and_nothing_made_up() -> None:
    tally = compare(SAID, Facts())

    assert sum(tally.right.values()) == sum(tally.found.values()) == 0
    assert all(tally.so[field] for field in FIELDS if field not in ("expired", "language level"))


def test_what_is_made_up_lowers_precision_alone() -> None:
    positions = (*(SAID.positions or ()), Post("Astronaut", "Moon", "1969", "1970"))
    tally = compare(SAID, msgspec.structs.replace(SAID, positions=positions))

    assert tally.right["employer"] == tally.so["employer"] == 2
    assert tally.found["employer"] == 3


def test_the_order_of_positions_does_not_matter() -> None:
    turned = msgspec.structs.replace(SAID, positions=tuple(reversed(SAID.positions or ())))

    assert f1(compare(SAID, turned), FIELDS) == 1.0


@pytest.mark.parametrize(
    ("field", "found", "same"),
    [
        ("name", "LOVELACE, Ada", True),
        ("name", "Dr Ada Lovelace, RN", True),
        ("name", "Ada", False),
        ("phone", "020 7946 0000", True),
        ("phone", "020 7946 0001", False),
        ("headline", "welder", True),
        ("headline", "Senior Welder", False),
    ],
)
def test_spellings_of_one_fact_are_the_same(field: str, found: str, same: bool) -> None:
    tally = compare(SAID, msgspec.structs.replace(SAID, **{field: found}))

    assert bool(tally.right[field]) == same


@pytest.mark.parametrize(("start", "same"), [("2015-07", True), ("2016-07", False), ("", False)])
def test_a_date_is_the_same_as_far_as_it_was_said(start: str, same: bool) -> None:
    first, second = SAID.positions or ()
    moved = msgspec.structs.replace(SAID, positions=(first, msgspec.structs.replace(second, start=start)))

    assert (compare(SAID, moved).right["start"] == 2) == same


def test_every_gold_cv_and_sample_is_a_file_that_agrees_with_itself() -> None:
    cvs = [*read_gold(SAMPLES / "gold"), *read_sources(SAMPLES)]

    assert len(cvs) > 100
    assert all(cv.path.exists() for cv in cvs)
    assert all(f1(compare(cv.facts, cv.facts), FIELDS) == 1.0 for cv in cvs)


def test_the_baseline_reads_a_plain_cv() -> None:
    facts = read_simply("Ada Lovelace\nWelder\nada@example.org\n\nExperience\nWelder 2015 - 2019\nQuillpay Ltd")

    assert (facts.name, facts.headline, facts.email) == ("Ada Lovelace", "Welder", "ada@example.org")
    assert facts.positions == (Post("Welder", "Quillpay Ltd", "2015", "2019"),)
