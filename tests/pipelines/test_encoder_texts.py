"""What the encoder learns from: never what it is measured on, and nothing beside what could mean the same."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from core.domain import Kind
from pipelines.encoder_batches import plan
from pipelines.encoder_texts import Alike, Graded, ads, chosen_by, cvs, kept_back, shared_sources, vacancy_titles
from pipelines.features import graded
from pipelines.params import FeaturesParams, Mix, Style, section


def body(name: str) -> str:
    """Thirty words of its own, four times over."""
    return " ".join(f"{name}{n}" for n in range(30)) + ". " + (" ".join(f"{name}{n}" for n in range(30)) + ". ") * 3


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Ads and CVs: a graded one, one that repeats much of it, an open one, and one that is marked as a copy."""
    for folder in ("graded_dev", "jobs_monster", "resumes_livecareer"):
        (tmp_path / folder).mkdir()
    pair = {"job": "m0001", "cv": "11", "grade": 1, "role": 1}
    (tmp_path / "graded_dev/pairs.jsonl").write_text(json.dumps(pair) + "\n")
    rows = [(1, "graded", False), (2, "graded", False), (3, "open", False), (4, "copied", True)]
    with gzip.open(tmp_path / "jobs_monster/jobs.csv.gz", "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "job_title", "location", "job_description", "dup"])
        writer.writerows([row, f"{name} Mechanic Job in Bern", "Bern", body(name), copy] for row, name, copy in rows)
    people = [{"id": f"1{row}", "dup": copy, "text": f"{name} MECHANIC\n{body(name)}"} for row, name, copy in rows]
    with gzip.open(tmp_path / "resumes_livecareer/resumes.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(one) + "\n" for one in people)
    return tmp_path


def test_graded_ads_and_cvs_and_copies_are_left_out(data: Path) -> None:
    left_out = Graded(data)

    read = [*ads(data, left_out), *cvs(data, left_out)]

    assert [one.ones for one in read] == [("open Mechanic",), ("open MECHANIC",)]
    assert not any("graded" in text or "copied" in text for one in read for text in one.others)


@pytest.fixture(scope="module")
def real() -> Path:
    data = section("features", FeaturesParams).data
    if not (data / "graded_dev").is_dir():
        pytest.skip(f"{data} is not there")
    return data


@pytest.fixture(scope="module")
def learned(real: Path) -> dict[str, list[Alike]]:
    return shared_sources(real)


def test_nothing_that_is_learned_from_repeats_a_graded_text(real: Path, learned: dict[str, list[Alike]]) -> None:
    pairs, text_of = graded(real)
    documents = {(kind, key) for p in pairs for kind, key in ((Kind.JOB, p.job), (Kind.CANDIDATE, p.cv))}
    seen = [runs(str(text_of(kind, key).content)) for kind, key in sorted(documents)]
    holding = defaultdict[tuple[str, ...], list[int]](list)
    for at, some in enumerate(seen):
        for run in some:
            holding[run].append(at)

    bodies = [one for name in ("ads", "cvs") for one in learned[name]]
    shared = [Counter(at for run in runs(" ".join(one.others)) for at in holding.get(run, ())) for one in bodies]

    assert len(bodies) > 1000
    assert [at for counts in shared for at, count in counts.items() if count >= 0.25 * len(seen[at])] == []


def runs(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[at : at + 8]) for at in range(len(words) - 7)}


def test_what_is_kept_back_is_not_learned_from(real: Path, learned: dict[str, list[Alike]]) -> None:
    kept = kept_back(real)

    for name in ("ads", "cvs"):
        assert len(kept[name]) > 50
        assert not {one.keys for one in learned[name]} & {one.keys for one in kept[name]}


def test_a_vacancy_by_which_encoders_are_chosen_or_tested_is_not_learned_from(
    real: Path, learned: dict[str, list[Alike]]
) -> None:
    titles = {title for one in learned["vacancies"] for title in one.ones}
    never = {title.lower() for title, _ in vacancy_titles(real, "test")}
    never |= {title.lower() for title, _ in vacancy_titles(real, "val") if chosen_by(title)}

    assert len(titles) > 5000
    assert not titles & never


def test_two_that_share_a_key_never_stand_in_one_batch() -> None:
    items = [Alike((f"one {n}",), (f"other {n}",), frozenset({f"key {n % 12}", f"own {n}"})) for n in range(60)]

    batches = plan({"some": items}, {"some": Mix(100, 10, 16)}, Style(0.0, 0.0, 0.0), seed=1)

    place = {text: n for n in range(60) for text in (f"one {n}", f"other {n}")}
    for batch in batches:
        assert [place[text] for text in batch.ones] == [place[text] for text in batch.others]
        assert len({place[text] % 12 for text in batch.ones}) == len(batch.ones)


def test_a_part_of_a_batch_is_of_siblings() -> None:
    items = [Alike((f"one {n}",), (f"other {n}",), frozenset({str(n)}), near=str(n // 10)) for n in range(1000)]

    [batch, *_] = plan({"some": items}, {"some": Mix(100, 50, 16)}, Style(0.4, 0.0, 0.0), seed=1)

    groups = [int(text.split()[1]) // 10 for text in batch.ones]
    assert max(groups.count(group) for group in groups) >= 9


def test_a_pair_is_two_names_where_there_are_two() -> None:
    items = [Alike(names, names, frozenset({names[0]})) for names in zip("abcdefghij", "klmnopqrst", strict=True)]

    batches = plan({"some": items}, {"some": Mix(80, 10, 16)}, Style(0.0, 0.0, 0.0), seed=1)

    assert all(one != other for batch in batches for one, other in zip(batch.ones, batch.others, strict=True))
