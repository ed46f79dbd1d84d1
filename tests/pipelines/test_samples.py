"""The samples are what their sources say, and stay the same from run to run."""

from __future__ import annotations

import io
import json
from functools import cache
from html import unescape
from pathlib import Path

import msgspec
import pypdfium2
import pytest
from docx import Document

from pipelines.samples.render import SAMPLES, render_cv, render_job
from pipelines.samples.source import JobAd, Resume

CVS = sorted((SAMPLES / "source" / "cvs").glob("*.json"))
JOBS = sorted((SAMPLES / "source" / "jobs").glob("*.json"))
SCANS = [path for path in CVS if "scan" in json.loads(path.read_bytes())["meta"]]
LICENSED = {
    "04-senior-accountant",
    "09-icu-registered-nurse",
    "10-secondary-maths-teacher",
    "11-industrial-electrician",
    "12-cdl-a-truck-driver",
}
GRADES = [json.loads(line) for line in (SAMPLES / "grades.jsonl").read_text("utf-8").splitlines()]
drawn_cv, drawn_job = cache(render_cv), cache(render_job)


def pdf_text(blob: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(blob))


def docx_text(blob: bytes) -> str:
    return "".join(f"{node.text} " for node in Document(io.BytesIO(blob)).element.body.iter() if node.text)


def words(name: str, blob: bytes) -> str:
    """What a reader finds in the file, with single blanks; a PDF marks a line broken in a word by U+FFFE."""
    match Path(name).suffix:
        case ".pdf":
            text = pdf_text(blob)
        case ".docx":
            text = docx_text(blob)
        case _:
            text = blob.decode()
    return " ".join(text.replace("\ufffe", "-").split())


@pytest.mark.parametrize("source", [path for path in CVS if path not in SCANS], ids=lambda path: path.stem)
def test_a_cv_holds_its_name_its_address_and_every_employer(source: Path) -> None:
    resume = msgspec.json.decode(source.read_bytes(), type=Resume)

    text = words(*drawn_cv(source))

    assert resume.basics.name in text
    assert resume.basics.email in text
    assert [work.name for work in resume.work if work.name not in text] == []


@pytest.mark.parametrize("source", JOBS, ids=lambda path: path.stem)
def test_an_ad_holds_its_title_its_employer_and_every_demand(source: Path) -> None:
    job = msgspec.json.decode(source.read_bytes(), type=JobAd)

    text = unescape(words(*drawn_job(source)))

    assert [part for part in (job.title, job.company, *job.requirements) if part not in text] == []


@pytest.mark.parametrize("source", SCANS, ids=lambda path: path.stem)
def test_a_scan_has_no_text(source: Path) -> None:
    _, blob = drawn_cv(source)

    assert len(pypdfium2.PdfDocument(blob)) >= 1
    assert pdf_text(blob) == ""


def test_a_second_run_writes_the_same_bytes() -> None:
    first = [drawn_cv(path) for path in CVS] + [drawn_job(path) for path in JOBS]

    second = [render_cv(path) for path in CVS] + [render_job(path) for path in JOBS]

    assert first == second


def test_each_source_has_its_file_in_the_repository() -> None:
    rendered = {path.name.partition(".")[0] for kind in ("cvs", "jobs") for path in (SAMPLES / kind).iterdir()}

    assert rendered == {path.stem for path in (*CVS, *JOBS)}


def test_no_two_people_share_a_name() -> None:
    names = [json.loads(path.read_bytes())["basics"]["name"] for path in CVS]

    assert len(names) == len(set(names))


def test_grades_speak_of_files_that_exist() -> None:
    jobs, readable = {path.stem for path in JOBS}, {path.stem for path in CVS if path not in SCANS}

    pairs = [(each["job"], each["cv"]) for each in GRADES]

    assert [(job, cv) for job, cv in pairs if job not in jobs or cv not in readable] == []
    assert len(pairs) == len(set(pairs)) >= 350


@pytest.mark.parametrize("ad", [path.stem for path in JOBS])
def test_each_ad_has_people_to_call_and_people_to_turn_down(ad: str) -> None:
    grades = {each["grade"] for each in GRADES if each["job"] == ad}

    assert {0, 1, 3} <= grades <= {0, 1, 2, 3}


def test_grades_use_the_whole_scale() -> None:
    for field in ("grade", "role", "skills"):
        assert {each[field] for each in GRADES} == {0, 1, 2, 3}


def test_a_licence_that_the_law_asks_for_caps_the_grade() -> None:
    without = [each for each in GRADES if each["job"] in LICENSED and each["credential"] == "unmet"]

    assert len({each["job"] for each in without}) == len(LICENSED)
    assert max(each["grade"] for each in without) == 1
