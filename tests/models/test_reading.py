"""The laws of the reader: every fact stands in the text, nothing is made up, and nobody is named in what is matched."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import EducationLevel, Facts, Kind, LanguageLevel, Profile, Remote, Requirements, Seniority, Span
from core.errors import BadInput, ModelError, UnreadableFile
from core.packing import pack, unpack
from core.parts import Reading
from models.reading import Reader, load_reader
from models.tokens import plain
from pipelines.gold_cvs import read_gold
from tests.models.samples import AS_OF, SAMPLES, Fact, facts_of, readings, sources

CV = """Grace Testcase
Senior Backend Engineer
Leeds, UK | grace.testcase@example.com | 0113 496 0000

Profile
Backend engineer who likes quiet pagers. Grace is willing to relocate.

Experience
Senior Backend Engineer   March 2021 – present
Quillpay Ltd, Leeds
• Runs Python services on PostgreSQL and AWS
Backend Engineer   January 2018 – February 2021
Fernhill Commerce Ltd, Leeds
• Built Django applications in Python

Education
BSc Computer Science, Northmoor University, 2017

Certificates
AWS Certified Developer, expires May 2027
Working towards PMP

Languages
English (native), German (B1)
"""
AD = """Senior Backend Engineer (m/f/d)
Tallyport Payments Ltd
Manchester, UK (hybrid)
£70,000 to £85,000 a year, full-time

Responsibilities
• Build services with FastAPI

Requirements
• At least 5 years of Python
• SQL and Docker
• A bachelor's degree in computer science
• AWS Certified Developer

Nice to have
• Kafka

