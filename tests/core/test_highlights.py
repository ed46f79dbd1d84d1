"""Laws of highlights: every fact with a place, in the order of the text."""

from __future__ import annotations

from core.domain import Position, Profile, Requirements, Skill, SkillFound, SkillId, SkillWanted, Span
from core.highlights import highlights

SQL = Skill(SkillId("sql"), "SQL")


def test_facts_come_in_the_order_of_the_text_and_those_without_a_place_stay_away() -> None:
    profile = Profile(
        positions=(Position("Analyst", span=Span(40, 60)), Position("Clerk")),
        skills=(SkillFound(SQL, "sql", Span(5, 8)),),
    )

    assert [(one.what, one.label) for one in highlights(profile)] == [("skills", "SQL"), ("positions", "Analyst")]


def test_wishes_say_whether_they_are_must_haves() -> None:
    wishes = Requirements(
        must_have=(SkillWanted(SQL, "SQL", Span(9, 12)),), nice_to_have=(SkillWanted(SQL, "SQL", Span(1, 4)),)
    )

    assert [one.what for one in highlights(wishes)] == ["nice_to_have", "must_have"]
