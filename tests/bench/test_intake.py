"""What the bench of intake compares, and the files that it sends."""

from __future__ import annotations

from pathlib import Path

from bench.cvs import cvs
from bench.intake import Measured
from core.domain import Kind, Profile
from models.reading import load_reader
from pipelines.build_parser import ROOT, build_parser


def test_files_differ_and_equal_seeds_give_equal_ones() -> None:
    once, again, other = list(cvs(6, 7)), list(cvs(6, 7)), list(cvs(6, 8))

    assert once == again
    assert len({content for _, content in [*once, *other]}) == 12


def test_each_file_is_read_as_a_profile_with_positions(tmp_path: Path) -> None:
    build_parser(ROOT / "taxonomy", ["one text", "another text"], tmp_path)
    reader = load_reader(tmp_path)

    for name, content in cvs(6, 7):
        facts = reader.file(content, name, Kind.CANDIDATE).facts
        assert isinstance(facts, Profile)
        assert facts.positions


def test_a_busy_block_is_compared_with_the_quiet_one_beside_it() -> None:
    measured = Measured(quiet=[[0.1, 0.1], [1.0, 1.0]], busy=[[0.2, 0.2], [2.0, 2.0]], alone=[3.0], beside=[2.0])

    summary = measured.summary()

    assert isinstance(summary["ratio"], dict)
    assert summary["ratio"]["p99"] == {"min": 2.0, "median": 2.0, "max": 2.0}
