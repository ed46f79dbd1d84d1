"""The roles of an ad, or of a position held, as a recruiter would file them, by the words of title and text."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from models.words import term_index, terms_of, words_of

BODY = 3000  # characters of what is asked that are looked at
SURE = 0.15  # least probability of a role that is told
LIKELY = 0.03  # and of one that is compared
# How much the parts of a CV count beside those of an ad, which the table was learned from: its titles say less.
OF_TITLE, OF_TEXT, OF_WHOLE = 0.5, 2.0, 2.0
_OF_BODY = zlib.crc32(b"body ")
_ABBREVIATED = ((re.compile(r"\bIT\b"), "infotech"), (re.compile(r"\bHR\b"), "human resources"))


def role_terms(title: str, body: str) -> dict[int, float]:
    """The terms of an ad by `term_index`: those of the title count 1, the body's together have unit length."""
    for pattern, word in _ABBREVIATED:
        title = pattern.sub(word, title)
    found = {term_index(f"title {term}"): 1.0 for term in terms_of(title)}
    if words := words_of(title):
        found[term_index(f"head {words[-1]}")] = 1.0
    return found | _body(body[:BODY])


@cache
def _weight(count: int) -> float:
    return 1.0 + float(np.log(count))


def _body(body: str) -> dict[int, float]:
    counts = Counter(terms_of(body))
    weights = [_weight(count) for count in counts.values()]
    length = float(np.sqrt(sum(weight**2 for weight in weights)))
    return {term_index(term, _OF_BODY): weight / length for term, weight in zip(counts, weights, strict=True)}


@dataclass(frozen=True, slots=True, eq=False)
class RoleTable:
    """A linear classifier: `terms` [n] ascending, `weights` [n, k] in steps of `step` [n], a label for each role.

    `related` [k, k] is how much of the work of a row's role is done in a column's, 1 for the same.
    """

    labels: tuple[str, ...]
    terms: NDArray[np.int64]
    weights: NDArray[np.int8]
    step: NDArray[np.float32]
    related: NDArray[np.float32]

    def role(self, title: str, body: str) -> str:
        """The likeliest role; empty when none is likely."""
        chances = self.chances(title, body)
        best = int(chances.argmax())
        return self.labels[best] if chances[best] >= SURE else ""

    def held(self, positions: Sequence[tuple[str, str]], whole: str) -> list[Mapping[str, float]]:
        """Of each position, a title and a text, the chances of its likely roles, in the light of the CV as a whole:
        what a consultant does is not in the title."""
        around = OF_WHOLE * self._sums(role_terms("", whole))
        found = []
        for title, text in positions:
            own = OF_TITLE * self._sums(role_terms(title, "")) + OF_TEXT * self._sums(role_terms("", text))
            found.append(self._told(_softmax(own + around)))
        return found

    def fitting(self, title: str, body: str) -> Mapping[str, float]:
        """How much of the work of an ad each role is, by its likely roles and what is related to them; at most 1."""
        fit = self.related.T @ self.chances(title, body)
        return self._told(fit / fit.max())

    def _told(self, values: NDArray[np.float32]) -> Mapping[str, float]:
        likely = np.argsort(-values, kind="stable")[: np.count_nonzero(values >= LIKELY)]
        return {self.labels[n]: round(float(values[n]), 3) for n in likely}

    def chances(self, title: str, body: str) -> NDArray[np.float32]:
        """The probability of each role, shape [k]."""
        return _softmax(self._sums(role_terms(title, body)))

    def _sums(self, known: Mapping[int, float]) -> NDArray[np.float32]:
        """What the terms say for each role, shape [k]."""
        ordered = sorted(known)
        terms, values = np.array(ordered, np.int64), np.array([known[term] for term in ordered], np.float32)
        at = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        hit = self.terms[at] == terms
        at = at[hit]
        sums: NDArray[np.float32] = (values[hit] * self.step[at]) @ self.weights[at].astype(np.float32)
        return sums


def _softmax(sums: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(sums - sums.max())
    chances: NDArray[np.float32] = (raised / raised.sum()).astype(np.float32)
    return chances


@dataclass(frozen=True, slots=True, eq=False)
class NoRoles:
    """For parser versions without the table."""

    labels: tuple[str, ...] = field(default=())

    def role(self, title: str, body: str) -> str:
        return ""

    def held(self, positions: Sequence[tuple[str, str]], whole: str) -> list[Mapping[str, float]]:
        return [{} for _ in positions]

    def fitting(self, title: str, body: str) -> Mapping[str, float]:
        return {}


def load_roles(path: Path) -> RoleTable | NoRoles:
    """The table of a parser version; versions older than it have none. Raises `ModelError`."""
    if not path.exists():
        return NoRoles()
    try:
        with np.load(path, allow_pickle=False) as stored:
            labels = tuple(str(label) for label in stored["labels"])
            # Tables before `related` was learned compare a role only with itself.
            related = stored["related"].astype(np.float32) / 100 if "related" in stored else np.eye(len(labels))
            return RoleTable(labels, stored["terms"], stored["weights"], stored["step"], related.astype(np.float32))
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{path.name}: cannot be read: {error}") from None
