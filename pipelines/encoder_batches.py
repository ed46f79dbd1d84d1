"""Batches for the encoder: pairs of texts that mean the same, none of which could mean another of its batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.parsing.plurals import plural_title
from pipelines.encoder_texts import Alike, Sources
from pipelines.params import Mix, Style

LEAST = 8  # pairs: fewer say too little about what is not alike
_TRIES = 3  # of so many times the batch's size, draws that clash are passed over before a batch is taken as it is


@dataclass(frozen=True, slots=True)
class Batch:
    """Row i of `ones` means what row i of `others` does, and what no other row does."""

    source: str
    tokens: int
    ones: tuple[str, ...]
    others: tuple[str, ...]


def plan(sources: Sources, mixes: Mapping[str, Mix], style: Style, seed: int) -> list[Batch]:
    """All batches of a training, sources in random order; the same for a seed."""
    random = np.random.default_rng(seed)
    drawn = []
    for name, mix in mixes.items():
        if name in sources:
            some = _Drawer(sources[name], style, random)
            drawn += [some.batch(name, mix) for _ in range(max(mix.pairs // mix.batch, 1))]
    kept = [batch for batch in drawn if len(batch.ones) >= LEAST]
    return [kept[at] for at in random.permutation(len(kept))]


class _Drawer:
    """Every item is drawn once before any is drawn again, but for those that are drawn as neighbours."""

    def __init__(self, items: Sequence[Alike], style: Style, random: np.random.Generator) -> None:
        self._items, self._style, self._random = items, style, random
        near = defaultdict[str, list[int]](list)
        for at, item in enumerate(items):
            if item.near:
                near[item.near].append(at)
        self._groups = [group for group in near.values() if len(group) > 1]
        self._queue = self._endless()

    def batch(self, name: str, mix: Mix) -> Batch:
        chosen: dict[int, Alike] = {}
        taken: set[str] = set()
        for at in self._candidates(mix.batch):
            item = self._items[at]
            if at not in chosen and not item.keys & taken:
                chosen[at] = item
                taken |= item.keys
            if len(chosen) == mix.batch:
                break
        pairs = [self._pair(item, name) for item in chosen.values()]
        return Batch(name, mix.tokens, tuple(one for one, _ in pairs), tuple(other for _, other in pairs))

    def _candidates(self, size: int) -> Iterator[int]:
        wanted = int(self._style.near * size) if self._groups else 0
        while wanted > 0:
            group = self._groups[self._random.integers(len(self._groups))]
            some = self._random.permutation(group)[:wanted]
            wanted -= len(some)
            yield from map(int, some)
        for _ in range(_TRIES * size):
            yield next(self._queue)

    def _endless(self) -> Iterator[int]:
        while True:
            yield from map(int, self._random.permutation(len(self._items)))

    def _pair(self, item: Alike, name: str) -> tuple[str, str]:
        one = item.ones[self._random.integers(len(item.ones))]
        left = [text for text in item.others if text != one]
        other = left[self._random.integers(len(left))] if left else item.others[0]
        if name == "titles":
            return self._varied(one), self._varied(other)
        return one, other

    def _varied(self, text: str) -> str:
        plural, cased = self._random.random(2)
        text = plural_title(text) if plural < self._style.plural else text
        return text.title() if cased < self._style.title_case else text
