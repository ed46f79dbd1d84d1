"""What a job title means: its occupation, its family, its level, and whether a phrase is a title at all."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass

from core.domain import OccupationId, Seniority
from models.parsing.title_words import COMPOUND, HEADS
from models.phrases import Phrases
from models.taxonomy import Taxonomy
from models.tokens import Token, stem, tokens, word_set

_LEVELS: tuple[tuple[Seniority, frozenset[str]], ...] = (
    (Seniority.EXECUTIVE, word_set("director vp president ceo cfo cto coo cio ciso chief svp evp executive")),
    (Seniority.LEAD, word_set("lead head manager supervisor foreman principal leader superintendent")),
    (Seniority.SENIOR, word_set("senior sr expert snr experienced")),
    (
        Seniority.ENTRY,
        word_set("intern internship trainee apprentice graduate student extern entry placement"),
    ),
    (Seniority.JUNIOR, word_set("junior jr associate assistant jnr")),
)
_RANKS = word_set("i ii iii iv v 1 2 3 mid level interim acting deputy temporary freelance contract part time full")
_LEVEL_WORDS = word_set(
    "senior sr snr junior jr jnr lead principal staff intern trainee apprentice graduate student entry head"
)
_SMALL = word_set("of the and for in at to a an with")
_LEAST_OVERLAP = 0.6
_ROUGHLY = 0.99  # sums of the same weights in another order differ in their last digit


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a title stands for; `sure` is 0..1."""

    occupation: OccupationId | None = None
    family: str = ""
    sure: float = 0.0


UNKNOWN = Meaning()


