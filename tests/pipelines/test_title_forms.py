"""Titles of classifications, and the jobs that they stand for."""

from __future__ import annotations

import pytest

from pipelines.title_forms import one_person, titles_in


@pytest.mark.parametrize(
    ("title", "titles"),
    [
        ("Stonemasons", ["stonemason"]),
        ("Heads of Sales", ["head of sales"]),
        ("Tuners and Menders", ["tuner and mender", "tuner", "mender"]),
        ("Toll and Parking Attendants", ["toll and parking attendant", "toll attendant", "parking attendant"]),
        ("Piano Tuners and Menders", ["piano tuner and mender", "piano tuner", "piano mender"]),
        ("Fitters, Pipe, Boiler", ["fitter, pipe, boiler", "fitter", "pipe fitter", "boiler fitter"]),
        ("Carvers, gilders and related workers", ["carver, gilder and related worker", "carver", "gilder"]),
        ("Ropemakers, Except Nets", ["ropemaker"]),
        ("Ushers, All Other", ["usher"]),
        ("Guides (Museum)", ["guide"]),
    ],
)
def test_a_list_of_titles_is_each_of_them_in_the_singular(title: str, titles: list[str]) -> None:
    assert list(titles_in(title)) == titles


@pytest.mark.parametrize("title", ["", ",", "and", "Except Nets", "/;", "a and b"])
def test_what_is_no_list_of_people_is_kept_as_it_is(title: str) -> None:
    assert titles_in(title) == (one_person(title),)
