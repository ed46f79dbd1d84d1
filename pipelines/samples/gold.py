"""`python -m pipelines.samples.gold`: writes the gold CVs and what a careful person reads in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipelines.samples import gold_pdf, gold_text, gold_word
from pipelines.samples.gold_derived import derived
from pipelines.samples.gold_facts import facts

GOLD = Path("samples/gold")
BATCHES = ("easy", "hard_a", "hard_b", "hard_c")
DRAW: dict[str, Callable[[str, Mapping[str, str]], bytes]] = {
    "pdf": gold_pdf.pdf,
    "docx": gold_word.word,
    "txt": gold_text.plain,
    "md": gold_text.markdown,
    "html": gold_text.web,
    "rtf": gold_text.rtf,
    "odt": gold_text.odt,
}


def _options(words: list[str]) -> dict[str, str]:
    return {key: value or "yes" for key, _, value in (word.partition("=") for word in words)}


def render(source: Path, batch: str) -> dict[str, bytes]:
    """The document and its gold by file name; the source holds facts, a line `%%`, and the body."""
    head, _, body = source.read_text("utf-8").partition("\n%%\n")
    pairs = [
        (key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in head.split("\n") if line)
    ]
    kind, layout, *words = dict(pairs)["render"].split()
    name = f"{source.stem}.{kind}"
    return {
        name: DRAW[kind](body, _options(words)),
        f"{source.stem}.json": _json(facts(pairs, f"{batch}/{name}", layout)),
    }


def _json(gold: Mapping[str, Any]) -> bytes:
    return (json.dumps(gold, ensure_ascii=False, indent=1) + "\n").encode()


def written(root: Path, batch: str) -> dict[str, bytes]:
    """All files of a batch: those with a source of their own, and those drawn anew from `samples/source/cvs`."""
    files: dict[str, bytes] = {}
    for source in sorted((root / "source" / batch).glob("*.cv")):
        files |= render(source, batch)
    if batch == "easy":
        for stem, kind, options, body, gold in derived(root / "source" / "derived.txt"):
            files[f"{stem}.{kind}"] = DRAW[kind](body, options)
            files[f"{stem}.json"] = _json({"file": f"easy/{stem}.{kind}"} | gold)
    return files


def write_all(root: Path = GOLD) -> int:
    """Files that no source accounts for are removed."""
    count = 0
    for batch in BATCHES:
        folder = root / batch
        folder.mkdir(exist_ok=True)
        files = written(root, batch)
        for stale in {path.name for path in folder.iterdir()} - files.keys():
            (folder / stale).unlink()
        for name, blob in files.items():
            (folder / name).write_bytes(blob)
        count += len(files) // 2
    return count


if __name__ == "__main__":
    print(f"{write_all()} gold CVs")
