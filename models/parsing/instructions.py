"""Words addressed to a program that judges: orders to ignore its orders, to rate this one highest, marks of roles.

Somebody who writes about such words as their work tells of attacks, tests or defences in the same sentence; nobody who
does asks for this candidate to be put first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.domain import Flag, FlagKind, Span
from models.parsing.disguises import LIKE_LATIN, has_other_letters
from models.parsing.orders import SIGNS, Sign

_TOLD = re.compile(
    r"inject|jail ?break|red[- ]?team|adversar|attack|exploit|payload|guard ?rail|mitigat|detect|defen[cds]|prevent"
    r"|vulnerab|secur|angriff|sicherheit|attaqu|sécurit|ataque|seguridad|tests?\b|tested|evaluation|benchmark|research"
)
# An order begins its sentence, or follows a word that makes it one.
_ORDER = re.compile(r"(?:^|[.!?:;,\n•\"'(\[*>-]\s*|\b(?:must|should|please|always|now|then|and|to|instead|or)\s+)$")
# All letters without what is between them: `I G N O R E   A L L …`, `ignore-all-previous-instructions`.
_SQUEEZED = re.compile(
    r"(?:ignore|disregard|forget|override)(?:all|any|the|your|of)*(?:previous|prior|above|earlier|preceding)(?:\w{0,12}?)"
    r"(?:instructions?|prompts?|rules?)"
    r"|(?:select|rank|rate|hire|choose)(?:this|the)(?:candidate|applicant)(?:as|at)?(?:the)?(?:first|top|highest|best|number)"
    r"|ignorieren?(?:sie)?alle(?:vorherigen|bisherigen)anweisungen"
)
_LEET = str.maketrans("013457@$|", "oieastasl")
_LETTERS = bytes.maketrans(b"013457@$|", b"oieastasl")
_NO_LETTERS = bytes(set(range(128)) - set(b"abcdefghijklmnopqrstuvwxyz013457@$|"))
_BREAK = re.compile(r"[.!?](?=\s)|\n\s*\n|\n(?=• )")
_LONGEST = 700  # characters of one flag
_TURN = re.compile(r"<\||\[inst|<<sys|#{2,}|(?:system|assistant)\b")
_TURN_ENDS = re.compile(r"<\|\s?im_end\s?\|>|\[/INST\]|<</SYS>>|\n\s*\n")
_REASON = "words addressed to a program that judges"


def find_instructions(text: str) -> Iterator[Flag]:
    """Whole sentences, those that run into each other as one."""
    lowered = text.lower()
    folded = lowered if len(lowered) == len(text) else text  # a letter whose small form is two would shift the rest
    if has_other_letters(folded):
        folded = folded.translate(LIKE_LATIN).lower()
    merged: list[tuple[int, int]] = []
    for start, end in sorted(_around(folded, *span) for span in (*_said(folded), *_squeezed(folded))):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    for start, end in merged:
        yield Flag(FlagKind.INSTRUCTION, _REASON, " ".join(text[start:end].split())[:300], Span(start, end))


def _said(text: str) -> Iterator[tuple[int, int]]:
    for sign in SIGNS:
        if any(word in text for word in sign.words):
            for match in sign.pattern.finditer(text):
                if not _excused(text, sign, *match.span()):
                    yield match.span()


def _excused(text: str, sign: Sign, start: int, end: int) -> bool:
    if sign.order and not _ORDER.search(text, max(start - 12, 0), start):
        return True
    if not sign.tellable:
        return False
    first, last = _sentence(text, start, end)
    return _TOLD.search(text[first:start] + " " + text[end:last]) is not None


def _squeezed(text: str) -> Iterator[tuple[int, int]]:
    """Orders written with anything between their letters; what is written plainly is found above, and judged there."""
    if not _SQUEEZED.search(text.encode("ascii", "ignore").translate(_LETTERS, _NO_LETTERS).decode()):
        return
    text = text.translate(_LEET)
    places = [at for at, c in enumerate(text) if "a" <= c <= "z"]
    for match in _SQUEEZED.finditer("".join(text[at] for at in places)):
        start, end = places[match.start()], places[match.end() - 1] + 1
        if end - start > 1.5 * len(match[0]):
            yield start, end


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """From the end of the sentence before to the end of its own."""
    low = max(start - _LONGEST, 0)
    before = [match.end() for match in _BREAK.finditer(text, low, start)]
    after = _BREAK.search(text, end, min(end + _LONGEST, len(text)))
    return (before[-1] if before else low), (after.end() if after else min(end + _LONGEST, len(text)))


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = _sentence(text, start, end)
    if _TURN.match(text[start : start + 20].lstrip()):  # a turn of a made-up conversation, up to its end
        close = _TURN_ENDS.search(text, end, min(end + 3 * _LONGEST, len(text)))
        last = max(last, close.end() if close else min(end + _LONGEST, len(text)))
    while first < last and text[first] in " \n•":
        first += 1
    while last > first and text[last - 1] in " \n":
        last -= 1
    return first, last
