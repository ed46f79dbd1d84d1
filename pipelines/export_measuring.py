"""What an exported encoder lost against its source: padded batches, cosines, and neighbours on real text."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from core.domain import Matrix

NEIGHBOURS = 10
_LEAST, _MOST = 15, 1400  # characters of a passage
_TYPICAL, _SPREAD = 5.9, 1.0  # log-normal, as the passages of parsed CVs are: median 80 tokens, 5 % above 230


def sample_texts(folder: Path) -> list[str]:
    """Our own CVs and ads, one text each, in a fixed order."""
    paths = sorted(folder.rglob("*.json"))
    return ["\n".join(_strings(json.loads(path.read_text("utf-8")))) for path in paths]


def texts_of(path: Path) -> list[str]:
    """The `text` of each line of a JSON Lines file (plain or `.gz`), or the texts of a folder of JSON documents."""
    if path.is_dir():
        return sample_texts(path)
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [str(json.loads(line)["text"]) for line in raw.decode("utf-8").splitlines() if line.strip()]


def passages_of(texts: Sequence[str], seed: int) -> list[str]:
    """Whole lines joined to passages of very different lengths, shuffled: what bulk embedding sees."""
    generator = np.random.default_rng(seed)
    passages = [passage for text in texts for passage in _passages(text, generator)]
    return [passages[index] for index in generator.permutation(len(passages))]


def _passages(text: str, generator: np.random.Generator) -> Iterator[str]:
    passage, wanted = "", 0.0
    for line in filter(None, map(str.strip, text.splitlines())):
        if passage and len(passage) + len(line) > wanted:
            yield passage[:_MOST]
            passage = ""
        if not passage:
            wanted = float(np.clip(generator.lognormal(_TYPICAL, _SPREAD), _LEAST, _MOST))
        passage = f"{passage} {line}".strip()
    if passage:
        yield passage[:_MOST]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def agreement(rows: Matrix, source: Matrix) -> dict[str, float]:
    """Cosine of each row to its source row, and how many of the nearest neighbours stay the same."""
    cosines = np.einsum("nd,nd->n", rows, source)
    mixed = source @ rows.T  # a query from the source model against documents of the exported one
    return {
        "texts": len(rows),
        "cosine_mean": round(float(cosines.mean()), 5),
        "cosine_p1": round(float(np.quantile(cosines, 0.01)), 5),
        "cosine_min": round(float(cosines.min()), 5),
        "overlap_at_10": round(_overlap(rows @ rows.T, source @ source.T), 4),
        "overlap_at_10_mixed": round(_overlap(mixed, source @ source.T), 4),
    }


def _overlap(ours: Matrix, theirs: Matrix) -> float:
    """The mean share of each row's `NEIGHBOURS` nearest others that both similarity tables name."""
    shared = [len(set(a) & set(b)) for a, b in zip(_nearest(ours), _nearest(theirs), strict=True)]
    return float(np.mean(shared)) / min(NEIGHBOURS, len(ours) - 1)


def _nearest(similarities: Matrix) -> list[list[int]]:
    others = similarities.copy()
    np.fill_diagonal(others, -np.inf)
    nearest: list[list[int]] = np.argsort(-others, axis=1, kind="stable")[
        :, : min(NEIGHBOURS, len(others) - 1)
    ].tolist()
    return nearest
