"""The laws of ads as boards deliver them: line ends lost, headings that are sentences, lists within one line."""

from __future__ import annotations

import time

import pytest

from core.domain import Education, EducationLevel, Kind, Requirements
from models.formats.spelling import unglue
from models.parsing.lines import Line, lines_of
from models.parsing.openers import announced, announcements, dashes, openings
from models.parsing.wishes import least_education, least_months
from models.reading import Reader

DUTIES = "You keep the books of forty small shops in the region and answer the questions that their owners have. " * 4


def read(reader: Reader, *, text: str, title: str = "Accountant") -> Requirements:
    facts = reader.text(f"{title}\nChicago, IL\n\n{text}", Kind.JOB).facts
    assert isinstance(facts, Requirements)
    return facts


def must(facts: Requirements) -> set[str]:
    return {wish.skill.id for wish in facts.must_have}


def education_of(text: str) -> Education | None:
    found = least_education(lines_of(text))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("glued", "apart"),
    [
        ("QualificationsHigh school diploma", "Qualifications\nHigh school diploma"),
        ("a GEDCurrent licence", "a GED\nCurrent licence"),
        ("or equivalentHEDIS experience", "or equivalent\nHEDIS experience"),
        ("CPA a plus6+ years of audit", "CPA a plus\n6+ years of audit"),
        ("QA SupervisorDepartment: Technical", "QA Supervisor\nDepartment: Technical"),
        ("PROFILE:Founded by two", "PROFILE:\nFounded by two"),
        ("with JavaScript and PowerPoint", "with JavaScript and PowerPoint"),
        ("of PostgreSQL at McDonalds", "of PostgreSQL at McDonalds"),
    ],
)
def test_lines_of_a_page_that_lost_their_ends_are_lines_again_and_names_stay_whole(glued: str, apart: str) -> None:
    rest = " and this is said once more" * 12

    assert unglue(glued + rest) == apart + rest


def test_a_statement_that_runs_into_the_next_is_judged_by_its_own_words(reader: Reader) -> None:
    text = f"{DUTIES}Requirements: Bachelor's degree in finance Experience in retail preferred Ability to travel"

    facts = read(reader, text=text)

    assert facts.education is not None
    assert facts.education.level is EducationLevel.BACHELOR


@pytest.mark.parametrize("text", ["We possess Excellent tools", "Ask for Strong Coffee", "MUST HAVE Strong SKILLS"])
def test_a_capital_within_a_statement_begins_no_other(text: str) -> None:
    assert list(openings(text)) == []


@pytest.mark.parametrize(
    ("text", "bullets"),
    [
        ("Requires -Excel -typing -patience", 3),
        ("We need:-Title work-Real estate closings-Tax law", 3),
        ("a full-time, hands-on, well-paid post", 0),
        ("pre- and post-sales, year-end work", 0),
    ],
)
def test_hyphens_are_bullets_where_several_begin_words(text: str, bullets: int) -> None:
    assert len(dashes(text)) == bullets


@pytest.mark.parametrize(
    "heading", ["Successful candidates will have the following qualifications.", "The ideal candidate will have:"]
)
def test_what_a_sentence_announces_is_required(reader: Reader, heading: str) -> None:
    facts = read(reader, text=f"{DUTIES}\n{heading}\nSQL and QuickBooks\nTax returns")

    assert {"sql", "quickbooks"} <= must(facts)


def test_an_announcement_that_asks_for_something_itself_is_read_too(reader: Reader) -> None:
    facts = read(reader, text=f"{DUTIES}\nCandidates must have a bachelor's degree and the following skills:\nSQL")

    assert facts.education is not None
    assert facts.education.level is EducationLevel.BACHELOR


def test_an_ad_of_short_sentences_is_read(reader: Reader) -> None:
    facts = read(
        reader,
        title="Legal Secretary",
        text="Small firm seeks secretary with 3-5 years experience.\nMust know SQL well.",
    )

    assert facts.min_months == 36
    assert "sql" in must(facts)


def test_the_ideal_candidate_must_and_what_would_be_ideal_may(reader: Reader) -> None:
    facts = read(reader, text=f"{DUTIES}\nThe ideal candidate has 4 years of experience with SQL.\nIdeally Tableau.")

    assert "sql" in must(facts)
    assert "tableau" not in must(facts)


