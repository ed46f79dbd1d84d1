"""Models made elsewhere: whole ones are registered with all that is known of them, anything that runs code is not."""

from __future__ import annotations

import json
import pickle
import shutil
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.domain import ModelVersion
from core.settings import Settings
from models.folders import write_model
from pipelines import register
from stores.registry import Registry, open_registry
from tests.serving import ROOT

CARD = {
    "description": "Weighs features by hand.",
    "data": "None: nothing was learned.",
    "licence": "As the code's, Apache-2.0.",
    "metrics": "Not measured anywhere yet.",
    "limits": "Made for a test; trust it nowhere.",
}
EVALUATION = {
    "data": {"samples": "aa"},
    "measured": {"samples": {"ndcg_10": 0.9}},
    "baselines": {"samples": {"words": {"ndcg_10": 0.8}}},
}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    var = tmp_path_factory.mktemp("register")
    return open_registry(Settings(var=var))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_model(tmp_path / "model", {"kind": "weighted"}, {})
    (tmp_path / "model" / "card.json").write_text(json.dumps(CARD))
    return tmp_path / "model"


def typed(monkeypatch: pytest.MonkeyPatch, registry: Registry, *words: str) -> None:
    monkeypatch.setenv("MATCHGRAPH_VAR", str(registry.cache.parent))
    monkeypatch.setattr(sys, "argv", ["register", *words])
    register.main()


def test_a_version_carries_card_signature_example_measures_and_lineage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], registry: Registry, folder: Path
) -> None:
    (folder / "evaluation.json").write_text(json.dumps(EVALUATION))
    (folder.parent / "fair.json").write_text(json.dumps({"passed": True, "says": "nothing changed", "pairs": 459}))

    typed(monkeypatch, registry, "ranker", str(folder), "--fairness", str(folder.parent / "fair.json"))

    name, number = capsys.readouterr().out.strip().split("/")
    version = ModelVersion(name, int(number))
    files = registry.fetch(version)
    assert json.loads((files / "card.json").read_text()) == CARD
    assert {"inputs", "outputs"} == json.loads((files / "signature.json").read_text()).keys()
    example = json.loads((files / "input_example.json").read_text())
    assert len(example["outputs"]["order"]) == len(example["inputs"]["data"])
    assert json.loads((files / "evaluation.json").read_text())["fairness"]["pairs"] == 459
    client = registry._client()
    made = client.get_model_version(version.name, str(version.number))
    run = client.get_run(made.run_id)
    assert made.tags["limits"] == CARD["limits"]
    assert run.data.metrics == {"samples.ndcg_10": 0.9}
    assert run.data.params["ranker.trees"]
    assert run.data.tags["data.samples"] == "aa"


def planted(folder: Path, how: str) -> None:
    """A file that would run its author's code when it is loaded."""
    content = pickle.dumps({"weights": [1, 2]})
    match how:
        case "pickle":
            (folder / "model.pkl").write_bytes(content)
        case "renamed pickle":
            (folder / "weights.bin").write_bytes(content)
        case "torch":
            with zipfile.ZipFile(folder / "pytorch_model.bin", "w") as archive:
                archive.writestr("archive/data.pkl", content)
        case "objects in arrays":
            np.savez(folder / "arrays.npz", one=np.array([{"a": 1}], dtype=object))
        case "code":
            (folder / "model.py").write_text("print('hello')")
        case "link":
            (folder / "weights.json").symlink_to("/etc/hostname")


@pytest.mark.parametrize("how", ["pickle", "renamed pickle", "torch", "objects in arrays", "code", "link"])
def test_what_could_run_code_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, registry: Registry, folder: Path, how: str
) -> None:
    planted(folder, how)
    (name,) = {path.name for path in folder.iterdir()} - {"model.json", "card.json"}

    with pytest.raises(SystemExit, match=f"not registered: {name}"):
        typed(monkeypatch, registry, "ranker", str(folder))


@pytest.mark.parametrize("field", CARD)
def test_a_card_that_leaves_something_out_is_refused(
    monkeypatch: pytest.MonkeyPatch, registry: Registry, folder: Path, field: str
) -> None:
    (folder / "card.json").write_text(json.dumps({**CARD, field: "?"}))

    with pytest.raises(SystemExit, match=f"`{field}` must say"):
        typed(monkeypatch, registry, "ranker", str(folder))


def test_a_model_of_another_kind_or_without_sense_is_refused(
    monkeypatch: pytest.MonkeyPatch, registry: Registry, folder: Path
) -> None:
    write_model(folder, {"kind": "neural"}, {})
    with pytest.raises(SystemExit, match="a ranker is"):
        typed(monkeypatch, registry, "ranker", str(folder))

    write_model(folder, {"kind": "weighted", "weights": {"words": float("inf")}}, {})
    with pytest.raises(SystemExit, match="finite"):
        typed(monkeypatch, registry, "ranker", str(folder))


@pytest.mark.parametrize("name", ["ranker", "scorer"])
def test_the_weights_of_this_checkout_answer_their_example(
    monkeypatch: pytest.MonkeyPatch, registry: Registry, tmp_path: Path, name: str
) -> None:
    shutil.copytree(ROOT / "models" / "weights" / name, tmp_path / name)

    typed(monkeypatch, registry, name, str(tmp_path / name))
    typed(monkeypatch, registry, name, str(tmp_path / name))

    assert registry.find(name, "no such digest") is None


def test_an_evaluation_of_another_form_is_refused(
    monkeypatch: pytest.MonkeyPatch, registry: Registry, folder: Path
) -> None:
    (folder / "evaluation.json").write_text(json.dumps({"measured": {"samples": 0.9}}))

    with pytest.raises(SystemExit, match="evaluation"):
        typed(monkeypatch, registry, "ranker", str(folder))


def test_the_fairness_report_in_the_folder_is_registered_with_its_verdict_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], registry: Registry, folder: Path
) -> None:
    (folder / "evaluation.json").write_text(json.dumps(EVALUATION))
    (folder / "fairness.json").write_text(json.dumps({"passed": False, "reasons": ["a ratio of 0.5"], "applicants": 9}))

    typed(monkeypatch, registry, "ranker", str(folder))

    name, number = capsys.readouterr().out.strip().split("/")
    kept = json.loads((registry.fetch(ModelVersion(name, int(number))) / "evaluation.json").read_text())
    assert (kept["fairness"]["passed"], kept["fairness"]["says"]) == (False, "a ratio of 0.5")


@pytest.mark.parametrize("option", ["--evaluation", "--fairness"])
def test_a_report_that_is_named_must_be_there(
    monkeypatch: pytest.MonkeyPatch, registry: Registry, folder: Path, option: str
) -> None:
    (folder / "evaluation.json").write_text(json.dumps(EVALUATION))

    with pytest.raises(SystemExit, match="is no file"):
        typed(monkeypatch, registry, "ranker", str(folder), option, str(folder / "nowhere.json"))
