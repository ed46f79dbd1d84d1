"""What a trained encoder is chosen by: JobBERT's validation titles, and ads and CVs that it did not learn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from core.domain import Matrix
from models.parsing.plurals import singular_title
from pipelines.encoder_texts import Alike, kept_back
from pipelines.retrieval_measures import found, reciprocal_rank
from pipelines.title_sets import jobbert, occupations

_TITLES = 1200  # of JobBERT's validation set

Encode = Callable[[Sequence[str]], Matrix]


def checks(data: Path, encode: Encode) -> Mapping[str, float]:
    """Mean reciprocal ranks: of a title's occupation by its label, of a body's own part by its title or headline."""
    kept = kept_back(data)
    return {"jobbert_val": _titles(data, encode), **{name: _bodies(some, encode) for name, some in kept.items()}}


def _titles(data: Path, encode: Encode) -> float:
    known = occupations(data)
    some = jobbert(data, "val", known, _TITLES)
    scores = encode([singular_title(title).lower() for title in some.queries]) @ encode([o.names[0] for o in known]).T
    return _mean(scores, some.relevant, some.ids)


def _bodies(kept: Sequence[Alike], encode: Encode) -> float:
    """One part of each text that bears a title of its own."""
    own = {one.ones[0].casefold(): one for one in kept}
    scores = encode([one.ones[0] for one in own.values()]) @ encode([one.others[0] for one in own.values()]).T
    return _mean(scores, [(at,) for at in range(len(own))], [f"{at:04d}" for at in range(len(own))])


def _mean(scores: Matrix, relevant: Sequence[Sequence[int]], ids: Sequence[str]) -> float:
    return round(float(np.mean([reciprocal_rank(one) for one in found(scores, relevant, ids)])), 4)
