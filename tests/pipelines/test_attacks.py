"""The corpus of attacks is what it claims to be: many kinds, the same on every run, files that can be opened."""

from __future__ import annotations

from collections import Counter

import pytest

from models.formats import Limits, read
from pipelines.attacks.corpus import KINDS, Single, Twins, singles, twins
from tests.pipelines.conftest import SEED


@pytest.fixture(scope="module")
def honest() -> list[Single]:
    return list(singles(seed=SEED, each=1))


def test_there_are_many_kinds_and_no_two_share_a_name() -> None:
    names = Counter(kind.name for kind in KINDS)

    assert len(names) == len(KINDS) >= 25


def test_a_second_run_makes_the_same_files(corpus: list[Twins], honest: list[Single]) -> None:
    assert list(twins(seed=SEED, each=1)) == corpus
    assert list(singles(seed=SEED, each=1)) == honest


def test_each_attack_differs_from_its_twin(corpus: list[Twins]) -> None:
    assert [pair.kind for pair in corpus if pair.clean == pair.attacked] == []


def test_every_file_of_the_corpus_can_be_read(corpus: list[Twins], honest: list[Single]) -> None:
    files = [(pair.kind, pair.ending, content) for pair in corpus for content in (pair.clean, pair.attacked)]
    files += [(single.kind, single.ending, single.content) for single in honest]

    unread = [kind for kind, ending, content in files if len(read(content, f"a{ending}", Limits()).text) < 100]

    assert unread == []
