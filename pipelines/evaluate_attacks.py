"""Stage: what attacks on a CV gain, how many are flagged, and how many honest CVs are flagged by mistake.

Twins of `pipelines.attacks` are read and scored for the ad they aim at as serving does it. The baseline reads the same
files as most products do: whatever text the file holds, with nothing set aside.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.domain import Case, Embedding, Kind, Passages
from core.errors import BadInput
from core.packing import pack_case, unpack_case
from core.parts import Reading
from models.embedding import Encoder, embed
from models.embedding_hashing import HashingEncoder
from models.features import features
from models.reading import load_reader
from models.scoring import Scorer, load_scorer, sigmoid
from pipelines.attacks.bare import bare_text
from pipelines.attacks.corpus import Single, Twins, singles, twins
from pipelines.features import SAMPLES, VERSION, encoder
from pipelines.linking_reader import LinkingReader, linked
from pipelines.measures import interval
from pipelines.params import AttacksParams, FeaturesParams, section
from pipelines.reporting import Measured, Section, write_section
from pipelines.swap_test import Remembering

TARGET_FLAGGED, TARGET_MISTAKEN, TARGET_GAIN = 95.0, 2.0, 1.0


@dataclass(frozen=True, slots=True)
class Judge:
    """Reads and scores a file as serving does; `bare` is the baseline that sets nothing aside."""

    reader: LinkingReader
    bare: LinkingReader
    encoder: Encoder
    scorer: Scorer
    embedded: dict[Passages, Embedding] = field(default_factory=dict)  # twins that read alike are embedded once

    def read(self, content: bytes, ending: str) -> Reading:
        return self.reader.file(content, f"cv{ending}", Kind.CANDIDATE)

    def read_bare(self, content: bytes, ending: str) -> Reading:
        return self.bare.text(bare_text(content, ending), Kind.CANDIDATE)

    def case(self, reading: Reading) -> Case:
        if reading.passages not in self.embedded:
            self.embedded[reading.passages] = embed(self.encoder, VERSION, reading.passages)
        embedding = self.embedded[reading.passages]
        return unpack_case(pack_case(Case(reading.facts, embedding, reading.words, reading.skills)))

    def points(self, job: Case, cvs: Sequence[Case]) -> list[float]:
        """Points of 100, whatever the CVs' confidence: an attack may not hide behind an abstention."""
        log_odds = self.scorer.log_odds(features(job, cvs)).sum(axis=1)
        return [100 * sigmoid(self.scorer.unknown + float(value)) for value in log_odds]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one pair. Gains are points of the attacked file over its clean twin; `bare` is the baseline's."""

    kind: str
    flagged: bool
    mistaken: bool
    gain: float
    bare: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--each", type=int, help="attacks of every kind (params.yaml says how many)")
    options = arguments.parse_args()
    params, wanted = section("features", FeaturesParams), section("attacks", AttacksParams)
    each = options.each or wanted.each
    judge = load_judge(params, wanted.scorer, encoder(params.embedder))
    outcomes = judge_twins(judge, twins(seed=wanted.seed, each=each), params.samples, say=print)
    alone = judge_singles(judge, singles(seed=wanted.seed, each=each))
    hashed = isinstance(judge.encoder, HashingEncoder)
    write_section("evaluate_attacks", report(outcomes, alone, "hashed words" if hashed else "the encoder"))


def load_judge(params: FeaturesParams, scorer: Path, texts_to_vectors: Encoder) -> Judge:
    day = params.read_on[SAMPLES]
    encodes = Remembering(texts_to_vectors)
    reader = load_reader(params.parser, today=lambda: day, phrases=True)
    bare = load_reader(params.parser, today=lambda: day, phrases=True, find_suspicious=lambda *_: ())
    reads, reads_bare = (linked(one, encodes, params.parser) for one in (reader, bare))
    return Judge(reads, reads_bare, texts_to_vectors, load_scorer(scorer))


def judge_twins(
    judge: Judge, pairs: Iterable[Twins], samples: Path, say: Callable[[str], None] | None = None
) -> list[Outcome]:
    jobs: dict[str, Case] = {}
    outcomes: list[Outcome] = []
    for pair in pairs:
        if pair.job not in jobs:
            path = min((samples / "jobs").glob(f"{pair.job}.*"))
            jobs[pair.job] = judge.case(judge.reader.file(path.read_bytes(), path.name, Kind.JOB))
        outcomes.append(judge_pair(judge, pair, jobs[pair.job]))
        if say is not None and len(outcomes) % 50 == 0:
            say(f"{len(outcomes)} pairs judged")
    return outcomes


