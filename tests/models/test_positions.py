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
    "dates with a slash": "2019-03 / now   Senior Engineer, Quillpay Ltd\n2016-01 / 2019-02   Engineer, Quillpay Ltd",
    "short months": "3/19 - present  Senior Engineer, Quillpay Ltd\n1/16 - 2/19  Engineer, Quillpay Ltd",
    "dates in a margin": "03/2019 –   Quillpay Ltd, Leeds\npresent   Senior Engineer\n\n"
    "01/2016 –   Quillpay Ltd, Leeds\n"
    "02/2019   Engineer",
    "a place on a line": "03/2019 – present\nQuillpay Ltd\nLeeds\nSenior Engineer\nBuilds services for banks.\n\n"
    "01/2016 – 02/2019\nQuillpay Ltd\nLeeds\nEngineer\nBuilt services for banks.",
    "with labels": "Period: 03/2019 – present\nPosition: Senior Engineer\nEmployer: Quillpay Ltd\n\n"
    "Period: 01/2016 – 02/2019\nPosition: Engineer\nEmployer: Quillpay Ltd",
    "numbered": "1. Senior Engineer, Quillpay Ltd (03/2019 to now)\n2. Engineer, Quillpay Ltd (01/2016 to 02/2019)",
    "behind a preposition": "03/2019 – present: Senior Engineer for Quillpay Ltd in Leeds.\n"
    "01/2016 – 02/2019: Engineer for Quillpay Ltd in Leeds.",
    "cells run together": "03/2019 – present   Senior Engineer Quillpay Services\n"
    "01/2016 – 02/2019   Engineer Quillpay Services",
    "with lengths": "Quillpay Ltd\n7 years\nSenior Engineer\n03/2019 – present (4 years)\nLeeds\n\n"
    "Engineer\n01/2016 – 02/2019 (3 years 2 months)\nLeeds",
    "with the town behind": "Senior Engineer\nQuillpay Payment Ltd-Leeds, UK\n03/2019 – present\nEngineer\n"
    "Quillpay Payment Ltd-Leeds, UK\n01/2016 – 02/2019",
    "with remarks": "Senior Engineer, Quillpay Ltd (list of 7,400), Kirkby\n03/2019 – present\n"
    "Engineer, mostly payments and cards, Quillpay Ltd\n01/2016 – 02/2019",
    "until and since": "Quillpay Ltd   01/2016 – present\nSenior Engineer (March 2019 on)\nEngineer (to February 2019)",
    "a promotion on one line": "Quillpay Ltd, Leeds   Jan 16 – now\n"
    "Engineer till Feb 19, Senior Engineer from March 19",
    "worked as": "• Working as Senior Engineer in Quillpay Ltd from Mar 2019 to till date.\n"
    "• Worked as Engineer in Quillpay Ltd from Jan 2016 to Feb 2019.",
    "worked with": "Currently working with Quillpay Ltd as a Senior Engineer, since March 2019\n"
    "Worked with Quillpay Ltd as an Engineer from January 2016 to February 2019",
    "a table with named columns": "Organisation   Designation   Area   Period\n"
    "Quillpay Ltd   Senior Engineer   Cards, 46 staff   01.03.2019 – till date\n"
    "Quillpay Ltd   Engineer   Ledgers   01.01.2016 – 28.02.2019",
    "a table with two dates": "Employer   Position   From   To\nQuillpay Ltd   Senior Engineer   03/2019   present\n"
    "Quillpay Ltd   Engineer   01/2016   02/2019",
    "sentences of one name": "• 03.2019 to present: Senior Engineer. Quillpay Ltd, Leeds. Cards and ledgers. 36 hrs.\n"
    "• 01.2016 to 02.2019: Engineer. Quillpay Ltd, Leeds. Ledgers.",
    "the same place": "03/2019 – present\nSenior Engineer, Quillpay Ltd\n01/2016 – 02/2019\nEngineer, same department",
    "the year on the next line": "Senior Engineer, Quillpay Ltd   March 2019 to date\n"
    "Engineer, Quillpay Ltd   January 2016 to February\n2019",
    "months in brackets": "Senior Engineer, Quillpay Ltd\n(March 2019, ongoing)\n"
    "Engineer, Quillpay Ltd\n2016 (January) until 2019 (February)",
    "bullets under the years": "2016 – today\n• March 2019 – today Senior Engineer @ Quillpay Ltd\n"
    "• January 2016 – February 2019 Engineer @ Quillpay Ltd",
    "lengths on the lines above": "Senior Engineer   7 years and 8 months,\nMarch 2019 – present\nQuillpay Ltd, Leeds\n"
    "Engineer   3 years and 2 months,\nJan. 2016 – Feb. 2019\nQuillpay Ltd, Leeds",
    "two on one line": "Senior Engineer, Quillpay Ltd (03/2019 – present), Engineer, Quillpay Ltd (01/2016 – 02/2019)",
}

