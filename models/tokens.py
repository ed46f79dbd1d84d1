"""Text as tokens: what two spellings of one word have in common, and where each word stands."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

# `.NET`, `C++`, `C#` and `Network+` are words; a possessive ending is not part of one.
_WORD = re.compile(r"(\.net\b|[^\W_]*[^\W\d_](?:\+\+|#|\+(?!\w))|[^\W_]+)(?:['’]s\b)?", re.IGNORECASE)
# A phrase may run across these, and over the end of a wrapped line; anything else between two words parts them.
_BRIDGE = re.compile(r"[ \t]{0,2}(?:[-‐‑/&.'’]|\n)?[ \t]?")
_SPELLING = (
    (re.compile(r"(?<=\w{3})is(?=e$|ed$|es$|er$|ing$|ation$|ations$)"), "iz"),
    (re.compile(r"(?<=\w{2})our(?=$|s$|ed$|ing$)"), "or"),
    (re.compile(r"tre$"), "ter"),
    (re.compile(r"ae(?=\w{2})"), "e"),
    (re.compile(r"ll(?=ing$|ed$|or$|ors$)"), "l"),
    (re.compile(r"(?<=licen)c"), "s"),
    (re.compile(r"(?<=program)me(?=$|s$)"), ""),
)
# Letters that are no base letter with an accent.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
_stemmer = snowballstemmer.stemmer("english")


class Token(NamedTuple):
    """`parted`: whether something stands before it that no phrase runs across; `glued`: whether only a hyphen does."""

    text: str
    word: str
    start: int
    end: int
    parted: bool
    glued: bool


def folded(text: str) -> str:
    """Lower case, without accents."""
    small = text.casefold()
    if small.isascii():
        return small
    return "".join(c for c in unicodedata.normalize("NFKD", small.translate(_LETTERS)) if not unicodedata.combining(c))


@lru_cache(maxsize=1 << 16)
def plain(text: str) -> str:
    """`folded`, for words and names that come again and again."""
    return folded(text)


@lru_cache(maxsize=1 << 16)
def singular(text: str) -> str:
    """One form for singular and plural, British and American, accented and not. Not always a word."""
    word = plain(text)
    for pattern, replacement in _SPELLING:
        word = pattern.sub(replacement, word)
    if len(word) < 4 or word.endswith(("ss", "us", "is")) or not word.endswith("s") or word == "news":
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The stem of a `singular` word: `manager` and `management` are one."""
    return str(_stemmer.stemWord(word)) if word.isalpha() else word


@lru_cache(maxsize=4096)  # a line is read for skills, titles and licences in turn
def tokens(text: str) -> tuple[Token, ...]:
    found: list[Token] = []
    before = 0
    for match in _WORD.finditer(text):
        start, end = match.span(1)
        gap = text[before:start]
        glued = gap in ("-", "‐", "‑")
        parted = gap != " " and not glued and not _BRIDGE.fullmatch(gap)
        found.append(Token(match[1], singular(match[1]), start, end, parted, glued))
        before = match.end()
    return tuple(found)


def word_set(text: str) -> frozenset[str]:
    """The words of a list that is kept as one line of text."""
    return frozenset(text.split())
