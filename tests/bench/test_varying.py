"""Stored profiles of the bench: different from one another, and of nothing but what was really read."""

from __future__ import annotations

from bench.matching import Blocks
from bench.varying import mixtures
from core.domain import Facts, Identity, ModelVersion, Passages, Profile, Sparse
from core.parts import Reading
from tests import make


def reading(word: str, facts: Facts) -> Reading:
    parts = tuple(f"{word} part {number}" for number in range(5))
    passages = Passages(title=word, titles=(word,), parts=parts)
    return Reading(
        "\n".join(parts), "text/plain", facts, Identity(), passages, Sparse(), Sparse(), ModelVersion("p", 1)
    )


def profiles() -> list[Reading]:
    return [
        reading(word, make.profile(headline=word, skills=(word, f"{word}-too"), family="software"))
        for word in ("ada", "grace", "alan")
    ]


def test_equal_seeds_give_equal_documents() -> None:
    once, again = (list(mixtures(profiles(), 20, seed=7)) for _ in range(2))

    assert once == again


def test_documents_of_one_sample_differ() -> None:
    made = list(mixtures(profiles(), 30, seed=7))

    assert len({mixture.passages.parts for mixture in made[::3]}) > 5


def test_everything_in_a_document_was_read_in_some_sample() -> None:
    samples = profiles()
    known = {part for one in samples for part in one.passages.parts}
    skills = {found for one in samples if isinstance(one.facts, Profile) for found in one.facts.skills}

    for mixture in mixtures(samples, 30, seed=7):
        assert set(mixture.passages.parts) <= known
        assert isinstance(mixture.facts, Profile)
        assert set(mixture.facts.skills) <= skills


def test_the_titles_of_a_document_are_those_of_its_positions() -> None:
    for mixture in mixtures(profiles(), 30, seed=7):
        assert isinstance(mixture.facts, Profile)
        assert list(mixture.passages.titles) == list(dict.fromkeys(held.title for held in mixture.facts.positions))


def test_jobs_are_mixed_like_profiles() -> None:
    jobs = [reading(word, make.requirements(title=word, must_have=(word,))) for word in ("ada", "grace")]

    made = list(mixtures(jobs, 10, seed=7))

    assert {type(mixture.facts).__name__ for mixture in made} == {"Requirements"}


def test_a_ratio_compares_blocks_that_were_measured_side_by_side() -> None:
    quiet, busy = [0.010, 0.010], [0.100, 0.100]

    summary = Blocks(served=[[0.020, 0.020], [0.200, 0.200]], called=[quiet, busy]).summary()

    assert summary["ratio"] == {"min": 2.0, "median": 2.0, "max": 2.0}
