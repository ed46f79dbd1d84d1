"""Skills that a text does not name, wherever the parts run: its phrases are embedded and linked to the closest ones.

The parser finds the phrases and the embedder knows what is close, so this stands between the two, in the process that
asks both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from core.domain import Kind, ModelVersion
from core.errors import Overloaded
from core.parts import Embed, Parse, Parts, Reading
from core.plans import Plan, Versions
from models.linking import Labels, SkillLinker, load_labels
from serve.pinned import Graph

AT_ONCE = 64  # labels of one call: matches come between two of them
BESIDE = 2  # linkers kept beside those of the plan that was held last

Pair = tuple[ModelVersion, ModelVersion]  # parser and embedder


@dataclass(frozen=True, slots=True)
class LinkingParse:
    inner: Parse
    embed: Embed
    linker: Callable[[], Awaitable[SkillLinker]]

    async def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        return await self._linked(await self.inner.file(content, file_name, kind))

    async def text(self, text: str, kind: Kind) -> Reading:
        return await self._linked(await self.inner.text(text, kind))

    async def _linked(self, reading: Reading) -> Reading:
        if not reading.phrases:
            return reading
        linker = await self.linker()
        encoded = await self.embed.texts([phrase.text for phrase in reading.phrases])
        return await asyncio.to_thread(linker.add, reading, encoded.rows)


@dataclass(frozen=True, slots=True)
class LinkingGraph:
    """A graph whose parser links. `folder` fetches a version; blocking.

    A taxonomy's labels are embedded once for each parser and embedder that may serve together.
    """

    inner: Graph
    folder: Callable[[ModelVersion], Path]
    _linkers: dict[Pair, SkillLinker] = field(default_factory=dict)
    _making: asyncio.Lock = field(default_factory=asyncio.Lock)

    def at(self, versions: Versions) -> Parts:
        parts = self.inner.at(versions)
        linker = partial(self._linker, (versions["parser"], versions["embedder"]), parts.embed)
        return replace(parts, parse=LinkingParse(parts.parse, parts.embed, linker))

    async def hold(self, plan: Plan) -> None:
        await self.inner.hold(plan)
        pairs = set(product(plan.versions("parser"), plan.versions("embedder")))
        with suppress(Overloaded):  # no replica runs yet: whoever reads first waits for it
            for parser, embedder in sorted(pairs):
                embed = self.inner.at({**plan.serving, "embedder": embedder}).embed
                await self._linker((parser, embedder), embed)
        unused = [pair for pair in self._linkers if pair not in pairs]
        for pair in unused[:-BESIDE]:  # a plan that is about to serve was held before this one was held again
            del self._linkers[pair]

    async def _linker(self, pair: Pair, embed: Embed) -> SkillLinker:
        if (known := self._linkers.get(pair)) is not None:
            return known
        async with self._making:  # of several that want it at once, one makes it
            if pair not in self._linkers:
                labels = await asyncio.to_thread(lambda: load_labels(self.folder(pair[0])))
                self._linkers[pair] = await _made(labels, embed)
            return self._linkers[pair]


async def _made(labels: Labels, embed: Embed) -> SkillLinker:
    texts = labels.texts
    rows = [(await embed.texts(texts[at : at + AT_ONCE])).rows for at in range(0, len(texts), AT_ONCE)]
    return SkillLinker(labels, np.concatenate(rows).astype(np.float16))