About us
Our Java team won prizes. We are an equal opportunity employer.
"""


def profile_of(reading: Reading) -> Profile:
    assert isinstance(reading.facts, Profile)
    return reading.facts


def wishes_of(reading: Reading) -> Requirements:
    assert isinstance(reading.facts, Requirements)
    return reading.facts


@pytest.fixture(scope="module")
def profile(reader: Reader) -> Profile:
    return profile_of(reader.text(CV, Kind.CANDIDATE))


@pytest.fixture(scope="module")
def wishes(reader: Reader) -> Requirements:
    return wishes_of(reader.text(AD, Kind.JOB))


@pytest.fixture(scope="module")
def read_samples(reader: Reader) -> list[tuple[Path, dict[str, Any], Reading]]:
    return list(readings(reader))


@pytest.fixture(scope="module")
def facts(read_samples: list[tuple[Path, dict[str, Any], Reading]]) -> list[Fact]:
    return [fact for path, source, reading in read_samples for fact in facts_of(path.stem, source, reading)]


@pytest.mark.parametrize(
    ("field", "least"),
    [
        ("name", 0.97),
        ("email", 0.99),
        ("title", 0.95),
        ("employer", 0.95),
        ("dates", 0.97),
        ("institution", 0.9),
        ("field", 0.75),
        ("ended", 0.93),
        ("language", 0.95),
        ("city", 0.95),
    ],
)
def test_what_the_samples_say_is_found(facts: list[Fact], field: str, least: float) -> None:
    asked = [fact for fact in facts if fact.field == field]
    missed = [f"{fact.sample}: {fact.value}" for fact in asked if not fact.found]

    assert len(asked) > 50
    assert 1 - len(missed) / len(asked) >= least, missed


def test_a_scan_is_refused_with_what_to_do(reader: Reader) -> None:
    scans = [path for path, source in sources("cvs") if "scan" in str(source.get("meta", {}))]

    assert scans
    for path in scans:
        with pytest.raises(UnreadableFile, match="OCR"):
            reader.file(path.read_bytes(), path.name, Kind.CANDIDATE)


def surfaces_of(facts: Facts) -> Iterator[tuple[str, Span | None]]:
    """Where each skill stands, and as what."""
    match facts:
        case Profile():
            yield from ((skill.surface, skill.span) for skill in facts.skills)
        case Requirements():
            yield from ((wish.surface, wish.span) for wish in (*facts.must_have, *facts.nice_to_have))


def spans_of(facts: Facts) -> Iterator[tuple[str, Span | None]]:
    """Where each other fact stands, and a word that stands there."""
    match facts:
        case Profile():
            for position in facts.positions:
                yield position.title.split()[0] if position.title else "", position.span
            for fact in (*facts.education, *facts.credentials, *facts.languages, *facts.places):
                yield "", fact.span
        case Requirements():
            if facts.education:
                yield "", facts.education.span
            for need in (*facts.credentials, *facts.nice_credentials, *facts.languages, *facts.places):
                yield "", need.span


def assert_stands(reading: Reading, where: str) -> None:
    for surface, span in surfaces_of(reading.facts):
        assert span is not None, where
        assert reading.text[span.start : span.end] == surface, where
    for word, span in spans_of(reading.facts):
        assert span is not None, where
        assert 0 <= span.start < span.end <= len(reading.text), where
        assert word in reading.text[span.start : span.end], where


@pytest.mark.parametrize("kind", Kind)
def test_every_fact_of_every_sample_stands_in_its_text(reader: Reader, kind: Kind) -> None:
    for path in sorted((SAMPLES / ("jobs" if kind is Kind.JOB else "cvs")).iterdir()):
        try:
            reading = reader.file(path.read_bytes(), path.name, kind)
        except BadInput:
            continue
        assert_stands(reading, path.name)


def test_every_fact_of_every_gold_cv_stands_in_its_text_and_every_part_is_weighed(reader: Reader) -> None:
    read = 0
    for cv in read_gold(SAMPLES / "gold"):
        try:
            reading = reader.file(cv.path.read_bytes(), cv.path.name, Kind.CANDIDATE)
        except BadInput:
            continue
        assert_stands(reading, cv.id)
        profile = profile_of(reading)
        assert {"identity", "headline", "positions", "education", "skills", "places"} <= profile.sections.keys(), cv.id
        assert all(0 <= sure <= 1 for sure in profile.sections.values()), cv.id
        assert bool(profile.positions) == (profile.sections["positions"] > 0), cv.id
        read += 1
    assert read > 20


@given(
    st.sampled_from(Kind),
    st.permutations(range(len(CV.split("\n")))),
    st.sampled_from(["\n", "\n\n", " ", ". ", " · "]),
)
@settings(max_examples=60, deadline=None)
def test_every_fact_stands_in_the_text_in_whatever_order_it_is_told(
    reader: Reader, kind: Kind, order: list[int], between: str
) -> None:
    lines = (CV if kind is Kind.CANDIDATE else AD).split("\n")
    text = between.join(lines[n] for n in order if n < len(lines))

    try:
        reading = reader.text(text, kind)
    except BadInput:
        return
    assert_stands(reading, text)


@pytest.mark.parametrize(
    "entry",
    [
        "Career break   March 2019 – May 2020\nParental leave",
        "Full-time parent   2019 – 2020\nFamily",
        "Sabbatical, travelling the world   03/2019 – 05/2020",
    ],
)
def test_a_break_is_no_position_and_no_month_of_work(reader: Reader, entry: str) -> None:
    head, tail = CV.split("Backend Engineer   January 2018 – February 2021")
    without = head + "Backend Engineer   June 2020 – February 2021" + tail
    broken = without.replace("\nEducation\n", f"{entry}\n\nEducation\n")

    one, other = (profile_of(reader.text(text, Kind.CANDIDATE)) for text in (without, broken))

    assert (other.positions, other.months) == (one.positions, one.months)
    assert any("break in work" in warning for warning in other.warnings)


def test_no_passage_of_a_sample_names_its_person(read_samples: list[tuple[Path, dict[str, Any], Reading]]) -> None:
    for path, source, reading in read_samples:
        said = plain("\n".join((reading.passages.title, *reading.passages.titles, *reading.passages.parts)))
        assert plain(source["basics"]["name"]) not in said, path.name
        assert source["basics"].get("email", "@@") not in said, path.name


def test_another_name_changes_nothing_that_is_matched(reader: Reader) -> None:
    other = CV.replace("Grace", "Mohammed").replace("grace", "mohammed").replace("Testcase", "Al-Fulan")

    one, two = (reader.text(text, Kind.CANDIDATE) for text in (CV, other))

    assert one.identity != two.identity
    assert (one.passages, one.words, one.skills) == (two.passages, two.words, two.skills)


def test_a_cv_becomes_a_profile(profile: Profile) -> None:
    assert profile.headline == "Senior Backend Engineer"
    assert profile.seniority is Seniority.SENIOR
    assert profile.months == 68 + 38
    assert [(p.title, p.employer, p.start, p.current) for p in profile.positions] == [
        ("Senior Backend Engineer", "Quillpay Ltd", date(2021, 3, 1), True),
        ("Backend Engineer", "Fernhill Commerce Ltd", date(2018, 1, 1), False),
    ]
    assert profile.relocate
    assert [(e.level, e.field, e.institution) for e in profile.education] == [
        (EducationLevel.BACHELOR, "Computer Science", "Northmoor University")
    ]
    assert {lang.code: lang.level for lang in profile.languages} == {"en": LanguageLevel.NATIVE, "de": LanguageLevel.B1}
    assert [(p.city, p.country) for p in profile.places] == [("Leeds", "GB")]
    assert profile.as_of == AS_OF


def test_a_skill_counts_the_months_of_the_positions_that_show_it(profile: Profile) -> None:
    used = {found.skill.id: (found.months, found.last_used) for found in profile.skills}

    assert used["python"] == (profile.months, AS_OF)
    assert used["django"] == (38, date(2021, 2, 1))
    assert used["postgresql"] == (68, AS_OF)


def test_what_is_only_worked_towards_is_not_held(profile: Profile) -> None:
    assert [(c.id, c.expires) for c in profile.credentials] == [("aws-developer", date(2027, 5, 1))]


@pytest.mark.parametrize(
    ("title", "held"),
    [
        ("Registered Nurse, ICU", ["registered-nurse-licence"]),
        ("RN Supervisor", ["registered-nurse-licence"]),
        ("Registered Nurse Intern", []),
        ("Staff Nurse", []),
        ("Real Estate Manager", []),
    ],
)
def test_a_title_that_only_the_licensed_may_bear_shows_the_licence(reader: Reader, title: str, held: list[str]) -> None:
    facts = profile_of(reader.text(f"Ada Lovelace\n{title}\n\nSkills\nExcel, first aid", Kind.CANDIDATE))

    assert [credential.id for credential in facts.credentials] == held


def test_a_wish_knows_what_the_taxonomy_says_of_it(reader: Reader, wishes: Requirements) -> None:
    sql = next(wish for wish in wishes.must_have if wish.skill.id == "sql")

    assert 0 < sql.rarity < 1
    assert sql.near == reader.taxonomy.cover["sql"]


def test_an_ad_becomes_requirements(wishes: Requirements) -> None:
    assert wishes.title == "Senior Backend Engineer"
    assert wishes.stated_title == "Senior Backend Engineer (m/f/d)"
    assert wishes.employer == "Tallyport Payments Ltd"
    assert {w.skill.id for w in wishes.must_have} >= {"python", "sql", "docker"}
    assert {w.skill.id for w in wishes.nice_to_have} >= {"apache-kafka", "fastapi"}
    assert wishes.min_months == 60
    assert wishes.education is not None
    assert wishes.education.level is EducationLevel.BACHELOR
    assert [c.id for c in wishes.credentials] == ["aws-developer"]
    assert wishes.remote is Remote.HYBRID
    assert [(p.city, p.country) for p in wishes.places] == [("Manchester", "GB")]
    assert wishes.employment_type == "full-time"
    assert wishes.salary.startswith("£70,000 to £85,000")


def test_boilerplate_asks_for_nothing(wishes: Requirements) -> None:
    assert "java" not in {w.skill.id for w in (*wishes.must_have, *wishes.nice_to_have)}


def test_json_is_read_as_the_same_facts_as_a_document(reader: Reader) -> None:
    groups: dict[bool, list[bool]] = defaultdict(list)
    for path, source in sources("cvs"):
        structured = reader.file(json.dumps(source).encode(), "cv.json", Kind.CANDIDATE)
        groups[True] += [fact.found for fact in facts_of(path.stem, source, structured)]

    assert sum(groups[True]) / len(groups[True]) > 0.98


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"work": []}', "basics"),
        (b'{"basics": {"name": 5}}', "name"),
        (b'{"basics": {}, "work": [{"position": ["x"]}]}', "position"),
    ],
)
def test_wrong_json_is_refused_by_the_field_at_fault(reader: Reader, content: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        reader.file(content, "cv.json", Kind.CANDIDATE)


@pytest.mark.parametrize(
    "text",
    [
        "too short to be anything",
        "lorem ipsum dolor sit amet " * 20,
        "the quick brown fox jumps over the lazy dog and goes home again " * 5,
    ],
)
def test_a_text_that_says_nothing_gives_no_profile(reader: Reader, text: str) -> None:
    with pytest.raises(BadInput):
        reader.file(text.encode(), "cv.txt", Kind.CANDIDATE)


def test_a_few_words_are_enough_to_search_with(reader: Reader) -> None:
    found = wishes_of(reader.text("Registered nurse for the ICU, Phoenix, AZ", Kind.JOB))

    assert found.occupation is not None
    assert found.warnings


def test_a_thin_cv_says_that_it_is_unsure(reader: Reader) -> None:
    thin = profile_of(reader.text("Ada Lovelace\nWelder\nI weld.", Kind.CANDIDATE))

    assert thin.confidence < 0.6
    assert thin.warnings


def test_reading_the_same_twice_gives_the_same(reader: Reader) -> None:
    assert reader.text(CV, Kind.CANDIDATE) == reader.text(CV, Kind.CANDIDATE)


def test_facts_survive_being_stored(profile: Profile, wishes: Requirements) -> None:
    assert unpack(pack(profile), Profile) == profile
    assert unpack(pack(wishes), Requirements) == wishes


def test_a_damaged_version_is_refused(parser_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text('{"kind": "ranker", "files": {}}')

    with pytest.raises(ModelError, match="not a parser"):
        load_reader(tmp_path)
    with pytest.raises(ModelError):
        load_reader(tmp_path / "nowhere")


def test_name_and_address_in_a_late_sidebar_head_the_cv(reader: Reader) -> None:
    work = "Experience\nEngineer, Quillpay Ltd   2015 – 2019\n\nCertificates\nFirst Aid at Work (2020)\n\n"
    side = (
        "Grace Testcase\n\nSite Manager\n\nLeeds\n0113 496 0000\ngrace.testcase@example.org\n\nLanguages\nWelsh: B1\n"
    )

    late, early = (reader.text(text, Kind.CANDIDATE) for text in (work + side, side + "\n" + work))

    assert isinstance(late.facts, Profile)
    assert isinstance(early.facts, Profile)
    assert (late.identity.name, late.facts.headline) == (early.identity.name, early.facts.headline)
    assert [c.label for c in late.facts.credentials] == [c.label for c in early.facts.credentials]


def test_gaelic_is_of_scotland_and_irish_of_ireland(reader: Reader) -> None:
    work = "Experience\nEngineer, Quillpay Ltd   2015 – 2019\n"
    spoken = "Languages\nGaelic: B1\nIrish Gaelic: A2\nIrish: native\n"

    facts = reader.text(f"Grace Testcase\n\n{work}\n{spoken}", Kind.CANDIDATE).facts
    assert isinstance(facts, Profile)

    assert {language.code for language in facts.languages} == {"gd", "ga"}


@pytest.mark.parametrize("number", ["+33 6 39 98 12 34", "+234 1 555 0166", "+49 152 28895456", "0113 496 0000"])
def test_telephones_of_many_countries_are_read_whole(reader: Reader, number: str) -> None:
    work = "Experience\nEngineer, Quillpay Ltd   2015 – 2019\n"

    identity = reader.text(f"Grace Testcase\n{number}\n\n{work}", Kind.CANDIDATE).identity

    assert identity.phone == number
