"""Where things are: one folder moves all embedded defaults, and every knob is explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import Settings


def test_every_embedded_default_follows_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHGRAPH_VAR", str(tmp_path))

    settings = Settings()

    assert settings.database_url == f"embedded:{tmp_path}/postgres"
    assert settings.vectors_url == f"edge:{tmp_path}/vectors"
    assert settings.blobs_url == f"file:{tmp_path}/blobs"
    assert settings.registry_url == f"sqlite:///{tmp_path}/mlflow.db"
    assert settings.models == tmp_path / "models"


def test_one_place_can_move_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHGRAPH_BLOBS_URL", "s3://bucket/prefix")

    assert Settings().blobs_url == "s3://bucket/prefix"


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHGRAPH_MASTER_KEY", "do-not-print-me")

    assert "do-not-print-me" not in repr(Settings())


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_knob_is_explained(name: str) -> None:
    assert Settings.model_fields[name].description
