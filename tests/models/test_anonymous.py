"""What tells who somebody is does not reach what is embedded; what tells the work does."""

from __future__ import annotations

import pytest

from core.domain import Identity
from models.parsing.anonymous import anonymous
from models.parsing.occupations import Occupations
from models.taxonomy import Taxonomy

SAME = [
    ("She led a team of six in her ward.", "He led a team of six in his ward."),
    ("She led a team of six in her ward.", "They led a team of six in their ward."),
    ("Her manager trusted her; the rota was hers.", "His manager trusted him; the rota was his."),
    ("She taught herself Rust", "He taught himself Rust"),
    ("Ms. Ada Example (she/her) runs the night shift", "Mr. Ada Example (he/him) runs the night shift"),
    ("Nurse, aged 34, on a night shift", "Nurse, aged 61, on a night shift"),
    ("A 24-year-old nurse on a night shift", "A 61-year-old nurse on a night shift"),
    ("Born in 1962, nurse on a night shift", "Born on 4 May 1999, nurse on a night shift"),
    ("Recent college graduate in nursing", "College graduate in nursing"),
    ("Newly graduated nurse", "Graduated nurse"),
    ("Leeds | Date of birth: 4 May 1962 | Nurse", "Leeds | Date of birth: 1999-01-01 | Nurse"),
    ("Geburtsdatum: 04.05.1962", "Geburtsdatum: 12.11.1999"),
    ("Marital status: married", "Nationality: Irish"),
    ("Gender: female", "Religion: none"),
]
KEPT = [
    "HE lecturers and HER2 assays",
    "MS Office, MS SQL Server",
    "Sr. Accountant, Sr Developer",
    "Worked with young people aged under stress",
    "Built an application for age verification",
    "Led the 2019 migration of 40 services",
    "National service desk",
    "Sex education for schools",
]


@pytest.fixture
def occupations(taxonomy: Taxonomy) -> Occupations:
    return Occupations(taxonomy)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_sex_age_and_civil_status_are_not_in_a_line(occupations: Occupations, one: str, other: str) -> None:
    assert anonymous(one, Identity(), occupations).lower() == anonymous(other, Identity(), occupations).lower()


@pytest.mark.parametrize("line", KEPT)
def test_what_tells_the_work_stays(occupations: Occupations, line: str) -> None:
    assert anonymous(line, Identity(), occupations) == line


def test_years_of_study_are_not_in_a_line_and_those_of_work_are(occupations: Occupations) -> None:
    early, late = "BSc Nursing, September 1984 – June 1987", "BSc Nursing, September 2014 – June 2017"

    assert anonymous(early, Identity(), occupations, studies=True) == anonymous(
        late, Identity(), occupations, studies=True
    )
    assert anonymous(early, Identity(), occupations) == early


def test_a_surname_that_is_a_place_is_taken_out_only_where_it_is_the_person(occupations: Occupations) -> None:
    washington, other = Identity(name="Lakisha Washington"), Identity(name="Emily Walsh")
    places = "Washington State, University of Washington, Seattle, Washington and Washington D.C."

    assert anonymous(places, washington, occupations) == anonymous(places, other, occupations) == places
    assert anonymous("Ms Washington led it with Lakisha's team", washington, occupations) == "led it with team"
    assert anonymous("Washington Bookkeeping (sole trader)", washington, occupations) == "Bookkeeping (sole trader)"
