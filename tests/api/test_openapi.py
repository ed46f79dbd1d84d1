"""The committed contract is the code's."""

from __future__ import annotations

from pathlib import Path

from pipelines.openapi import contract


def test_openapi_json_is_up_to_date() -> None:
    committed = (Path(__file__).parents[2] / "openapi.json").read_text()

    assert committed == contract(), "run `make openapi` and commit the change"
