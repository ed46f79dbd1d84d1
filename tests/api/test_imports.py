"""Bulk import: each file stands or falls by itself, and repeating it changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from tests.api.service import create, everything, problem, resume, sample, settled

GOOD = [sample(f"cvs/{number}-") for number in ("02", "03", "06", "10")]
SCAN = sample("cvs/65-")


async def start(
    http: httpx.AsyncClient, files: Sequence[tuple[str, bytes]], references: Sequence[str] = ()
) -> dict[str, Any]:
    answer = await http.post(
        "/v1/imports",
        data={"kind": "candidate", "references": list(references)},
        files=[("files", file) for file in files],
    )
    assert answer.status_code == 202, answer.text
    batch: dict[str, Any] = answer.json()
    return batch


def named(paths: Sequence[Path]) -> list[tuple[str, bytes]]:
    return [(path.name, path.read_bytes()) for path in paths]


async def test_good_and_bad_files_each_have_a_state_of_their_own(http: httpx.AsyncClient) -> None:
    files = [*named(GOOD), ("empty.pdf", b""), ("cv.png", b"\x89PNG"), *named([SCAN])]

    batch = await settled(http, (await start(http, files))["id"])

    assert (batch["done"], batch["total"]) == (7, 7)
    assert [item["position"] for item in batch["items"]] == list(range(7))
    assert [item["file_name"] for item in batch["items"]] == [name for name, _ in files]
    assert [item["state"] for item in batch["items"]] == ["indexed"] * 4 + ["failed"] * 3
    assert [item["error"] and item["error"]["code"] for item in batch["items"]] == [
        *[None] * 4,
        "bad-input",
        "unsupported-type",
        "unreadable-file",
    ]
    assert [item["document"] is None for item in batch["items"]] == [False] * 4 + [True] * 2 + [False]
    for item in batch["items"][:4]:
        assert (await http.get(f"/v1/candidates/{item['owner']}")).json()["document"] == item["document"]


async def test_repeating_an_import_changes_nothing(http: httpx.AsyncClient) -> None:
    references = [path.name for path in GOOD]
    await settled(http, (await start(http, named(GOOD), references))["id"])
    before = await everything(http, "candidates")

    again = await start(http, named(GOOD), references)

    assert [item["state"] for item in again["items"]] == ["indexed"] * len(GOOD)
    assert await everything(http, "candidates") == before


async def test_a_known_reference_gets_the_new_document(http: httpx.AsyncClient) -> None:
    made = (await http.post("/v1/candidates?reference=crm-7", json=resume())).json()

    batch = await settled(http, (await start(http, named(GOOD[:1]), ["crm-7"]))["id"])

    assert batch["items"][0]["owner"] == made["id"]
    (after,) = await everything(http, "candidates")
    assert (after["id"], after["document"]) == (made["id"], batch["items"][0]["document"])


async def test_the_same_reference_twice_in_one_import_is_one_candidate(http: httpx.AsyncClient) -> None:
    await settled(http, (await start(http, named(GOOD[:2]), ["crm-7", "crm-7"]))["id"])

    assert len(await everything(http, "candidates")) == 1


async def test_a_file_over_the_limit_fails_alone(http: httpx.AsyncClient) -> None:
    batch = await start(http, [("large.txt", b"word " * 2_100_000), *named(GOOD[:1])])

    assert [item["error"] and item["error"]["code"] for item in batch["items"]] == ["too-large", None]


async def test_a_reference_that_cannot_be_kept_fails_the_whole_request(http: httpx.AsyncClient) -> None:
    answer = await http.post(
        "/v1/imports",
        data={"kind": "candidate", "references": ["a\0b"]},
        files=[("files", named(GOOD[:1])[0])],
    )

    assert answer.status_code == 422
    assert "references" in problem(answer)["detail"]


async def test_what_was_forgotten_is_forgotten_in_its_import_too(http: httpx.AsyncClient) -> None:
    batch = await settled(http, (await start(http, named(GOOD[:1])))["id"])

    await http.delete(f"/v1/candidates/{batch['items'][0]['owner']}")

    (item,) = (await http.get(f"/v1/imports/{batch['id']}")).json()["items"]
    assert (item["file_name"], item["document"], item["error"]["code"]) == ("", None, "forgotten")


async def test_one_kind_of_import_makes_no_other(http: httpx.AsyncClient) -> None:
    await create(http, "candidates", resume())

    await settled(http, (await start(http, named(GOOD[:1])))["id"])

    assert await everything(http, "jobs") == []
