"""The laws of who goes first: intake waits for matches, and never for long."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from core.domain import Embedding, Passages
from models.embedding import embed
from models.embedding_hashing import HashingEncoder
from serve.precedence import HELD_PER_WORKED, MOST_HELD_S, Precedence
from serve.yielding import STEP_CHARACTERS, YieldingEmbed, steps
from tests import make


class Hashing:
    """An embedding part that counts its calls."""

    def __init__(self) -> None:
        self.calls = 0
        self.encoder = HashingEncoder()

    async def passages(self, passages: Passages) -> Embedding:
        self.calls += 1
        return embed(self.encoder, make.EMBEDDER, passages)


async def work(precedence: Precedence, seconds: float = 0.0) -> None:
    async with precedence.yielding():
        await asyncio.sleep(seconds)


async def test_a_step_waits_until_no_match_is_being_answered() -> None:
    precedence = Precedence()

    with precedence.first(), precedence.first():
        waiting = asyncio.create_task(work(precedence))
        await asyncio.sleep(0.02)
        begun_beside_matches = waiting.done()
    await waiting

    assert not begun_beside_matches


async def test_a_match_that_fails_gives_way_all_the_same() -> None:
    precedence = Precedence()

    with pytest.raises(ZeroDivisionError), precedence.first():
        raise ZeroDivisionError

    await work(precedence)


async def test_matches_without_end_do_not_stop_intake() -> None:
    precedence = Precedence()

    with precedence.first():
        for _ in range(5):
            await work(precedence, 0.01)


async def test_intake_keeps_its_share_however_long_matches_last() -> None:
    now = 0.0
    precedence = Precedence(lambda: now)
    precedence._patience = 0.0

    async with precedence.yielding():
        now += 0.1

    assert precedence._patience == pytest.approx(HELD_PER_WORKED * 0.1)


async def test_what_intake_has_earned_is_bounded() -> None:
    now = 0.0
    precedence = Precedence(lambda: now)

    async with precedence.yielding():
        now += 60.0

    assert precedence._patience == MOST_HELD_S


async def test_embedding_in_steps_gives_what_one_call_gives() -> None:
    passages = Passages("nurse", ("night nurse", "ward sister"), tuple(f"{n} {'care ' * 150}" for n in range(5)))
    whole, parts = Hashing(), Hashing()

    stepped = await YieldingEmbed(parts, Precedence()).passages(passages)

    one = await whole.passages(passages)
    assert parts.calls > whole.calls
    for name in ("title", "text", "titles", "parts"):
        np.testing.assert_allclose(getattr(stepped, name), getattr(one, name), atol=1e-6)


async def test_a_document_of_one_title_has_an_empty_text_vector() -> None:
    stepped = await YieldingEmbed(Hashing(), Precedence()).passages(Passages("nurse", (), ()))

    assert not stepped.text.any()
    assert len(stepped.parts) == len(stepped.titles) == 0


def test_steps_hold_every_text_once_in_order() -> None:
    texts = ["a" * length for length in (10, 1000, 500, 3000, 1, 1)]

    made = list(steps(texts))

    assert [text for step in made for text in step] == texts
    assert all(len(step) == 1 or sum(map(len, step)) <= STEP_CHARACTERS for step in made)
