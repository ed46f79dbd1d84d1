"""The second reading answers for the held-out CVs, and is counted as our reader is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipelines.cv_matching import FIELDS
from pipelines.gold_cvs import read_gold
from pipelines.gold_readers import BATCH, SECOND, second_reader
from pipelines.samples.gold_facts import LEVELS, SECTIONS
from pipelines.tallies import f1

GOLD = Path("samples/gold")
ID = "b08-product-manager-nl"


def changed(tmp_path: Path, **facts: Any) -> Path:
    """A gold folder of one CV, whose second reading is the first but for `facts`."""
    told = json.loads((GOLD / BATCH / f"{ID}.json").read_text("utf-8"))
    for folder, answer in ((BATCH, told), (SECOND, {**told, **facts})):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{ID}.json").write_text(json.dumps(answer), "utf-8")
    return tmp_path


def test_every_held_out_cv_has_a_second_reading_of_the_same_document() -> None:
    first, second = ({cv.id: cv.path for cv in read_gold(GOLD, (batch,))} for batch in (BATCH, SECOND))

    assert first == second
    assert all(path.exists() for path in second.values())


def test_the_second_reading_keeps_to_the_words_of_the_schema() -> None:
    answers = [cv.facts for cv in read_gold(GOLD, (SECOND,))]

    assert {study.level for facts in answers for study in facts.education or ()} <= set(LEVELS)
    assert {section for facts in answers for section in facts.sections or ()} <= SECTIONS


def test_the_same_answers_agree_wholly(tmp_path: Path) -> None:
    tally = second_reader(changed(tmp_path))[ID]

    assert f1(tally, FIELDS) == 1
    assert tally.misses == []


def test_an_answer_that_differs_is_counted_in_its_field_alone(tmp_path: Path) -> None:
    tally = second_reader(changed(tmp_path, headline="Gardener"))[ID]

    assert [miss.field for miss in tally.misses] == ["headline"]


def test_without_a_second_reading_nothing_is_counted(tmp_path: Path) -> None:
    assert second_reader(tmp_path) == {}