def judge_pair(judge: Judge, pair: Twins, job: Case) -> Outcome:
    """A refused attack gains nothing, and is not flagged either."""
    clean = judge.read(pair.clean, pair.ending)
    try:
        attacked = judge.read(pair.attacked, pair.ending)
    except BadInput:
        return Outcome(pair.kind, flagged=False, mistaken=bool(clean.flags), gain=0.0, bare=0.0)
    bare = [judge.read_bare(content, pair.ending) for content in (pair.clean, pair.attacked)]
    before, after, bare_before, bare_after = judge.points(job, [judge.case(one) for one in (clean, attacked, *bare)])
    return Outcome(pair.kind, bool(attacked.flags), bool(clean.flags), after - before, bare_after - bare_before)


def judge_singles(judge: Judge, files: Iterable[Single]) -> dict[str, list[bool]]:
    """For each kind of honest file, whether each was flagged by mistake; a refusal is no flag."""
    mistaken: dict[str, list[bool]] = {}
    for single in files:
        try:
            flagged = bool(judge.read(single.content, single.ending).flags)
        except BadInput:
            flagged = False
        mistaken.setdefault(single.kind, []).append(flagged)
    return mistaken


def report(outcomes: Sequence[Outcome], alone: Mapping[str, Sequence[bool]], compared_by: str) -> Section:
    flagged = np.array([100.0 * one.flagged for one in outcomes])
    mistaken = np.array([100.0 * one.mistaken for one in outcomes])
    honest = np.array([100.0 * flag for flags in alone.values() for flag in flags])
    gains, bare = (np.array([getattr(one, name) for one in outcomes]) for name in ("gain", "bare"))
    low, high = interval(flagged)
    rows = (
        ("attacks flagged", f"{flagged.mean():.1f} % ({low:.1f} to {high:.1f})", "0 %", f"≥ {TARGET_FLAGGED:g} %"),
        ("clean twins flagged", f"{mistaken.mean():.1f} %", "0 %", f"≤ {TARGET_MISTAKEN:g} %"),
        ("hard honest files flagged", f"{honest.mean():.1f} % of {len(honest)}", "0 %", f"≤ {TARGET_MISTAKEN:g} %"),
        ("largest gain, points of 100", f"{gains.max():.2f}", f"{bare.max():.2f}", f"≤ {TARGET_GAIN:g}"),
        ("mean gain, points of 100", f"{gains.mean():.2f}", f"{bare.mean():.2f}", ""),
        (f"attacks that gain more than {TARGET_GAIN:g} point", f"{_above(gains)}", f"{_above(bare)}", "0"),
    )
    kinds = list(dict.fromkeys(one.kind for one in outcomes))
    text = (
        f"{len(outcomes)} pairs over {len(kinds)} kinds of attack, made from our samples by `pipelines.attacks`: an"
        " honest CV, and the same CV with words smuggled in that the ad it aims at asks for. Both are read and scored"
        f" for that ad as serving does it (texts compared by {compared_by}). The baseline takes all text that the file"
        " holds and sets nothing aside. Hard honest files are white on dark, light grey, small print, long lists of"
        " skills, columns, and scans with a text layer. All attacks are of our own making: what they miss, these"
        " numbers miss."
    )
    by_kind = Measured(
        "By kind of attack", ("kind", "n", "flagged", "mean gain", "largest gain", "baseline's largest gain"),
        tuple(_row(kind, [one for one in outcomes if one.kind == kind]) for kind in kinds),
    )  # fmt: skip
    singles_table = Measured(
        "Honest files that look like attacks", ("kind", "n", "flagged"),
        tuple((kind, str(len(flags)), str(sum(flags))) for kind, flags in alone.items()),
    )  # fmt: skip
    overall = Measured("Attacks on a CV", ("measure", "ours", "baseline", "target"), rows)
    return Section("Attacks", text, (overall, by_kind, singles_table))


def _above(gains: Sequence[float] | np.ndarray[tuple[int], np.dtype[np.float64]]) -> int:
    return int(np.count_nonzero(np.asarray(gains) > TARGET_GAIN))


def _row(kind: str, some: Sequence[Outcome]) -> tuple[str, ...]:
    gains = [one.gain for one in some]
    return (
        kind,
        str(len(some)),
        str(sum(one.flagged for one in some)),
        f"{np.mean(gains):.2f}",
        f"{max(gains):.2f}",
        f"{max(one.bare for one in some):.2f}",
    )


if __name__ == "__main__":
    main()
