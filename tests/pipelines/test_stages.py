"""`dvc.yaml` is sound, what is absent is said, and what a stage made goes to S3 and comes back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import yaml
from moto.server import ThreadedMotoServer

from pipelines import prepare

ROOT = Path(__file__).parents[2]
STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
MADE = {out if isinstance(out, str) else next(iter(out)) for stage in STAGES.values() for out in stage.get("outs", [])}
BUCKET = "matchgraph-dvc"


@pytest.mark.parametrize("name", STAGES)
def test_what_a_stage_needs_is_in_the_repository_or_made_by_another(name: str) -> None:
    for needed in STAGES[name]["deps"]:
        path = Path(needed)
        made = any(Path(out) == path or Path(out) in path.parents for out in MADE)
        assert made or (ROOT / path).exists(), f"{name} needs {needed}"


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_lists_its_own_code_and_parameters_that_exist(name: str) -> None:
    stage, params = STAGES[name], yaml.safe_load((ROOT / "params.yaml").read_text())
    module = stage["cmd"].split()[2].replace(".", "/")

    assert any(dep == f"{module}.py" or module.startswith(dep) for dep in stage["deps"])
    for key in stage.get("params", []):
        assert key.split(".")[0] in params


def test_absent_data_are_said_and_have_an_empty_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "a.txt").write_text("a")
    (tmp_path / "params.yaml").write_text("prepare: {data: ../nowhere, samples: samples}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["prepare"])

    prepare.main()

    assert "graded_dev" in capsys.readouterr().out
    assert json.loads(Path("artifacts/data/graded_dev.json").read_text()) == {}
    assert json.loads(Path("artifacts/data/samples.json").read_text()).keys() == {"a.txt"}


@pytest.fixture
def s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def test_what_a_stage_made_goes_to_s3_and_comes_back(s3: str, tmp_path: Path) -> None:
    secrets = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    boto3.client(
        "s3",
        endpoint_url=s3,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="us-east-1",
    ).create_bucket(Bucket=BUCKET)

    def dvc(*arguments: str) -> None:
        command = [sys.executable, "-m", "dvc", *arguments, "-q"]
        subprocess.run(command, check=True, cwd=tmp_path, env={**os.environ, **secrets})

    dvc("init", "--no-scm")
    (tmp_path / "made.bin").write_bytes(b"made by a stage")
    dvc("add", "made.bin")
    dvc("remote", "add", "--default", "storage", f"s3://{BUCKET}/stages")
    dvc("remote", "modify", "storage", "endpointurl", s3)

    dvc("push")
    (tmp_path / "made.bin").unlink()
    shutil.rmtree(tmp_path / ".dvc" / "cache")
    dvc("pull")

    assert (tmp_path / "made.bin").read_bytes() == b"made by a stage"
