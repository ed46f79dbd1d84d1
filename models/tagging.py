"""Which words of a line name a skill or a piece of knowledge: a linear tagger over hashed features of words.

Two heads, skills (what one does) and knowledge (what one knows), as SkillSpan annotates them (Zhang et al.,
NAACL 2022). Each word's features are hashed once; the words around it count by their distance. All of it is a few
numpy calls: a page costs 2 to 3 ms, and no torch.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.domain import Span
from core.errors import ModelError
from models.tokens import plain, singular, stem

HEADS = SKILL, KNOWLEDGE = ("skill", "knowledge")
WINDOW = 3  # words to each side
BITS = 17  # of the hashes: 131,072 rows of weights
_KINDS = 8  # features of one word
_WORD = re.compile(r"\w(?:[^\s,;:()\[\]|•]*[\w+#])?|[^\w\s]")
_O, _B, _I = range(3)
_NEVER = -1e4
_MOST_ODDS = 2.0  # what moves may add: a line without a word that comes near is not looked at

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]


class Word(NamedTuple):
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Tagger:
    """`weights` [2^BITS, 2 heads x 3 tags] as int8, `scale` [6] what one step of them is, `bias` [6], `moves` [2, 3, 3]
    the log odds of a tag after another."""

    weights: NDArray[np.int8]
    scale: Scores
    bias: Scores
    moves: Scores

    def spans(
        self, lines: Sequence[str], known: Sequence[Sequence[Span]], heads: Collection[str] = HEADS
    ) -> list[list[tuple[str, Span]]]:
        """For each line, the head and the place in the line of each find. `known`: what the dictionary finds there."""
        words = [words_of(line) for line in lines]
        ids = feature_ids(words, known)
        scores = self.weights[ids].sum(axis=1, dtype=np.int32).astype(np.float32) * self.scale + self.bias
        found: list[list[tuple[str, Span]]] = []
        at = 0
        for some in words:
            part = scores[at : at + len(some)].reshape(len(some), len(HEADS), 3)
            at += len(some)
            found.append(
                [
                    (head, Span(some[first].start, some[last - 1].end))
                    for number, head in enumerate(HEADS)
                    if head in heads
                    for first, last in runs(best_path(part[:, number], self.moves[number]))
                ]
            )
        return found


def words_of(line: str) -> list[Word]:
    return [Word(match[0], match.start(), match.end()) for match in _WORD.finditer(line)]


def feature_ids(lines: Sequence[Sequence[Word]], known: Sequence[Sequence[Span]]) -> Ids:
    """[words, features]: those of each word and of its neighbours, and of pairs of neighbours."""
    total = sum(map(len, lines))
    gap = WINDOW  # lines do not see one another
    single = np.zeros((total + gap * (len(lines) + 1), _KINDS), np.uint32)
    rows = np.empty(total, np.int64)
    at, row = gap, 0
    for words, spans in zip(lines, known, strict=True):
        if words:
            single[at : at + len(words), : _KINDS - 1] = [_features(word.text) for word in words]
            if spans:
                single[at : at + len(words), _KINDS - 1] = _flags(words, spans)
            rows[row : row + len(words)] = np.arange(at, at + len(words))
        row += len(words)
        at += len(words) + gap
    columns = [_mixed(single[rows + offset], offset + WINDOW + 1) for offset in range(-WINDOW, WINDOW + 1)]
    first, flag = single[:, 0], single[:, _KINDS - 1]
    for left, right in ((-1, 0), (0, 1), (-1, 1), (-2, -1)):
        pair = first[rows + left] * np.uint32(31) + first[rows + right] * np.uint32(17)
        columns.append(_mixed(pair[:, None], 20 + 5 * left + right))
    columns.append(_mixed((first[rows] * np.uint32(7) + flag[rows])[:, None], 40))
    shape = single[:, 5]
    trio = shape[rows - 1] * np.uint32(3) + shape[rows] * np.uint32(5) + shape[rows + 1] * np.uint32(7)
    columns.append(_mixed(trio[:, None], 41))
    return (np.concatenate(columns, axis=1) >> np.uint32(32 - BITS)).astype(np.int64)


def runs(tags: Iterable[int]) -> list[tuple[int, int]]:
    """First and last (excluded) of each find."""
    found: list[tuple[int, int]] = []
    start = -1
    for at, tag in enumerate([*tags, _O]):
        if start >= 0 and tag != _I:
            found.append((start, at))
            start = -1
        if tag == _B:
            start = at
    return found


def best_path(scores: Scores, moves: Scores) -> list[int]:
    """The likeliest tags of one line (Viterbi). In plain Python: rows of three are too short for numpy."""
    if not len(scores) or float((scores[:, _B] - scores[:, _O]).max()) < -_MOST_ODDS:
        return [_O] * len(scores)
    (oo, ob, _), (bo, bb, bi), (io, ib, ii) = moves.tolist()
    first, *rest = scores.tolist()
    o, b, i = first[_O], first[_B], _NEVER
    back: list[tuple[int, int, int]] = []
    for next_o, next_b, next_i in rest:
        to_o = max((o + oo, _O), (b + bo, _B), (i + io, _I))
        to_b = max((o + ob, _O), (b + bb, _B), (i + ib, _I))
        to_i = max((b + bi, _B), (i + ii, _I))
        back.append((to_o[1], to_b[1], to_i[1]))
        o, b, i = to_o[0] + next_o, to_b[0] + next_b, to_i[0] + next_i
    path = [max((o, _O), (b, _B), (i, _I))[1]]
    for pointers in reversed(back):
        path.append(pointers[path[-1]])
    return path[::-1]


def load_tagger(path: Path) -> Tagger:
    """Raises `ModelError`."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return Tagger(kept["weights"], kept["scale"], kept["bias"], kept["moves"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{path.name}: cannot be read: {error}") from None


def _flags(words: Sequence[Word], spans: Sequence[Span]) -> list[int]:
    """Whether the dictionary begins or goes on at each word."""
    flags = [0] * len(words)
    for span in spans:
        for number, word in enumerate(words):
            if span.start <= word.start < span.end:
                flags[number] = _hashed("known", "b" if word.start == span.start else "i")
    return flags


def _mixed(ids: NDArray[np.uint32], salt: int) -> NDArray[np.uint32]:
    mixed: NDArray[np.uint32] = (ids ^ np.uint32((salt * 0x9E3779B1) & 0xFFFFFFFF)) * np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    return mixed


@lru_cache(maxsize=1 << 15)
def _features(text: str) -> tuple[int, ...]:
    word = plain(text)
    return (
        _hashed("word", word),
        _hashed("stem", stem(singular(text))),
        _hashed("end3", word[-3:]),
        _hashed("end2", word[-2:]),
        _hashed("start", word[:3]),
        _hashed("shape", _shape(text)),
        _hashed("end4", word[-4:]),
    )


def _shape(text: str) -> str:
    """`Xx` for `Java`, `X` for `SQL`, `Xx-x`, `d`."""
    signs = ("X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in text)
    shape = ""
    for sign in signs:
        if not shape.endswith(sign):
            shape += sign
    return shape[:6] + str(min(len(text), 4))


def _hashed(kind: str, value: str) -> int:
    return zlib.crc32(f"{kind}:{value}".encode())
