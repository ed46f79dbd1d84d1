"""The laws of reading an ad: what it demands, what it would like, and what is only said."""

from __future__ import annotations

import pytest

from core.domain import EducationLevel, Kind, Requirements, Seniority
from models.parsing.lines import lines_of
from models.parsing.wishes import least_months
from models.reading import Reader

FRAME = """Senior Accountant
Quillpay Ltd
Chicago, IL

{intro}

Responsibilities
• Prepare the {duty} for the board

Requirements
• Sound knowledge of US GAAP
• Month-end close
• Strong Excel
• {must}

Preferred
• {nice}

Benefits
• Training in Kubernetes and welding
"""


def read(reader: Reader, **lines: str) -> Requirements:
    usual = {"intro": "We pay well.", "duty": "budgets", "must": "A tidy desk", "nice": "Patience"}
    facts = reader.text(FRAME.format(**usual | lines), Kind.JOB).facts
    assert isinstance(facts, Requirements)
    return facts


def must(wishes: Requirements) -> set[str]:
    return {wanted.skill.id for wanted in wishes.must_have}


def nice(wishes: Requirements) -> set[str]:
    return {wanted.skill.id for wanted in wishes.nice_to_have}


def test_what_a_company_does_is_not_asked_for(reader: Reader) -> None:
    wishes = read(reader, intro="Quillpay is a leading provider of home care, recruitment and billing in Ohio.")

    assert not {"home-care", "recruitment", "billing", "kubernetes", "welding"} & (must(wishes) | nice(wishes))


def test_what_is_done_is_a_wish_and_what_is_required_a_must(reader: Reader) -> None:
    wishes = read(reader, duty="tax returns", must="Python", nice="Tableau")

    assert {"us-gaap", "python"} <= must(wishes)
    assert "tableau" in nice(wishes)
    assert not must(wishes) & nice(wishes)


@pytest.mark.parametrize(
    "line", ["Python, preferably with Tableau", "Python (Tableau preferred)", "Python; Tableau is a plus"]
)
def test_a_wish_within_a_requirement_is_only_a_wish(reader: Reader, line: str) -> None:
    wishes = read(reader, must=line)

    assert "python" in must(wishes)
    assert "tableau" in nice(wishes)


def test_of_a_list_that_is_preferred_nothing_is_required(reader: Reader) -> None:
    assert not {"python", "tableau"} & must(read(reader, must="Python, Tableau or Power BI preferred"))


@pytest.mark.parametrize(
    ("line", "required", "wished"),
    [
        ("Active CPA license", {"cpa"}, set[str]()),
        ("CPA", {"cpa"}, set[str]()),
        ("CPA or ACCA", set[str](), set[str]()),
        ("PMP or similar certification", set[str](), {"pmp"}),
        ("A certification such as CISA, CISM or CISSP", set[str](), {"cisa", "cism", "cissp"}),
        ("CPA license, or willing to obtain it within two years", set[str](), {"cpa"}),
        ("CPA license preferred", set[str](), {"cpa"}),
        ("Registered Nurse (RN) license in Arizona or a compact state", {"registered-nurse-licence"}, set[str]()),
        ("Three forms of ID, for example a valid driver's license", set[str](), set[str]()),
    ],
)
def test_only_a_licence_that_nothing_replaces_is_demanded(
    reader: Reader, line: str, required: set[str], wished: set[str]
) -> None:
    wishes = read(reader, must=line)

    assert {credential.id for credential in wishes.credentials} == required
    assert {credential.id for credential in wishes.nice_credentials} == wished


@pytest.mark.parametrize(
    ("lines", "months"),
    [
        (["3-5 years of experience in audit"], 36),
        (["Bachelor's degree and 2 years of experience or high school and 5 years of experience"], 24),
        (["5+ years of experience in C and 2 years of SQL"], 60),
        (["A training program and one (1) year of clinical experience"], 12),
        (["At least 18 years of age"], None),
        (["We have been in business for over 30 years"], None),
        (["A four year college degree"], None),
    ],
)
def test_the_least_that_is_enough_is_the_minimum(lines: list[str], months: int | None) -> None:
    found = least_months(lines_of("\n".join(lines)))

    assert (found and found[0]) == months


