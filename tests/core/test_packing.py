"""What is packed comes back as it was; cases in half precision."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import Filters
from core.domain import Case, Embedding, LanguageLevel, ModelVersion, Profile, Remote, Requirements, Sparse
from core.packing import pack, pack_case, unpack, unpack_case

EMBEDDER = ModelVersion("embedder", 3)


def case(seed: int, titles: int, parts: int) -> Case:
    rows = np.random.default_rng(seed).normal(size=(2 + titles + parts, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    embedding = Embedding(EMBEDDER, rows[0], rows[1], rows[2 : 2 + titles], rows[2 + titles :])
    return Case(Profile(headline="Nurse", months=40), embedding, Sparse((3, 9), (0.5, 0.25)), Sparse((7,), (2.0,)))


@given(st.integers(0, 9), st.integers(0, 6), st.integers(0, 12))
def test_a_case_comes_back_with_the_same_facts_and_nearly_the_same_vectors(seed: int, titles: int, parts: int) -> None:
    before = case(seed, titles, parts)

    after = unpack_case(pack_case(before))

    assert (after.facts, after.words, after.skills) == (before.facts, before.words, before.skills)
    assert after.embedding.version == EMBEDDER
    np.testing.assert_allclose(after.embedding.titles, before.embedding.titles, atol=1e-3)
    np.testing.assert_allclose(after.embedding.parts, before.embedding.parts, atol=1e-3)


def test_packing_again_gives_the_same_bytes() -> None:
    once = pack_case(case(1, 2, 3))

    assert pack_case(unpack_case(once)) == once


def test_values_come_back_equal() -> None:
    filters = Filters(remote=(Remote.HYBRID,), languages={"de": LanguageLevel.B2}, min_months=12)

    assert unpack(pack(filters), Filters) == filters


def test_bytes_of_something_else_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        unpack(pack(Filters(min_months=3)), Requirements)
