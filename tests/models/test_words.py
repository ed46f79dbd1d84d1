"""The laws of words as vectors: order, case and inflection do not matter, the pool does not either."""

from __future__ import annotations

import math

from models.words import WordTable, count_words

TABLE = count_words(["the nurse cares for patients", "the nurse writes", "a welder welds pipes"], least=1)


def test_order_case_and_plural_do_not_matter() -> None:
    assert TABLE.vector("Nurses care, patient!") == TABLE.vector("patients CARE nurse")


def test_a_vector_has_unit_length_and_sorted_indices() -> None:
    vector = TABLE.vector("pipes pipes welder nurse unheard-of")

    assert math.isclose(sum(value * value for value in vector.values), 1.0)
    assert list(vector.indices) == sorted(set(vector.indices))


def test_rare_words_weigh_more_than_common_ones() -> None:
    assert TABLE.idf("nurs") < TABLE.idf("pipe") < TABLE.idf("unseen")


def test_a_text_of_stopwords_has_no_vector() -> None:
    assert TABLE.vector("and of the 2024").indices == ()


def test_words_in_too_few_texts_are_as_good_as_unseen() -> None:
    table = count_words(["nurse pipe", "nurse"], least=2)

    assert table.counts == {"nurs": 2}
    assert isinstance(table, WordTable)
