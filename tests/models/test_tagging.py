"""The laws of tagging phrases, of taking them for candidates, and of linking them to skills."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Kind, Phrase, Skill, SkillId, Span
from models.linking import SkillLinker
from models.parsing.candidates import MOST, PhraseFinder
from models.tagging import HEADS, Tagger, best_path, load_tagger, runs
from pipelines.train_tagger import OUT

MOVES = np.zeros((3, 3), np.float32)
MOVES[0, 2] = -1e4
CV = "Jo Example\n\nSkills\nPython, puppet carving; kite repair\n\nExperience\nMade kites of silk for schools\n"


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return load_tagger(OUT)


@given(st.lists(st.lists(st.floats(-5, 5, width=32), min_size=3, max_size=3), max_size=12))
def test_the_best_path_is_no_worse_than_any_greedy_one_and_begins_what_it_goes_on_with(rows: list[list[float]]) -> None:
    scores = np.array(rows, np.float32).reshape(-1, 3)

    path = best_path(scores, MOVES)

    worth = sum(scores[at, tag] for at, tag in enumerate(path))
    outside = scores[:, 0].sum()
    assert len(path) == len(scores)
    assert all(tag != 2 or before != 0 for before, tag in zip([0, *path], path, strict=False))
    assert worth >= outside - 1e-4 or not any(path)


def test_runs_part_where_a_find_begins() -> None:
    assert runs([1, 2, 1, 0, 2, 1]) == [(0, 2), (2, 3), (5, 6)]


@given(st.lists(st.text("abc XY,.()+#é🚚", max_size=40), max_size=5))
def test_every_find_lies_in_its_line_and_a_line_does_not_hang_on_others(lines: list[str]) -> None:
    tagger = load_tagger(OUT)

    together = tagger.spans(lines, [[] for _ in lines])

    assert together == [tagger.spans([line], [[]])[0] for line in lines]
    for line, finds in zip(lines, together, strict=True):
        assert all(0 <= span.start < span.end <= len(line) and head in HEADS for head, span in finds)


def test_knowledge_is_found_in_a_line_that_asks_for_it(tagger: Tagger) -> None:
    line = "Experience with Zabbix and knowledge of GraphQL"

    (finds,) = tagger.spans([line], [[]], {"knowledge"})

    assert {"Zabbix", "GraphQL"} & {line[span.start : span.end] for _, span in finds}


def test_items_of_a_skill_list_are_candidates_unless_they_have_a_name(tagger: Tagger) -> None:
    known = [Span(CV.index("Python"), CV.index("Python") + 6)]

    found = PhraseFinder(tagger).of(CV, Kind.CANDIDATE, known)

    texts = [phrase.text for phrase in found]
    assert texts[:2] == ["puppet carving", "kite repair"]
    assert "Python" not in texts
    assert all(CV[phrase.span.start : phrase.span.end] == phrase.text for phrase in found)


def test_no_document_has_more_candidates_than_the_encoder_can_afford(tagger: Tagger) -> None:
    text = "Jo\n\nSkills\n" + ", ".join(f"odd craft {chr(97 + n % 26)}{chr(97 + n // 26)}x" for n in range(200))

    assert len(PhraseFinder(tagger).of(text, Kind.CANDIDATE, [])) == MOST


def test_a_phrase_is_linked_to_the_closest_skill_only_when_it_is_close() -> None:
    skills = [Skill(SkillId("a"), "A"), Skill(SkillId("b"), "B")]
    linker = SkillLinker(skills, np.eye(2, dtype=np.float16), close=0.8)
    phrases = [Phrase("near b", Span(0, 6)), Phrase("between", Span(7, 14))]

    links = linker.links(phrases, np.array([[0.1, 0.99], [0.7, 0.7]], np.float32))

    assert [(link.phrase.text, link.skill.id) for link in links] == [("near b", "b")]
    assert linker.links([], np.empty((0, 2), np.float32)) == []
