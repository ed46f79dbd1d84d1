"""Recall beyond the dictionary: phrases that name no skill we know are linked to the closest one, when it is close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain import Matrix, Phrase, Skill

# Chosen on Decorte's TECH and HOUSE validation sets with ESCO's labels: of 67 phrases that no name matches and that are
# linked at .8, 58 % have the annotators' own label (71 % of those that have one at all); of 174 at .7, 45 %.
CLOSE = 0.8
SURE = 0.5  # what a linked skill counts beside one that is named


@dataclass(frozen=True, slots=True)
class Link:
    phrase: Phrase
    skill: Skill
    closeness: float


@dataclass(frozen=True, slots=True, eq=False)
class SkillLinker:
    """`vectors` [n, d]: unit rows, one for the label of each of `skills`; float16 halves what they take."""

    skills: Sequence[Skill]
    vectors: NDArray[np.float16]
    close: float = CLOSE

    def links(self, phrases: Sequence[Phrase], rows: Matrix) -> list[Link]:
        """The closest skill of each phrase, `rows` [m, d] being their vectors, where it is close enough."""
        if not phrases:
            return []
        cosines = rows @ self.vectors.astype(np.float32).T
        best = cosines.argmax(axis=1)
        return [
            Link(phrase, self.skills[at], float(cosines[number, at]))
            for number, (phrase, at) in enumerate(zip(phrases, best.tolist(), strict=True))
            if cosines[number, at] >= self.close
        ]