def test_what_is_desired_is_required_where_nothing_else_is(reader: Reader) -> None:
    alone = read(reader, text=f"{DUTIES}\nDesired Skills and Experience:\nSQL\nTableau\nUS GAAP")
    beside = read(reader, text=f"{DUTIES}\nRequirements:\nUS GAAP\nSQL\nTax returns\nDesired Skills:\nTableau")

    assert "tableau" in must(alone)
    assert "tableau" not in must(beside)


def test_where_only_what_anybody_has_is_required_the_duties_tell_what_the_job_needs(reader: Reader) -> None:
    duties = "Responsibilities:\n• Prepare tax returns\n• Administer SQL databases\n"
    anybody = "Requirements:\n• Communication skills\n• Time management\n• Microsoft Word\n"
    trade = "• US GAAP\n• Month-end close\n• Tableau\n"

    assert "sql" in must(read(reader, text=duties + anybody))
    assert "sql" not in must(read(reader, text=duties + anybody + trade))


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("HS graduate or equivalent", EducationLevel.SECONDARY),
        ("No high school diploma required", None),
        ("A 360 degree inspection of the truck", None),
        ("A high degree of accuracy", None),
        ("Room for growth and internal promotion", None),
        ("ALL STAFF MUST BE WILLING TO TRAVEL", None),
        ("Material Master updates", None),
        ("Proficiency with MS word", None),
        ("Level 3 Food Safety", None),
        ("Two (2) year college degree", EducationLevel.ASSOCIATE),
        ("2-year technical degree", EducationLevel.ASSOCIATE),
        ("Graduate of an accredited school of nursing", EducationLevel.ASSOCIATE),
        ("Master's degree in Nursing", EducationLevel.MASTER),
    ],
)
def test_a_level_of_education_is_named_by_what_means_one(line: str, level: EducationLevel | None) -> None:
    found = education_of(line)

    assert (found.level if found else None) is level


@pytest.mark.parametrize(
    ("line", "months"),
    [
        ("Up to 1 year of related experience", None),
        ("6 months to 1 year of related experience", 6),
        ("Several years of experience with buses", 36),
        ("A couple of years of experience", 24),
        ("High school diploma, plus 5 years of experience", 60),
        ("We built homes in the past 16 years of work", None),
    ],
)
def test_the_least_experience_is_what_is_asked_at_least(line: str, months: int | None) -> None:
    least = least_months(lines_of(line))

    assert (least[0] if least else None) == months


def test_a_degree_plus_years_is_no_wish(reader: Reader) -> None:
    facts = read(reader, text=f"{DUTIES}\nRequirements:\nHigh school diploma, plus 5 years of experience with SQL")

    assert facts.min_months == 60
    assert "sql" in must(facts)


def test_whom_a_duty_is_done_with_needs_no_licence_of_the_reader(reader: Reader) -> None:
    duty = "• Supervise the registered nurses as their current plan of care says\n"

    facts = read(reader, title="Office Manager", text=f"Responsibilities:\n{duty}Requirements:\n• Must know SQL")

    assert not facts.credentials


@pytest.mark.parametrize(
    "hostile",
    [
        "Strong " * 20_000,
        "x -" * 40_000,
        ":" * 100_000,
        "you will have " * 10_000 + ":",
        "following a b " * 10_000,
        "a" * 100_000 + "Strong",
        "skills a b c d " * 10_000,
    ],
)
def test_hostile_lines_take_no_time(hostile: str) -> None:
    started = time.process_time()

    list(openings(hostile))
    list(announcements(hostile))
    dashes(hostile)
    announced(hostile)
    unglue(hostile)
    least_education([Line(hostile, 0, len(hostile), bullet=False, apart=False)])

    assert time.process_time() - started < 2


def test_a_boards_name_for_the_job_counts_more_than_the_rank_that_a_field_names(reader: Reader) -> None:
    text = (
        "Acme Job Application for Consultant - Network Security | Board.com\n"
        "Title: Senior Consultant (Level II)\n\nRequirements\n- 4 years of work with firewalls\n- Python\n"
    )

    facts = reader.text(text, Kind.JOB).facts

    assert isinstance(facts, Requirements)
    assert facts.title == "Consultant, Network Security"
