"""Skills that a CV does not name: its words are linked, and everybody sees that they were."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from core.domain import Kind, Profile
from models.embedding_hashing import HashingEncoder
from models.linking import SURE
from models.reading import load_reader
from pipelines.linking_reader import linked
from tests.api.service import match
from tests.serving import DIMENSION

CV = """Jo Example
Network engineer

Skills
Python, planning capacity

Experience
Network engineer, Acme Ltd, January 2020 - March 2024
- Ran the wires of three sites and kept the books of what was spent on each of them, with two others in Leeds
"""
AD = "Network engineer\n\nRequirements\n- 3 years of work with Python\n- Capacity planning\n"
PHRASE = "planning capacity"  # the dictionary knows "capacity planning"


@pytest.fixture
async def candidate(http: httpx.AsyncClient) -> str:
    made = (await http.post("/v1/candidates", files={"file": ("jo.txt", CV.encode())})).raise_for_status().json()
    return str(made["id"])


async def test_a_profile_says_how_sure_a_linked_skill_is_and_where_it_stands(
    http: httpx.AsyncClient, candidate: str
) -> None:
    stored = (await http.get(f"/v1/candidates/{candidate}")).json()
    read = (await http.get(f"/v1/candidates/{candidate}/document")).json()

    skills = {one["skill"]["id"]: one for one in stored["profile"]["skills"]}
    assert (skills["python"]["sure"], skills["capacity-planning"]["sure"]) == (1.0, SURE)
    assert skills["capacity-planning"]["surface"] == PHRASE
    span = skills["capacity-planning"]["span"]
    assert read["text"][span["start"] : span["end"]] == PHRASE
    assert "capacity planning (by words close to it)" in {one["label"] for one in read["highlights"]}


async def test_a_filter_on_skills_takes_names_only(http: httpx.AsyncClient, candidate: str) -> None:
    for skill, found in (("python", True), ("capacity-planning", False)):
        answer = await match(http, text=AD, filters={"all_skills": [skill]})

        assert (candidate in {one["id"] for one in answer["matches"]}) is found


async def test_offline_reads_what_serving_stores(http: httpx.AsyncClient, candidate: str, parser_folder: Path) -> None:
    stored = (await http.get(f"/v1/candidates/{candidate}")).json()
    offline = linked(load_reader(parser_folder, phrases=True), HashingEncoder(DIMENSION), parser_folder)

    facts = offline.file(CV.encode(), "jo.txt", Kind.CANDIDATE).facts

    assert isinstance(facts, Profile)
    assert {one.skill.id: one.sure for one in facts.skills} == {
        one["skill"]["id"]: one["sure"] for one in stored["profile"]["skills"]
    }
