"""Linking stands between parser and embedder: the laws of it without Ray."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from core.domain import Embedding, Identity, Kind, ModelVersion, Passages, Phrase, Profile, Span, Sparse
from core.errors import Overloaded
from core.parts import Encoded, Parts, Reading
from core.plans import PARTS, Plan, Versions
from serve.linking import AT_ONCE, LinkingGraph

SERVING = {part: ModelVersion(part, 1) for part in PARTS}
PLAN = Plan(SERVING)
TEXT = "knows Kubernets"
PHRASE = Phrase("Kubernets", Span(6, 15))


@dataclass
class FakeParse:
    phrases: tuple[Phrase, ...]

    async def text(self, text: str, kind: Kind) -> Reading:
        passages = Passages("", (), ())
        read = Reading(text, "text", Profile(), Identity(), passages, Sparse(), Sparse(), SERVING["parser"])
        return replace(read, phrases=self.phrases)

    async def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        return await self.text(content.decode(), kind)


@dataclass
class FakeEmbed:
    """Close is what begins with the same three letters."""

    version: ModelVersion
    calls: list[list[str]] = field(default_factory=list)

    async def texts(self, texts: Sequence[str]) -> Encoded:
        self.calls.append(list(texts))
        rows = np.zeros((len(texts), 26**3), np.float32)
        for number, text in enumerate(texts):
            at = [max(ord(sign) - 97, 0) % 26 for sign in text.lower()[:3].ljust(3, "a")]
            rows[number, at[0] * 676 + at[1] * 26 + at[2]] = 1.0
        return Encoded(self.version, rows, 0)

    async def passages(self, passages: Passages) -> Embedding:
        raise NotImplementedError("linking embeds phrases only")


@dataclass
class FakeGraph:
    phrases: tuple[Phrase, ...] = (PHRASE,)
    embeds: dict[ModelVersion, FakeEmbed] = field(default_factory=dict)
    held: list[Plan] = field(default_factory=list)

    def at(self, versions: Versions) -> Parts:
        version = versions["embedder"]
        embed = self.embeds.setdefault(version, FakeEmbed(version))
        unused = object()
        return Parts(FakeParse(self.phrases), embed, unused, unused)  # type: ignore[arg-type]

    async def hold(self, plan: Plan) -> None:
        self.held.append(plan)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a parser: 100 skills, of which one begins as the phrase does."""
    (tmp_path / "taxonomy").mkdir()
    rows = [f"s{n}\tzz{n}\tg\ttool\t\t" for n in range(99)] + ["kubernetes\tKubernetes\tg\ttool\t\t"]
    heads = "id\tlabel\tgroup\tkind\taliases\tcues"
    (tmp_path / "taxonomy/skills.tsv").write_text("\n".join([heads, *rows]) + "\n")
    (tmp_path / "taxonomy/groups.tsv").write_text("id\tlabel\ng\tG\n")
    (tmp_path / "rarity.json").write_text(json.dumps({"default": 1.0, "weights": {}}))
    return tmp_path


def graph_of(folder: Path, inner: FakeGraph) -> LinkingGraph:
    return LinkingGraph(inner, lambda version: folder)


async def test_a_text_and_a_file_are_read_with_the_skills_that_their_phrases_are_close_to(folder: Path) -> None:
    parse = graph_of(folder, FakeGraph()).at(SERVING).parse

    for reading in (await parse.text(TEXT, Kind.CANDIDATE), await parse.file(TEXT.encode(), "cv.txt", Kind.CANDIDATE)):
        assert isinstance(reading.facts, Profile)
        assert [(one.skill.id, one.surface, one.span) for one in reading.facts.skills] == [
            ("kubernetes", "Kubernets", Span(6, 15))
        ]


async def test_a_text_without_phrases_asks_no_embedder(folder: Path) -> None:
    inner = FakeGraph(phrases=())

    await graph_of(folder, inner).at(SERVING).parse.text(TEXT, Kind.CANDIDATE)

    assert inner.embeds[SERVING["embedder"]].calls == []


async def test_labels_are_embedded_once_for_each_parser_and_embedder_before_they_serve(folder: Path) -> None:
    inner = FakeGraph()
    graph = graph_of(folder, inner)

    await graph.hold(PLAN)
    await graph.hold(PLAN)
    labels = [len(call) for call in inner.embeds[SERVING["embedder"]].calls]
    await graph.at(SERVING).parse.text(TEXT, Kind.CANDIDATE)

    assert inner.held == [PLAN, PLAN]
    assert labels == [AT_ONCE, 100 - AT_ONCE]
    assert inner.embeds[SERVING["embedder"]].calls[len(labels) :] == [["Kubernets"]]


async def test_phrases_are_compared_with_labels_of_the_same_embedder_whatever_was_promoted(folder: Path) -> None:
    inner, newer = FakeGraph(), ModelVersion("embedder", 2)
    graph = graph_of(folder, inner)
    await graph.hold(PLAN)

    await graph.hold(Plan({**SERVING, "embedder": newer}))
    await graph.hold(PLAN)  # as every few seconds, until the newer one is adopted
    await graph.at({**SERVING, "embedder": newer}).parse.text(TEXT, Kind.CANDIDATE)

    assert [len(call) for call in inner.embeds[newer].calls] == [AT_ONCE, 100 - AT_ONCE, 1]


async def test_who_needs_a_linker_that_is_there_does_not_wait_for_another_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, newer = graph_of(folder, FakeGraph()), ModelVersion("embedder", 2)
    await graph.hold(PLAN)
    answer, going = FakeEmbed.texts, asyncio.Event()

    async def slow(self: FakeEmbed, texts: Sequence[str]) -> Encoded:
        if self.version == newer:
            await going.wait()
        return await answer(self, texts)

    monkeypatch.setattr(FakeEmbed, "texts", slow)
    other = asyncio.create_task(graph.hold(Plan({**SERVING, "embedder": newer})))
    await asyncio.sleep(0)
    reading = await asyncio.wait_for(graph.at(SERVING).parse.text(TEXT, Kind.CANDIDATE), 10)
    ended = other.done()
    going.set()
    await other

    assert isinstance(reading.facts, Profile)
    assert reading.facts.skills
    assert not ended


async def test_where_no_embedder_runs_yet_the_first_reader_makes_the_linker(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(self: FakeEmbed, texts: Sequence[str]) -> Encoded:
        raise Overloaded("no replica runs")

    inner = FakeGraph()
    graph = graph_of(folder, inner)
    with monkeypatch.context() as patched:
        patched.setattr(FakeEmbed, "texts", busy)
        await graph.hold(PLAN)

    reading = await graph.at(SERVING).parse.text(TEXT, Kind.CANDIDATE)

    assert isinstance(reading.facts, Profile)
    assert reading.facts.skills
