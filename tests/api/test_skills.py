"""`GET /v1/skills`: what was typed is completed and corrected, and what cannot be looked up is refused with words."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.service import Service, problem, serving


async def found(http: httpx.AsyncClient, q: str, limit: int = 10) -> list[dict[str, Any]]:
    answer = await http.get("/v1/skills", params={"q": q, "limit": limit})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.parametrize(
    ("q", "first", "how"),
    [
        ("Python", "Python", "exact"),
        ("PYTHON", "Python", "exact"),
        ("golang", "Go", "exact"),
        ("c++", "C++", "exact"),
        ("pyth", "Python", "prefix"),
        ("machine lear", "machine learning", "prefix"),
        ("javscrpt", "JavaScript", "corrected"),
        ("kubernets", "Kubernetes", "corrected"),
        ("postgres sql", "PostgreSQL", "corrected"),
        ("pyhton", "Python", "corrected"),
        ("accounts payble", "accounts payable", "corrected"),
    ],
)
async def test_what_was_typed_is_completed_and_corrected(http: httpx.AsyncClient, q: str, first: str, how: str) -> None:
    items = await found(http, q)

    assert (items[0]["skill"]["label"], items[0]["how"]) == (first, how)


async def test_a_later_word_of_a_name_is_completed_too(http: httpx.AsyncClient) -> None:
    labels = [item["skill"]["label"] for item in await found(http, "learn", limit=50)]

    assert "machine learning" in labels


async def test_each_skill_is_there_once_and_no_more_than_asked_for(http: httpx.AsyncClient) -> None:
    items = await found(http, "a", limit=7)

    ids = [item["skill"]["id"] for item in items]
    assert len(ids) == len(set(ids)) == 7


async def test_better_fits_come_first(http: httpx.AsyncClient) -> None:
    order = ["exact", "prefix", "corrected"]

    ranks = [order.index(item["how"]) for item in await found(http, "excell")]

    assert ranks == sorted(ranks)


async def test_a_skill_is_found_by_another_name_and_says_which(http: httpx.AsyncClient) -> None:
    (first, *_) = await found(http, "k8s")

    assert (first["skill"]["label"], first["name"]) == ("Kubernetes", "K8s")


async def test_the_answer_names_the_parser_version_that_serves(http: httpx.AsyncClient) -> None:
    pins = await serving(http)

    answer = await http.get("/v1/skills", params={"q": "sql"})

    assert answer.json()["parser"] == pins["parser"]


async def test_what_is_like_nothing_finds_nothing(http: httpx.AsyncClient) -> None:
    assert await found(http, "qqqqzzzzxx") == []


@pytest.mark.parametrize("q", ["", "   ", "!!", "a" * 101, "sql\0", "sql\x1b[31m", "\u202e"])
async def test_a_query_that_cannot_be_looked_up_is_refused(http: httpx.AsyncClient, q: str) -> None:
    answer = await http.get("/v1/skills", params={"q": q})

    assert answer.status_code == 422
    assert "query" in problem(answer)["detail"]


@pytest.mark.parametrize("q", ["'; DROP TABLE skills; --", "(((((a+)+)+)+)+)$", "%%%s", "🚚 driver", "ﬁnance", "ÄÖÜ"])
async def test_a_strange_query_is_only_a_query(http: httpx.AsyncClient, q: str) -> None:
    assert isinstance(await found(http, q), list)


@pytest.mark.parametrize("limit", ["0", "51", "x"])
async def test_a_limit_out_of_range_is_refused(http: httpx.AsyncClient, limit: str) -> None:
    answer = await http.get("/v1/skills", params={"q": "sql", "limit": limit})

    assert answer.status_code == 422


async def test_a_stranger_is_told_nothing(service: Service) -> None:
    answer = await service.client().get("/v1/skills", params={"q": "sql"})

    assert answer.status_code == 401