_SAME = {"Quillpay Services": "Quillpay Ltd", "Quillpay Payment Ltd": "Quillpay Ltd"}


def positions(reader: Reader, text: str) -> tuple[Position, ...]:
    facts = reader.text(text, Kind.CANDIDATE).facts
    assert isinstance(facts, Profile)
    return facts.positions


@pytest.mark.parametrize("shape", SHAPES)
def test_a_promotion_is_two_positions_in_every_shape(reader: Reader, shape: str) -> None:
    held = positions(reader, HEAD + SHAPES[shape] + TAIL)

    assert [(p.title, _SAME.get(p.employer, p.employer), p.start, p.end) for p in held] == WANTED


def test_a_head_of_its_own_takes_brackets_and_a_preposition(reader: Reader) -> None:
    lines = "05/2015 till now   Class 1 driver (nights) for Quill Haulage. Two changeovers.\n"

    (held,) = positions(reader, HEAD + lines + TAIL)

    assert (held.title, held.employer, held.end) == ("Class 1 driver (nights)", "Quill Haulage", None)


def test_a_line_in_small_letters_tells_of_the_position_above(reader: Reader) -> None:
    lines = "Deckhand, Quill Charters\nDec 2018 – Oct 2021\n casual, stood down Apr – Jul 2020\n"

    assert [(p.title, p.end) for p in positions(reader, HEAD + lines + TAIL)] == [("Deckhand", date(2021, 10, 1))]


@pytest.mark.parametrize("pause", ["Home with my two children", "Ankommen, Sprachkurse, Kind", "Reconversion"])
def test_time_without_an_employer_is_none(reader: Reader, pause: str) -> None:
    lines = f"2018 – 2020\n{pause}\n2015 – 2018\nEngineer, Quillpay Ltd\n"

    assert [p.title for p in positions(reader, HEAD + lines + TAIL)] == ["Engineer"]


def test_a_paper_that_is_valid_until_has_no_beginning(reader: Reader) -> None:
    lines = SHAPES["each on a line"] + "\nIPAF 3a (valid until 09/2027)\n"

    assert len(positions(reader, HEAD + lines + TAIL)) == len(WANTED)


def test_hobbies_with_dates_are_no_positions_where_work_has_no_heading(reader: Reader) -> None:
    text = HEAD.replace("Experience", "Zwei Leben") + SHAPES["each on a line"]
    own = (
        "\n\nProjet perso\nquill.js, ledger for bakers (2020 – present), 300 users\n\nUnpaid\nTreasurer, 2010 – 2012\n"
    )

    assert [p.title for p in positions(reader, text + own + TAIL)] == [title for title, *_ in WANTED]


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


def test_a_bullet_within_the_time_of_its_position_is_none(reader: Reader) -> None:
    lines = "Senior Engineer, Quillpay Ltd   03/2015 – present\n"
    project = "• Team lead, card project, 2017 – 2018\n"
    earlier = "• Engineer, Harbour Trust, 2010 – 2012\n"

    held = positions(reader, HEAD + lines + project + earlier + TAIL)

    assert [p.title for p in held] == ["Senior Engineer", "Engineer"]


def test_no_line_names_two_positions(reader: Reader) -> None:
    text = (
        HEAD + "2019 – present\nEngineer, Quillpay Ltd\n\n2014 – 2019\nAt home with three children, and glad of it.\n"
    )

    assert [p.title for p in positions(reader, text + TAIL)] == ["Engineer"]