@pytest.mark.parametrize(
    ("line", "python", "sql"),
    [
        ("5+ years of experience with Python and 2 years of SQL", 60, 24),
        ("Working with Python for 5 years, SQL for 2 years", 60, 24),
        ("3 years of experience with Python and SQL", 36, 36),
    ],
)
def test_each_skill_has_its_own_years(reader: Reader, line: str, python: int, sql: int) -> None:
    asked = {str(wanted.skill.id): wanted.months for wanted in read(reader, must=line).must_have}

    assert (asked["python"], asked["sql"]) == (python, sql)


def test_headings_within_running_text_part_it(reader: Reader) -> None:
    text = (
        "Backend Developer\nOur client builds ships. Required Skills: Python, SQL and Docker in production. "
        "Preferred Skills: Kafka and Terraform. Benefits: free welding courses for the whole family."
    )

    wishes = reader.text(text, Kind.JOB).facts

    assert isinstance(wishes, Requirements)
    assert must(wishes) == {"python", "sql", "docker"}
    assert nice(wishes) == {"apache-kafka", "terraform"}


def test_a_degree_stays_required_when_a_higher_one_is_preferred(reader: Reader) -> None:
    wishes = read(reader, must="Bachelor's degree in accounting, Master's degree preferred")

    assert wishes.education is not None
    assert wishes.education.level is EducationLevel.BACHELOR


@pytest.mark.parametrize(
    ("line", "either"),
    [
        ("Current RN or LPN license required", {"registered-nurse-licence", "practical-nurse-licence"}),
        ("Must be a CPA or CMA", {"cpa", "cma"}),
        ("CISA, CISM or CISSP certification required", {"cisa", "cism", "cissp"}),
        ("One of the following certifications: CISSP, CISA", {"cissp", "cisa"}),
        ("PMP or PRINCE2 Practitioner certification", {"pmp", "prince2"}),
    ],
)
def test_of_alternatives_one_is_demanded(reader: Reader, line: str, either: set[str]) -> None:
    wishes = read(reader, must=line)

    assert [{one.id for one in group} for group in wishes.one_of] == [either]
    assert not wishes.credentials


def test_what_is_demanded_alone_is_no_alternative(reader: Reader) -> None:
    wishes = read(reader, must="Valid driver's license and current CPR certification required")

    assert {one.id for one in wishes.credentials} >= {"driving-licence", "cpr-certification"}
    assert not wishes.one_of


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("Bachelor's degree in Finance or equivalent work experience", True),
        ("Bachelor's degree in Finance or 5 years of experience", True),
        ("Bachelor's degree in Finance", False),
        ("Bachelor's degree and 2 years of experience", False),
    ],
)
def test_experience_stands_in_for_a_degree_only_where_it_says_so(reader: Reader, line: str, instead: bool) -> None:
    assert read(reader, must=line).or_experience is instead


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("Bachelor's degree in Finance, Accounting or a related field required", "Finance, Accounting"),
        ("Bachelor's degree in Computer Science from an accredited university", "Computer Science"),
        ("Bachelor's degree and 2 years of experience", ""),
    ],
)
def test_the_field_of_a_degree_ends_where_it_ends(reader: Reader, line: str, field: str) -> None:
    education = read(reader, must=line).education

    assert education is not None
    assert education.field == field


@pytest.mark.parametrize(
    ("title", "must", "level"),
    [
        ("Accountant", "3 years of experience", Seniority.MID),
        ("Accountant", "2 years of experience", Seniority.JUNIOR),
        ("Accountant", "No experience needed", Seniority.ENTRY),
        ("Accountant II", "2 years of experience", Seniority.MID),
        ("Senior Accountant", "2 years of experience", Seniority.SENIOR),
        ("Senior Accountant", "No experience needed with SAP", Seniority.SENIOR),
        ("Accountant", "A tidy desk", None),
        ("Hotel Housekeeper", "A tidy desk", Seniority.ENTRY),
    ],
)
def test_the_title_tells_the_level_before_what_is_asked(
    reader: Reader, title: str, must: str, level: Seniority | None
) -> None:
    ad = FRAME.format(intro="We pay well.", duty="budgets", must=must, nice="Patience")

    facts = reader.text(ad.replace("Senior Accountant", title), Kind.JOB).facts

    assert isinstance(facts, Requirements)
    assert facts.seniority is level
