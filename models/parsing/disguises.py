"""Words whose letters are not those they look like: Latin words with Cyrillic or Greek letters among them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.domain import Flag, FlagKind, Span

# Letters that look the same as Latin ones in most type.
LIKE_LATIN = {
    ord(other): latin
    for latins, others in (
        ("aceopxyijsdhklmnvtwbr", "асеорхуіјѕԁһκӏмпѵтѡьг"),
        ("ABEHKMOPCTXYISJZNV", "АВЕНКМОРСТХУІЅЈΖΝѴ"),
        ("oavpnutxykiABEHIKMNOPTXYZ", "οανρηυτχγκιΑΒΕΗΙΚΜΝΟΡΤΧΥΖ"),
        ("lqgce", "ⅼԛɡϲҽ"),
    )
    for latin, other in zip(latins, others, strict=True)
}
_WORD = re.compile(r"[^\W\d_]{3,}")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_OTHER = re.compile(r"[\u0370-\u03ff\u0400-\u052f\u2170-\u217f\u0251\u0261]")
_LEAST = 3  # words: one may be a slip of the keyboard, or a unit such as µm
_GAP = 60  # characters between two such words that are still one passage


def has_other_letters(text: str) -> bool:
    return not text.isascii() and _OTHER.search(text) is not None


def find_disguised(text: str) -> Iterator[Flag]:
    """A passage from the first to the last of words that mix alphabets, where at least three stand together."""
    if not has_other_letters(text):
        return
    mixed = [match.span() for match in _WORD.finditer(text) if _is_mixed(match[0])]
    passage: list[tuple[int, int]] = []
    for span in [*mixed, (len(text) + 2 * _GAP, 0)]:
        if passage and span[0] - passage[-1][1] > _GAP:
            if len(passage) >= _LEAST:
                start, end = passage[0][0], passage[-1][1]
                reason = "letters of another alphabet that look like Latin ones"
                yield Flag(FlagKind.DISGUISED, reason, text[start:end][:300], Span(start, end))
            passage = []
        passage.append(span)


def _is_mixed(word: str) -> bool:
    if not _LATIN.search(word):
        return False
    return any(_OTHER.match(c) and ord(c) in LIKE_LATIN for c in word)
