"""The models by themselves: clients written for OpenAI, Cohere and text-embeddings-inference are understood."""

from __future__ import annotations

from typing import Any

import httpx
import numpy as np
import openai
import pytest

from tests.api.service import Service, problem, sample, serving

NURSE = "ICU registered nurse. Requirements: RN licence, ventilators, three years in intensive care."
CVS = ("cvs/41-", "cvs/01-", "cvs/49-")


@pytest.fixture
async def embedder(http: httpx.AsyncClient) -> str:
    return (await serving(http))["embedder"]


async def ranked(http: httpx.AsyncClient, **body: Any) -> Any:
    answer = await http.post("/v1/rerank", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def read(http: httpx.AsyncClient) -> list[str]:
    """The texts of some sample CVs: a nurse, a developer, an electrician."""
    texts = []
    for beginning in CVS:
        file = sample(beginning)
        made = (await http.post("/v1/candidates", files={"file": (file.name, file.read_bytes())})).json()
        texts.append((await http.get(f"/v1/candidates/{made['id']}/document")).json()["text"])
    return texts


async def test_the_openai_package_gets_what_plain_http_gets(http: httpx.AsyncClient, embedder: str) -> None:
    key = http.headers["Authorization"].removeprefix("Bearer ")
    client = openai.AsyncOpenAI(api_key=key, base_url="http://matchgraph/v1", http_client=http)
    texts = ["a nurse in intensive care", "x", "welder " * 400]

    by_package = await client.embeddings.create(model=embedder, input=texts)  # asks for base64, as it always does
    by_http = (await http.post("/v1/embeddings", json={"model": embedder, "input": texts})).json()

    assert [one.index for one in by_package.data] == [0, 1, 2]
    np.testing.assert_allclose(
        [one.embedding for one in by_package.data], [one["embedding"] for one in by_http["data"]], atol=1e-6
    )
    assert by_package.model == embedder
    assert by_package.usage.total_tokens == by_http["usage"]["total_tokens"] > 3


async def test_a_vector_depends_on_its_text_and_not_on_its_place(http: httpx.AsyncClient, embedder: str) -> None:
    texts = [f"person {number} " + "worked here " * (number % 7) for number in range(150)]

    many = (await http.post("/v1/embeddings", json={"model": embedder, "input": texts})).json()["data"]
    one = (await http.post("/v1/embeddings", json={"model": embedder, "input": texts[77]})).json()["data"]

    np.testing.assert_allclose(many[77]["embedding"], one[0]["embedding"], atol=5e-3)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"model": "embedder/99", "input": "x"}, 404),
        ({"model": "latest", "input": "x"}, 404),
        ({"model": "", "input": []}, 422),
        ({"model": "", "input": [" "]}, 422),
        ({"model": "", "input": ["x"] * 2049}, 422),
        ({"model": "", "input": "x" * 40_000}, 422),
        ({"model": "", "input": [[1, 2]]}, 422),
        ({"model": "", "input": "x", "dimensions": 7}, 422),
        ({"input": "x"}, 422),
    ],
)
async def test_what_cannot_be_embedded_is_refused_with_what_to_do(
    http: httpx.AsyncClient, embedder: str, body: dict[str, Any], status: int
) -> None:
    answer = await http.post("/v1/embeddings", json={k: v if v or k != "model" else embedder for k, v in body.items()})

    assert problem(answer)["status"] == status


async def test_cvs_come_in_the_order_in_which_they_suit_the_ad(http: httpx.AsyncClient) -> None:
    texts = await read(http)

    answer = await ranked(http, query=NURSE, documents=texts, return_documents=True)

    assert answer["results"][0]["index"] == 0
    assert answer["results"][0]["document"]["text"] == texts[0]
    scores = [one["relevance_score"] for one in answer["results"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


async def test_both_shapes_give_the_same_order(http: httpx.AsyncClient) -> None:
    texts = await read(http)

    as_cohere = await ranked(http, query=NURSE, documents=[{"text": text} for text in texts], top_n=2)
    as_tei = await ranked(http, query=NURSE, texts=texts)

    assert [one["index"] for one in as_cohere["results"]] == [one["index"] for one in as_tei][:2]
    assert [one["relevance_score"] for one in as_cohere["results"]] == [one["score"] for one in as_tei][:2]


async def test_texts_that_are_no_documents_are_ranked_too(http: httpx.AsyncClient) -> None:
    answer = await ranked(http, query="nurse", texts=["qqq", "nurse on an intensive care ward"])

    assert [one["index"] for one in answer] == [1, 0]


@pytest.mark.parametrize(
    "body",
    [{"query": "x"}, {"query": "x", "texts": ["a"], "documents": ["a"]}, {"query": " ", "texts": ["a"]},
     {"query": "x", "texts": []}, {"query": "x", "texts": ["a"] * 201}],
)  # fmt: skip
async def test_a_ranking_that_cannot_be_meant_is_refused(http: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert problem(await http.post("/v1/rerank", json=body))["status"] == 422


async def test_nobody_without_a_key_uses_the_models(service: Service) -> None:
    answer = await service.client().post("/v1/embeddings", json={"model": "embedder/1", "input": "x"})

    assert answer.status_code == 401
