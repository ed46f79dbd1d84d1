"""What lines of a CV say of credentials, languages, studies and names, beyond the words themselves."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain import EducationLevel, Kind, LanguageLevel, Profile
from models.reading import Reader

TOP = "Grace Testcase\nSomewhere\n\n"
WORK = "Work\nEngineer, Quillpay Ltd   01/2016 – 02/2019\n\n"


def profile(reader: Reader, text: str) -> Profile:
    facts = reader.text(TOP + WORK + text, Kind.CANDIDATE).facts
    assert isinstance(facts, Profile)
    return facts


@pytest.mark.parametrize("status", ["expired Nov 2025, renewal booked", "November 2023 to November 2025"])
def test_a_line_of_status_belongs_to_the_credential_above_it(reader: Reader, status: str) -> None:
    held = profile(reader, f"Certificates\nRope rescue provider\n{status}\nManual handling\n").credentials

    assert [(one.label, one.expires) for one in held] == [
        ("Rope rescue provider", date(2025, 11, 1)),
        ("Manual handling", None),
    ]


@pytest.mark.parametrize(
    ("line", "levels"),
    [
        ("English, Irish (both native)", [LanguageLevel.NATIVE, LanguageLevel.NATIVE]),
        ("German and Polish: fluent", [LanguageLevel.C1, LanguageLevel.C1]),
        ("German, Polish: fluent", [None, LanguageLevel.C1]),
        ("Português ••••• native", [LanguageLevel.NATIVE]),
        ("Dutch a little (A1)", [LanguageLevel.A1]),
    ],
)
def test_levels_of_languages(reader: Reader, line: str, levels: list[LanguageLevel | None]) -> None:
    assert [one.level for one in profile(reader, f"Languages\n{line}\n").languages] == levels


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("30 units earned, expected 2027", EducationLevel.MASTER),
        ("30 units earned, interrupted", EducationLevel.NONE),
    ],
)
def test_under_way_is_not_broken_off(reader: Reader, said: str, level: EducationLevel) -> None:
    studies = profile(reader, f"Education\nMaster of Arts in History, Northmoor University, {said}\n").education

    assert [one.level for one in studies] == [level]


def test_a_month_is_no_end_of_a_word(reader: Reader) -> None:
    studies = profile(reader, "Education\nPhilosophy, B.A., Universität Spreebogen, 2007 – 2009\n").education

    assert [(one.institution, one.ended) for one in studies] == [("Universität Spreebogen", date(2009, 1, 1))]


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("Name   Dr. Ada Testperson", "Ada Testperson"),
        ("Tom Baker\ntom.baker@example.org", "Tom Baker"),
        ("Dear Ms Harrow,\n\nAda Testperson\nada.testperson@example.org", "Ada Testperson"),
        ("Galway, County Galway, Ireland\nAda Testperson", "Ada Testperson"),
    ],
)
def test_names(reader: Reader, first: str, name: str) -> None:
    assert reader.text(f"{first}\n\n{WORK}", Kind.CANDIDATE).identity.name == name
