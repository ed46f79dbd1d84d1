"""A parser version is built the same from the same input, and one file is shown at a glance."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.build_parser import ROOT, build_parser
from pipelines.read import main


def test_the_same_input_builds_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        build_parser(ROOT / "taxonomy", ["Python and SQL", "Python and welding"], tmp_path / name)

    one, two = (sorted((tmp_path / name).rglob("*.*")) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_a_cv_and_a_job_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build_parser(ROOT / "taxonomy", ["a text"], tmp_path)
    cv, job = (ROOT / "samples" / name for name in ("cvs/41-icu-nurse-rn.pdf", "jobs/02-data-analyst.json"))

    codes = [main([str(cv), "--parser", str(tmp_path)]), main([str(job), "--job", "--parser", str(tmp_path)])]

    shown = capsys.readouterr().out
    assert codes == [0, 0]
    assert "Danielle Okafor-Reyes" in shown
    assert "registered nurse licence" in shown
    assert "Must have" in shown


def test_an_unreadable_file_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build_parser(ROOT / "taxonomy", ["a text"], tmp_path / "parser")
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 nothing")

    code = main([str(tmp_path / "a.pdf"), "--parser", str(tmp_path / "parser")])

    assert code == 1
    assert "damaged" in capsys.readouterr().err
