"""The corpus: each kind of attack on a few CVs, chosen by a seed, each aimed at one of our ads."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core.domain import FlagKind
from pipelines.attacks import honest, opendocument, pdf, rich, web, word, written
from pipelines.attacks.aim import Aim
from pipelines.attacks.honest import Honest
from pipelines.samples.render import SAMPLES
from pipelines.samples.source import JobAd, Resume

KINDS = (*pdf.KINDS, *word.KINDS, *opendocument.KINDS, *rich.KINDS, *web.KINDS, *written.KINDS)


@dataclass(frozen=True, slots=True)
class Twins:
    """The same CV twice: as an honest person sends it, and rigged to please the ad named `job`."""

    kind: str
    expected: FlagKind
    cv: str
    job: str
    ending: str
    clean: bytes
    attacked: bytes

    @property
    def file_name(self) -> str:
        return f"{self.kind} {self.cv} for {self.job}".replace(" ", "-").replace(":", "") + self.ending


@dataclass(frozen=True, slots=True)
class Single:
    """An honest file that a simple rule would call an attack."""

    kind: str
    cv: str
    ending: str
    content: bytes


def twins(*, seed: int, each: int, root: Path = SAMPLES) -> Iterator[Twins]:
    """`each` attacks of every kind."""
    drawn = random.Random(seed)  # noqa: S311 - a sample, not a secret
    cvs, jobs = _cvs(root), _jobs(root)
    for kind in KINDS:
        for cv in drawn.sample(sorted(cvs), each):
            job = drawn.choice(sorted(jobs))
            aim = Aim(cvs[cv], jobs[job])
            yield Twins(kind.name, kind.expected, cv, job, kind.ending, kind.clean(aim), kind.attacked(aim))


def singles(*, seed: int, each: int, root: Path = SAMPLES) -> Iterator[Single]:
    """`each` honest files of every kind that is easily mistaken."""
    drawn = random.Random(seed)  # noqa: S311
    cvs, job = _cvs(root), next(iter(_jobs(root).values()))
    for kind in honest.KINDS:
        for cv in drawn.sample(sorted(cvs), each):
            yield _single(kind, cv, Aim(cvs[cv], job))


def _single(kind: Honest, cv: str, aim: Aim) -> Single:
    return Single(kind.name, cv, kind.ending, kind.draw(aim))


def _cvs(root: Path) -> dict[str, Resume]:
    """All but the scans: they are pictures, and hold no text to hide words in."""
    read = {
        path.stem: msgspec.json.decode(path.read_bytes(), type=Resume) for path in (root / "source/cvs").glob("*.json")
    }
    return {name: resume for name, resume in sorted(read.items()) if not resume.meta.scan}


def _jobs(root: Path) -> dict[str, JobAd]:
    return {
        path.stem: msgspec.json.decode(path.read_bytes(), type=JobAd)
        for path in sorted((root / "source/jobs").glob("*.json"))
    }
