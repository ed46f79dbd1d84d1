"""Candidates and jobs over HTTP: create, read, list, replace, delete."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.api.service import SAMPLES, create, everything, job_ad, match, part, problem, resume, sample

NOUNS = [("candidates", resume()), ("jobs", job_ad())]
FORMATS = sorted({(path.suffix, path.parent.name) for path in SAMPLES.glob("[cj]*s/*")})
nouns = pytest.mark.parametrize(("noun", "content"), NOUNS, ids=["candidates", "jobs"])


@pytest.mark.parametrize(("suffix", "noun"), FORMATS)
async def test_a_file_in_every_format_of_the_samples_is_taken_in(
    http: httpx.AsyncClient, suffix: str, noun: str
) -> None:
    path = min((SAMPLES / noun).glob(f"*{suffix}"))
    noun = {"cvs": "candidates"}.get(noun, noun)

    answer = await http.post(f"/v1/{noun}", files=part(path), data={"reference": path.name})

    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/{noun}/{made['id']}"
    assert made["reference"] == path.name
    assert made["profile" if noun == "candidates" else "requirements"]


@nouns
async def test_what_was_created_is_read_and_listed(
    http: httpx.AsyncClient, noun: str, content: dict[str, object]
) -> None:
    made = await create(http, noun, content)

    assert (await http.get(f"/v1/{noun}/{made['id']}")).json() == made
    assert await everything(http, noun) == [made]
    (document,) = (await http.get(f"/v1/{noun}/{made['id']}/documents")).json()
    assert document == (await http.get(f"/v1/documents/{made['document']}")).json()
    assert (document["state"], document["owner"], document["error"]) == ("indexed", made["id"], None)


@nouns
async def test_a_json_body_takes_its_reference_from_the_query(
    http: httpx.AsyncClient, noun: str, content: dict[str, object]
) -> None:
    answer = await http.post(f"/v1/{noun}?reference=crm-7", json=content)

    assert answer.json()["reference"] == "crm-7"


@nouns
async def test_two_with_one_reference_are_a_conflict_that_names_the_first(
    http: httpx.AsyncClient, noun: str, content: dict[str, object]
) -> None:
    first = (await http.post(f"/v1/{noun}?reference=crm-7", json=content)).json()

    second = await http.post(f"/v1/{noun}?reference=crm-7", json=content)

    assert second.status_code == 409
    assert first["id"] in problem(second)["detail"]
    assert len(await everything(http, noun)) == 1


async def test_replacing_keeps_the_id_and_changes_what_is_known(http: httpx.AsyncClient) -> None:
    made = await create(http, "candidates", resume(skills=["Python"]))

    answer = await http.put(f"/v1/candidates/{made['id']}?reference=new", json=resume(skills=["Kubernetes"]))

    after = answer.json()
    assert answer.status_code == 200
    assert (after["id"], after["created_at"], after["reference"]) == (made["id"], made["created_at"], "new")
    assert "Kubernetes" in [one["skill"]["label"] for one in after["profile"]["skills"]]
    assert "Python" not in [one["skill"]["label"] for one in after["profile"]["skills"]]
    documents = (await http.get(f"/v1/candidates/{made['id']}/documents")).json()
    assert [one["id"] for one in documents] == [made["document"], after["document"]]


async def test_replacing_with_the_same_bytes_changes_nothing(http: httpx.AsyncClient) -> None:
    path = sample("cvs/03-")
    made = (await http.post("/v1/candidates", files=part(path))).json()

    again = await http.put(f"/v1/candidates/{made['id']}", files=part(path))

    assert again.json() == made


async def test_a_refused_replacement_leaves_the_old_profile(http: httpx.AsyncClient) -> None:
    made = (await http.post("/v1/candidates", files=part(sample("cvs/03-")))).json()

    refused = await http.put(f"/v1/candidates/{made['id']}", files=part(sample("cvs/65-")))

    assert refused.status_code == 422
    assert problem(refused)["owner"] == made["id"]
    assert (await http.get(f"/v1/candidates/{made['id']}")).json() == made


async def test_pages_visit_everything_once_while_others_insert(http: httpx.AsyncClient) -> None:
    there = {(await create(http, "jobs", job_ad(title)))["id"] for title in ("Nurse", "Welder", "Paralegal", "Chef")}
    seen: list[str] = []
    query: dict[str, str | int] = {"limit": 2}

    while True:
        page = (await http.get("/v1/jobs", params=query)).json()
        seen += [one["id"] for one in page["items"]]
        if page["after"] is None:
            break
        query["after"] = page["after"]
        if len(seen) < 6:
            await create(http, "jobs", job_ad("Accountant"))

    assert len(seen) == len(set(seen))
    assert there <= set(seen)


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_the_pages_together_do_not_depend_on_their_size(http: httpx.AsyncClient, limit: int) -> None:
    made = [(await create(http, "jobs", job_ad(title)))["id"] for title in ("Nurse", "Welder", "Paralegal")]

    assert [one["id"] for one in await everything(http, "jobs", limit)] == made


async def test_whoever_does_not_wait_gets_the_document_to_ask_for(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/candidates", json=resume(), headers={"Prefer": "respond-async"})

    assert answer.status_code == 202
    assert answer.json()["profile"] is None
    assert (await http.get(f"/v1/candidates/{answer.json()['id']}/document")).status_code in (200, 409)
    async with asyncio.timeout(20):
        while (document := (await http.get(answer.headers["location"])).json())["state"] == "accepted":
            await asyncio.sleep(0.05)
    assert document["state"] == "indexed"
    assert (await http.get(f"/v1/candidates/{answer.json()['id']}")).json()["document"] == document["id"]


async def test_a_text_is_read_back_as_spans_point_into_it(http: httpx.AsyncClient) -> None:
    made = (await http.post("/v1/candidates", files=part(sample("cvs/02-")))).json()

    stored = (await http.get(f"/v1/candidates/{made['id']}/document")).json()

    assert stored["document"] == made["document"]
    for skill in made["profile"]["skills"]:
        assert stored["text"][skill["span"]["start"] : skill["span"]["end"]] == skill["surface"]


@nouns
async def test_deleting_forgets_rows_vectors_files_and_key(
    http: httpx.AsyncClient, noun: str, content: dict[str, object]
) -> None:
    made = await create(http, noun, content)

    gone = await http.delete(f"/v1/{noun}/{made['id']}")

    assert gone.json() == {"rows": 2, "points": 1, "blobs": 1, "keys": 1}
    for path in (f"/v1/{noun}/{made['id']}", f"/v1/{noun}/{made['id']}/document", f"/v1/documents/{made['document']}"):
        assert (await http.get(path)).status_code == 404
    assert (await http.delete(f"/v1/{noun}/{made['id']}")).status_code == 404
    assert (await http.put(f"/v1/{noun}/{made['id']}", json=content)).status_code == 404


async def test_of_several_deletions_at_once_one_does_it(http: httpx.AsyncClient) -> None:
    made = await create(http, "candidates", resume())

    answers = await asyncio.gather(*(http.delete(f"/v1/candidates/{made['id']}") for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404]


async def test_whoever_is_deleted_is_in_no_answer(http: httpx.AsyncClient) -> None:
    job = await create(http, "jobs", job_ad())
    one, other = await create(http, "candidates", resume("One")), await create(http, "candidates", resume("Other"))

    await http.delete(f"/v1/candidates/{one['id']}")

    found = await match(http, job_id=job["id"])
    assert ([each["id"] for each in found["matches"]], found["considered"]) == ([other["id"]], 1)
    asked = await http.post("/v1/matches", json={"job_id": job["id"], "candidate_ids": [one["id"]]})
    assert asked.status_code == 404
    assert (await http.post("/v1/matches", json={"candidate_id": one["id"]})).status_code == 404


async def test_a_candidate_is_no_job(http: httpx.AsyncClient) -> None:
    made = await create(http, "candidates", resume())

    assert (await http.get(f"/v1/jobs/{made['id']}")).status_code == 404
    assert (await http.delete(f"/v1/jobs/{made['id']}")).status_code == 404
    assert (await http.get(f"/v1/candidates/{made['id']}")).status_code == 200
