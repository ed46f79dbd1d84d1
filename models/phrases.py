"""A dictionary of phrases and its matcher: the longest phrase wins, spelling habits do not matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from models.tokens import Token, stem, tokens, word_set

V = TypeVar("V")

# Acronyms that are everyday words in lower case, or parts of other ones.
_EVERYDAY = word_set(
    "or it as in on at be do go so us we am an is to me my no of up he"
    " act add aid aids all also ale ask bar basis bat bid bus cad can cap care cat car cop cpr dart does"
    " fast faw fit flow for"
    " gas get has hit hot ice its job lab last law lean led let man map mat met mos new nor not now oil one our out own"
    " pal pals par pet plan pro prep put ram rest ros saas safe sage sap set she soap sox spin ssi stem step swat tax"
    " tap tea team the tie top via was who wise with you his her had him how may but any are and use yes"
)

# Names that are another word in the singular.
_PLURAL = word_set("electronics sales hydraulics pneumatics tractors inverters canvas")
_APART = {("filling", "filing"), ("canvas", "canva")}  # one spelling rule too many

_END = Token("", "", 0, 0, parted=True, glued=False)  # behind the last word
_NAME = 4  # characters: `Matlab` is no other word, while shorter names with one capital may be a person's


class Hit(NamedTuple, Generic[V]):
    """Tokens `first` (included) to `last` (excluded) are a phrase of `values`."""

    values: tuple[V, ...]
    first: int
    last: int


class _Entry(NamedTuple, Generic[V]):
    value: V
    acronym: bool
    form: str


def _is_acronym(form: str) -> bool:
    return len(form) <= 6 and form.isalpha() and sum(c.isupper() for c in form) >= len(form) - 1 and form[0].isupper()


def _needs_capitals(form: str, words: int) -> bool:
    """`SQL`, and of longer names `OR nurse`: what starts like an everyday word must be written as an acronym."""
    first = form.split()[0]
    return _is_acronym(form) if words == 1 else first.isupper() and first.lower() in _EVERYDAY


def _key(words: Sequence[str]) -> tuple[str, ...]:
    """The last word is stemmed (`project managers` is `project management`), a single word never."""
    return (*words[:-1], stem(words[-1])) if len(words) > 1 else tuple(words)


class Phrases(Generic[V]):
    """Finds the phrases of `entries`, pairs of a surface form and what it stands for.

    Single words of the values in `judged` are found whatever their capitals: the caller judges them.
    """

    def __init__(self, entries: Iterable[tuple[str, V]], judged: Collection[V] = ()) -> None:
        self._entries: dict[tuple[str, ...], list[_Entry[V]]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}  # of the phrases that begin with a word, the longest first
        for form, value in entries:
            words = [token.word for token in tokens(form)]
            if words:
                capitals = _needs_capitals(form, len(words)) and not (len(words) == 1 and value in judged)
                self._add(words, _Entry(value, capitals, form))
            if (
                1 < len(words) <= 3 and "-" in form and not any(c.isdigit() for c in form)
            ):  # `front-end` is also `frontend`
                self._add(["".join(words)], _Entry(value, acronym=False, form=form))

    def _add(self, words: list[str], entry: _Entry[V]) -> None:
        known = self._entries.setdefault(_key(words), [])
        if all(entry.value != other.value for other in known):
            known.append(entry)
        lengths = self._lengths.get(words[0], ())
        if len(words) not in lengths:
            self._lengths[words[0]] = tuple(sorted((*lengths, len(words)), reverse=True))

    def exact(self, text: str) -> tuple[V, ...]:
        """What the whole of `text` is a phrase of."""
        words = [token.word for token in tokens(text)]
        return tuple(entry.value for entry in self._entries.get(_key(words), ())) if words else ()

    def hits(self, found: Sequence[Token]) -> list[Hit[V]]:
        """Phrases that do not overlap, from left to right, the longest at each place."""
        hits: list[Hit[V]] = []
        end = 0
        for at, (token, following) in enumerate(pairwise((*found, _END))):
            # Most words begin no phrase, neither alone nor with the word that a hyphen joins to them.
            if at < end or not (token.word in self._lengths or following.glued):
                continue
            if hit := self._at(found, at):
                hits.append(hit)
                end = hit.last
        return hits

    def _at(self, found: Sequence[Token], at: int) -> Hit[V] | None:
        first = found[at]
        lengths = self._lengths.get(first.word, ())
        end, most = at + 1, min(at + lengths[0], len(found)) if lengths else 0
        while end < most and not found[end].parted:
            end += 1
        for length in lengths:
            stop = at + length
            if length == 1 or stop > end:
                continue
            values = self._values([found[n].word for n in range(at, stop)], first)
            if values:
                return Hit(values, at, stop)
        if at + 1 < len(found) and found[at + 1].glued:  # `front-end` in a text, `frontend` in the dictionary
            values = self._joined([first.word, found[at + 1].word])
            if values:
                return Hit(values, at, at + 2)
        values = self._values([first.word], first) if 1 in lengths else ()
        return Hit(values, at, at + 1) if values else None

    def _values(self, words: list[str], first: Token) -> tuple[V, ...]:
        entries = self._entries.get(_key(words))
        if not entries:
            return ()
        alone = len(words) == 1
        return tuple(
            entry.value
            for entry in entries
            if (not entry.acronym or _reads_as(first.text, entry.form))
            and not (alone and _is_another(first.text, entry.form))
        )

    def _joined(self, words: list[str]) -> tuple[V, ...]:
        """Two halves of a word are no acronym: `i-am` is not `IAM`."""
        entries = self._entries.get(("".join(words),), ())
        return tuple(entry.value for entry in entries if not entry.acronym)


def _reads_as(text: str, acronym: str) -> bool:
    """`IT` is not `it`; `SQL` is `sql`, `MATLAB` is `MatLab`."""
    if text[:2].isupper() or text == acronym or sum(map(str.isupper, text)) > 1:
        return True
    return len(text) > 2 and (text.islower() or len(text) > _NAME) and text.lower() not in _EVERYDAY


def _is_another(text: str, form: str) -> bool:
    """Words that share a singular and are not one: `CMMS` and `CMM`, `electronic` and `electronics`."""
    lower, known = text.lower(), form.lower()
    if (lower, known) in _APART or (known in _PLURAL and lower != known):
        return True
    return text.isupper() and _is_acronym(form) and form.isupper() and text != form
