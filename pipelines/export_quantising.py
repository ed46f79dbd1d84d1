"""An ONNX graph to what a runtime reads best, at the precision asked for."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from core.errors import ModelError
from models.embedding_runtimes import GRAPH, INPUTS
from pipelines.export_source import require

CALIBRATION_TEXTS = 100


def write_graph(
    graph: Path, out: Path, *, runtime: str, precision: str, tokenizer: Tokenizer, texts: Sequence[str]
) -> None:
    """Writes the runtime's files into `out`; `texts` calibrate int8 and must not be the ones measured later."""
    match runtime, precision:
        case "openvino", "fp32" | "bf16":
            import openvino as ov

            ov.save_model(ov.convert_model(graph), out / GRAPH[runtime], compress_to_fp16=precision == "bf16")
        case "openvino", "int8":
            _write_openvino_int8(graph, out / GRAPH[runtime], tokenizer, texts)
        case "onnx", "fp32":
            (out / GRAPH[runtime]).write_bytes(graph.read_bytes())
        case "onnx", "int8":
            _write_onnx_int8(graph, out / GRAPH[runtime])
        case _:
            raise ModelError(f"{precision} does not go with {runtime}: bf16 needs --runtime openvino")


def _write_openvino_int8(graph: Path, out: Path, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
    """Static int8, except the contractions.

    What enters them comes out of GELU and is too lopsided for one scale per tensor: in MiniLM they are 6 of 48
    products and cost 3 of 5 lost neighbours of a hundred, but only a tenth of the speed.
    """
    import openvino as ov

    nncf = require("nncf")
    nncf.set_log_level(logging.ERROR)
    model = ov.convert_model(graph)
    samples = [_inputs(tokenizer, text) for text in texts[:CALIBRATION_TEXTS]]
    quantised = nncf.quantize(
        model,
        nncf.Dataset(samples),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(samples),
        ignored_scope=nncf.IgnoredScope(names=_contractions(model)),
        # It takes a second pass over the samples and changes no neighbour.
        advanced_parameters=nncf.AdvancedQuantizationParameters(disable_bias_correction=True),
    )
    ov.save_model(quantised, out)


def _inputs(tokenizer: Tokenizer, text: str) -> dict[str, Any]:
    ids = np.array([tokenizer.encode(text).ids], np.int64)
    return dict(zip(INPUTS, (ids, np.ones_like(ids)), strict=True))


def _contractions(model: Any) -> list[str]:
    """Products with a weight that has more inputs than outputs: the second half of each feed-forward block."""
    names: list[str] = []
    for node in model.get_ops():
        if node.get_type_name() != "MatMul" or node.input_value(1).partial_shape.is_dynamic:
            continue
        shape = list(node.input_value(1).shape)
        if len(shape) == 2:
            outputs, inputs = shape if node.get_attributes()["transpose_b"] else reversed(shape)
            if inputs > outputs:
                names.append(node.get_friendly_name())
    return names


def _write_onnx_int8(graph: Path, out: Path) -> None:
    """Dynamic int8 with a scale per output channel, except the contractions; a scale per tensor is far too coarse."""
    onnx = require("onnx")
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(graph)
    shapes = {weight.name: list(weight.dims) for weight in model.graph.initializer}
    contractions = [
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul" and len(shape := shapes.get(node.input[1], [])) == 2 and shape[0] > shape[1]
    ]
    quantize_dynamic(
        graph,
        out,
        per_channel=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=contractions,
        extra_options={"MatMulConstBOnly": True},
    )
