"""Measures of rankings, and what the public sets are scored with."""

from __future__ import annotations

import numpy as np
import pytest

from core.domain import Matrix
from pipelines.retrieval_measures import average_precision, found, r_precision, recall, reciprocal_rank
from pipelines.skill_lanes import LANES, Lanes, phrases_of
from pipelines.skill_sets import Asked, SkillNames
from pipelines.title_profiles import by_skills
from pipelines.title_sets import Occupation

IDS = ("a", "b", "c", "d")


def test_ties_are_broken_by_descending_id_as_trec_eval_does() -> None:
    scores = np.array([[0.5, 0.5, 0.9, 0.5]], np.float32)

    ranks = [found(scores, [[place]], IDS)[0].ranks.tolist() for place in range(4)]

    assert ranks == [[4], [3], [1], [2]]


def test_scores_that_differ_by_rounding_are_ties() -> None:
    scores = np.array([[0.5 + 1e-8, 0.5]])

    assert found(scores, [[0]], ("a", "b"))[0].ranks.tolist() == [2]


def test_measures_of_a_known_ranking() -> None:
    one = found(np.array([[0.4, 0.3, 0.2, 0.1]]), [[1, 3]], IDS)[0]

    assert reciprocal_rank(one) == 1 / 2
    assert average_precision(one) == pytest.approx((1 / 2 + 2 / 4) / 2)
    assert (recall(one, 1), recall(one, 2), recall(one, 4)) == (0, 0.5, 1)
    assert (r_precision(one, 1), r_precision(one, 2)) == (0, 0.5)


def test_an_answer_given_twice_counts_twice_in_what_is_wanted() -> None:
    one = found(np.array([[0.4, 0.3, 0.2, 0.1]]), [[0, 0]], IDS)[0]

    assert (one.wanted, r_precision(one, 5), recall(one, 5)) == (2, 0.5, 0.5)


def occupations() -> list[Occupation]:
    return [
        Occupation("nurse", ("nurse",), ("care", "drugs")),
        Occupation("carer", ("carer",), ("care",)),
        Occupation("welder", ("welder",), ("torch",)),
        *(Occupation(f"other {n}", (f"other {n}",), ("torch", f"skill {n}")) for n in range(20)),
    ]


def test_profiles_are_close_where_the_work_asks_the_same() -> None:
    known = occupations()
    names = np.eye(len(known), dtype=np.float32)
    profiles = by_skills(known, names, range(len(known)))
    each = profiles.of(names[:3])

    near: Matrix = profiles.closeness(each, each)

    np.testing.assert_allclose(np.diag(near), 1.0, atol=1e-5)
    np.testing.assert_allclose(near, near.T, atol=1e-6)
    assert near[0, 1] > 0.3 > near[0, 2]


def test_a_title_that_a_vacancy_bore_stands_for_its_occupation() -> None:
    known = occupations()
    titles = np.eye(len(known) + 1, dtype=np.float32)
    profiles = by_skills(known, titles, [*range(len(known)), 1])

    carer, vacancy = profiles.of(50 * titles[[1, -1]])  # so far from all others that each speaks for itself

    np.testing.assert_allclose(vacancy, carer, atol=1e-5)


def test_phrases_begin_and_end_with_words_that_say_something() -> None:
    phrases = phrases_of("Experience with design of machines, and French")

    assert "design of machines" in phrases
    assert {"Experience", "French"} <= set(phrases)
    assert not any(phrase.startswith(("with", "of", "and")) or phrase.endswith(("with", "of")) for phrase in phrases)
    assert "machines, and French" not in phrases


def letters(texts: list[str] | tuple[str, ...]) -> Matrix:
    rows = np.array([[text.lower().count(letter) + 0.01 for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts])
    unit: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_lanes_find_a_stated_name_and_leave_a_sentence_out_of_its_own_count() -> None:
    names = SkillNames(("welding", "bookkeeping"), (("join metal",), ()), (0.1, 0.0))
    known = [Asked("They join metals all day", (0,))]
    lanes = Lanes(names, letters, known)

    [learned], [tested] = (list(lanes.of(known, left_out=left)) for left in (True, False))

    at = {name: place for place, name in enumerate(LANES)}
    assert tested[0, at["stated"]] > tested[1, at["stated"]] == 0
    assert tested[0, at["words"]] == 1
    assert tested[0, at["names"]] >= tested[0, at["phrase"]]
    assert (learned[0, at["seen"]], tested[0, at["seen"]]) == (0, pytest.approx(np.log(2)))
    assert tested[0, at["prior"]] > tested[1, at["prior"]]
