"""The pairs of our own samples that people graded."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import msgspec

from core.errors import StoreError
from core.replaying import GradedJob, Sample

SAMPLES = Path(__file__).parents[1] / "samples"


class _Grade(msgspec.Struct):
    job: str
    cv: str
    grade: int


def graded_jobs(samples: Path = SAMPLES) -> list[GradedJob]:
    """Of the checkout. Blocking."""
    try:
        lines = (samples / "grades.jsonl").read_bytes().splitlines()
        files = {
            folder: {path.stem: Sample(path.name, path.read_bytes()) for path in sorted((samples / folder).iterdir())}
            for folder in ("jobs", "cvs")
        }
        grades: defaultdict[str, list[tuple[Sample, int]]] = defaultdict(list)
        for line in lines:
            one = msgspec.json.decode(line, type=_Grade)
            grades[one.job].append((files["cvs"][one.cv], one.grade))
        return [GradedJob(files["jobs"][job], tuple(cvs)) for job, cvs in grades.items()]
    except (OSError, KeyError, msgspec.DecodeError) as error:
        raise StoreError(f"the graded samples cannot be read: {error}") from None
