"""`Idempotency-Key`: the same request, sent again, is answered again and done once."""

from __future__ import annotations

import asyncio

import httpx

from tests import make
from tests.api.service import Service, create, everything, job_ad, part, problem, resume, sample
from tests.models.pages import scan_of_nothing

HEADER = "Idempotency-Key"
REPLAYED = "idempotency-replayed"


def key() -> dict[str, str]:
    return {HEADER: make.name("key")}


async def test_the_same_request_twice_makes_one_candidate(http: httpx.AsyncClient) -> None:
    headers = key()

    first, second = [await http.post("/v1/candidates", json=resume(), headers=headers) for _ in range(2)]

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.headers["location"] == second.headers["location"]
    assert (REPLAYED in first.headers, second.headers[REPLAYED]) == (False, "true")
    assert len(await everything(http, "candidates")) == 1


async def test_a_form_counts_by_its_fields_and_not_by_its_boundary(http: httpx.AsyncClient) -> None:
    headers, file = key(), part(sample("cvs/03-"))

    first, second = [
        await http.post("/v1/candidates", files=file, data={"reference": "crm-7"}, headers=headers) for _ in range(2)
    ]

    assert first.request.headers["content-type"] != second.request.headers["content-type"]
    assert second.headers[REPLAYED] == "true"
    assert first.json() == second.json()


async def test_another_body_with_the_same_key_is_a_conflict(http: httpx.AsyncClient) -> None:
    headers, file = key(), part(sample("cvs/03-"))
    await http.post("/v1/candidates", files=file, data={"reference": "a"}, headers=headers)

    for content in (
        {"json": resume()},
        {"files": file},
        {"files": file, "data": {"reference": "b"}},
        {"files": {"file": ("other.txt", file["file"][1])}, "data": {"reference": "a"}},
    ):
        answer = await http.post("/v1/candidates", headers=headers, **content)
        assert answer.status_code == 409
        assert "choose a fresh key" in problem(answer)["detail"]
    assert (await http.post("/v1/jobs", json=job_ad(), headers=headers)).status_code == 409
    assert len(await everything(http, "candidates")) == 1


async def test_of_two_at_once_one_works_and_the_other_makes_nothing(http: httpx.AsyncClient) -> None:
    headers = key()

    answers = await asyncio.gather(*(http.post("/v1/candidates", json=resume(), headers=headers) for _ in range(3)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert sum(answer.status_code == 201 and REPLAYED not in answer.headers for answer in answers) == 1
    assert len(await everything(http, "candidates")) == 1


async def test_what_was_refused_may_be_tried_again_with_the_same_key(http: httpx.AsyncClient) -> None:
    headers, scan = key(), {"file": ("scan.pdf", scan_of_nothing())}

    first, second = [await http.post("/v1/candidates", files=scan, headers=headers) for _ in range(2)]

    assert (first.status_code, second.status_code) == (422, 422)
    assert REPLAYED not in second.headers
    assert first.json()["owner"] == second.json()["owner"]
    assert len(await everything(http, "candidates")) == 1


async def test_an_import_sent_again_is_the_same_import(http: httpx.AsyncClient) -> None:
    headers, files = key(), [("files", (path.name, path.read_bytes())) for path in [sample("cvs/03-")]]

    first, second = [
        await http.post("/v1/imports", data={"kind": "candidate"}, files=files, headers=headers) for _ in range(2)
    ]

    assert first.json() == second.json()
    assert len(await everything(http, "candidates")) == 1


async def test_a_match_sent_again_is_the_same_answer(http: httpx.AsyncClient) -> None:
    headers, job = key(), await create(http, "jobs", job_ad())
    await create(http, "candidates", resume())

    first = await http.post("/v1/matches", json={"job_id": job["id"]}, headers=headers)
    await create(http, "candidates", resume("Another"))
    second = await http.post("/v1/matches", json={"job_id": job["id"]}, headers=headers)

    assert first.content == second.content


async def test_a_key_is_one_tenants_own(service: Service) -> None:
    headers = key()

    answers = [await (await service.tenant()).post("/v1/candidates", json=resume(), headers=headers) for _ in range(2)]

    assert [REPLAYED in answer.headers for answer in answers] == [False, False]
    assert answers[0].json()["id"] != answers[1].json()["id"]
