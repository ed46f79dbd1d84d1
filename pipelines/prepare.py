"""Stage: what the other stages learn from and are measured on, as one list of digests per folder of data.

The data stand outside of the repository (`prepare.data` in `params.yaml`) and may be absent: then a folder's list is
empty, and the stages that depend on it use our own samples only. The stage runs on every `dvc repro`, which takes a
second; what depends on a list runs again only when the list has changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

from pipelines.params import PrepareParams, section

FOLDERS = (
    "esco_v1.1.1",
    "esco_v1.2.0_partial",
    "graded_dev",
    "jobbert_eval",
    "jobs_monster",
    "jobtitle_similarity_avature",
    "melo",
    "onet",
    "resumes_livecareer",
    "skill_extraction_decorte",
    "skillskape",
    "skillspan",
)
SAMPLES = "samples"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=Path("artifacts/data"))
    out: Path = arguments.parse_args().out
    params = section("prepare", PrepareParams)
    lists = {SAMPLES: digests(params.samples), **{name: digests(params.data / name) for name in FOLDERS}}
    if not lists[SAMPLES]:
        raise SystemExit(f"{params.samples} holds no files: run from the root of a whole checkout")
    out.mkdir(parents=True, exist_ok=True)
    for name, files in lists.items():
        (out / f"{name}.json").write_text(json.dumps(files, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    absent = [name for name in FOLDERS if not lists[name]]
    print(f"{out}: {sum(map(len, lists.values()))} files of {len(lists) - len(absent)} folders")
    if absent:
        print(f"{params.data} lacks {', '.join(absent)}: what needs them is left out, and our own samples are used")


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 by relative name of every file under `folder`; empty when there is no such folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


if __name__ == "__main__":
    main()
