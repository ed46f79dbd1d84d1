"""One source file in, one sample file out; the same bytes on every run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec

from pipelines.samples import pdf, text, word
from pipelines.samples.sheet import Sheet, cv_sheet, job_sheet
from pipelines.samples.source import JobAd, Resume

SAMPLES = Path("samples")
DRAW: dict[str, Callable[[Sheet], bytes]] = {
    "pdf": pdf.pdf,
    "docx": word.word,
    "txt": text.plain,
    "html": text.web_page,
}


def _json(source: Path) -> bytes:
    """The source as it is, less our notes about it."""
    fields = json.loads(source.read_bytes())
    del fields["meta"]
    return (json.dumps(fields, ensure_ascii=False, indent=2) + "\n").encode()


def render_cv(source: Path) -> tuple[str, bytes]:
    """The file's name and its bytes."""
    resume = msgspec.json.decode(source.read_bytes(), type=Resume)
    name = f"{source.stem}.{resume.meta.format}"
    if resume.meta.format == "json":
        return name, _json(source)
    draw = pdf.scan if resume.meta.scan else DRAW[resume.meta.format]
    return name, draw(cv_sheet(resume))


def render_job(source: Path) -> tuple[str, bytes]:
    """The file's name and its bytes."""
    job = msgspec.json.decode(source.read_bytes(), type=JobAd)
    name = f"{source.stem}.{job.meta.format}"
    return name, _json(source) if job.meta.format == "json" else DRAW[job.meta.format](job_sheet(job))


def render_all(root: Path = SAMPLES) -> int:
    """Files below `root`/cvs and `root`/jobs that no source accounts for are removed."""
    count = 0
    for kind, render in (("cvs", render_cv), ("jobs", render_job)):
        folder = root / kind
        folder.mkdir(exist_ok=True)
        files = dict(map(render, sorted((root / "source" / kind).glob("*.json"))))
        for stale in {path.name for path in folder.iterdir()} - files.keys():
            (folder / stale).unlink()
        for name, blob in files.items():
            (folder / name).write_bytes(blob)
        count += len(files)
    return count
