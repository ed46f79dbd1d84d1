"""Positions in the shapes that people write them in."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain import Kind, Position, Profile
from models.reading import Reader
from tests.models.samples import AS_OF

HEAD = "Grace Testcase\nSomewhere\n\nExperience\n"
TAIL = "\n\nEducation\nBSc Mathematics, Northmoor University, 2005\n"
WANTED = [
    ("Senior Engineer", "Quillpay Ltd", date(2019, 3, 1), None),
    ("Engineer", "Quillpay Ltd", date(2016, 1, 1), date(2019, 2, 1)),
]
SHAPES = {
    "each on a line": "Senior Engineer, Quillpay Ltd   03/2019 – present\nEngineer, Quillpay Ltd   01/2016 – 02/2019",
    "employer first": "Quillpay Ltd, Senior Engineer   03/2019 – present\nQuillpay Ltd, Engineer   01/2016 – 02/2019",
    "under one employer": "Quillpay Ltd\nSenior Engineer   03/2019 – present\nEngineer   01/2016 – 02/2019",
    "under its whole time": "Quillpay Ltd   01/2016 – present\nSenior Engineer   03/2019 – present\nEngineer  "
    " 01/2016 – "
    "02/2019",
    "date over lines": "March 2019\nto\nCurrent\nSenior Engineer, Quillpay Ltd\n\nJanuary 2016\nto\nFebruary"
    " 2019\nEngineer, "
    "Quillpay Ltd",
    "told on the same line": "03/2019 – present   Senior Engineer, Quillpay Ltd. Builds services.\n01/2016 – 02/2019   "
    "Engineer, Quillpay Ltd. Built services.",
    "two on one line": "Senior Engineer, Quillpay Ltd (03/2019 – present), Engineer, Quillpay Ltd (01/2016 – 02/2019)",
}


def positions(reader: Reader, text: str) -> tuple[Position, ...]:
    facts = reader.text(text, Kind.CANDIDATE).facts
    assert isinstance(facts, Profile)
    return facts.positions


@pytest.mark.parametrize("shape", SHAPES)
def test_a_promotion_is_two_positions_in_every_shape(reader: Reader, shape: str) -> None:
    held = positions(reader, HEAD + SHAPES[shape] + TAIL)

    assert [(p.title, p.employer, p.start, p.end) for p in held] == WANTED


def test_positions_need_no_heading(reader: Reader) -> None:
    held = positions(reader, (HEAD + SHAPES["each on a line"] + TAIL).replace("Experience\n", ""))

    assert [(p.title, p.employer, p.start, p.end) for p in held] == WANTED


def test_unpaid_work_is_no_position(reader: Reader) -> None:
    unpaid = "\nVolunteering\nTreasurer, Harbour Trust   2010 – 2012\n"

    assert positions(reader, HEAD + SHAPES["each on a line"] + unpaid) == positions(
        reader, HEAD + SHAPES["each on a line"] + "\n"
    )


def test_what_is_told_twice_counts_once(reader: Reader) -> None:
    twice = SHAPES["each on a line"] + "\n\nWork history\n" + SHAPES["each on a line"]

    assert [p.title for p in positions(reader, HEAD + twice + TAIL)] == [title for title, *_ in WANTED]


def test_a_length_of_time_counts_where_no_date_is_told(reader: Reader) -> None:
    (held,) = positions(reader, HEAD + "Barista, Harbour Cafe, 2 years 6 months" + TAIL)

    assert (held.title, held.start, held.months) == ("Barista", None, 30)


def test_an_expired_licence_is_shown_with_its_end(reader: Reader) -> None:
    facts = reader.text(
        f"{HEAD}Nurse   2010 – 2020\n\nLicences\nACLS, expired 05/2021\nTrolley Pass B\n", Kind.CANDIDATE
    ).facts
    assert isinstance(facts, Profile)

    found = {one.label: one.expires for one in facts.credentials}

    assert found == {"Advanced Cardiovascular Life Support": date(2021, 5, 1), "Trolley Pass B": None}
    assert min(filter(None, found.values())) < AS_OF
