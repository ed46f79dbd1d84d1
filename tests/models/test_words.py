"""The laws of words as vectors: order, case and inflection do not matter, the pool does not either."""

from __future__ import annotations

import math
import zlib

from models.words import MOST, WordTable, count_terms, term_index, terms_of

TABLE = count_terms(["the nurse cares for patients", "the nurse writes", "a welder welds pipes"], least=1)


def test_case_and_plural_do_not_matter() -> None:
    assert TABLE.vector("Nurses care, patient!") == TABLE.vector("nurse CARE patients")


def test_words_that_stand_together_make_texts_closer() -> None:
    wanted, same, turned = (TABLE.vector(text) for text in ("project manager", "a project manager", "manager, project"))

    assert wanted == same
    assert len(set(wanted.indices) & set(turned.indices)) == 2 < len(wanted.indices)


def test_a_long_text_keeps_its_heaviest_terms() -> None:
    vector = TABLE.vector("nurse " * 3 + " ".join(f"word{number}ly" for number in range(MOST)))

    assert len(vector.indices) == MOST
    assert term_index("nurs") in vector.indices


def test_a_vector_has_unit_length_and_sorted_indices() -> None:
    vector = TABLE.vector("pipes pipes welder nurse unheard-of")

    assert math.isclose(sum(value * value for value in vector.values), 1.0)
    assert list(vector.indices) == sorted(set(vector.indices))


def test_rare_words_weigh_more_than_common_ones_and_unheard_of_ones_least() -> None:
    common, rare, unheard_of = (TABLE.idf(term_index(word)) for word in ("nurs", "pipe", "zebra"))

    assert unheard_of < common < rare


def test_a_text_of_stopwords_has_no_vector() -> None:
    assert TABLE.vector("and of the 2024").indices == ()


def test_words_in_too_few_texts_are_as_good_as_unseen() -> None:
    table = count_terms(["nurse pipe", "nurse"], least=2)

    assert table.counts == {term_index("nurs"): 2}
    assert isinstance(table, WordTable)


def test_words_stand_together_over_the_end_of_a_line() -> None:
    assert list(terms_of("wound\ncare")) == list(terms_of("wound care")) == ["wound", "care", "wound care"]


def test_a_line_of_any_length_has_the_same_words() -> None:
    line = "wound care " * 200

    assert list(terms_of(line)) == list(terms_of("wound care\n" * 200))


def test_the_checksum_of_what_stands_in_front_gives_the_place_of_both() -> None:
    assert term_index("nurs", zlib.crc32(b"body ")) == term_index("body nurs")
