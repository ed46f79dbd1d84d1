"""Exports a sentence-transformers model for serving, checked against its source: `python -m pipelines.export`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from tokenizers import Tokenizer

from core.domain import Matrix
from core.errors import ModelError
from models.embedding import TOKENIZER, TransformerEncoder, load_encoder, padded, unit_rows
from models.embedding_runtimes import GRAPH, RUNTIMES
from models.folders import MODEL, write_model
from pipelines.export_measuring import agreement, passages_of, sample_texts, texts_of
from pipelines.export_quantising import PAIRS, write_graph
from pipelines.export_source import DEFAULT_MODEL, Source, load_source, write_onnx

PRECISIONS = ("int8", "bf16", "fp32")
SAMPLES = Path(__file__).parent.parent / "samples" / "source"
MEASURED_PASSAGES = 400
# One batch of very different lengths: a mask that was traced away, a wrong pad or a wrong cut shows here.
PROBE = (
    "nurse",
    "Truck driver, night shifts, HGV licence",
    "Développeuse Python à Zürich, 年 5, C++ & C#; naïve café",
    "Led a team of nine engineers through two migrations and a certification audit. " * 4,
    "Prepared monthly accounts, reconciled ledgers and answered the auditors. " * 60,
)
_GRAPH_ERROR = 1e-4  # a faithful fp32 graph stays below 1e-6; a lost mask costs 0.1 and more
_SEED = 20
_THREADS = 2

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Gate:
    """What an export must keep of its source to be written."""

    cosine_p1: float
    overlap_at_10: float


GATES: Mapping[str, Gate] = {"fp32": Gate(0.9999, 0.99), "bf16": Gate(0.998, 0.97), "int8": Gate(0.985, 0.94)}


def export(
    model: str,
    out: Path,
    *,
    precision: str = "int8",
    runtime: str = "openvino",
    texts: Path | None = None,
    say: Say = print,
) -> Mapping[str, float]:
    """Writes `out`, a folder that `load_encoder` takes, and returns its quality: all of it or nothing.

    Quality is measured on passages of `texts` (see `texts_of`), else on those of our samples that do not calibrate.
    Raises `ModelError` when the export is not what its source is.
    """
    if out.exists():
        raise ModelError(f"{out} exists, and a version is never overwritten: choose another folder")
    if (runtime, precision) not in PAIRS:
        raise ModelError(f"{precision} does not go with {runtime}: bf16 needs --runtime openvino")
    out.parent.mkdir(parents=True, exist_ok=True)
    samples = sample_texts(SAMPLES)
    measured = passages_of(texts_of(texts) if texts else samples[::2], _SEED)[:MEASURED_PASSAGES]
    say(f"loading {model}")
    source = load_source(model)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as staging:
        traced, folder = Path(staging) / "traced", Path(staging) / "model"
        traced.mkdir()
        folder.mkdir()
        say("tracing its modules to one graph")
        write_onnx(source, traced / GRAPH["onnx"])
        tokenizer = _tokenizer(source)
        graph_error = _check_graph(source, tokenizer, traced)
        say(f"the graph equals its source on a padded batch: error {graph_error:.1e}")
        say(f"writing it for {runtime} in {precision}")
        calibration = passages_of(samples[1::2], _SEED)
        write_graph(
            traced / GRAPH["onnx"], folder, runtime=runtime, precision=precision, tokenizer=tokenizer, texts=calibration
        )
        _write(folder, source, runtime, precision, {})
        say(f"comparing {len(measured)} passages with the source model, which takes the longest")
        quality = {"graph_error": graph_error, **_quality(source, folder, measured)}
        _pass_gate(f"{model} in {precision} for {runtime}", GATES[precision], quality)
        _write(folder, source, runtime, precision, quality)
        folder.rename(out)
    return quality


def _tokenizer(source: Source) -> Tokenizer:
    tokenizer = Tokenizer.from_str(source.tokenizer_json().decode("utf-8"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(source.max_length)
    return tokenizer


def _check_graph(source: Source, tokenizer: Tokenizer, folder: Path) -> float:
    """The largest difference of any component on the padded probe. Raises `ModelError` above rounding."""
    run = RUNTIMES["onnx"](folder, precision="fp32", threads=_THREADS)
    encoder = TransformerEncoder(
        tokenizer, run, source.dimension, source.max_length, source.pad_id, prompt=source.prompt
    )
    error = _padded_error(encoder, source.encode(PROBE, batch_size=len(PROBE)))
    if not error <= _GRAPH_ERROR:
        raise ModelError(
            f"{source.name}: the traced graph differs from its source by {error:.1e} on a padded batch: not written"
        )
    return error


def _padded_error(encoder: TransformerEncoder, expected: Matrix) -> float:
    rows = unit_rows(encoder.run(*padded(encoder.tokens(PROBE), encoder.pad_id)))
    return float(np.abs(rows - expected).max())


def _write(folder: Path, source: Source, runtime: str, precision: str, quality: Mapping[str, float]) -> None:
    names = sorted(path.name for path in folder.iterdir() if path.name not in (MODEL, TOKENIZER))
    model = {
        "kind": runtime,
        "precision": precision,
        "source": source.name,
        "dimension": source.dimension,
        "max_length": source.max_length,
        "pad_id": source.pad_id,
        "prompt": source.prompt,
        "pooling": source.pooling(),
        "quality": dict(quality),
    }
    files = {name: (folder / name).read_bytes() for name in names}
    write_model(folder, model, {TOKENIZER: source.tokenizer_json(), **files})


def _quality(source: Source, folder: Path, texts: list[str]) -> dict[str, float]:
    encoder = load_encoder(folder, threads=_THREADS)
    if not isinstance(encoder, TransformerEncoder):
        raise TypeError(folder)
    padded_error = _padded_error(encoder, source.encode(PROBE, batch_size=len(PROBE)))
    return {"padded_error": padded_error, **agreement(encoder.encode(texts), source.encode(texts))}


def _pass_gate(what: str, gate: Gate, quality: Mapping[str, float]) -> None:
    for name in ("cosine_p1", "overlap_at_10"):
        least: float = getattr(gate, name)
        if quality[name] < least:
            raise ModelError(
                f"{what}: {name} is {quality[name]}, below {least}: not written; try openvino, bf16 or fp32"
            )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pipelines.export", description=__doc__)
    parser.add_argument("--model", default=DEFAULT_MODEL, help="a name or folder; default: %(default)s")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write; it must not exist")
    parser.add_argument("--precision", choices=PRECISIONS, default="int8")
    parser.add_argument("--runtime", choices=sorted(RUNTIMES), default="openvino")
    parser.add_argument("--texts", type=Path, help="JSON Lines with `text`, or a folder, to measure on")
    chosen = parser.parse_args()
    console, start = Console(), time.monotonic()

    def say(step: str) -> None:
        console.print(f"[dim]{time.monotonic() - start:5.1f} s[/]  {step}", highlight=False)

    try:
        quality = export(
            chosen.model,
            chosen.out,
            precision=chosen.precision,
            runtime=chosen.runtime,
            texts=chosen.texts,
            say=say,
        )
    except ModelError as error:
        sys.exit(f"{parser.prog}: {error}")
    size = sum(path.stat().st_size for path in chosen.out.iterdir())
    say(f"wrote {chosen.out}, {size / 1e6:.0f} MB")
    for name, number in quality.items():
        console.print(f"         {name:20} {number:.6g}", highlight=False)


if __name__ == "__main__":
    main()
