"""The gold CVs hold what their gold says, and stay the same from run to run."""

from __future__ import annotations

import io
import json
import re
import zipfile
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from lxml import etree

from pipelines.samples.gold import BATCHES, GOLD, render, written
from pipelines.samples.gold_facts import AS_OF, LEVELS, SECTIONS, years

FOUND = sorted(path for batch in BATCHES for path in (GOLD / batch).glob("*.json"))
AT_LEAST = {"easy": 80, "hard_a": 21, "hard_b": 21, "hard_c": 20}
KEYS = [
    *("file", "layout", "country", "name", "email", "phone", "headline", "positions", "years_total", "education"),
    *("credentials", "languages", "place", "relocate", "sections", "skills_listed"),
]
MOMENT = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")


def gold(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))


def xml_text(blob: bytes, parts: str) -> str:
    with zipfile.ZipFile(io.BytesIO(blob)) as package:
        names = [name for name in package.namelist() if re.fullmatch(parts, name)]
        return " ".join("".join(etree.fromstring(package.read(name)).itertext()) for name in names)


def rtf_text(text: str) -> str:
    text = re.sub(r"\\u(\d+)\?", lambda code: chr(int(code[1])), text)
    return re.sub(r"\\[a-z]+\d* ?|[{}]", "", text)


@cache
def words(path: Path) -> str:
    """The document's letters and figures, without case, blanks, hyphens and marks."""
    blob = path.read_bytes()
    match path.suffix:
        case ".pdf":
            text = "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(blob))
        case ".docx":
            text = xml_text(blob, r"word/(document|header\d*|footer\d*)\.xml")
        case ".odt":
            text = xml_text(blob, r"content\.xml")
        case ".rtf":
            text = rtf_text(blob.decode())
        case ".html":
            text = unescape(re.sub(r"<[^>]*>", "", blob.decode()))
        case _:
            text = decoded(blob)
    return squeezed(text)


def decoded(blob: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return blob.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("neither UTF-8 nor Windows-1252")


def squeezed(text: str) -> str:
    return re.sub(r"[\W_\ufffe]", "", text).casefold()


def stands(value: str, text: str, layout: str) -> bool:
    """Where columns are drawn row by row, a value of two lines has the neighbour's words in it."""
    pieces = re.split(r"[\s\-]+", value) if layout.endswith("-rows") else [value]
    return all(squeezed(piece) in text for piece in pieces)


def verbatim(facts: dict[str, Any]) -> list[str]:
    """All strings that the document must hold as they are."""
    jobs = [value for job in facts["positions"] for value in (job["title"], job["employer"])]
    schools = [value for school in facts["education"] for value in (school["field"], school["institution"])]
    person = [facts[key] for key in ("name", "email", "phone", "headline")]
    labels = [credential["label"] for credential in facts["credentials"]]
    return [value for value in [*person, *jobs, *schools, *labels, *facts["skills_listed"]] if value]


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_the_gold_says_stands_in_the_document(path: Path) -> None:
    facts = gold(path)

    text = words(GOLD / facts["file"])

    assert [value for value in verbatim(facts) if not stands(value, text, facts["layout"])] == []


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_every_year_of_the_gold_stands_in_the_document(path: Path) -> None:
    facts = gold(path)
    moments = [job[key] for job in facts["positions"] for key in ("start", "end")]
    moments += [school["end"] for school in facts["education"]]
    years_said = {moment[:4] for moment in moments if moment not in {None, "present"}}

    text = words(GOLD / facts["file"])

    assert [year for year in years_said if year not in text and year[2:] not in text] == []


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_the_gold_keeps_to_its_schema(path: Path) -> None:
    facts = gold(path)
    moments = [job[key] for job in facts["positions"] for key in ("start", "end")]
    moments += [school["end"] for school in facts["education"]]

    assert list(facts) == KEYS
    assert all(moment in {None, "present"} or MOMENT.fullmatch(moment) for moment in moments)
    assert {school["level"] for school in facts["education"]} <= set(LEVELS)
    assert set(facts["sections"]) <= SECTIONS
    assert {one["level"] for one in facts["languages"]} <= {"a1", "a2", "b1", "b2", "c1", "c2", "native", None}
    assert all(re.fullmatch("[a-z]{2}", one["code"]) for one in facts["languages"])


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_no_job_ends_before_it_starts_or_begins_after_the_day_of_reading(path: Path) -> None:
    for job in gold(path)["positions"]:
        if job["start"] and job["end"]:
            assert job["end"] == "present" or job["start"][:4] <= job["end"][:4]
            assert job["end"] == "present" or years([job]) > 0
            assert job["start"] < f"{AS_OF[0]}-{AS_OF[1]:02}"


@pytest.mark.parametrize("batch", BATCHES)
def test_each_batch_is_as_large_as_it_was_meant_to_be(batch: str) -> None:
    assert len(list((GOLD / batch).glob("*.json"))) >= AT_LEAST[batch]


def test_no_two_gold_cvs_share_a_stem_a_file_or_an_address() -> None:
    every = [gold(path) for path in FOUND]
    addresses = [facts["email"] for facts in every if facts["email"]]

    assert len({path.stem for path in FOUND}) == len(FOUND)
    assert len({facts["file"] for facts in every}) == len(FOUND)
    assert sorted({one for one in addresses if addresses.count(one) > 1}) == []


@pytest.mark.parametrize("batch", BATCHES)
def test_a_second_run_writes_the_bytes_that_are_there(batch: str) -> None:
    files = written(GOLD, batch)

    assert files.keys() == {path.name for path in (GOLD / batch).iterdir()}
    assert [name for name, blob in files.items() if blob != (GOLD / batch / name).read_bytes()] == []


def test_overlapping_jobs_count_once_and_a_year_alone_stands_for_its_middle() -> None:
    first = {"start": "2019-01", "end": "2020-12"}

    assert years([first, {"start": "2020-01", "end": "2020-12"}]) == 2
    assert years([{"start": "2019", "end": "2021"}]) == 2
    assert years([{"start": "2020", "end": "2020"}]) == 0.5


def test_a_source_that_changes_changes_its_document(tmp_path: Path) -> None:
    source = min((GOLD / "source" / "hard_a").glob("*.cv"))
    other = tmp_path / source.name
    other.write_text(source.read_text("utf-8") + "\nOne line more.\n", "utf-8")

    before, after = render(source, "hard_a"), render(other, "hard_a")

    assert before.keys() == after.keys()
    assert before != after
