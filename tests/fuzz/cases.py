"""Ten thousand files, each by its number: the same number is the same file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from core.domain import Kind
from tests.fuzz import special_archives, special_pdfs, special_texts
from tests.fuzz.lure import Lure
from tests.fuzz.mutations import mutated

Special = Callable[[Random, Lure], bytes]

SPECIALS: tuple[Special, ...] = (*special_pdfs.SPECIALS, *special_archives.SPECIALS, *special_texts.SPECIALS)
_EVERY = 4  # one in so many is special
_STRANGE_NAMES = (
    "", ".", "..", "a", "a.pdf\0.txt", "../../etc/passwd", "C:\\a.pdf", "\u202efdp.exe", "x" * 5_000 + ".pdf",
    "\ud800.pdf", "a.PDF",
    "a.docm", "a.exe", "\n.txt", "🎉.docx", "a.tar.gz", " .pdf", "a.pdf ", "CON", "%s%n.pdf", "<script>.html",
    "'; drop table--.txt",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One file. `made` says how it came about."""

    number: int
    made: str
    name: str
    content: bytes
    kind: Kind


def special_of(number: int) -> Special | None:
    return None if number % _EVERY else SPECIALS[number // _EVERY % len(SPECIALS)]


def case(number: int, lure: Lure) -> Case:
    rng, special = Random(f"matchgraph {number}"), special_of(number)
    if special is not None:
        made, content = special.__name__, special(rng, lure)
        name = "a" + _ending(special, content)
    else:
        name, content = mutated(rng)
        made = f"mutated {name}"
    if rng.random() < 0.05:
        name = rng.choice(_STRANGE_NAMES)
    kind = Kind.JOB if rng.random() < 0.3 else Kind.CANDIDATE
    return Case(number, made, name, content[:10_000_001], kind)


def _ending(special: Special, content: bytes) -> str:
    for family, ending in ((special_pdfs.SPECIALS, ".pdf"), ((special_texts.markdown,), ".md")):
        if special in family:
            return ending
    if special in special_archives.SPECIALS:
        return ".odt" if b"opendocument" in content[:200] else ".docx"
    return ""  # by its content
