"""20,000 stored profiles and 300 jobs of one tenant, in a folder of their own: what the other measurements search.

They are written through the real stores, sealed as always, and kept: a second run finds them there.
`python -m bench.profiles` makes them and says at what rate.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import cast

import msgspec
import numpy as np
from rich.console import Console
from rich.progress import Progress

from bench.varying import Mixture, mixtures
from core.domain import (
    Candidate,
    CandidateId,
    Case,
    Document,
    DocumentId,
    DocumentState,
    Embedding,
    Identity,
    Job,
    JobId,
    Kind,
    Matrix,
    ModelVersion,
    OwnerId,
    Passages,
    Profile,
    Requirements,
    Sparse,
    TenantId,
    new_id,
)
from core.errors import BadInput
from core.packing import pack_case
from core.parts import Reading
from core.ports import Collection, Kept, Point, Rows
from core.settings import Settings
from core.versions import parse_version
from models.embedding import load_encoder
from models.reading import Reader, load_reader
from models.skills import Rarity, skill_vector
from models.words import WordTable
from pipelines.bootstrap import bootstrap, fingerprint
from stores import Stores, open_stores
from stores.registry import open_registry

PROFILES, JOBS = 20_000, 300
SAMPLES = {Kind.CANDIDATE: Path("samples/cvs"), Kind.JOB: Path("samples/jobs")}
BATCH = 256  # documents in one transaction
SEED = 20_261_124
HOME = Path(f"/var/tmp/matchgraph-bench-{os.getuid()}")


@dataclass(frozen=True, slots=True)
class Stored:
    """What is there: enough to ask for matches, over HTTP or in process."""

    key: str  # of what it was made: models, samples and this code
    models: dict[str, str]
    tenant: TenantId
    api_key: str
    profiles: int
    jobs: tuple[JobId, ...]
    seconds: float  # that writing took


def stored(var: Path, console: Console, profiles: int = PROFILES, jobs: int = JOBS) -> Stored:
    """Those in the folder `var`, written first when they are not there or were made of something else."""
    settings = Settings(var=var)
    models = bootstrap(settings, console)
    made_of = [fingerprint(["samples", "bench/varying.py", "bench/profiles.py"]), models, profiles, jobs]
    key = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
    if _note(var).is_file() and (found := read_note(var)).key == key:
        console.print(f"  there already: {found.profiles:,} profiles, {len(found.jobs)} jobs in {var}")
        return found
    _remove(settings)
    made = asyncio.run(write(settings, models, key, {Kind.CANDIDATE: profiles, Kind.JOB: jobs}, console))
    _note(var).write_text(json.dumps(asdict(made)))
    return made


def read_note(var: Path) -> Stored:
    """What `stored` left in the folder."""
    return msgspec.json.decode(_note(var).read_bytes(), type=Stored)


def _note(var: Path) -> Path:
    return var / "bench.json"


def _remove(settings: Settings) -> None:
    """What an earlier run kept; the registry stays."""
    _note(settings.var).unlink(missing_ok=True)
    pointer = settings.var / "postgres" / "location"
    if pointer.is_file():
        shutil.rmtree(pointer.read_text().strip(), ignore_errors=True)
    for name in ("postgres", "vectors", "vectors-in-process"):
        shutil.rmtree(settings.var / name, ignore_errors=True)


class _Maker:
    """Turns mixtures into cases; every distinct passage is embedded once."""

    def __init__(self, settings: Settings, models: Mapping[str, str]) -> None:
        registry = open_registry(settings)
        parser = registry.fetch(parse_version(models["parser"]))
        self.version: ModelVersion = parse_version(models["embedder"])
        self.reader: Reader = load_reader(parser)
        self.encoder = load_encoder(registry.fetch(self.version), threads=os.cpu_count() or 1)
        self.rarity = msgspec.json.decode((parser / "rarity.json").read_bytes(), type=Rarity)
        self.table = msgspec.json.decode((parser / "words.json").read_bytes(), type=WordTable)
        self.rows: dict[str, int] = {}
        self.vectors: Matrix = np.empty((0, 0), np.float32)
        self.words: list[Sparse] = []

    def samples(self, kind: Kind) -> list[Reading]:
        found = []
        for path in sorted(SAMPLES[kind].iterdir()):
            try:
                found.append(self.reader.file(path.read_bytes(), path.name, kind))
            except BadInput:
                continue  # some are unreadable on purpose
        return found

    def learn(self, samples: Iterable[Reading]) -> None:
        """Embeds all that a mixture of these can hold; a position beyond the reader's first six titles too."""
        texts: dict[str, None] = {}
        for one in samples:
            texts.update(dict.fromkeys((one.passages.title, *one.passages.titles, *one.passages.parts)))
            if isinstance(one.facts, Profile):
                texts.update(dict.fromkeys(held.title for held in one.facts.positions if held.title))
        self.rows = {text: row for row, text in enumerate(texts)}
        self.vectors = self.encoder.encode(list(texts))
        self.words = [self.table.vector(text) for text in texts]

    def case(self, mixture: Mixture, document: DocumentId) -> Case:
        passages, facts = mixture.passages, mixture.facts
        title = self.vectors[self.rows[passages.title]]
        titles, parts = (self.vectors[[self.rows[t] for t in some]] for some in (passages.titles, passages.parts))
        text = parts.mean(axis=0) if len(parts) else np.zeros_like(title)
        wishes = facts.skills if isinstance(facts, Profile) else (*facts.must_have, *facts.nice_to_have)
        return Case(
            facts,
            Embedding(self.version, title, text, titles, parts),
            _together([self.words[self.rows[t]] for t in (passages.title, *passages.parts)]),
            skill_vector(wishes, self.rarity),
            document,
        )


