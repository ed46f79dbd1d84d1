"""Places as people write them, and what is no place."""

from __future__ import annotations

import pytest

from models.places import load_gazetteer

PLACES = load_gazetteer()


@pytest.mark.parametrize(
    ("text", "city", "region", "country"),
    [
        ("Phoenix, AZ 85014", "Phoenix", "Arizona", "US"),
        ("10247 Berlin, Germany", "Berlin", "", "DE"),
        ("Manchester, Greater Manchester M4 6XX, United Kingdom", "Manchester", "Greater Manchester", "GB"),
        ("Toronto, ON", "Toronto", "Ontario", "CA"),
        ("Perth, WA", "Perth", "WA", "AU"),
        ("Seattle, WA", "Seattle", "Washington", "US"),
        ("Orange NSW", "Orange", "NSW", "AU"),
        ("Dublin, OH", "Dublin", "Ohio", "US"),
        ("München", "Munich", "", "DE"),
        ("81-340 Gdynia, Poland", "Gdynia", "", "PL"),
    ],
)
def test_a_place_is_known_by_city_region_and_country(text: str, city: str, region: str, country: str) -> None:
    place = PLACES.place(text)

    assert place is not None
    assert (place.city, place.region, place.country) == (city, region, country)
    assert place.latitude is not None


@pytest.mark.parametrize("text", ["Senior Accountant", "Kettle Moraine Foods, Inc.", "Nursing", "", "me@example.com"])
def test_other_words_are_no_place(text: str) -> None:
    assert PLACES.place(text) is None


def test_a_small_town_needs_more_than_its_name() -> None:
    assert PLACES.place("Otley") is None
    assert PLACES.place("Otley", small=True) is not None
    assert PLACES.place("Otley, UK") is not None


def test_a_span_is_the_place_in_the_line() -> None:
    line = "07700 900142 | Leeds, UK | a@example.com"

    (place,) = PLACES.find(line)

    assert place.span is not None
    assert line[place.span.start : place.span.end] == "Leeds, UK"