@pytest.mark.parametrize(
    "title",
    ["Kellnerin", "Stationsleitung", "Plongeur", "Repartidora", "Magazziniere", "Undersköterska", "Projektledare"],
)
def test_titles_are_known_in_many_languages(reader: Reader, title: str) -> None:
    held = positions(reader, HEAD + f"Quillpay, {title}   03/2015 – 04/2018" + TAIL)

    assert [(p.title, p.employer) for p in held] == [(title, "Quillpay")]


def test_a_firm_in_the_plural_is_no_title(reader: Reader) -> None:
    held = positions(reader, HEAD + "Meridian Advisors\nEngagement Manager\n03/2015 – 04/2018\n" + TAIL)

    assert [(p.title, p.employer) for p in held] == [("Engagement Manager", "Meridian Advisors")]


@pytest.mark.parametrize(
    ("lines", "title", "employer"),
    [
        ("Account Executive, Mid-Market North, Quillpay GmbH   03/2015 – 04/2018",
         "Account Executive, Mid-Market North", "Quillpay GmbH"),
        ("Senior Engineer - Design, Quillpay Components Ltd   03/2015 – 04/2018", "Senior Engineer - Design",
         "Quillpay Components Ltd"),
        ("03/2015 – 04/2018\nHome Health Aide\nQuillpay Home Care, Macon, GA", "Home Health Aide",
         "Quillpay Home Care"),
        ("Crew member\nQuill Barn-Lithonia, GA\n03/2015 – 04/2018", "Crew member", "Quill Barn"),
        ("03/2015 – 04/2018   Impiegata amministrativa presso Quillpay S.r.l.", "Impiegata amministrativa",
         "Quillpay S.r.l."),
        ("03/2015 – 04/2018   Auxiliar administrativa en Talleres Quillpay S.L.", "Auxiliar administrativa",
         "Talleres Quillpay S.L."),
        ("Porter, The Quill Theatre, from\nMarch 2015 to April 2018 (bank staff)", "Porter", "The Quill Theatre"),
        ("Kassiererin (Teilzeit, 25 Std.), Quillpay Markt   03/2015 – 04/2018", "Kassiererin", "Quillpay Markt"),
        ("porter, the quill, mar 2015 - apr 2018", "porter", "the quill"),
    ],
)  # fmt: skip
def test_title_and_employer_are_told_apart(reader: Reader, lines: str, title: str, employer: str) -> None:
    held = positions(reader, HEAD + lines + TAIL)

    assert [(p.title, p.employer) for p in held] == [(title, employer)]


def test_a_comma_parts_unknown_names_where_dates_stand_below(reader: Reader) -> None:
    lines = (
        "Lead Carpenter, Green Notch Builders, Middlebury, VT\nApril 2018 - Present\n• Stairs and railings\n"
        "Carpenter, Lakeside Timber Frames, Vergennes, VT\nMay 2012 - March 2018\n"
    )

    held = positions(reader, HEAD + lines + TAIL)

    assert [p.employer for p in held] == ["Green Notch Builders", "Lakeside Timber Frames"]


def test_an_employer_in_capitals_that_ends_in_ab_has_no_since(reader: Reader) -> None:
    lines = "QUILLPAY PUMP AB 2008 – 2016\nPlant Director, March 2012 – December 2016\n"
    older = "HARBOUR & SONS 2003 – 2008\nManagement consultant, September 2003 – January 2008\n"

    held = positions(reader, HEAD + lines + older + TAIL)

    assert [(p.title, p.employer) for p in held] == [
        ("Plant Director", "QUILLPAY PUMP AB"),
        ("Management consultant", "HARBOUR & SONS"),
    ]


def test_schools_before_the_work_are_no_positions(reader: Reader) -> None:
    lines = "08.2016 – 07.2020   Berufsschule Moorland, Köchin EFZ\n08.2020 – heute   Köchin EFZ, Quillpay AG\n"

    held = positions(reader, "Grace Testcase\nSomewhere\n" + lines + "\n")

    assert [(p.title, p.employer) for p in held] == [("Köchin EFZ", "Quillpay AG")]
