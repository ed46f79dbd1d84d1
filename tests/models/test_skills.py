"""The laws of finding skills: as people write them, where they stand, and only where they are meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Skill, SkillFound, SkillId
from models.skills import Rarity, SkillMatcher, count_rarity, skill_index, skill_vector
from models.taxonomy import Taxonomy


@pytest.fixture(scope="session")
def matcher(taxonomy: Taxonomy) -> SkillMatcher:
    return SkillMatcher(taxonomy)


def ids(matcher: SkillMatcher, text: str) -> set[str]:
    return {found.skill.id for found in matcher.find(text)}


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("Wrote services in C++ and C#.", "cpp"),
        ("Wrote services in C++ and C#.", "csharp"),
        ("Ten years of .NET", "dotnet"),
        ("Node.js, NodeJS or node js", "node-js"),
        ("languages: Python, Go, R", "go"),
        ("statistics in R, Python and SQL", "r-lang"),
        ("MS Word and Excel", "microsoft-excel"),
        ("designed REST API's", "rest-api"),
        ("designed RESTful APIs", "rest-api"),
        ("project managers", "project-management"),
        ("CATHETERIZATION", "catheterisation"),
        ("catheterisation", "catheterisation"),
        ("full stack development", "full-stack-development"),
        ("full-stack development", "full-stack-development"),
        ("postgresql, sql and aws", "aws"),
        ("machine\nlearning", "machine-learning"),
    ],
)
def test_a_skill_is_found_however_it_is_written(matcher: SkillMatcher, text: str, skill: str) -> None:
    assert skill in ids(matcher, text)


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("I go to work and excel at it", "go"),
        ("I go to work and excel at it", "microsoft-excel"),
        ("had access to a word or two", "microsoft-access"),
        ("the rest of it", "rest-api"),
        ("worked in teams", "microsoft-teams"),
        ("i-am here", "identity-and-access-management"),
        ("records kept in the CMMS", "metrology"),
        ("a general manager", "business-administration"),
        ("Spark jobs on AWS EMR", "electronic-health-record"),
        ("filling shelves", "filing"),
        ("keep electronic logs", "electronics-engineering"),
        ("ten years of tractor-trailer driving", "tractor-driving"),
        ("I am here", "identity-and-access-management"),
        ("machine, learning", "machine-learning"),
    ],
)
def test_everyday_words_are_no_skills(matcher: SkillMatcher, text: str, skill: str) -> None:
    assert skill not in ids(matcher, text)


def test_the_longest_name_wins(matcher: SkillMatcher) -> None:
    found = matcher.find("Azure Data Factory")

    assert [(one.skill.id, one.surface) for one in found] == [("azure-data-factory", "Azure Data Factory")]


@given(
    st.lists(st.sampled_from(["Python", "wound care", "CI/CD", "über", "C++", "\n", "•", ",", "🚚", "ﬁ"]), max_size=30)
)
def test_every_surface_stands_verbatim_at_its_span(matcher: SkillMatcher, words: list[str]) -> None:
    text = " ".join(words)

    for found in matcher.find(text):
        assert found.span is not None
        assert text[found.span.start : found.span.end] == found.surface


def test_every_label_of_the_taxonomy_finds_its_skill(matcher: SkillMatcher, taxonomy: Taxonomy) -> None:
    lost = [
        entry.id
        for entry in taxonomy.skills.values()
        if not entry.cues and entry.id not in ids(matcher, entry.label) and matcher.exact(entry.label) is None
    ]

    assert lost == []


def test_indices_differ_and_stay(taxonomy: Taxonomy) -> None:
    indices = {skill_index(id) for id in taxonomy.skills}

    assert len(indices) == len(taxonomy.skills)
    assert max(indices) < 2**31
    assert skill_index(SkillId("python")) == 617920696  # stored vectors hold it


def test_what_everybody_has_counts_less() -> None:
    rarity = count_rarity([{SkillId("excel"), SkillId("cobol")}, {SkillId("excel")}, {SkillId("excel")}])

    assert rarity(SkillId("excel")) < rarity(SkillId("cobol")) < rarity(SkillId("never seen")) == 1.0


def test_a_vector_is_sorted_and_each_skill_is_in_it_once() -> None:
    shown = [SkillFound(Skill(SkillId(id), id), id) for id in ("a", "b", "a", "c")]

    vector = skill_vector(shown, Rarity({SkillId("a"): 0.5}))

    assert vector.indices == tuple(sorted({skill_index(SkillId(id)) for id in "abc"}))
    assert sorted(vector.values) == [0.5, 1.0, 1.0]
