"""The contract of the index, on every engine there is (`vectors` in `conftest.py`)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from core.answers import Filters
from core.domain import Case, Embedding, Kind, ModelVersion, OwnerId, Sparse, TenantId, new_id
from core.errors import StoreError
from core.ports import Collection, Point, Vectors
from tests import make
from tests.make import ACME, GLOBEX

DIMENSION = 16


@pytest.fixture
async def candidates(vectors: Vectors) -> Collection:
    """An empty collection that no other test has, also on a server that outlives the tests."""
    collection = Collection(Kind.CANDIDATE, ModelVersion(new_id("contract"), 1))
    await vectors.ensure(collection, DIMENSION)
    return collection


def case(seed: int, *, skills: tuple[int, ...] = (), words: tuple[int, ...] = ()) -> Case:
    """Random title and text; sparse vectors only when given."""
    drawn = make.embedding(seed, dimension=DIMENSION)
    return Case(make.profile(), drawn, _ones(words), _ones(skills))


def only(*, title: bool = False, text: bool = False, of: Case) -> Case:
    """`of` with nothing to search by but the parts named."""
    drawn, nothing = of.embedding, np.zeros(DIMENSION, np.float32)
    kept = Embedding(
        drawn.version, drawn.title if title else nothing, drawn.text if text else nothing, drawn.titles, drawn.parts
    )
    return Case(of.facts, kept, Sparse(), Sparse())


def points(cases: Sequence[Case]) -> list[Point]:
    return [Point(make.candidate_id(), one) for one in cases]


def _ones(indices: tuple[int, ...]) -> Sparse:
    return Sparse(indices, (1.0,) * len(indices))


async def test_a_thousand_queries_of_one_tenant_never_return_anothers_candidate(
    vectors: Vectors, candidates: Collection
) -> None:
    ours, theirs = points([case(n, words=(n % 5,)) for n in range(10)]), points([case(n) for n in range(10)])
    await vectors.upsert(candidates, ACME, ours)
    await vectors.upsert(candidates, GLOBEX, theirs)
    own = {point.id for point in ours}

    for n in range(1_000):
        filters = Filters(min_months=1) if n % 2 else Filters()
        found = await vectors.search(candidates, ACME, case(10_000 + n, words=(n % 5,)), filters, limit=20)

        assert found
        assert own.issuperset(found)


async def test_a_tenant_reads_and_erases_none_of_anothers_points(vectors: Vectors, candidates: Collection) -> None:
    theirs = points([case(n) for n in range(5)])
    ids = [point.id for point in theirs]
    await vectors.upsert(candidates, GLOBEX, theirs)

    kept = await vectors.keep(candidates, ACME, ids, Filters())
    gone = await vectors.delete(ACME, ids)

    assert (kept, gone) == ([], 0)
    assert await vectors.count(candidates, GLOBEX) == 5


async def test_the_same_id_in_two_tenants_is_two_points(vectors: Vectors, candidates: Collection) -> None:
    point = Point(make.candidate_id(), case(1))
    await vectors.upsert(candidates, ACME, [point])
    await vectors.upsert(candidates, GLOBEX, [point])

    assert await vectors.delete(ACME, [point.id]) == 1

    assert await vectors.search(candidates, ACME, case(1), Filters(), limit=5) == []
    assert await vectors.search(candidates, GLOBEX, case(1), Filters(), limit=5) == [point.id]


async def test_a_document_indexed_again_replaces_itself(vectors: Vectors, candidates: Collection) -> None:
    id = make.candidate_id()
    await vectors.upsert(candidates, ACME, [Point(id, case(1, words=(7,)))])
    await vectors.upsert(candidates, ACME, [Point(id, case(2))])

    assert await vectors.count(candidates, ACME) == 1

    by_old_words = Case(make.profile(), only(of=case(1)).embedding, _ones((7,)))
    assert await vectors.search(candidates, ACME, by_old_words, Filters(), limit=5) == []


async def test_deleting_takes_a_point_out_of_every_collection_and_says_how_many_went(
    vectors: Vectors, candidates: Collection
) -> None:
    newer = Collection(Kind.CANDIDATE, ModelVersion(candidates.embedder.name, 2))
    await vectors.ensure(newer, DIMENSION)
    stored = points([case(n) for n in range(6)])
    await vectors.upsert(candidates, ACME, stored)
    await vectors.upsert(newer, ACME, stored)

    gone = await vectors.delete(ACME, [stored[0].id, stored[1].id, make.candidate_id()])

    assert gone == 4
    assert await vectors.count(candidates, ACME) == await vectors.count(newer, ACME) == 4
    found = await vectors.search(candidates, ACME, case(0), Filters(), limit=10)
    assert set(found) == {point.id for point in stored[2:]}


async def test_deleting_twice_or_nothing_is_harmless(vectors: Vectors, candidates: Collection) -> None:
    stored = points([case(1)])
    await vectors.upsert(candidates, ACME, stored)

    counts = [await vectors.delete(ACME, ids) for ids in ([stored[0].id], [stored[0].id], [])]

    assert counts == [1, 0, 0]


@pytest.mark.parametrize("lane", ["title to title", "title to text", "text to text"])
async def test_a_dense_lane_finds_what_an_exact_search_finds(
    vectors: Vectors, candidates: Collection, lane: str
) -> None:
    asks, answers = lane.split(" to ")
    stored = points([only(of=case(n), title=answers == "title", text=answers == "text") for n in range(2_000)])
    await vectors.upsert(candidates, ACME, stored)
    matrix = np.stack([getattr(point.case.embedding, answers) for point in stored])

    overlaps = []
    for n in range(10):
        wanted = only(of=case(5_000 + n), title=asks == "title", text=asks == "text")
        found = await vectors.search(candidates, ACME, wanted, Filters(), limit=100)
        exact = np.argsort(-(matrix @ getattr(wanted.embedding, asks)))[:100]
        overlaps.append(len({stored[i].id for i in exact} & set(found)) / 100)

    assert np.mean(overlaps) >= 0.95


async def test_the_length_of_a_text_counts(vectors: Vectors, candidates: Collection) -> None:
    """The mean of parts that agree is longer than that of parts that do not."""
    focused, scattered = (only(of=case(1), text=True) for _ in range(2))
    scattered.embedding.text[:] *= 0.5
    stored = points([scattered, focused])
    await vectors.upsert(candidates, ACME, stored)

    found = await vectors.search(candidates, ACME, only(of=case(1), text=True), Filters(), limit=2)

    assert found == [stored[1].id, stored[0].id]


async def test_a_rare_skill_alone_is_found(vectors: Vectors, candidates: Collection) -> None:
    stored = points([case(n, skills=(1, 2)) for n in range(300)])
    rare = Point(make.candidate_id(), case(9_999, skills=(2, 700)))
    await vectors.upsert(candidates, ACME, [*stored, rare])
    wanted = Case(make.requirements(), only(of=case(1)).embedding, Sparse(), _ones((700,)))

    found = await vectors.search(candidates, ACME, wanted, Filters(), limit=5)

    assert found == [rare.id]


async def test_a_rare_skill_lifts_a_candidate_among_lookalikes(vectors: Vectors, candidates: Collection) -> None:
    stored = points([case(7, skills=(1,)) for _ in range(50)])
    rare = Point(make.candidate_id(), case(7, skills=(1, 700)))
    await vectors.upsert(candidates, ACME, [*stored, rare])

    found = await vectors.search(candidates, ACME, case(7, skills=(1, 700)), Filters(), limit=5)

    assert found[0] == rare.id


async def test_jobs_are_found_by_the_text_of_a_candidate(vectors: Vectors, candidates: Collection) -> None:
    """The best lane is always the job's title against the CV's text."""
    jobs = Collection(Kind.JOB, candidates.embedder)
    await vectors.ensure(jobs, DIMENSION)
    cv, others = case(3), [only(of=case(n), title=True) for n in range(10, 60)]
    suiting = only(of=case(4), title=True)
    suiting.embedding.title[:] = cv.embedding.text
    stored = [Point(make.job_id(), one) for one in (*others, suiting)]
    await vectors.upsert(jobs, ACME, stored)

    found = await vectors.search(jobs, ACME, only(of=cv, text=True), Filters(), limit=1)

    assert found == [stored[-1].id]


async def test_an_empty_collection_answers_with_nothing(vectors: Vectors, candidates: Collection) -> None:
    assert await vectors.search(candidates, ACME, case(1), Filters(), limit=5) == []
    assert await vectors.keep(candidates, ACME, [make.candidate_id()], Filters()) == []
    assert await vectors.count(candidates, ACME) == 0


async def test_a_collection_that_was_never_made_is_empty_to_read_and_refused_to_write(vectors: Vectors) -> None:
    unknown = Collection(Kind.JOB, ModelVersion(new_id("never"), 1))

    assert await vectors.search(unknown, ACME, case(1), Filters(), limit=5) == []
    assert await vectors.keep(unknown, ACME, [make.job_id()], Filters()) == []
    assert await vectors.count(unknown, ACME) == 0
    with pytest.raises(StoreError, match=str(unknown)):
        await vectors.upsert(unknown, ACME, points([case(1)]))


async def test_a_search_for_nothing_finds_nobody(vectors: Vectors, candidates: Collection) -> None:
    await vectors.upsert(candidates, ACME, points([case(1)]))

    assert await vectors.search(candidates, ACME, only(of=case(1)), Filters(), limit=5) == []


async def test_a_document_without_any_vector_is_kept_and_counted(vectors: Vectors, candidates: Collection) -> None:
    stored = points([only(of=case(1))])
    await vectors.upsert(candidates, ACME, stored)

    assert await vectors.count(candidates, ACME) == 1
    assert await vectors.keep(candidates, ACME, [stored[0].id], Filters()) == [stored[0].id]


async def test_a_vector_that_is_not_finite_is_refused(vectors: Vectors, candidates: Collection) -> None:
    broken = case(1)
    broken.embedding.title[0] = np.nan

    with pytest.raises(StoreError, match="not finite"):
        await vectors.upsert(candidates, ACME, points([broken]))


async def test_what_is_kept_comes_in_the_order_it_was_asked_for(vectors: Vectors, candidates: Collection) -> None:
    stored = points([case(n) for n in range(200)])
    await vectors.upsert(candidates, ACME, stored)
    asked: list[OwnerId] = [point.id for point in reversed(stored)]

    assert await vectors.keep(candidates, ACME, asked, Filters(min_months=1)) == asked


async def test_the_order_of_arrival_changes_nothing(vectors: Vectors, candidates: Collection) -> None:
    backwards = Collection(Kind.CANDIDATE, ModelVersion(candidates.embedder.name, 2))
    await vectors.ensure(backwards, DIMENSION)
    stored = points([case(n % 20, skills=(n % 3,)) for n in range(90)])  # many equals
    await vectors.upsert(candidates, ACME, stored)
    await vectors.upsert(backwards, ACME, stored[::-1])

    for n in range(10):
        wanted = case(100 + n, skills=(n % 3,))
        assert await vectors.search(candidates, ACME, wanted, Filters(), 30) == await vectors.search(
            backwards, ACME, wanted, Filters(), 30
        )


async def test_a_longer_list_begins_with_the_shorter_one(vectors: Vectors, candidates: Collection) -> None:
    await vectors.upsert(candidates, ACME, points([case(n % 20, words=(n % 7,)) for n in range(80)]))
    wanted = case(500, words=(3,))

    lists = [await vectors.search(candidates, ACME, wanted, Filters(), limit) for limit in (1, 10, 50, 80)]

    assert [len(found) for found in lists] == [1, 10, 50, 80]
    assert all(longer[: len(shorter)] == shorter for shorter, longer in pairwise(lists))


async def test_making_a_collection_many_times_at_once_makes_one_and_keeps_its_points(vectors: Vectors) -> None:
    collection = Collection(Kind.JOB, ModelVersion(new_id("contract"), 1))
    await asyncio.gather(*(vectors.ensure(collection, DIMENSION) for _ in range(5)))
    await vectors.upsert(collection, ACME, [Point(make.job_id(), case(1))])

    await asyncio.gather(*(vectors.ensure(collection, DIMENSION) for _ in range(5)))

    assert await vectors.count(collection, ACME) == 1


async def test_searching_while_others_write_fails_nobody(vectors: Vectors, candidates: Collection) -> None:
    first = points([case(n) for n in range(50)])
    await vectors.upsert(candidates, ACME, first)

    async def search(n: int) -> int:
        return len(await vectors.search(candidates, ACME, case(n), Filters(), limit=20))

    async def write(n: int) -> None:
        await vectors.upsert(candidates, TenantId(f"tnt_{n}"), points([case(n)]))

    found, _ = await asyncio.gather(
        asyncio.gather(*(search(n) for n in range(20))), asyncio.gather(*(write(n) for n in range(20)))
    )

    assert set(found) == {20}
