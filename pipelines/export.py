"""Exports a sentence-transformers model for serving, checked against its source: `python -m pipelines.export`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
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
from pipelines.export_adapter import CARD, DEFAULT_ADAPTER, load_adapter, merge
from pipelines.export_measuring import agreement, passages_of, sample_texts, texts_of
from pipelines.export_quantising import PAIRS, write_graph
from pipelines.export_source import DEFAULT_MODEL, Source, load_source, write_onnx

INT8, MIXED = "int8", "int8-mixed"
PRECISIONS = (INT8, MIXED, "bf16", "fp32")
AUTO, NONE = "auto", "none"
_TRIED: Mapping[str, tuple[str, ...]] = {"openvino": (INT8, MIXED, "bf16"), "onnx": (INT8, "fp32")}  # by `auto`
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
_TIMED, _TIMES = 48, 3  # passages, and how often: what decides is a factor of 1.4 or 2

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Gate:
    """What an export must keep of its source to be written."""

    cosine_p1: float
    overlap_at_10: float


GATES: Mapping[str, Gate] = {
    "fp32": Gate(0.9999, 0.99),
    "bf16": Gate(0.998, 0.97),
    MIXED: Gate(0.985, 0.94),
    INT8: Gate(0.985, 0.94),
}


@dataclass(frozen=True, slots=True)
class _Written:
    """One precision's folder, what it kept of its source, and its CPU seconds for the timed passages."""

    precision: str
    folder: Path
    quality: Mapping[str, float]
    seconds: float


def export(
    model: str,
    out: Path,
    *,
    adapter: Path | None = None,
    precision: str = AUTO,
    runtime: str = "openvino",
    texts: Path | None = None,
    say: Say = print,
) -> Mapping[str, float]:
    """Writes `out`, a folder that `load_encoder` takes, and returns its quality: all of it or nothing.

    `auto` takes the fastest precision here that keeps what its gate asks: int8 needs a CPU with VNNI for both, and
    is slower than fp32 and far less faithful on one that has AVX2 only. Mixed is tried where int8 is not faithful.
    Quality is measured on passages of `texts` (see `texts_of`), else on those of our samples that do not calibrate.
    With an `adapter`, the source is the merged model. Raises `ModelError` when no export is what its source is.
    """
    if out.exists():
        raise ModelError(f"{out} exists, and a version is never overwritten: choose another folder")
    tried = _TRIED[runtime] if precision == AUTO else (precision,)
    for one in tried:
        if (runtime, one) not in PAIRS:
            raise ModelError(f"{one} does not go with {runtime}: bf16 needs --runtime openvino")
    out.parent.mkdir(parents=True, exist_ok=True)
    samples = sample_texts(SAMPLES)
    measured = passages_of(texts_of(texts) if texts else samples[::2], _SEED)[:MEASURED_PASSAGES]
    calibration = passages_of(samples[1::2], _SEED)
    say(f"loading {model}")
    source = load_source(model)
    if adapter is not None:
        source = merge(source, load_adapter(adapter))
        say(f"merged {adapter}")
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as staging:
        traced = Path(staging) / "traced"
        traced.mkdir()
        say("tracing its modules to one graph")
        write_onnx(source, traced / GRAPH["onnx"])
        tokenizer = _tokenizer(source)
        graph_error = _check_graph(source, tokenizer, traced)
        say(f"the graph equals its source on a padded batch: error {graph_error:.1e}")
        say(f"encoding {len(measured)} passages with the source model, which takes the longest")
        truth = _Truth(measured, source.encode(measured), source.encode(PROBE, batch_size=len(PROBE)))
        written: list[_Written] = []
        for one in tried:
            if not _needed(one, written):
                continue
            say(f"writing it for {runtime} in {one}")
            folder = Path(staging) / one
            folder.mkdir()
            if adapter is not None and (adapter / CARD).is_file():
                (folder / CARD).write_bytes((adapter / CARD).read_bytes())
            write_graph(
                traced / GRAPH["onnx"], folder, runtime=runtime, precision=one, tokenizer=tokenizer, texts=calibration
            )
            _write(folder, source, runtime, one, {})
            quality, seconds = _measure(folder, truth)
            written.append(_Written(one, folder, {"graph_error": graph_error, **quality}, seconds))
        best = _best(f"{model} for {runtime}", written, say)
        _write(best.folder, source, runtime, best.precision, best.quality)
        best.folder.rename(out)
    return best.quality


@dataclass(frozen=True, slots=True, eq=False)
class _Truth:
    """What the source model says of the measured passages and of the padded probe."""

    texts: list[str]
    rows: Matrix
    probe: Matrix


def _needed(precision: str, written: Sequence[_Written]) -> bool:
    """Mixed is slower than int8: it is for a model that int8 flattens."""
    return precision != MIXED or all(_fault(GATES[one.precision], one.quality) for one in written)


def _best(what: str, written: Sequence[_Written], say: Say) -> _Written:
    """The fastest that passes its gate. Raises `ModelError`, saying why, when none does."""
    faults = {one.precision: _fault(GATES[one.precision], one.quality) for one in written}
    for precision, fault in faults.items():
        if fault and len(written) > 1:
            say(f"{precision} is not faithful on this CPU: {fault}")
    fit = [one for one in written if not faults[one.precision]]
    if not fit:
        said = "; ".join(f"in {precision} {fault}" for precision, fault in faults.items())
        raise ModelError(f"{what}: {said}: not written; try openvino, bf16 or fp32")
    best = min(fit, key=lambda one: one.seconds)
    if len(fit) > 1:
        times = ", ".join(f"{one.precision} {one.seconds:.2f} s" for one in fit)
        say(f"{best.precision} is the fastest here ({times} for {_TIMED} passages)")
    return best


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
    rows = unit_rows(encoder.run(*padded(encoder.tokens(PROBE), encoder.pad_id, encoder.max_length)))
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


def _measure(folder: Path, truth: _Truth) -> tuple[dict[str, float], float]:
    """Quality, and the least CPU seconds that the timed passages took."""
    encoder = load_encoder(folder, threads=_THREADS)
    if not isinstance(encoder, TransformerEncoder):
        raise TypeError(folder)
    quality = {
        "padded_error": _padded_error(encoder, truth.probe),
        **agreement(encoder.encode(truth.texts), truth.rows),
    }
    seconds = []
    for _ in range(_TIMES):
        start = time.process_time()  # other work on the machine does not count
        encoder.encode(truth.texts[:_TIMED])
        seconds.append(time.process_time() - start)
    return quality, min(seconds)


def _fault(gate: Gate, quality: Mapping[str, float]) -> str:
    """What is below the gate; empty when nothing is."""
    for name in ("cosine_p1", "overlap_at_10"):
        least: float = getattr(gate, name)
        if quality[name] < least:
            return f"{name} is {quality[name]}, below {least}"
    return ""


def _adapter(model: str, stated: str | None) -> Path | None:
    if stated is None:
        return DEFAULT_ADAPTER if model == DEFAULT_MODEL else None
    return None if stated == NONE else Path(stated)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pipelines.export", description=__doc__)
    parser.add_argument("--model", default=DEFAULT_MODEL, help="a name or folder; default: %(default)s")
    parser.add_argument("--adapter", help="a folder, or none; default: ours for the default model, none for others")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write; it must not exist")
    parser.add_argument("--precision", choices=(AUTO, *PRECISIONS), default=AUTO, help="default: the fastest faithful")
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
            adapter=_adapter(chosen.model, chosen.adapter),
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
