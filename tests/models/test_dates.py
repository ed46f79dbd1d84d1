"""Periods in the habits of several countries, and how many months they are."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.parsing.dates import periods_in, without, worked

AS_OF = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("text", "start", "end", "months"),
    [
        ("Jan 2020 – Mar 2020", date(2020, 1, 1), date(2020, 3, 1), 3),
        ("January 2020 to date", date(2020, 1, 1), None, 82),
        ("04.2020 – heute", date(2020, 4, 1), None, 79),
        ("2019-05 – 2019-12", date(2019, 5, 1), date(2019, 12, 1), 8),
        ("06/2017 to Current", date(2017, 6, 1), None, 113),
        ("1 September 2019 – 31 August 2021", date(2019, 9, 1), date(2021, 8, 1), 24),
        ("sept. 2018 – août 2019", date(2018, 9, 1), date(2019, 8, 1), 12),
        ("May '18 - Jun '19", date(2018, 5, 1), date(2019, 6, 1), 14),
        ("2016 - 2019", date(2016, 1, 1), date(2019, 1, 1), 36),
        ("30/11/2019 - 30/06/2020", date(2019, 11, 1), date(2020, 6, 1), 8),
        ("11/30/2019 - 06/30/2020", date(2019, 11, 1), date(2020, 6, 1), 8),
        ("seit März 2024", date(2024, 3, 1), None, 32),
        ("1999-2003", date(1999, 1, 1), date(2003, 1, 1), 48),
        ("2018–21", date(2018, 1, 1), date(2021, 1, 1), 36),
        ("2018/19", date(2018, 1, 1), date(2019, 1, 1), 12),
        ("’18 – ’21", date(2018, 1, 1), date(2021, 1, 1), 36),
        ("mid-2018 to early 2020", date(2018, 1, 1), date(2020, 1, 1), 24),
        ("ca. 2015 ‒ 2017", date(2015, 1, 1), date(2017, 1, 1), 24),
        ("Jan-18 – Mar-20", date(2018, 1, 1), date(2020, 3, 1), 27),
        ("Sept 05 – Jun 08", date(2005, 9, 1), date(2008, 6, 1), 34),
        ("Apr2019-May2020", date(2019, 4, 1), date(2020, 5, 1), 14),
        ("March – June 2019", date(2019, 3, 1), date(2019, 6, 1), 4),
        ("03–06/2019", date(2019, 3, 1), date(2019, 6, 1), 4),
        ("(July 2022, ongoing)", date(2022, 7, 1), None, 52),
        ("2012 (Januar bis Dezember)", date(2012, 1, 1), date(2012, 12, 1), 12),
        ("Summer 2025 (June to September)", date(2025, 6, 1), date(2025, 9, 1), 4),
        ("Été 2012 (juillet) à oct. 2020", date(2012, 7, 1), date(2020, 10, 1), 100),
        ("seit Herbst 2018 bis heute (Oktober 2018)", date(2018, 10, 1), None, 97),
        ("January 2024 on", date(2024, 1, 1), None, 34),
        ("from Oct 24", date(2024, 10, 1), None, 25),
        ("Dec 2020 to till date", date(2020, 12, 1), None, 71),
        ("Q3 2019 – Q2 2021", date(2019, 7, 1), date(2021, 6, 1), 24),
        ("Spring 2019 – Fall 2020", date(2019, 3, 1), date(2020, 11, 1), 21),
        ("between March 2018 and June 2020", date(2018, 3, 1), date(2020, 6, 1), 28),
        ("03.2018 bis 06.2020", date(2018, 3, 1), date(2020, 6, 1), 28),
        ("du 01/03/2018 au 30/06/2020", date(2018, 3, 1), date(2020, 6, 1), 28),
        ("de mars 2018 à juin 2020", date(2018, 3, 1), date(2020, 6, 1), 28),
        ("janvier 2020 à ce jour", date(2020, 1, 1), None, 82),
        ("marzo de 2018 – actualidad", date(2018, 3, 1), None, 104),
        ("enero 2018 hasta diciembre 2019", date(2018, 1, 1), date(2019, 12, 1), 24),
        ("styczeń 2020 – obecnie", date(2020, 1, 1), None, 82),
        ("2019 – bis heute", date(2019, 1, 1), None, 88),
        ("03.18 – 06.20", date(2018, 3, 1), date(2020, 6, 1), 28),
    ],
)
def test_a_period_is_read_in_every_habit(text: str, start: date, end: date | None, months: int) -> None:
    (period,) = periods_in(text)
    first, stop = period.months(AS_OF)

    assert period.start.first == start
    assert (period.end.first if period.end else None) == end
    assert stop - first == months


@pytest.mark.parametrize(
    "text",
    ["(602) 555-0141", "budget of $2019 - 2020", "Dec 2020 – Jan 2020", "in 2020", "24/7", "2018-11", "0113 496-2019"],
)
def test_other_numbers_are_no_period(text: str) -> None:
    assert periods_in(text) == ()


def test_a_present_position_grows_with_the_day() -> None:
    (period,) = periods_in("Jan 2020 – present")

    assert period.months(date(2021, 1, 1))[1] < period.months(date(2022, 1, 1))[1]


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60))))
def test_overlaps_count_once(starts: list[tuple[int, int]]) -> None:
    periods = [(start, start + length) for start, length in starts]

    assert worked(periods) == len({month for start, stop in periods for month in range(start, stop)})


@given(st.text("ab\n", max_size=20), st.lists(st.tuples(st.integers(0, 10), st.integers(0, 5)), max_size=4))
def test_what_is_blanked_out_leaves_every_other_character_in_its_place(text: str, cuts: list[tuple[int, int]]) -> None:
    places = [(start, start + length) for start, length in cuts if start + length <= len(text)]

    left = without(text, places)

    blank = {at for start, end in places for at in range(start, end)}
    assert left == "".join(" " if at in blank else character for at, character in enumerate(text))
