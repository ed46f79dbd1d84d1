"""The labelled applicants of `pipelines.population` as a parser and an encoder see them: one feature row each."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import models
from core.domain import Case, Kind, Requirements
from core.errors import BadInput
from core.packing import pack_case, unpack_case
from core.parts import Reading
from models.embedding import embed
from models.features import NAMES, Rows, features
from models.folders import MODEL
from pipelines import population
from pipelines.features import SAMPLES, VERSION, Text, TextOf, encoder, linking_reader, samples
from pipelines.linking_reader import LinkingReader
from pipelines.pairs import Pair
from pipelines.params import FeaturesParams
from pipelines.population import TOWNS, Applicant, Base, applicants
from pipelines.swap_test import Remembering

FOLDER = Path("artifacts/fairness")
CODE = Path(models.__file__).parent
LABELS = ("cv", "job", "sex", "race")
BASES = 28  # CVs that eight people each send: 224 people, and those without labels


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Labelled applicants and their features for the job each applies for: `rows` [n, k]. "" is an unknown label."""

    cvs: tuple[str, ...]
    jobs: tuple[str, ...]
    sexes: tuple[str, ...]
    races: tuple[str, ...]
    rows: Rows


def people_of(params: FeaturesParams) -> People:
    """Kept under a name that follows from parser, encoder and code, else made now: about two minutes."""
    digest = hashlib.sha256()
    described = [folder / MODEL for folder in (params.parser, params.embedder)]
    for path in [*described, *sorted(CODE.rglob("*.py")), Path(__file__), Path(population.__file__)]:
        digest.update(path.read_bytes() if path.is_file() else b"none")
    path = FOLDER / f"people-{digest.hexdigest()[:12]}.csv"
    if not path.is_file():
        pairs, text_of = samples(params.samples)
        encodes = Remembering(encoder(params.embedder))
        write_people(path, invent(linking_reader(params, SAMPLES, encodes), encodes, pairs, text_of))
    return read_people(path)


def invent(reads: LinkingReader, encodes: Remembering, pairs: Sequence[Pair], text_of: TextOf) -> People:
    """The features of every applicant for their job."""
    jobs = {pair.job: _read(reads, text_of(Kind.JOB, pair.job)) for pair in pairs}
    made = list(applicants(list(bases(reads, jobs, pairs, text_of))))
    rows = []
    for one in made:
        person = _case(encodes, reads.text(one.text, Kind.CANDIDATE))
        rows.append(features(_case(encodes, jobs[one.job]), [person])[0])
    return _labelled(made, np.stack(rows))


def bases(reads: LinkingReader, jobs: dict[str, Reading], pairs: Sequence[Pair], text_of: TextOf) -> Iterator[Base]:
    """Each CV for the job it is best for, best first, of jobs in the towns of `TOWNS`; those with no grade above 0 are
    left out."""
    taken: set[str] = set()
    for pair in sorted(pairs, key=lambda pair: (-pair.grade, pair.job, pair.cv)):
        town = _town(jobs[pair.job])
        if town in TOWNS and pair.grade > 0 and pair.cv not in taken and len(taken) < BASES:
            taken.add(pair.cv)
            yield Base(pair.cv, pair.job, town, _read(reads, text_of(Kind.CANDIDATE, pair.cv)))


def write_people(path: Path, people: People) -> None:
    """As CSV that people can read; NaN is an empty cell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([*LABELS, *NAMES])
        for *labels, row in zip(people.cvs, people.jobs, people.sexes, people.races, people.rows, strict=True):
            out.writerow([*labels, *("" if np.isnan(value) else repr(float(value)) for value in row)])


def read_people(path: Path) -> People:
    """Stops with a line that says what to do when the table has not today's features."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    if not lines or any(name not in lines[0] for name in NAMES):
        raise BadInput(f"{path} has no applicants with today's features: remove it, and it is made anew")
    cvs, jobs, sexes, races = (tuple(line[label] for line in lines) for label in LABELS)
    rows = np.array([[float(line[name] or "nan") for name in NAMES] for line in lines], np.float32)
    return People(cvs, jobs, sexes, races, rows)


def _labelled(made: Sequence[Applicant], rows: Rows) -> People:
    return People(
        tuple(one.cv for one in made),
        tuple(one.job for one in made),
        tuple(one.sex for one in made),
        tuple(one.race for one in made),
        rows,
    )


def _read(reads: LinkingReader, text: Text) -> Reading:
    if isinstance(text.content, str):
        return reads.text(text.content, text.kind)
    return reads.file(text.content, text.file_name, text.kind)


def _town(job: Reading) -> str:
    facts = job.facts
    return facts.places[0].city if isinstance(facts, Requirements) and facts.places else ""


def _case(encodes: Remembering, reading: Reading) -> Case:
    embedding = embed(encodes, VERSION, reading.passages)
    return unpack_case(pack_case(Case(reading.facts, embedding, reading.words, reading.skills)))
