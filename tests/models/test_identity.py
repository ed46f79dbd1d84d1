"""Whose CV it is, what they call themselves and where they live, in the shapes that people write them in."""

from __future__ import annotations

import pytest

from core.domain import Kind, Profile
from core.parts import Reading
from models.reading import Reader

WORK = "\n\nExperience\nEngineer, Quillpay Ltd   2015 – 2019\n"


def read(reader: Reader, top: str) -> Reading:
    return reader.text(top + WORK, Kind.CANDIDATE)


@pytest.mark.parametrize(
    ("top", "name"),
    [
        ("Grace von\nTestcase-Byron\ngrace@example.org", "Grace von Testcase-Byron"),
        ("Wouter van 't Hof\ngrace@example.org", "Wouter van 't Hof"),
        ("PROFIL\n\nGrace Testcase\nBaker\ngrace@example.org\n\nFifteen years of bread.", "Grace Testcase"),
        ("PERSONAL DETAILS   Grace Testcase\n1 Quill Street, Leeds\ngrace@example.org", "Grace Testcase"),
        ("my name is Grace (one name in the passport)\nLeeds, phone 0113 496 0000", "Grace"),
        ("Ich heiße Grace Testcase und suche Arbeit.\n0113 496 0000", "Grace Testcase"),
    ],
)
def test_a_name_is_read_in_every_shape(reader: Reader, top: str, name: str) -> None:
    assert read(reader, top).identity.name == name


@pytest.mark.parametrize("headline", ["Site Manager", "Human Resources", "Quillpay Engineering Ltd"])
def test_a_cv_without_a_name_has_none(reader: Reader, headline: str) -> None:
    assert read(reader, f"{headline}\n\nTen years of it.").identity.name == ""


@pytest.mark.parametrize(
    ("top", "headline"),
    [
        ("Grace Testcase\nSite Manager | Bridges | Tunnels\ngrace@example.org", "Site Manager | Bridges | Tunnels"),
        ("Grace Testcase\nSite Manager | Leeds | 0113 496 0000\ngrace@example.org", "Site Manager"),
        ("Grace Testcase\nPOSIZIONE RICOPERTA   Site Manager\ngrace@example.org", "Site Manager"),
        ("PROFIL\n\nGrace Testcase\nSite Manager\ngrace@example.org\n\nFifteen years of it.", "Site Manager"),
    ],
)
def test_a_headline_is_the_title_of_its_line(reader: Reader, top: str, headline: str) -> None:
    facts = read(reader, top).facts

    assert isinstance(facts, Profile)
    assert facts.headline == headline


@pytest.mark.parametrize(
    ("top", "city"),
    [
        ("Grace Testcase\nE-mail: grace@example.org. Leeds, UK. Notice period: 60 days.", "Leeds"),
        ("Grace Testcase\nTullamore co Offaly, phone 0113 496 0000", "Tullamore"),
        ("Grace Testcase\n\nSoftware, mostly for banks and their rivals, based in Leeds since 2011.", "Leeds"),
    ],
)
def test_a_home_is_read_in_every_shape(reader: Reader, top: str, city: str) -> None:
    facts = read(reader, top).facts

    assert isinstance(facts, Profile)
    assert [place.city for place in facts.places] == [city]


@pytest.mark.parametrize(
    "lines",
    [
        "Education\nBSc Physics, Northmoor University, Berlin, Germany\nlinkedin.com/in/quill\n",
        "Education\nBSc Physics, Northmoor University, Berlin, Germany\n0113 496 0000\n",
        "Publications\nLedgers and Letters, Berlin 2020\n\n0113 496 0000\n8032 Leeds, UK\n",
    ],
)
def test_nobody_lives_where_a_school_or_a_publisher_is(reader: Reader, lines: str) -> None:
    facts = reader.text(f"Grace Testcase{WORK}\n{lines}", Kind.CANDIDATE).facts

    assert isinstance(facts, Profile)
    assert "Berlin" not in [place.city for place in facts.places]


@pytest.mark.parametrize("said", ["Will go anywhere with a contract.", "Disponibile a un trasferimento."])
def test_who_would_move_says_so_in_many_ways(reader: Reader, said: str) -> None:
    facts = read(reader, f"Grace Testcase\ngrace@example.org\n\n{said}").facts

    assert isinstance(facts, Profile)
    assert facts.relocate


@pytest.mark.parametrize(
    ("lines", "levels"),
    [
        ("Languages\nGaeilge & English, native\n", {"ga": "NATIVE", "en": "NATIVE"}),
        ("JĘZYKI polski – ojczysty\nEnglish – C1 українська – B1\n", {"pl": "NATIVE", "en": "C1", "uk": "B1"}),
        ("Skills\nKnots\nLingua madre   italiano\n", {"it": "NATIVE"}),
    ],
)
def test_languages_are_told_in_their_own_words(reader: Reader, lines: str, levels: dict[str, str]) -> None:
    facts = reader.text(f"Grace Testcase{WORK}\n{lines}", Kind.CANDIDATE).facts

    assert isinstance(facts, Profile)
    assert {one.code: one.level.name for one in facts.languages if one.level} == levels


def test_a_line_that_names_the_work_is_nobodys_name_however_it_is_spelled(reader: Reader) -> None:
    text = (
        "FORKLIFT DRIVR NIGHTS\n\nExperience\nForklift Driver Nights, Acme Ltd, 04/2016 to 05/2019\n- Moved pallets\n"
    )

    assert reader.text(text, Kind.CANDIDATE).identity.name == ""
