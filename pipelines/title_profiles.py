"""Titles compared by what their work asks: the skills of the occupations that each is close to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from core.domain import Matrix
from pipelines.title_sets import Occupation

_CLOSEST = 15  # occupations that a title is spread over


@dataclass(frozen=True, slots=True)
class Blend:
    """`weight` of the profiles' cosine beside the titles'; `sharpness` of the softmax over occupations."""

    weight: float
    sharpness: float


class SkillProfiles:
    """A profile is a mixture of occupations [titles, occupations]; two are compared by their skills, rare ones more."""

    def __init__(self, occupations: Sequence[Occupation], centres: Matrix) -> None:
        """`centres`: a unit row for each occupation, the middle of its names."""
        self._centres = centres
        skills = sorted({skill for one in occupations for skill in one.skills})
        place = {skill: at for at, skill in enumerate(skills)}
        cells = [(row, place[skill]) for row, one in enumerate(occupations) for skill in one.skills]
        rows, columns = np.array(cells).T
        needs = csr_matrix((np.ones(len(cells)), (rows, columns)), (len(occupations), len(skills)))
        rarity = np.log(len(occupations) / np.maximum(np.bincount(columns, minlength=len(skills)), 1))
        weighed = needs.multiply(rarity).tocsr()
        lengths = np.sqrt(weighed.multiply(weighed).sum(axis=1)).A1
        unit = weighed.multiply(1.0 / np.maximum(lengths, 1e-9)[:, None]).tocsr()
        self._shared = np.asarray((unit @ unit.T).todense(), np.float32)

    def of(self, titles: Matrix, sharpness: float) -> csr_matrix:
        near = titles @ self._centres.T
        closest = np.argpartition(-near, _CLOSEST, axis=1)[:, :_CLOSEST]
        some = np.take_along_axis(near, closest, axis=1)
        weights = np.exp(sharpness * (some - some.max(axis=1, keepdims=True)))
        weights /= weights.sum(axis=1, keepdims=True)
        starts = np.arange(0, closest.size + 1, _CLOSEST)
        return csr_matrix((weights.ravel().astype(np.float32), closest.ravel(), starts), near.shape)

    def closeness(self, ones: csr_matrix, others: csr_matrix) -> Matrix:
        """Cosines of the skills of two sets of profiles [ones, others]."""
        spread = np.asarray(ones @ self._shared)
        across: Matrix = np.asarray((others @ spread.T).T)
        return across / np.outer(self._lengths(ones), self._lengths(others))

    def _lengths(self, profiles: csr_matrix) -> Matrix:
        squares = profiles.multiply(np.asarray(profiles @ self._shared)).sum(axis=1)
        lengths: Matrix = np.sqrt(np.maximum(np.asarray(squares).ravel(), 1e-12)).astype(np.float32)
        return lengths


def centres(occupations: Sequence[Occupation], names: Matrix) -> Matrix:
    """Unit rows: the middle of each occupation's names, whose rows follow each other in `names`."""
    starts = np.cumsum([0, *(len(one.names) for one in occupations[:-1])])
    sums: Matrix = np.add.reduceat(names, starts, axis=0)
    unit: Matrix = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    return unit
