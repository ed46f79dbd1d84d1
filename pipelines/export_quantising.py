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

PAIRS = frozenset(
    {*(("openvino", one) for one in ("fp32", "bf16", "int8", "int8-mixed")), ("onnx", "fp32"), ("onnx", "int8")}
)  # runtime and precision
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
            _write_openvino_int8(graph, out / GRAPH[runtime], tokenizer, texts, mixed=False)
        case "openvino", "int8-mixed":
            _write_openvino_int8(graph, out / GRAPH[runtime], tokenizer, texts, mixed=True)
        case "onnx", "fp32":
            (out / GRAPH[runtime]).write_bytes(graph.read_bytes())
        case "onnx", "int8":
            _write_onnx_int8(graph, out / GRAPH[runtime])
        case _:
            raise ModelError(f"{runtime} has no {precision}")


def _write_openvino_int8(graph: Path, out: Path, tokenizer: Tokenizer, texts: Sequence[str], *, mixed: bool) -> None:
    """Static int8; when `mixed`, except what `_lopsided` finds, which runs in bf16, or in fp32 where the CPU has none.

    On passages of real CVs the adapted MiniLM keeps .95 of its neighbours with everything in int8, and .966 mixed at
    0.64 of the speed on a CPU without bf16; the base as published keeps .92 and .953, so its gate asks for mixed.
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
        ignored_scope=nncf.IgnoredScope(names=_lopsided(model) if mixed else []),
        # It takes a second pass over the samples and changes no neighbour.
        advanced_parameters=nncf.AdvancedQuantizationParameters(disable_bias_correction=True),
    )
    ov.save_model(quantised, out)


def _inputs(tokenizer: Tokenizer, text: str) -> dict[str, Any]:
    ids = np.array([tokenizer.encode(text).ids], np.int64)
    return dict(zip(INPUTS, (ids, np.ones_like(ids)), strict=True))


def _lopsided(model: Any) -> list[str]:
    """Products whose input has outliers that one scale for the whole tensor flattens.

    They are the second half of each feed-forward block, behind GELU: a weight with more inputs than outputs.
    """
    return [
        node.get_friendly_name()
        for node in model.get_ops()
        if node.get_type_name() == "MatMul" and _has_weight(node) and _contracts(node)
    ]


def _has_weight(product: Any) -> bool:
    return product.input_value(1).partial_shape.is_static and len(product.input_value(1).shape) == 2


def _contracts(product: Any) -> bool:
    shape = list(product.input_value(1).shape)
    outputs, inputs = shape if product.get_attributes()["transpose_b"] else reversed(shape)
    return bool(inputs > outputs)


def _write_onnx_int8(graph: Path, out: Path) -> None:
    """Dynamic int8 with a scale per output channel, except the contractions; a scale per tensor is far too coarse.

    MiniLM keeps .92 of its neighbours so, which its gate refuses: OpenVINO's int8 is the one to serve.
    """
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
