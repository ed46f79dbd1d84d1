"""CVs that differ, as files: each takes most of one sample's source and some of another's, drawn in its own layout.

Equal seeds give equal files. Their sizes, layouts and formats are those of the samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import TypeVar

import msgspec

from pipelines.samples.render import DRAW
from pipelines.samples.sheet import cv_sheet
from pipelines.samples.source import Resume, Work

SOURCES = Path("samples/source/cvs")
KEPT = 0.85  # of what a sample's list holds

T = TypeVar("T")
File = tuple[str, bytes]  # name and content


def cvs(count: int, seed: int, sources: Path = SOURCES) -> Iterator[File]:
    """`count` files, every sample about as often as another."""
    random = Random(seed)
    samples = [one for one in _resumes(sources) if one.meta.format in DRAW and not one.meta.scan]
    random.shuffle(samples)
    for number in range(count):
        mine = samples[number % len(samples)]
        mixed = _mixed(mine, random.choice(samples), random)
        yield f"cv-{seed}-{number:03}.{mine.meta.format}", DRAW[mine.meta.format](cv_sheet(mixed))


def _resumes(sources: Path) -> Iterator[Resume]:
    for path in sorted(sources.glob("*.json")):
        yield msgspec.json.decode(path.read_bytes(), type=Resume)


def _mixed(mine: Resume, theirs: Resume, random: Random) -> Resume:
    """Mine without some of it, the sentences in another order, and what the other did in one position."""
    work = [msgspec.structs.replace(one, highlights=_most(one.highlights, random)) for one in mine.work]
    if work and theirs.work:
        work.append(_older(random.choice(theirs.work), work[-1]))
    sentences = [*_most(mine.basics.summary.split(". "), random), *_most(theirs.basics.summary.split(". "), random)[:1]]
    return msgspec.structs.replace(
        mine,
        basics=msgspec.structs.replace(mine.basics, summary=". ".join(sentences)),
        work=tuple(work),
        skills=tuple(msgspec.structs.replace(one, keywords=_most(one.keywords, random)) for one in mine.skills),
    )


def _older(work: Work, than: Work) -> Work:
    """As if it had been a year before."""
    year = int(than.start_date[:4])
    return msgspec.structs.replace(work, start_date=f"{year - 2}-03", end_date=f"{year - 1}-02")


def _most(several: Sequence[T], random: Random) -> tuple[T, ...]:
    """Most of them, at least one, in some order."""
    kept = [one for one in several if random.random() < KEPT] or list(several[:1])
    random.shuffle(kept)
    return tuple(kept)
