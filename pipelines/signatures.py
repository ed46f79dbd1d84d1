"""What goes into a version of each model and what comes out, tried on an example: loaded as serving loads it.

The signature is a JSON of typed columns, as MLflow writes one; the example has what was asked and what was answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.domain import Kind
from core.errors import BadInput
from models.features import FEATURES

TEXTS = ("ICU registered nurse", "Senior backend engineer: Python and PostgreSQL, five years", "")
AD = "ICU Registered Nurse\nLeeds\n\nRequirements\n- RN licence\n- 3+ years in intensive care\n- ventilators\n"

Column = dict[str, str]


@dataclass(frozen=True, slots=True)
class Signature:
    """Typed columns in and out, and an example of both."""

    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    example: dict[str, Any]

    @property
    def columns(self) -> dict[str, list[Column]]:
        return {"inputs": list(self.inputs), "outputs": list(self.outputs)}


def signature(name: str, folder: Path) -> Signature:
    """Of a version's folder. Raises `ModelError` when it does not load, `BadInput` when its answers make no sense."""
    match name:
        case "ranker":
            return _ranker(folder)
        case "scorer":
            return _scorer(folder)
        case "embedder":
            return _embedder(folder)
        case "parser":
            return _parser(folder)
    raise BadInput(f"{name!r} is no model")


def _rows() -> np.ndarray[Any, np.dtype[np.float32]]:
    """A pair in the middle of every feature, one that is good in all of them, and one of which nothing is known."""
    middle = [(one.low + one.high) / 2 for one in FEATURES]
    good = [one.low if one.sign < 0 else one.high for one in FEATURES]
    return np.array([middle, good, [np.nan] * len(FEATURES)], np.float32)


def _features() -> tuple[Column, ...]:
    return tuple({"name": one.name, "type": "float", "unknown": "NaN: " + one.unknown} for one in FEATURES)


def _ranker(folder: Path) -> Signature:
    from models.ranking import load_ranker

    rows = _rows()
    values = load_ranker(folder).order(rows)
    if values.shape != (len(rows),) or not np.isfinite(values).all():
        raise BadInput(f"the ranker answers {values.tolist()}: one finite number for each pair is needed")
    return Signature(_features(), ({"name": "order", "type": "double"},), _asked(rows, {"order": values.tolist()}))


def _scorer(folder: Path) -> Signature:
    from models.scoring import load_scorer, score

    rows = _rows()
    scores = [one.score for one in score(load_scorer(folder), rows)]
    if not all(one is None or 0.0 <= one <= 1.0 for one in scores) or scores[1] is None:
        raise BadInput(
            f"the scorer answers {scores}: probabilities are needed, and one for a pair of which all is known"
        )
    outputs = ({"name": "score", "type": "double", "unknown": "null: it abstains"},)
    return Signature(_features(), outputs, _asked(rows, {"score": scores}))


def _asked(rows: np.ndarray[Any, np.dtype[np.float32]], outputs: dict[str, Any]) -> dict[str, Any]:
    names = [one.name for one in FEATURES]
    table = [[None if np.isnan(value) else round(float(value), 6) for value in row] for row in rows]
    return {"inputs": {"columns": names, "data": table}, "outputs": outputs}


def _embedder(folder: Path) -> Signature:
    from models.embedding import load_encoder

    encoder = load_encoder(folder, threads=1)
    rows = encoder.encode(TEXTS)
    lengths = np.linalg.norm(rows, axis=1)
    if rows.shape != (len(TEXTS), encoder.dimension) or not np.isfinite(rows).all():
        raise BadInput(
            f"the encoder answers an array {rows.shape}: {len(TEXTS)} rows of {encoder.dimension} are needed"
        )
    if not np.allclose(lengths[:2], 1.0, atol=0.01) or lengths[2]:
        raise BadInput("the encoder's rows must have unit length, and be zero for a text without words")
    outputs = ({"name": "vector", "type": "float", "shape": f"[{encoder.dimension}]"},)
    beginning = [[round(float(value), 4) for value in row[:8]] for row in rows]
    example = {"inputs": {"text": list(TEXTS)}, "outputs": {"first_8_of_vector": beginning}}
    return Signature(({"name": "text", "type": "string"},), outputs, example)


def _parser(folder: Path) -> Signature:
    from models.reading import load_reader

    reading = load_reader(folder).text(AD, Kind.JOB)
    facts: Any = reading.facts
    if not facts.title or not reading.passages.title:
        raise BadInput("the parser finds no title in the example ad")
    wanted: Sequence[Any] = facts.must_have
    found = {"title": facts.title, "must_have": sorted(one.skill.id for one in wanted)}
    inputs = ({"name": "text", "type": "string"}, {"name": "kind", "type": "string"})
    outputs = tuple({"name": one, "type": "object"} for one in ("facts", "identity", "passages", "words", "skills"))
    return Signature(inputs, outputs, {"inputs": {"text": AD, "kind": "job"}, "outputs": found})
