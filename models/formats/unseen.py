"""What nobody sees: gathered by reason for every format, and the characters that have no ink or turn words round."""

from __future__ import annotations

import re

from core.domain import Flag
from models.formats.extract import Extract, disguised, hidden

_LEAST = 3  # words for one reason: a stray blank run or a lone mark is nobody's attack
_TAGS = re.compile(r"(?<!\U0001f3f4)[\U000e0000-\U000e007f]+")  # behind a black flag they are a flag of Wales
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")  # bytes smuggled in as variations of one letter
_NOTHING = "\u200b\u200c\u200d\u2060-\u2064\ufeff\u180e\u00ad"
_SPLIT = re.compile(rf"[^\W_](?:[{_NOTHING}]+[^\W_]){{3,}}(?:[{_NOTHING}\s.,;:()\-–]+[^\W_](?:[{_NOTHING}]+[^\W_])*)*")
_TURNED = re.compile("[\u202d\u202e]([^\u202c\n]*[^\\W_][^\u202c\n]*)\u202c?")
_SCRIPTS_BACKWARDS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


class Unseen:
    """Passages that nobody sees, in the order they stand."""

    def __init__(self) -> None:
        self._by_reason: dict[str, list[str]] = {}

    def add(self, reason: str, text: str) -> None:
        if text.strip():
            self._by_reason.setdefault(reason, []).append(text)

    def flags(self, least: int = _LEAST) -> tuple[Flag, ...]:
        """One for each reason that hides at least so many words."""
        said = {reason: "".join(texts) for reason, texts in self._by_reason.items()}
        return tuple(hidden(reason, text) for reason, text in said.items() if count(text) >= least)


def count(text: str) -> int:
    """Words that hold a letter or a digit."""
    return sum(any(c.isalnum() for c in word) for word in text.split())


def seen(extract: Extract) -> Extract:
    """Less the characters that have no ink, words split by them, and words that are stored backwards."""
    text, flags = extract.text, list(extract.flags)
    if text.isascii():
        return extract
    for pattern, flag in ((_TAGS, _spoken), (_SELECTORS, _selected), (_SPLIT, _joined)):
        if found := "".join(pattern.findall(text)):
            flags.append(flag(found))
            text = pattern.sub(" ", text)
    turned = [one for one in _TURNED.findall(text) if not _SCRIPTS_BACKWARDS.search(one)]
    if turned:
        flags.append(disguised("letters shown in another order than stored", " ".join(turned)))
        text = _TURNED.sub(lambda match: match[0] if _SCRIPTS_BACKWARDS.search(match[0]) else " ", text)
    return Extract(text, tuple(flags))


def _spoken(tags: str) -> Flag:
    said = "".join(chr(ord(c) - 0xE0000) for c in tags if 0xE0020 <= ord(c) < 0xE007F)
    return hidden("characters without ink", said)


def _selected(selectors: str) -> Flag:
    return hidden("characters without ink", f"{len(selectors)} variation selectors")


def _joined(text: str) -> Flag:
    return disguised("letters with invisible characters between them", re.sub(f"[{_NOTHING}]", "", text))
