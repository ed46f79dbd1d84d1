"""What happens to scores when a CV's person changes and the work does not: on every graded CV.

Two people introduce each CV at once by name, pronouns, signs of age and street; only where that makes a difference is
each of them tried alone. Texts that reach the models decide first: what is embedded, the words, and all facts that
are compared. Where these are equal, so are the scores, and nothing need be embedded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.domain import Case, Kind, Matrix, Place, Profile, Requirements, Span
from core.errors import BadInput
from core.packing import pack_case, unpack_case
from core.parts import Reading
from models.comparing import Compared, compare, shown
from models.embedding import Encoder, embed
from models.features import NAMES, Rows, features
from models.scoring import Scorer, score
from models.tokens import plain
from pipelines.features import VERSION, TextOf
from pipelines.linking_reader import LinkingReader
from pipelines.pairs import Pair
from pipelines.swaps import PEOPLE, Person, in_another_town, introduced
from pipelines.swaps import Kind as Swap

TOWN = "town"
EVERYTHING = frozenset(Swap)
NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """One pair whose score was moved by a swap."""

    swap: str
    job: str
    cv: str
    by: float


@dataclass(frozen=True, slots=True)
class Swapped:
    """Of one source: how many CVs and pairs were tried with each swap, and which pairs changed their score."""

    source: str
    cvs: Mapping[str, int]
    pairs: Mapping[str, int]
    changes: tuple[Change, ...]

    def changed(self, swap: str) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if one.swap == swap)


@dataclass(frozen=True, slots=True)
class Remembering:
    """An encoder that encodes each text once: equal texts get equal rows, whatever is encoded beside them."""

    inner: Encoder
    rows: dict[str, Matrix] = field(default_factory=dict)

    @property
    def dimension(self) -> int:
        return self.inner.dimension

    def encode(self, texts: Sequence[str]) -> Matrix:
        new = [text for text in dict.fromkeys(texts) if text not in self.rows]
        if new:
            self.rows.update(zip(new, self.inner.encode(new), strict=True))
        return np.stack([self.rows[text] for text in texts]) if texts else np.empty((0, self.dimension), np.float32)

    def count(self, texts: Sequence[str]) -> int:
        return self.inner.count(texts)


@dataclass(frozen=True, slots=True)
class SwapTest:
    """Offline equals online: the very reader, encoder and scorer that serve."""

    reader: LinkingReader
    encoder: Encoder
    scorer: Scorer

    def measure(
        self, source: str, pairs: Sequence[Pair], text_of: TextOf, say: Callable[[str], None] = print
    ) -> Swapped:
        """Each CV of `pairs`; the next two of `PEOPLE` take turns."""
        jobs = self._jobs(pairs, text_of)
        cvs: dict[str, int] = {}
        counted: dict[str, int] = {}
        changes: list[Change] = []
        for number, cv in enumerate(sorted({pair.cv for pair in pairs})):
            judged = {pair.job: jobs[pair.job] for pair in pairs if pair.cv == cv and pair.job in jobs}
            try:
                reading = self._read(text_of, cv)
            except BadInput as error:
                say(f"left out: {cv}: {error}")
                continue
            tried = list(self._swaps(reading, judged, number))
            for swap, moved in tried:
                cvs[swap] = cvs.get(swap, 0) + 1
                counted[swap] = counted.get(swap, 0) + len(judged)
                changes += [Change(swap, job, cv, by) for job, by in moved.items()]
            if number % 50 == 49:
                say(f"{source}: {number + 1} CVs, {len(changes)} changed pairs")
        return Swapped(source, cvs, counted, tuple(changes))

    def _swaps(
        self, reading: Reading, jobs: Mapping[str, Reading], number: int
    ) -> Iterator[tuple[str, dict[str, float]]]:
        one, other = PEOPLE[number % len(PEOPLE)], PEOPLE[(number + 1) % len(PEOPLE)]
        at_once = self._moved(self._as(reading, one, EVERYTHING), self._as(reading, other, EVERYTHING), jobs)
        for kind in Swap:
            alone = frozenset({kind})
            yield (
                kind.value,
                self._moved(self._as(reading, one, alone), self._as(reading, other, alone), jobs) if at_once else {},
            )
        address = address_of(reading)
        if address is not None and (moved := in_another_town(reading.text, address)) is not None:
            yield TOWN, self._moved(self._again(reading.text), self._again(moved), jobs, but="place")

    def _as(self, reading: Reading, person: Person, kinds: frozenset[Swap]) -> Reading:
        return self._again(introduced(reading.text, name_of(reading), studies_of(reading), person, kinds))

    def _again(self, text: str) -> Reading:
        return self.reader.text(text, Kind.CANDIDATE)

    def _moved(self, one: Reading, other: Reading, jobs: Mapping[str, Reading], *, but: str = "") -> dict[str, float]:
        """By how much the score of each job changes; those that do not are left out. `but` may differ."""
        if all(_same_to_models(one, other, job, but) for job in jobs.values()):
            return {}
        found = {}
        for name, job in jobs.items():
            rows = features(self._case(job), [self._case(one), self._case(other)])
            if but:
                rows[:, NAMES.index(but)] = rows[0, NAMES.index(but)]
            if abs(by := self._difference(rows)) > NOTHING:
                found[name] = by
        return found

    def _difference(self, rows: Rows) -> float:
        """Of two scores; an abstention is as far as can be from a score."""
        first, second = (one.score for one in score(self.scorer, rows))
        if first is None or second is None:
            return 0.0 if first is second else 1.0
        return second - first

    def _case(self, reading: Reading) -> Case:
        embedding = embed(self.encoder, VERSION, reading.passages)
        return unpack_case(pack_case(Case(reading.facts, embedding, reading.words, reading.skills)))

    def _jobs(self, pairs: Sequence[Pair], text_of: TextOf) -> dict[str, Reading]:
        found = {}
        for job in sorted({pair.job for pair in pairs}):
            text = text_of(Kind.JOB, job)
            try:
                found[job] = read(self.reader, text.content, text.file_name, Kind.JOB)
            except BadInput:
                continue  # the features stage names it
        return found

    def _read(self, text_of: TextOf, cv: str) -> Reading:
        text = text_of(Kind.CANDIDATE, cv)
        return read(self.reader, text.content, text.file_name, Kind.CANDIDATE)


def read(reader: LinkingReader, content: bytes | str, file_name: str, kind: Kind) -> Reading:
    return reader.text(content, kind) if isinstance(content, str) else reader.file(content, file_name, kind)


def name_of(reading: Reading) -> str:
    """The name that may be swapped: a title that was taken for one belongs to the work."""
    facts, name = reading.facts, reading.identity.name
    if not isinstance(facts, Profile):
        return name
    return "" if plain(name) in {plain(facts.headline), *(plain(held.title) for held in facts.positions)} else name


def address_of(reading: Reading) -> Place | None:
    """Where the person says to live; the town of a position belongs to the work."""
    facts = reading.facts
    stated = facts.places[0] if facts.places else None
    if stated is None or stated.span is None or not isinstance(facts, Profile):
        return None
    held = [one.span for one in facts.positions if one.span]
    return None if any(span.start <= stated.span.start < span.end for span in held) else stated


def studies_of(reading: Reading) -> list[Span]:
    facts = reading.facts
    return [one.span for one in facts.education if one.span] if isinstance(facts, Profile) else []


def _same_to_models(one: Reading, other: Reading, job: Reading, but: str) -> bool:
    """Whether all that features are computed from is equal."""
    texts = (one.passages, one.words, _held(one)) == (other.passages, other.words, _held(other))
    return texts and np.array_equal(_facts(one, job, but), _facts(other, job, but), equal_nan=True)


def _held(reading: Reading) -> list[tuple[str, int]]:
    facts = reading.facts
    return [(one.title, one.months) for one in facts.positions] if isinstance(facts, Profile) else []


def _facts(reading: Reading, job: Reading, but: str) -> list[float]:
    if not isinstance(job.facts, Requirements) or not isinstance(reading.facts, Profile):
        raise TypeError("a pair is a job and a candidate")
    compared = compare(job.facts, shown(reading.facts))
    return [getattr(compared, name) for name in Compared.__dataclass_fields__ if name != but]
