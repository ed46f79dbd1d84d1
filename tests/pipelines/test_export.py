"""The exporter on tiny random models of several families; skipped where the `train` extra is not installed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.domain import Matrix
from core.errors import ModelError
from models.embedding import load_encoder
from pipelines.export import GATES, PROBE, Gate, _best, _check_graph, _needed, _tokenizer, _Written, export
from pipelines.export_measuring import agreement, passages_of
from pipelines.export_source import Source, load_source, require, write_onnx
from tests.pipelines.tiny import trains, write_tiny


def unit(rows: Matrix) -> Matrix:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def quiet(step: str) -> None:
    del step


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("tiny"), "bert")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, tiny: Path) -> Path:
    out = tmp_path_factory.mktemp("exported") / "openvino"
    export(str(tiny), out, precision="fp32", say=quiet)
    return out


@trains
def test_what_is_served_is_what_the_source_says(exported: Path, tiny: Path) -> None:
    source = unit(load_source(str(tiny)).encode(PROBE))

    served = load_encoder(exported, threads=1).encode(PROBE)

    np.testing.assert_allclose(served, source, atol=1e-5)


@trains
@pytest.mark.parametrize("family", ["distilbert", "mpnet", "roberta"])
def test_any_family_of_model_can_be_traced(tmp_path: Path, family: str) -> None:
    source = load_source(str(write_tiny(tmp_path, family)))

    write_onnx(source, tmp_path / "model.onnx")

    assert _check_graph(source, _tokenizer(source), tmp_path) < 1e-5


@trains
def test_onnx_and_openvino_serve_the_same(tmp_path: Path, exported: Path, tiny: Path) -> None:
    export(str(tiny), tmp_path / "onnx", precision="fp32", runtime="onnx", say=quiet)

    a, b = (load_encoder(folder, threads=1).encode(PROBE) for folder in (tmp_path / "onnx", exported))

    np.testing.assert_allclose(a, b, atol=1e-5)


@trains
def test_a_version_says_what_it_is_and_how_good(exported: Path) -> None:
    model = json.loads((exported / "model.json").read_text())

    assert model["source"] == "bert"
    assert (model["kind"], model["precision"], model["dimension"], model["max_length"]) == ("openvino", "fp32", 24, 64)
    assert model["quality"]["overlap_at_10"] >= GATES["fp32"].overlap_at_10
    assert set(model["files"]) == {"model.bin", "model.xml", "tokenizer.json"}


@trains
def test_a_lost_mask_is_refused_on_the_padded_batch(tmp_path: Path, tiny: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="needs the train extra")
    source = load_source(str(tiny))
    path = tmp_path / "model.onnx"
    write_onnx(source, path)
    onnx.save(_without_mask(onnx, onnx.load(path)), path)

    with pytest.raises(ModelError, match="differs from its source"):
        _check_graph(source, _tokenizer(source), tmp_path)


def _without_mask(onnx: Any, model: Any) -> Any:
    """The same graph, which sees every position: what an export does that traces the mask away."""
    for node in model.graph.node:
        node.input[:] = ["all_ones" if name == "attention_mask" else name for name in node.input]
    ones = onnx.helper.make_node("Equal", ["input_ids", "input_ids"], ["all_true"])
    cast = onnx.helper.make_node("Cast", ["all_true"], ["all_ones"], to=onnx.TensorProto.INT64)
    nodes = [ones, cast, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


@trains
def test_what_fails_its_gate_leaves_nothing_behind(tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GATES, "fp32", Gate(1.1, 1.1))  # type: ignore[arg-type]

    with pytest.raises(ModelError, match=r"below 1\.1: not written"):
        export(str(tiny), tmp_path / "out", precision="fp32", say=quiet)

    assert list(tmp_path.iterdir()) == []


@trains
def test_a_version_is_never_overwritten(tmp_path: Path, tiny: Path) -> None:
    kept = tmp_path / "out" / "model.json"
    kept.parent.mkdir()
    kept.write_text("{}")

    with pytest.raises(ModelError, match="never overwritten"):
        export(str(tiny), tmp_path / "out", say=quiet)

    assert kept.read_text() == "{}"


@trains
def test_a_precision_that_a_runtime_lacks_is_refused_before_the_work(tmp_path: Path, tiny: Path) -> None:
    with pytest.raises(ModelError, match="bf16 does not go with onnx"):
        export(str(tiny), tmp_path / "out", precision="bf16", runtime="onnx", say=quiet)

    assert list(tmp_path.iterdir()) == []


@trains
def test_a_folder_that_holds_no_model_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(ModelError, match="not a sentence-transformers model"):
        load_source(str(tmp_path / "empty"))


def test_without_the_train_extra_one_line_says_what_to_install() -> None:
    with pytest.raises(ModelError, match=r"pip install '\.\[train\]'"):
        require("a_package_that_nobody_has")


FAITHFUL = {"cosine_p1": 1.0, "overlap_at_10": 1.0}
FLATTENED = {"cosine_p1": 0.99, "overlap_at_10": 0.9}


def written(precision: str, quality: Mapping[str, float], seconds: float) -> _Written:
    return _Written(precision, Path(precision), quality, seconds)


def test_below_its_gate_an_export_is_refused_with_its_numbers() -> None:
    with pytest.raises(ModelError, match=r"int8 overlap_at_10 is 0\.9, below 0\.94"):
        _best("a model", [written("int8", FLATTENED, 1.0)], quiet)


def test_of_faithful_precisions_the_fastest_is_taken() -> None:
    slow, fast = written("int8", FAITHFUL, 2.0), written("bf16", FAITHFUL, 1.0)

    assert _best("a model", [slow, fast], quiet) is fast


def test_mixed_is_tried_where_int8_is_not_faithful() -> None:
    assert not _needed("int8-mixed", [written("int8", FAITHFUL, 1.0)])
    assert _needed("int8-mixed", [written("int8", FLATTENED, 1.0)])
    assert _needed("int8-mixed", [])  # asked for by name
    assert _needed("bf16", [written("int8", FAITHFUL, 1.0)])


def test_a_precision_that_is_fast_and_not_faithful_is_passed_over() -> None:
    fast, faithful = written("int8", FLATTENED, 1.0), written("bf16", FAITHFUL, 2.0)

    assert _best("a model", [fast, faithful], quiet) is faithful


def test_a_model_agrees_with_itself() -> None:
    rows = unit(np.random.default_rng(1).normal(size=(40, 8)).astype(np.float32))

    agreed = agreement(rows, rows)

    assert agreed["overlap_at_10"] == agreed["overlap_at_10_mixed"] == 1.0
    assert agreed["cosine_min"] > 0.9999


def test_noise_loses_neighbours_before_it_loses_cosines() -> None:
    generator = np.random.default_rng(1)
    rows = generator.normal(size=(200, 64)).astype(np.float32)

    agreed = agreement(unit(rows + generator.normal(size=rows.shape).astype(np.float32) * 0.05), unit(rows))

    assert agreed["cosine_p1"] > 0.99 > agreed["overlap_at_10"]


def test_passages_are_whole_lines_of_very_different_lengths_and_the_same_for_a_seed() -> None:
    text = "\n".join(f"line {number} of a long career" for number in range(2000))

    passages = passages_of([text], seed=3)

    assert passages == passages_of([text], seed=3)
    assert sum(map(len, passages)) >= len(text) - 2 * 2000
    assert max(map(len, passages)) > 10 * min(map(len, passages))


def test_a_source_names_its_pooling_for_people() -> None:
    class Pooling:
        pooling_mode = "mean"

    source = Source("m", [object(), Pooling()], dimension=1, max_length=1, pad_id=0, prompt="")

    assert source.pooling() == "Pooling(mean)"
