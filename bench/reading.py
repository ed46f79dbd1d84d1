"""How long it takes to read a PDF of two pages, and how reading scales with the files that are read at once.

In process, without the encoder, on one core: the reader beside the bare text of the same file as pdfium gives it.
Then whole files through the sandbox, one, two and four at once. `python -m bench.reading [--profile]`
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import pstats
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import pypdfium2
from rich.console import Console
from threadpoolctl import threadpool_limits

from bench.hardware import hardware
from bench.matching import spread
from core.domain import Kind
from core.settings import Settings
from models.reading import Reader, load_reader
from serve.sandbox import Sandbox

PARSER = Path("artifacts/parser")
CVS = Path("samples/cvs")
PAGES = 2
ROUNDS = 7
AT_ONCE = (1, 2, 4)
FILES = 48  # in one round through the sandbox
SHOWN = 25  # lines of a profile


def two_pages(folder: Path = CVS) -> list[Path]:
    """The samples of two pages: one column and two, a sidebar, a table, running headers."""
    return [path for path in sorted(folder.glob("*.pdf")) if len(pypdfium2.PdfDocument(path)) == PAGES]


def in_process(reader: Reader, files: Sequence[Path], rounds: int) -> dict[str, object]:
    """CPU milliseconds of a file, so that neighbours do not count; each file's are its median over the rounds. As in
    the sandbox, no library has threads of its own: waiting for them would count, too."""
    contents = {path.name: path.read_bytes() for path in files}
    read: dict[str, list[float]] = {name: [] for name in contents}
    bare: dict[str, list[float]] = {name: [] for name in contents}
    for number in range(rounds + 1):
        for name, content in contents.items():
            took = _cpu_ms(lambda: reader.file(content, name, Kind.CANDIDATE))  # noqa: B023  # called at once
            alone = _cpu_ms(lambda: text_of(content))  # noqa: B023
            if number:  # the first one warms up
                read[name].append(took)
                bare[name].append(alone)
    ms = {name: median(several) for name, several in read.items()}
    least = {name: median(several) for name, several in bare.items()}
    return {
        "files": len(contents),
        "ms": spread(list(ms.values())),
        "bare_ms": spread(list(least.values())),
        "ratio": spread([ms[name] / least[name] for name in contents]),
        "by_file": {name: round(one, 1) for name, one in ms.items()},
    }


def text_of(content: bytes) -> str:
    """What pdfium alone makes of a file: the text in the order in which it was drawn."""
    document = pypdfium2.PdfDocument(content)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


async def through_sandbox(files: Sequence[Path], rounds: int, count: int = FILES) -> dict[str, object]:
    """Files a second with so many at once; a ratio compares with one at a time, in the same round."""
    sandbox = Sandbox(PARSER, Settings())
    sandbox.start()
    contents = list(islice(cycle([(path.name, path.read_bytes()) for path in files]), count))
    rates: dict[int, list[float]] = {at_once: [] for at_once in AT_ONCE}
    try:
        await _rate(sandbox, contents[:8], 4)
        for _ in range(rounds):
            for at_once, several in rates.items():
                several.append(await _rate(sandbox, contents, at_once))
    finally:
        await sandbox.close()
    alone = rates[1]
    return {
        str(at_once): {
            "files_per_s": spread(several),
            "ratio": spread([ours / one for ours, one in zip(several, alone, strict=True)]),
        }
        for at_once, several in rates.items()
    }


async def _rate(sandbox: Sandbox, contents: Sequence[tuple[str, bytes]], at_once: int) -> float:
    left = iter(contents)

    async def caller() -> None:
        for name, content in left:
            await sandbox.file(content, name, Kind.CANDIDATE)

    started = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(at_once)))
    return len(contents) / (time.perf_counter() - started)


def _cpu_ms(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return (time.process_time() - started) * 1000


def profile(reader: Reader, files: Sequence[Path]) -> None:
    """Where the time goes, with the overhead that measuring every call has."""
    profiler = cProfile.Profile(time.process_time)
    for path in files:
        content = path.read_bytes()
        profiler.runcall(reader.file, content, path.name, Kind.CANDIDATE)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(SHOWN)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(SHOWN)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.reading", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--profile", action="store_true", help="where the time goes, instead")
    parser.add_argument("--json", type=Path, help="write the numbers there too")
    chosen = parser.parse_args()
    files, reader, rounds = two_pages(), load_reader(PARSER), 2 if chosen.quick else ROUNDS
    if chosen.profile:
        profile(reader, files)
        return
    with threadpool_limits(1):
        pages = in_process(reader, files, rounds)
    report = {
        "hardware": str(hardware()),
        "two pages": pages,
        "sandbox": asyncio.run(through_sandbox(files, rounds)),
    }
    Console().print_json(json.dumps(report))
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