class Occupations:
    """Titles in the words of a taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._entries = taxonomy.occupations
        self._phrases = Phrases((form, e.id) for e in taxonomy.occupations.values() for form in e.forms)
        self._bags = [
            (frozenset(stem(t.word) for t in tokens(form)), entry.id)
            for entry in taxonomy.occupations.values()
            for form in entry.forms
        ]
        counts = Counter(word for bag, _ in self._bags for word in bag)
        self._weights = {word: math.log(len(self._bags) / n) + 1.0 for word, n in counts.items()}
        self._sizes = [self._weight(bag) for bag, _ in self._bags]
        self._by_word: dict[str, list[int]] = {}
        for at, (bag, _) in enumerate(self._bags):
            for word in bag:
                self._by_word.setdefault(word, []).append(at)

    def meaning(self, title: str) -> Meaning:
        """An alias of an occupation, else the longest alias in it, else the one with most words in common."""
        words = [t for t in tokens(title.replace("/", " / ")) if t.word not in _RANKS]
        plain = [t for t in words if t.word not in _LEVEL_WORDS]
        for candidate, sure in ((words, 1.0), (plain, 1.0)):
            ids = self._phrases.exact(" ".join(t.text for t in candidate)) if candidate else ()
            if ids:
                return self._known(ids[0], sure)
        # Of "Director of Engineering, Platform" the start names the work.
        first = next((n for n, token in enumerate(plain) if n and token.parted), len(plain))
        for part in (plain[:first], words) if first < len(plain) else (words,):
            ids = self._phrases.exact(" ".join(t.text for t in part))
            if ids:
                return self._known(ids[0], 0.9)
            found = [hit for hit in self._phrases.hits(part) if hit.last - hit.first > 1 or len(part) <= 4]
            if found:
                best = max(found, key=lambda hit: (hit.last - hit.first, hit.last))
                return self._known(best.values[0], 0.8)
        return self._by_overlap(plain)

    def mentions(self, text: str) -> list[tuple[OccupationId, int, int]]:
        """Occupations named by more than one word, and where."""
        words = tokens(text)
        hits = (hit for hit in self._phrases.hits(words) if hit.last - hit.first > 1)
        return [(hit.values[0], words[hit.first].start, words[hit.last - 1].end) for hit in hits]

    def titleness(self, phrase: str) -> float:
        """How much a phrase looks like a job title, 0..1."""
        words = tokens(phrase)
        if not words or len(words) > 12:
            return 0.0
        if self._phrases.exact(phrase):
            return 1.0
        first = next((token.start for token in words[1:] if token.parted), len(phrase))
        heads = [token.start for token in words if _is_head(token)]
        if heads:
            return 0.85 if heads[0] < first else 0.7
        return 0.5 if any(hit.last - hit.first > 1 for hit in self._phrases.hits(words)) else 0.0

    def is_speciality(self, phrase: str) -> bool:
        """Whether every word is one of titles that we know: `ICU`, `Platform`, but not `Quillpay`."""
        words = tokens(phrase)
        return bool(words) and all(stem(t.word) in self._weights or t.word in _SMALL or t.word in _RANKS for t in words)

    def title_end(self, text: str) -> int:
        """Where the title that a text begins with ends, 0 when its first words hold no head of one."""
        words = tokens(text[:80])[:6]
        heads = [n for n, token in enumerate(words) if _is_head(token)]
        if not heads:
            return 0
        last = next((n for n in heads if n + 1 not in heads), heads[0])
        if last + 1 < len(words) and words[last + 1].word in _RANKS - {"level", "full", "part", "time"}:
            last += 1
        return words[last].end

    def title_ends(self, text: str) -> list[int]:
        """Where a title that a text begins with may end: behind each run of heads among its first words."""
        words = tokens(text[:100])[:8]
        heads = [n for n, token in enumerate(words) if _is_head(token)]
        return [words[n].end for n in heads if n + 1 not in heads]

    def label(self, id: OccupationId) -> str:
        return self._entries[id].label

    def _known(self, id: OccupationId, sure: float) -> Meaning:
        return Meaning(id, self._entries[id].family, sure)

    def _by_overlap(self, words: list[Token]) -> Meaning:
        bag = {stem(t.word) for t in words} - _SMALL
        if not bag:
            return UNKNOWN
        best, sure = -1, 0.0
        for at in self._near(bag):
            other = self._bags[at][0]
            likeness = self._weight(bag & other) / self._weight(bag | other)
            if likeness > sure:
                best, sure = at, likeness
        return self._known(self._bags[best][1], round(0.8 * sure, 3)) if sure >= _LEAST_OVERLAP else UNKNOWN

    def _near(self, bag: set[str]) -> list[int]:
        """The bags that have enough in common with one: all that are as much alike as counts, and few others."""
        shared: dict[int, float] = {}
        for word in bag:
            for at in self._by_word.get(word, ()):
                shared[at] = shared.get(at, 0.0) + self._weights[word]
        whole = self._weight(bag)
        return sorted(
            at
            for at, weight in shared.items()
            if weight >= _ROUGHLY * _LEAST_OVERLAP * (whole + self._sizes[at] - weight)
        )

    def _weight(self, words: set[str] | frozenset[str]) -> float:
        rare = math.log(len(self._bags)) + 1.0
        return sum(self._weights.get(word, rare) for word in words)


def _is_head(token: Token) -> bool:
    return token.word in HEADS or (len(token.word) > 6 and COMPOUND.search(token.word) is not None)


def seniority_of(title: str) -> Seniority | None:
    """The level that a title states, None when it states none."""
    words = {token.text.lower() for token in tokens(title)}
    if (
        words & {"assistant", "associate", "account", "office", "project", "product", "programme"}
        and "manager" in words
    ):
        words -= {"manager"}  # an account manager manages no people
    if "account" in words or "assistant" in words or "sales" in words:
        words -= {"executive", "director"}
    if "staff" in words and words & {
        "engineer",
        "developer",
        "scientist",
        "designer",
    }:  # a staff nurse is not above a nurse
        words |= {"senior"}
    return next((level for level, names in _LEVELS if words & names), None)


def seniority_by_months(months: int) -> Seniority:
    """The level that working time suggests where no title states one."""
    years = months / 12
    steps = ((1, Seniority.ENTRY), (3, Seniority.JUNIOR), (8, Seniority.MID))
    return next((level for limit, level in steps if years < limit), Seniority.SENIOR)


_NOISE = re.compile(r"\s*(?:\([^)]*\)|\[[^\]]*\])\s*")


def without_brackets(title: str) -> str:
    return " ".join(_NOISE.sub(" ", title).split())
