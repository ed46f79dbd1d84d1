"""`python -m pipelines.attacks FOLDER`: writes the corpus out, to be looked at."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipelines.attacks.corpus import singles, twins


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--each", type=int, default=4, help="attacks of every kind")
    arguments.add_argument("--seed", type=int, default=3)
    options = arguments.parse_args()
    folders = {name: options.folder / name for name in ("clean", "attacked", "honest")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for pair in twins(seed=options.seed, each=options.each):
        (folders["clean"] / pair.file_name).write_bytes(pair.clean)
        (folders["attacked"] / pair.file_name).write_bytes(pair.attacked)
        count += 1
    for single in singles(seed=options.seed, each=options.each):
        name = f"{single.kind} {single.cv}".replace(" ", "-") + single.ending
        (folders["honest"] / name).write_bytes(single.content)
    print(f"{options.folder}: {count} attacks with their clean twins")


if __name__ == "__main__":
    main()
