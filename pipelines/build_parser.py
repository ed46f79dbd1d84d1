"""Builds a parser version: `python -m pipelines.build_parser --out FOLDER`.

The folder holds the taxonomy, what was learned of roles and of phrases that name skills, and two tables: in how many
texts each term and each skill occurs. Skills are counted over our samples, and over `--texts FOLDER` (`*.txt`, or
`*.jsonl[.gz]` with a field `text`); terms come from the committed table (`pipelines.count_words`), and are counted
over the same texts where there is none.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec

from core.domain import Kind
from core.errors import BadInput
from models.folders import write_model
from models.formats import FileKind, Limits, read
from models.json_resume import JobAd, decode_json, write_job, write_resume
from models.places import load_gazetteer
from models.skills import SkillMatcher, count_rarity
from models.taxonomy import load_taxonomy
from models.words import WordTable, count_terms

ROOT = Path(__file__).parent.parent
WORDS = ROOT / "models/weights/words.json"
LEARNED = ROOT / "models/weights/roles/roles.npz", ROOT / "models/weights/tagger.npz"


def build_parser(taxonomy: Path, texts: Sequence[str], out: Path, words: WordTable | None = None) -> None:
    """Writes the version's folder; equal input gives equal bytes."""
    loaded = load_taxonomy(taxonomy)
    matcher = SkillMatcher(loaded)
    rarity = count_rarity({found.skill.id for found in matcher.find(text)} for text in texts)
    files = {
        "words.json": _json(asdict(words or count_terms(texts))),
        "rarity.json": _json({"default": rarity.default, "weights": rarity.weights}),
    }
    files |= {path.name: path.read_bytes() for path in LEARNED if path.exists()}
    kept = [path for path in sorted(taxonomy.rglob("*")) if path.suffix == ".tsv" or path.name == "VERSION"]
    for path in kept:
        name = f"taxonomy/{path.relative_to(taxonomy).as_posix()}"
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        files[name] = path.read_bytes()
    model = {"kind": "parser", "taxonomy": loaded.version, "taxonomy_sha256": loaded.sha256, "texts": len(texts)}
    write_model(out, model, files)


def sample_texts(folder: Path) -> Iterator[str]:
    """The texts of our own samples; those that are meant to be unreadable are left out."""
    for kind, name in ((Kind.CANDIDATE, "cvs"), (Kind.JOB, "jobs")):
        for path in sorted((folder / name).iterdir()):
            try:
                written = read(path.read_bytes(), path.name, Limits())
            except BadInput:
                continue
            if written.kind is not FileKind.JSON:
                yield written.text
                continue
            document, _ = decode_json(written.text, kind)
            yield (
                write_job(document, load_gazetteer()) if isinstance(document, JobAd) else write_resume(document)
            ).text


def other_texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".txt":
            yield path.read_text("utf-8", errors="replace")
        elif path.name.endswith((".jsonl", ".jsonl.gz")):
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            yield from (str(json.loads(line)["text"]) for line in content.splitlines() if line)


def _json(table: object) -> bytes:
    return (json.dumps(table, ensure_ascii=False, indent=0, sort_keys=True) + "\n").encode()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m pipelines.build_parser", description=__doc__)
    parser.add_argument("--taxonomy", type=Path, default=ROOT / "taxonomy")
    parser.add_argument("--samples", type=Path, default=ROOT / "samples")
    parser.add_argument("--words", type=Path, default=WORDS)
    parser.add_argument("--texts", type=Path, action="append", default=[])
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    texts = [*sample_texts(options.samples), *(text for folder in options.texts for text in other_texts(folder))]
    words = msgspec.json.decode(options.words.read_bytes(), type=WordTable) if options.words.exists() else None
    build_parser(options.taxonomy, texts, options.out, words)
    print(f"{options.out}: a parser over {len(texts)} texts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
