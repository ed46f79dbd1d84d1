"""Whatever is wrong with a request: a problem that says what to do, never a 500."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from api.problems import meanings
from tests.api.service import Service, job_ad, part, problem, sample

JSON = {"Content-Type": "application/json"}
NOBODY = "0" * 32

BAD_QUERIES: dict[str, tuple[dict[str, Any], str]] = {
    "no source": ({}, "exactly one"),
    "two sources": ({"job_id": f"job_{NOBODY}", "text": "Nurse"}, "exactly one"),
    "an empty text": ({"text": " \n"}, "empty"),
    "a text of nothing": ({"text": "zzz qqq"}, "not recognised"),
    "a long text": ({"text": "nurse " * 20_000}, "100000"),
    "text_kind without text": ({"job_id": f"job_{NOBODY}", "text_kind": "job"}, "text_kind"),
    "candidates for a candidate": (
        {"candidate_id": f"cnd_{NOBODY}", "candidate_ids": [f"cnd_{NOBODY}"]},
        "give job_ids",
    ),
    "jobs for a job": ({"job_id": f"job_{NOBODY}", "job_ids": [f"job_{NOBODY}"]}, "give candidate_ids"),
    "exactly nobody": ({"text": "Nurse", "candidate_ids": []}, "at least 1"),
    "too many ids": ({"text": "Nurse", "candidate_ids": [f"cnd_{n}" for n in range(1001)]}, "at most 1000"),
    "an id with NUL": ({"text": "Nurse", "candidate_ids": ["cnd_\0"]}, "candidate_ids/0"),
    "limit 0": ({"text": "Nurse", "limit": 0}, "#/limit"),
    "limit 101": ({"text": "Nurse", "limit": 101}, "#/limit"),
    "a negative weight": ({"text": "Nurse", "weights": {"skills": -1}}, "#/weights/skills"),
    "a weight of 11": ({"text": "Nurse", "weights": {"skills": 11}}, "#/weights/skills"),
    "a weight of no number": ({"text": "Nurse", "weights": {"skills": "NaN"}}, "#/weights/skills"),
    "an unknown category": ({"text": "Nurse", "weights": {"charm": 1}}, "#/weights/charm"),
    "an unknown field": ({"text": "Nurse", "limits": 3}, "#/limits"),
    "an unknown filter": ({"text": "Nurse", "filters": {"country": ["DE"]}}, "#/filters/country"),
    "a country by name": ({"text": "Nurse", "filters": {"countries": ["Germany"]}}, "#/filters/countries/0"),
    "least over most": ({"text": "Nurse", "filters": {"min_years": 5, "max_years": 2}}, "least"),
    "a level of no scale": ({"text": "Nurse", "filters": {"languages": [{"code": "de", "level": "d1"}]}}, "level"),
    "a degree of none": ({"text": "Nurse", "filters": {"min_education": "wizard"}}, "min_education"),
    "a circle of nowhere": ({"text": "Nurse", "filters": {"near": {"latitude": 91, "longitude": 0}}}, "near"),
    "a skill with NUL": ({"text": "Nurse", "filters": {"all_skills": ["a\0"]}}, "all_skills"),
}


@pytest.mark.parametrize("name", BAD_QUERIES)
async def test_a_query_that_cannot_be_meant_is_refused_and_says_where(http: httpx.AsyncClient, name: str) -> None:
    query, hint = BAD_QUERIES[name]

    answer = await http.post("/v1/matches", json=query)

    said = problem(answer)
    assert answer.status_code == 422
    assert hint in said["detail"], said


BAD_REQUESTS: dict[str, tuple[str, str, dict[str, Any], int]] = {
    "broken JSON for a match": (
        "POST",
        "/v1/matches",
        {"content": b'{"a":', "headers": JSON},
        422,
    ),
    "broken JSON for a CV": (
        "POST",
        "/v1/candidates",
        {"content": b'{"a":', "headers": JSON},
        415,
    ),
    "half a character": ("POST", "/v1/matches", {"content": b'{"text": "Nurse \\ud800"}', "headers": JSON}, 422),
    "half a character in a CV": (
        "POST",
        "/v1/candidates",
        {"content": b'{"basics": {"name": "\\ud800"}}', "headers": JSON},
        422,
    ),
    "deep JSON": (
        "POST",
        "/v1/candidates",
        {"content": b'{"a":' * 99_999, "headers": JSON},
        415,
    ),
    "deep JSON for a match": (
        "POST",
        "/v1/matches",
        {"content": b'{"a":' * 99_999, "headers": JSON},
        400,
    ),
    "a JSON list": ("POST", "/v1/candidates", {"json": [1]}, 415),
    "a CV that is no JSON Resume": ("POST", "/v1/candidates", {"json": {"basics": 7}}, 422),
    "a job without title": ("POST", "/v1/jobs", {"json": {"company": "Fernhill"}}, 422),
    "JSON that is no UTF-8": (
        "POST",
        "/v1/matches",
        {"content": b'{"text":"\xff"}', "headers": JSON},
        400,
    ),
    "plain text": ("POST", "/v1/candidates", {"content": b"hello", "headers": {"Content-Type": "text/plain"}}, 415),
    "no content type": ("POST", "/v1/candidates", {"content": b"hello"}, 415),
    "plain text for a match": (
        "POST",
        "/v1/matches",
        {"content": b"hello", "headers": {"Content-Type": "text/plain"}},
        422,
    ),
    "a form without file": ("POST", "/v1/candidates", {"data": {"file": "text"}, "files": {"other": b"x"}}, 422),
    "a form without boundary": (
        "POST",
        "/v1/candidates",
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        400,
    ),
    "a form that ends early": (
        "POST",
        "/v1/candidates",
        {
            "content": b'--x\r\nContent-Disposition: form-data; name="file"; fi',
            "headers": {"Content-Type": "multipart/form-data; boundary=x"},
        },
        422,
    ),
    "a reference with NUL": ("POST", "/v1/jobs", {"params": {"reference": "a\0b"}, "json": job_ad()}, 422),
    "a reference with NUL in a form": (
        "POST",
        "/v1/jobs",
        {"data": {"reference": "a\0b"}, "files": part(sample("jobs/01-"))},
        422,
    ),
    "a long reference": ("POST", "/v1/jobs", {"params": {"reference": "a" * 201}, "json": job_ad()}, 422),
    "an odd cursor": ("GET", "/v1/jobs", {"params": {"after": "\0"}}, 422),
    "a cursor that is no id": ("GET", "/v1/jobs", {"params": {"after": "../../etc"}}, 422),
    "a page of none": ("GET", "/v1/jobs", {"params": {"limit": 0}}, 422),
    "a page of too many": ("GET", "/v1/jobs", {"params": {"limit": 101}}, 422),
    "a huge number": ("GET", "/v1/jobs", {"params": {"limit": "9" * 5000}}, 422),
    "an unknown path": ("GET", "/v1/nothing", {}, 404),
    "an unknown problem": ("GET", "/problems/nothing", {}, 404),
    "a method that is not there": ("PATCH", "/v1/jobs", {}, 405),
    "an empty idempotency key": ("POST", "/v1/jobs", {"headers": {"Idempotency-Key": ""}, "json": job_ad()}, 422),
    "a long idempotency key": ("POST", "/v1/jobs", {"headers": {"Idempotency-Key": "k" * 201}, "json": job_ad()}, 422),
    "an import of no known kind": (
        "POST",
        "/v1/imports",
        {"data": {"kind": "dog"}, "files": [("files", ("a.txt", b"x"))]},
        422,
    ),
    "an import without files": ("POST", "/v1/imports", {"data": {"kind": "job"}}, 422),
    "references that do not fit": (
        "POST",
        "/v1/imports",
        {"data": {"kind": "job", "references": ["a", "b"]}, "files": [("files", ("a.txt", b"x"))]},
        422,
    ),
    "501 files": ("POST", "/v1/imports", {"data": {"kind": "job"}, "files": [("files", ("a.txt", b"x"))] * 501}, 422),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
async def test_a_request_that_is_not_as_described_is_a_problem_and_no_crash(http: httpx.AsyncClient, name: str) -> None:
    method, path, content, status = BAD_REQUESTS[name]

    answer = await http.request(method, path, **content)

    said = problem(answer)
    assert answer.status_code == status, said
    meaning = await http.get(said["type"])
    assert (meaning.status_code, bool(meaning.text)) == (200, True)


@pytest.mark.parametrize("code", meanings())
async def test_the_type_of_every_problem_says_what_it_means(service: Service, code: str) -> None:
    answer = await service.client().get(f"/problems/{code}")

    assert answer.status_code == 200
    assert answer.text


async def test_every_answer_has_an_id_of_its_request(http: httpx.AsyncClient) -> None:
    answers = [await http.get(path) for path in ("/v1/jobs", "/v1/nothing", "/health/live", "/v1/jobs")]

    assert len({answer.headers["x-request-id"] for answer in answers}) == len(answers)
