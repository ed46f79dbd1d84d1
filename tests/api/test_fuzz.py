"""Nonsense of every kind, drawn anew each time: refused or answered, never a 500."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.match_schemas import FiltersIn, MatchIn
from tests.api.conftest import Fed
from tests.api.service import Service, job_ad, problem

EXAMPLES = 40
bounded = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

WORDS = st.text(max_size=30) | st.sampled_from(["\0", "Nurse", "Python", "job_1", "cnd_1", "de", "DE", "remote"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
VALUES = st.recursive(
    SCALARS, lambda of: st.lists(of, max_size=3) | st.dictionaries(WORDS, of, max_size=3), max_leaves=6
)


def bodies(fields: Any, **known: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the fields that are read, with values of any type; `known` ones are mostly as they should be."""
    drawn = {name: known.get(name, VALUES) | VALUES for name in fields}
    return st.fixed_dictionaries({}, optional=drawn)


QUERIES = bodies(
    MatchIn.model_fields,
    filters=bodies(FiltersIn.model_fields),
    text=WORDS,
    limit=st.integers(0, 101),
    weights=st.dictionaries(st.sampled_from(["title", "skills", "charm"]), st.floats(), max_size=3),
)
RESUMES = bodies(["basics", "work", "education", "skills", "languages", "certificates"])
HEADERS = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
async def victim(service: Service) -> tuple[httpx.AsyncClient, str]:
    """A job that is replaced again and again; nobody waits for the reading."""
    client = await service.tenant()
    client.headers["Prefer"] = "respond-async"
    return client, (await client.post("/v1/jobs", json=job_ad())).json()["id"]


def right(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        problem(answer)


@bounded
@given(query=QUERIES)
async def test_no_query_breaks_a_match(fed: Fed, query: dict[str, Any]) -> None:
    right(await fed.http.post("/v1/matches", content=json.dumps(query), headers=HEADERS))


@bounded
@given(content=RESUMES.map(json.dumps) | VALUES.map(json.dumps) | st.binary(max_size=200))
async def test_no_body_breaks_an_upload(victim: tuple[httpx.AsyncClient, str], content: str | bytes) -> None:
    http, job = victim

    right(await http.put(f"/v1/jobs/{job}", content=content, headers=HEADERS))


@bounded
@given(content=st.binary(max_size=300), name=st.text(max_size=20), reference=st.text(max_size=20))
async def test_no_form_breaks_an_upload(
    victim: tuple[httpx.AsyncClient, str], content: bytes, name: str, reference: str
) -> None:
    http, job = victim
    quoted = name.encode("utf-8", "surrogatepass").replace(b'"', b"")
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + quoted + b'"\r\n\r\n' + content
    form += (
        b'\r\n--x\r\nContent-Disposition: form-data; name="reference"\r\n\r\n' + reference.encode() + b"\r\n--x--\r\n"
    )

    right(await http.put(f"/v1/jobs/{job}", content=form, headers={"Content-Type": "multipart/form-data; boundary=x"}))


@bounded
@given(
    path=st.sampled_from(["candidates", "jobs", "documents", "matches", "imports"]), id=st.text(min_size=1, max_size=20)
)
async def test_no_id_breaks_a_route(fed: Fed, path: str, id: str) -> None:
    right(await fed.http.get(httpx.URL(f"http://matchgraph/v1/{path}/").join(_quoted(id))))


@bounded
@given(query=st.dictionaries(st.sampled_from(["after", "limit", "x"]), st.text(max_size=20)))
async def test_no_cursor_breaks_a_list(fed: Fed, query: dict[str, str]) -> None:
    right(await fed.http.get("/v1/candidates", params=query))


def _quoted(text: str) -> str:
    return "./" + "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
