"""Positions that are told in sentences."""

from __future__ import annotations

import pytest

from core.domain import Kind, Profile
from models.reading import Reader

HEAD = "Grace Testcase\ngrace@example.org\n\n"
TAIL = "\n\nI like sailing, and I live by the harbour with two cats and a piano that nobody plays.\n"
SENTENCES = {
    "work before employer": "From 2015 to 2019 I worked as a welder at Nordhafen Yard, mostly on ferries. "
    "Since June 2019 I have been a shift supervisor with Quillpay Ltd.",
    "one sentence": "I was a welder at Nordhafen Yard from 2015 to 2019, and since June 2019 a shift supervisor "
    "with Quillpay Ltd.",
    "in German": "Von 2015 bis 2019 war ich als Welder bei Nordhafen Yard tätig. Seit Juni 2019 arbeite ich als Shift "
    "Supervisor bei Quillpay Ltd.",
    "in a list": "• Shift supervisor, Quillpay Ltd (since June 2019). Forty people, three shifts and all the rotas.\n"
    "• 2015 – 2019: Welder, Nordhafen Yard. Ferries, mostly, and one lighthouse tender in the last winter.",
}


def told(reader: Reader, text: str) -> list[tuple[str, str, int]]:
    facts = reader.text(HEAD + text + TAIL, Kind.CANDIDATE).facts
    assert isinstance(facts, Profile)
    return [(p.title.lower(), p.employer, p.start.year if p.start else 0) for p in facts.positions]


@pytest.mark.parametrize("shape", SENTENCES)
def test_sentences_tell_of_positions(reader: Reader, shape: str) -> None:
    assert told(reader, SENTENCES[shape]) == [
        ("shift supervisor", "Quillpay Ltd", 2019),
        ("welder", "Nordhafen Yard", 2015),
    ]


def test_the_same_place_is_the_employer_before(reader: Reader) -> None:
    held = told(reader, "Since 2019 I am a shift supervisor at Quillpay Ltd. From 2015 to 2019 welder, same place.")

    assert {employer for _, employer, _ in held} == {"Quillpay Ltd"}


def test_where_lines_tell_of_positions_sentences_do_not(reader: Reader) -> None:
    listed = (
        "From 2016 to 2017 I also worked as a trainer for the welders of the other yards.\n\n"
        "Experience\nWelder, Nordhafen Yard   2015 – 2019\n"
    )

    assert told(reader, listed) == [("welder", "Nordhafen Yard", 2015)]
