"""What nobody sees: gathered by reason for every format, and the characters that have no ink or turn words round."""

from __future__ import annotations

import re

from core.domain import Flag
from models.formats.extract import Extract, disguised, hidden

LEAST = 3  # words for one reason: a stray blank run or a lone mark is nobody's attack
# Up to seven of them behind a black flag make the flag of Wales or of Texas.
_TAGS = re.compile(
    "(?<![\U0001f3f4\U000e0000-\U000e007f])[\U000e0000-\U000e007f]+|(?<=\U0001f3f4)[\U000e0000-\U000e007f]{8,}"
)
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")  # bytes smuggled in as variations of one letter
_INVISIBLE = frozenset(map(chr, (0x200B, 0x200C, 0x200D, *range(0x2060, 0x2065), 0xFEFF, 0x180E, 0xAD)))
_WORD = re.compile(r"\S+")
_SPLITS = 4  # invisible characters in words: fewer are left-overs of a web page
_TURNED = re.compile("[\u202d\u202e]([^\u202c\n]*)\u202c?")
_ODD = re.compile(  # what all of these are made of: hardly a file has any
    f"[{''.join(sorted(_INVISIBLE))}\u202d\u202e\ufe00-\ufe0f\U000e0000-\U000e01ef]"
)
_SCRIPTS_BACKWARDS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


class Unseen:
    """Passages that nobody sees, in the order they stand."""

    def __init__(self) -> None:
        self._by_reason: dict[str, list[str]] = {}

    def add(self, reason: str, text: str) -> None:
        if text.strip():
            self._by_reason.setdefault(reason, []).append(text)

    def flags(self, least: int = LEAST) -> tuple[Flag, ...]:
        """One for each reason that hides at least so many words."""
        said = {reason: "".join(texts) for reason, texts in self._by_reason.items()}
        return tuple(hidden(reason, text) for reason, text in said.items() if count(text) >= least)


def count(text: str) -> int:
    """Words that hold a letter or a digit."""
    return sum(any(c.isalnum() for c in word) for word in text.split())


def seen(extract: Extract) -> Extract:
    """Less the characters that have no ink, words split by them, and words that are stored backwards."""
    text, flags = extract.text, list(extract.flags)
    if not _ODD.search(text):
        return extract
    split = [word for word in _WORD.findall(text) if _is_split(word)]
    if sum(c in _INVISIBLE for word in split for c in word) >= _SPLITS:
        flags.append(_joined(" ".join(split)))
        text = _WORD.sub(lambda match: " " if _is_split(match[0]) else match[0], text)
    for pattern, flag in ((_TAGS, _spoken), (_SELECTORS, _selected)):
        if found := "".join(pattern.findall(text)):
            flags.append(flag(found))
            text = pattern.sub(" ", text)
    turned = [words for words in _TURNED.findall(text) if _is_disguised(words)]
    if turned:
        flags.append(disguised("letters shown in another order than stored", " ".join(turned)))
        text = _TURNED.sub(lambda match: " " if _is_disguised(match[1]) else match[0], text)
    return Extract(text, tuple(flags))


def _is_disguised(turned: str) -> bool:
    """Whether words that are shown backwards are of a script that is not."""
    return count(turned) > 0 and not _SCRIPTS_BACKWARDS.search(turned)


def _is_split(word: str) -> bool:
    """Whether there is nothing between its letters again and again; a long word may hold two soft hyphens."""
    between = sum(c in _INVISIBLE for c in word)
    return between > 1 and between > 0.3 * (len(word) - between)


def _spoken(tags: str) -> Flag:
    said = "".join(chr(ord(c) - 0xE0000) for c in tags if 0xE0020 <= ord(c) < 0xE007F)
    return hidden("characters without ink", said)


def _selected(selectors: str) -> Flag:
    return hidden("characters without ink", f"{len(selectors)} variation selectors")


def _joined(text: str) -> Flag:
    shown = "".join(c for c in text if c not in _INVISIBLE)
    return disguised("letters with invisible characters between them", shown)
