"""Stage: reads and embeds the graded texts as serving does, and writes the features of every graded pair.

The samples are always there. When the folder `data` of `params.yaml` is too, its `graded_dev` joins them, and our
own grades of other ads of the same collections: ads by row, CVs by id. Both were graded by a language model that read
both texts. Vectors are kept in the folder `vectors`, so that only texts that changed are embedded again.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.domain import Case, Kind, ModelVersion
from core.errors import BadInput
from core.packing import pack_case, unpack_case
from models.embedding import Encoder, embed, load_encoder
from models.embedding_hashing import HashingEncoder
from models.features import NAMES, features
from models.reading import Reader, load_reader
from pipelines.linking_reader import LinkingReader, linked
from pipelines.pairs import OWN, Pair, Pairs, read_pairs, write_pairs
from pipelines.params import FeaturesParams, section
from pipelines.vectors import keep

SAMPLES, GRADED = "samples", "graded_dev"
OWN_GRADES = "grades_monster.jsonl"  # in the folder of the samples
VERSION = ModelVersion("training", 1)
THREADS = 2

Progress = Callable[[str], None]
TextOf = Callable[[Kind, str], "Text"]


@dataclass(frozen=True, slots=True)
class Text:
    """One graded text and how it reads: a file's bytes under its name, or a text that is known to be one."""

    kind: Kind
    content: bytes | str
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class Models:
    """Offline equals online: the very reader and encoder that serve."""

    reader: LinkingReader
    encoder: Encoder

    def case(self, text: Text) -> Case:
        """As it comes back from the store. Raises `BadInput` when nothing can be read."""
        if isinstance(text.content, str):
            reading = self.reader.text(text.content, text.kind)
        else:
            reading = self.reader.file(text.content, text.file_name, text.kind)
        embedding = embed(self.encoder, VERSION, reading.passages)
        return unpack_case(pack_case(Case(reading.facts, embedding, reading.words, reading.skills)))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=Path("artifacts/features"))
    out: Path = arguments.parse_args().out
    params = section("features", FeaturesParams)
    texts_to_vectors = encoder(params.embedder, params.vectors)
    tables = []
    for source, (pairs, text_of) in sources(params).items():
        models = Models(linking_reader(params, source, texts_to_vectors), texts_to_vectors)
        tables.append(compute(models, pairs, text_of, say=print))
    if params.feedback is not None:
        tables.append(read_pairs(params.feedback))
    table = join(tables)
    write_pairs(out / "pairs.csv", table)
    print(f"{out}: {len(table.pairs)} pairs, {len(NAMES)} features")


def sources(params: FeaturesParams) -> dict[str, tuple[list[Pair], TextOf]]:
    found = {SAMPLES: samples(params.samples)}
    if (params.data / GRADED).is_dir():
        found[GRADED] = graded(params.data)
        found[OWN] = read_grades(params.samples / OWN_GRADES, OWN), found[GRADED][1]
    else:
        print(f"{params.data} has no {GRADED}: only our own samples are used")
    return found


def reader(params: FeaturesParams, source: str, *, phrases: bool = False) -> Reader:
    """Present positions count up to the day that the texts are of: the same on every day the stage is run."""
    day = params.read_on[source]
    return load_reader(params.parser, today=lambda: day, phrases=phrases)


def linking_reader(params: FeaturesParams, source: str, texts_to_vectors: Encoder) -> LinkingReader:
    """The same, with the skills that the encoder finds beyond the dictionary: what serving makes of a text."""
    return linked(reader(params, source, phrases=True), texts_to_vectors, params.parser)


def encoder(folder: Path, vectors: Path | None = None) -> Encoder:
    """That of a folder; with `vectors`, it keeps there what it encodes."""
    if folder.is_dir():
        loaded = load_encoder(folder, threads=THREADS)
        return loaded if vectors is None else keep(loaded, folder, vectors)
    print(f"{folder} is not there: texts are compared by hashed words, which is much weaker than an encoder")
    return HashingEncoder()


def compute(models: Models, pairs: Sequence[Pair], text_of: TextOf, say: Progress) -> Pairs:
    """The features of pairs, each job against all of its CVs at once; what cannot be read is named and left out."""
    cases: dict[tuple[Kind, str], Case] = {}
    for kind, name in sorted({(Kind.JOB, p.job) for p in pairs} | {(Kind.CANDIDATE, p.cv) for p in pairs}):
        try:
            cases[kind, name] = models.case(text_of(kind, name))
        except BadInput as error:
            say(f"left out: {kind} {name}: {error}")
        if len(cases) % 50 == 0:
            say(f"{pairs[0].source}: {len(cases)} texts read and embedded")
    kept, rows = [], []
    for job in sorted({p.job for p in pairs}):
        some = [p for p in pairs if p.job == job and (Kind.JOB, job) in cases and (Kind.CANDIDATE, p.cv) in cases]
        if some:
            kept += some
            rows.append(features(cases[Kind.JOB, job], [cases[Kind.CANDIDATE, p.cv] for p in some]))
    return Pairs(tuple(kept), np.concatenate(rows))


def join(tables: Sequence[Pairs]) -> Pairs:
    return Pairs(tuple(pair for table in tables for pair in table.pairs), np.concatenate([t.rows for t in tables]))


def samples(folder: Path) -> tuple[list[Pair], TextOf]:
    """Our own grades; texts are files named by their slug."""

    def text_of(kind: Kind, name: str) -> Text:
        places = folder / ("jobs" if kind is Kind.JOB else "cvs")
        try:
            path = min(path for path in places.iterdir() if path.stem == name)
        except ValueError:
            raise SystemExit(f"{folder / 'grades.jsonl'} grades {name!r}, but {places} has no such file") from None
        return Text(kind, path.read_bytes(), path.name)

    return read_grades(folder / "grades.jsonl", SAMPLES), text_of


def graded(folder: Path) -> tuple[list[Pair], TextOf]:
    """The shared grades over real ads and CVs."""
    pairs = read_grades(folder / GRADED / "pairs.jsonl", GRADED)
    with gzip.open(folder / "resumes_livecareer/resumes.jsonl.gz", "rt", encoding="utf-8") as file:
        cvs = {str(one["id"]): str(one["text"]) for one in map(json.loads, file)}
    with gzip.open(folder / "jobs_monster/jobs.csv.gz", "rt", encoding="utf-8", newline="") as file:
        ads = {f"m{int(one['row']):04d}": _ad(one) for one in csv.DictReader(file)}

    def text_of(kind: Kind, name: str) -> Text:
        return Text(kind, ads[name] if kind is Kind.JOB else cvs[name])

    return pairs, text_of


def _ad(row: dict[str, str]) -> str:
    return f"{row['job_title']}\n{row['location']}\n\n{row['job_description']}"


def read_grades(path: Path, source: str) -> list[Pair]:
    with path.open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.strip()]
    return [Pair(source, one["job"], one["cv"], int(one["grade"]), int(one["role"])) for one in lines]


if __name__ == "__main__":
    main()