def _together(vectors: Sequence[Sparse]) -> Sparse:
    """Their sum, of unit length: as large and as dense as the vector of the whole text."""
    sums: dict[int, float] = {}
    for vector in vectors:
        for index, value in zip(vector.indices, vector.values, strict=True):
            sums[index] = sums.get(index, 0.0) + value
    length = sum(value * value for value in sums.values()) ** 0.5
    indices = tuple(sorted(sums))
    return Sparse(indices, tuple(sums[index] / length for index in indices))


async def write(
    settings: Settings, models: dict[str, str], key: str, counts: Mapping[Kind, int], console: Console
) -> Stored:
    """Indexed documents as intake leaves them, but for their files."""
    maker = _Maker(settings, models)
    samples = {kind: maker.samples(kind) for kind in Kind}
    maker.learn([one for kind in Kind for one in samples[kind]])
    read = ", ".join(f"{len(found)} {kind}s" for kind, found in samples.items())
    console.print(f"  samples read: {read}; {len(maker.rows):,} distinct passages embedded by {models['embedder']}")
    started = time.perf_counter()
    ids: dict[Kind, list[OwnerId]] = {kind: [] for kind in Kind}
    async with open_stores(settings) as stores:
        tenant = await stores.access.add_tenant("bench")
        api_key = await stores.access.add_key(tenant, "made by make bench")
        for kind in Kind:
            await stores.vectors.ensure(Collection(kind, maker.version), maker.vectors.shape[1])
            with Progress(console=console, transient=True) as progress:
                bar = progress.add_task(f"  writing {kind}s", total=counts[kind])
                async for written in _batches(stores, tenant, maker, mixtures(samples[kind], counts[kind], SEED)):
                    ids[kind] += written
                    progress.advance(bar, len(written))
    seconds = time.perf_counter() - started
    rate = sum(counts.values()) / seconds
    console.print(f"  {counts[Kind.CANDIDATE]:,} profiles and {counts[Kind.JOB]} jobs, {rate:.0f}/s, {seconds:.0f} s")
    jobs = tuple(JobId(id) for id in ids[Kind.JOB])
    return Stored(key, models, tenant, api_key, len(ids[Kind.CANDIDATE]), jobs, round(seconds, 1))


async def _batches(
    stores: Stores, tenant: TenantId, maker: _Maker, documents: Iterator[Mixture]
) -> AsyncIterator[list[OwnerId]]:
    """Writes batch after batch: rows in one transaction, points beside it."""
    while batch := list(islice(documents, BATCH)):
        kind = Kind.CANDIDATE if isinstance(batch[0].facts, Profile) else Kind.JOB
        points = [Point(_id(kind), maker.case(one, DocumentId(new_id("doc")))) for one in batch]
        await asyncio.gather(
            stores.vectors.upsert(Collection(kind, maker.version), tenant, points),
            _rows(stores, tenant, maker.version, points, batch),
        )
        yield [point.id for point in points]


def _id(kind: Kind) -> OwnerId:
    return CandidateId(new_id("cnd")) if kind is Kind.CANDIDATE else JobId(new_id("job"))


async def _rows(
    stores: Stores, tenant: TenantId, embedder: ModelVersion, points: Sequence[Point], batch: Sequence[Mixture]
) -> None:
    async with stores.sql.transaction(tenant) as rows:
        for point, mixture in zip(points, batch, strict=True):
            await rows.keys.put(point.id, stores.keyring.new(point.id))
            document = _document(point, mixture)
            await rows.documents.put(document)
            kind = await _owner(rows, document, mixture)
            await rows.passages.put(point.id, Kept(document.id, _own(mixture.passages, point.id)))
            await rows.cases.put(point.id, kind, embedder, pack_case(point.case))


def _document(point: Point, mixture: Mixture) -> Document:
    content = mixture.text.encode()
    now = datetime.now(UTC)
    return Document(
        id=cast("DocumentId", point.case.document),
        owner=point.id,
        kind=Kind.CANDIDATE if isinstance(mixture.facts, Profile) else Kind.JOB,
        file_name="drawn.txt",
        media_type="text/plain",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        address="",
        state=DocumentState.INDEXED,
        created_at=now,
        updated_at=now,
    )


def _own(passages: Passages, id: OwnerId) -> Passages:
    """Mixtures share their sentences, which real documents do not: another encoder would embed each only once."""
    return replace(passages, parts=tuple(f"{part} {id[-6:]}" for part in passages.parts))


async def _owner(rows: Rows, document: Document, mixture: Mixture) -> Kind:
    now, id = document.created_at, document.owner
    match mixture.facts:
        case Profile() as profile:
            who = Identity(name=f"Person {id[-6:]}")
            owner = Candidate(cast("CandidateId", id), now, now, document.id, "", who, profile, mixture.text)
            await rows.candidates.put(owner)
        case Requirements() as wanted:
            await rows.jobs.put(Job(cast("JobId", id), now, now, document.id, "", wanted, mixture.text))
    return document.kind


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.profiles", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--var", type=Path, default=HOME)
    parser.add_argument("--profiles", type=int, default=PROFILES)
    chosen = parser.parse_args()
    stored(chosen.var, Console(), chosen.profiles)


if __name__ == "__main__":
    main()
