"""Titles compared by the work they stand for: the occupations of the known titles that each is close to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from core.domain import Matrix
from pipelines.title_sets import Listed, Occupation

_CLOSEST = 30  # known titles that speak for one
_SHARPNESS = 10.0  # of the softmax over them
_ALONE = 8  # the power that parts occupations whose titles lie near each other
_AT_ONCE = 256  # titles


@dataclass(frozen=True, slots=True)
class Blend:
    """What the cosine of the skills that ESCO lists, and that of O*NET's occupations, weigh beside the titles'."""

    skills: float = 0.0
    occupations: float = 0.0


class WorkProfiles:
    """A profile is a mixture of occupations [titles, occupations]: those of the closest known titles."""

    def __init__(self, titles: Matrix, listed: csr_matrix, alike: Matrix) -> None:
        """`titles`: unit rows; `listed` [titles, occupations]: whose they are; `alike`: how close two occupations are,
        1 on the diagonal."""
        self._titles, self._listed, self._alike = titles, listed, alike

    def of(self, titles: Matrix) -> Matrix:
        """Each is as close to itself as can be: 1."""
        mixed = [self._mixture(titles[at : at + _AT_ONCE]) for at in range(0, len(titles), _AT_ONCE)]
        return np.concatenate(mixed)

    def closeness(self, ones: Matrix, others: Matrix) -> Matrix:
        """Cosines of two sets of profiles [ones, others], occupations counting as far as they are alike."""
        cosines: Matrix = np.linalg.multi_dot([ones, self._alike, others.T])
        return cosines

    def _mixture(self, titles: Matrix) -> Matrix:
        near = titles @ self._titles.T
        count = min(_CLOSEST, near.shape[1])
        closest = np.argpartition(-near, count - 1, axis=1)[:, :count]
        some = np.take_along_axis(near, closest, axis=1)
        weights = np.exp(_SHARPNESS * (some - some.max(axis=1, keepdims=True)))
        starts = np.arange(0, closest.size + 1, count)
        spoken = csr_matrix((weights.ravel(), closest.ravel(), starts), near.shape)
        mixture = np.asarray((spoken @ self._listed).todense(), np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", mixture @ self._alike, mixture))
        unit: Matrix = np.divide(mixture, lengths[:, None], dtype=np.float32)
        return unit


def by_skills(occupations: Sequence[Occupation], titles: Matrix, owners: Sequence[int]) -> WorkProfiles:
    """ESCO's occupations, alike as far as they need the same skills, rare ones more.

    `titles`: rows of known ones; `owners`: the place of each one's occupation.
    """
    skills = sorted({skill for one in occupations for skill in one.skills})
    place = {skill: at for at, skill in enumerate(skills)}
    cells = [(row, place[skill]) for row, one in enumerate(occupations) for skill in one.skills]
    rows, columns = np.array(cells).T
    needs = csr_matrix((np.ones(len(cells)), (rows, columns)), (len(occupations), len(skills)))
    rarity = np.log(len(occupations) / np.maximum(np.bincount(columns, minlength=len(skills)), 1))
    weighed = needs.multiply(rarity).tocsr()
    lengths = np.sqrt(weighed.multiply(weighed).sum(axis=1)).A1
    unit = weighed.multiply(1.0 / np.maximum(lengths, 1e-9)[:, None]).tocsr()
    alike = np.asarray((unit @ unit.T).todense(), np.float32)
    np.fill_diagonal(alike, 1.0)
    shape = len(owners), len(occupations)
    listed = csr_matrix((np.ones(len(owners), np.float32), (np.arange(len(owners)), np.asarray(owners))), shape)
    return WorkProfiles(titles, listed, alike)


def by_titles(known: Listed, titles: Matrix) -> WorkProfiles:
    """O*NET's occupations, alike as far as the middles of their titles are; `titles`: rows of `known.titles`."""
    cells = [(row, column) for row, some in enumerate(known.occupations) for column in some]
    rows, columns = np.array(cells).T
    shares = 1.0 / np.bincount(rows)[rows]
    listed = csr_matrix((shares.astype(np.float32), (rows, columns)), (len(known.titles), known.count))
    middles = np.asarray((listed > 0).T.astype(np.float32) @ titles)
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    return WorkProfiles(titles, listed, np.maximum(middles @ middles.T, 0.0) ** _ALONE)
