"""The title of one of a group."""

from __future__ import annotations

import pytest

from models.parsing.plurals import plural_title, singular_title


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("Chief Executives", "Chief Executive"),
        ("Secretaries and Administrative Assistants", "Secretary and Administrative Assistant"),
        ("Cooks, Restaurant", "Cook, Restaurant"),
        ("Directors of Nursing Services", "Director of Nursing Services"),
        ("Nurse Midwives", "Nurse Midwife"),
        ("Firemen", "Fireman"),
        ("Coaches", "Coach"),
        ("HEADS OF SALES", "HEAD OF SALES"),
    ],
)
def test_the_head_of_each_part_is_one_person(many: str, one: str) -> None:
    assert singular_title(many) == one


@pytest.mark.parametrize("title", ["Sales Manager", "Head of Sales", "VP Operations", "Boss", "ICU RN", "Physics"])
def test_what_is_one_or_a_field_stays(title: str) -> None:
    assert singular_title(title) == title


@pytest.mark.parametrize("title", ["truck driver", "head of sales", "secretary", "coach", "postman", "attorney"])
def test_one_to_many_and_back(title: str) -> None:
    assert plural_title(title) != title
    assert singular_title(plural_title(title)) == title
