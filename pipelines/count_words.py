"""Counts in how many texts each term occurs: `python -m pipelines.count_words FOLDER`.

What it writes is committed, so that parser versions weigh words alike without the texts: hashes of terms and counts,
none below 5, so that nothing of a single text is in it. Texts are those that `build_parser --texts` takes.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from models.words import count_terms
from pipelines.build_parser import WORDS, other_texts

LEAST = 5


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--out", type=Path, default=WORDS)
    options = arguments.parse_args()
    table = count_terms(other_texts(options.folder), LEAST)
    options.out.write_text(json.dumps(asdict(table), separators=(",", ":")) + "\n", "utf-8")
    print(f"{options.out}: {len(table.counts)} terms of {table.documents} texts")


if __name__ == "__main__":
    main()
