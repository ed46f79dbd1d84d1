"""Runs an exported encoder: token ids and mask in, one vector per row out. Neither runtime needs torch."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.domain import Matrix

Ids = NDArray[np.int64]  # shape [n, s]
Run = Callable[[Ids, Ids], Matrix]  # ids and attention mask; callable from several threads

GRAPH = {"onnx": "model.onnx", "openvino": "model.xml"}
INPUTS = ("input_ids", "attention_mask")


def open_openvino(folder: Path, *, precision: str, threads: int) -> Run:
    """Everything that the graph does not quantise runs in bf16 where the CPU has it, unless it asks for fp32.

    Each thread is a stream of its own, so it takes that many calls at once to use them all: two threads that share
    one batch of this size wait for each other at every layer.
    """
    import openvino as ov

    core = ov.Core()
    native = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    config = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": threads,
        "INFERENCE_PRECISION_HINT": "bf16" if native and precision != "fp32" else "f32",
        "ENABLE_CPU_PINNING": False,  # pinned, two replicas share one core and leave the other idle
    }
    compiled = core.compile_model(folder / GRAPH["openvino"], "CPU", config)
    idle: deque[Any] = deque()  # infer requests: each serves one thread at a time

    def run(ids: Ids, mask: Ids) -> Matrix:
        request = idle.pop() if idle else compiled.create_infer_request()
        try:
            rows: Matrix = request.infer(dict(zip(INPUTS, (ids, mask), strict=True)))[0].copy()
        finally:
            idle.append(request)
        return rows

    return run


def open_onnx(folder: Path, *, precision: str, threads: int) -> Run:
    """The graph itself says what is quantised; the rest runs in fp32."""
    import onnxruntime

    del precision
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle replicas leave the cores alone
    session = onnxruntime.InferenceSession(folder / GRAPH["onnx"], options, providers=["CPUExecutionProvider"])

    def run(ids: Ids, mask: Ids) -> Matrix:
        rows: Matrix = session.run(None, dict(zip(INPUTS, (ids, mask), strict=True)))[0]
        return rows

    return run


RUNTIMES: dict[str, Callable[..., Run]] = {"onnx": open_onnx, "openvino": open_openvino}
STREAMED = frozenset({"openvino"})  # runtimes whose threads each take a call
