"""Stage: `docs/evaluation.md` from what the measuring stages found; each of them writes one section."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

FOLDER = Path("artifacts/evaluation")
PAGE = Path("docs/evaluation.md")
PLOTS = "plots"  # beside the page
HEAD = """# Evaluation

Written by `make evaluate`, or by `python -m pipelines.reporting` with the names of some of its stages.
Intervals are the middle 95 % of 1,000 bootstrap draws.
"""


class Measured(msgspec.Struct, frozen=True):
    """One table. `rows` hold text as it is shown; `note` says what a reader must know to trust it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


class Plot(msgspec.Struct, frozen=True):
    """`file` lies in the folder of the sections; `shows` is for those who cannot see it."""

    file: str
    shows: str


class Section(msgspec.Struct, frozen=True):
    """What one stage measured. `text` is Markdown: what was measured, on what, how, and what was not reached."""

    title: str
    text: str
    tables: tuple[Measured, ...] = ()
    plots: tuple[Plot, ...] = ()


def write_section(name: str, section: Section, folder: Path = FOLDER) -> None:
    """Keeps a section for the report and prints it."""
    folder.mkdir(parents=True, exist_ok=True)
    packed = msgspec.json.format(msgspec.json.encode(section), indent=1)
    (folder / f"{name}.section.json").write_bytes(packed + b"\n")
    print(as_markdown(section))


def as_markdown(section: Section) -> str:
    plots = (f"![{plot.shows}]({PLOTS}/{plot.file})" for plot in section.plots)
    return "\n\n".join((f"## {section.title}", section.text, *plots, *map(_table, section.tables)))


def _table(table: Measured) -> str:
    rows = [table.columns, tuple("---" for _ in table.columns), *table.rows]
    lines = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return "\n\n".join(part for part in (f"### {table.title}", lines, table.note) if part)


def read_sections(folder: Path, names: Sequence[str]) -> list[Section]:
    """In the order of `names`. A section that is missing ends the program with what to run."""
    sections = []
    for name in names:
        path = folder / f"{name}.section.json"
        if not path.exists():
            sys.exit(f"matchgraph: {path} is missing: run `python -m pipelines.{name}`")
        sections.append(msgspec.json.decode(path.read_bytes(), type=Section))
    return sections


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("sections", nargs="+", help="the stages whose sections make the page, in its order")
    options = arguments.parse_args()
    sections = read_sections(FOLDER, options.sections)
    PAGE.write_text("\n\n".join((HEAD.strip(), *map(as_markdown, sections))) + "\n")
    for plot in (plot for one in sections for plot in one.plots):
        (PAGE.parent / PLOTS).mkdir(exist_ok=True)
        shutil.copyfile(FOLDER / plot.file, PAGE.parent / PLOTS / plot.file)


if __name__ == "__main__":
    main()
