"""Words that are a skill only where they are meant as one: `C`, `Go`, `Excel` among other words.

Three questions, none of them of a single sentence: is the word bound to its neighbours, so that it is a part of
something else (`C-level`, `R&D`, `vitamin C`, `J. R. Smith`, `Go to market`, `Head Chef`); does it stand by itself in
a list; is there evidence that it is meant (a cue within a line, or a skill of its group beside it).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from models.taxonomy import SkillEntry
from models.tokens import Token, singular, tokens, word_set

WINDOW = 12  # words to each side in which a cue counts: about a line
_BESIDE = 4
_SHORT = 2  # characters: such names are letters first

# What may stand right before or after a letter that is a name: anything else is what the letter is the label of.
_OPENERS = word_set(
    "in of with using use used via know knowing learn learning and or as to from like including include both e.g g eg"
    " write writing wrote written plain modern embedded core advanced basic strong good some our your also plus either"
    " than over for into by on namely especially mainly mostly primarily preferably ideally proficient skilled fluent"
)
_CLOSERS = word_set(
    "and or in for with on as is are experience developer engineer programmer programming language service code"
    " codebase backend knowledge skill project application app expert expertise package module library script compiler"
    " proficiency developing development based plus preferred required"
)
# After a verb or a common noun: `excel at`, `word of`, `access to`.
_VERBAL = word_set("at to the of a an your our their his her its up out it into through over all any this that")
_TOOL = word_set("in with using use used via ms microsoft of and or")  # `used Excel to track`
_MADE_OF = word_set("based driven powered style specific backed lang centric only")
_CONJUNCTIONS = word_set("and or plus und et y")
_SEPARATOR = re.compile(r"\s*(?:[,;|/•·:(\[]|\n|^)\s*$")
_CLOSED = re.compile(r"\s*(?:[,;|/•·)\]]|\n|$|\.(?:\s|$)|\()")
_SENTENCE = re.compile(r"(?:^|[.!?•:]\s*|\n\s*)$")


@dataclass(frozen=True, slots=True)
class Meant:
    """What is known of a skill whose one-word forms mean other things too."""

    group: str
    cues: frozenset[str]  # as `singular` has them
    initials: Mapping[str, str]  # first characters of its forms of one word: a name with a capital is one only so
    titles: AbstractSet[tuple[str, str]]  # neighbours in names of occupations: `head chef`


def meant(entry: SkillEntry, titles: AbstractSet[tuple[str, str]]) -> Meant:
    initials = {words[0].word: form[0] for form in entry.forms if len(words := tokens(form)) == 1}
    cues = frozenset(map(singular, entry.cues))
    bound = frozenset(
        pair for pair in titles if any(pair[n] in initials and pair[1 - n] not in cues | _CLOSERS for n in (0, 1))
    )
    return Meant(entry.group, cues, initials, bound)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text, its words, and at which of them a skill stands beyond doubt: its group, by its first and last word."""

    text: str
    words: Sequence[Token]
    sure: Collection[tuple[int, int, str]]

    def means(self, at: int, meant: Meant) -> bool:
        """Whether the word at `at` is the skill."""
        word = self.words[at]
        if self._bound(at, meant):
            return False
        listed = self._listed(at)
        beside = any(g == meant.group and first - _BESIDE <= at <= last + _BESIDE for first, last, g in self.sure)
        if listed and (beside or self._beside_cue(at, meant)):
            return True
        if word.text[0] != meant.initials.get(word.word) or self._verbal(at):
            return False
        return beside or singular(word.text) in meant.cues or self._near_cue(at, meant)

    def _near_cue(self, at: int, meant: Meant) -> bool:
        words = self.words[max(at - WINDOW, 0) : at + WINDOW + 1]
        return any(token.word in meant.cues for token in words if token is not self.words[at])

    def _beside_cue(self, at: int, meant: Meant) -> bool:
        words = [*self.words[max(at - 2, 0) : at], *self.words[at + 1 : at + 3]]
        return any(token.word in meant.cues for token in words)

    def _bound(self, at: int, meant: Meant) -> bool:
        """A part of something else."""
        word = self.words[at]
        after, before = self._next(at), self._before(at)
        for other, glued in ((after, after is not None and after.glued), (before, word.glued)):
            if glued and other and other.word not in meant.cues | _MADE_OF and not self._is_sure(other):
                return True
            if other and ((other.word, word.word) in meant.titles or (word.word, other.word) in meant.titles):
                return True
        if _tight(self.text, word):
            return True
        if len(word.text) > _SHORT:
            return False
        return self._labels(before, word, meant) or self._is_labelled(after, word, meant) or self._initial(at)

    def _labels(self, before: Token | None, word: Token, meant: Meant) -> bool:
        """`vitamin C`: of what stands before a letter, only a few words do not make it a label."""
        if before is None or self.text[before.end : word.start] != " ":
            return False
        return not (before.word in _OPENERS or before.word in meant.cues or self._is_sure(before))

    def _is_labelled(self, after: Token | None, word: Token, meant: Meant) -> bool:
        """`C level`, `Go to market`."""
        if after is None or self.text[word.end : after.start] != " ":
            return False
        return not (after.word in _CLOSERS or after.word in meant.cues or self._is_sure(after))

    def _initial(self, at: int) -> bool:
        """`R. Miller`, `C.N.A.`."""
        word, after = self.words[at], self._next(at)
        if len(word.text) > 1 or not self.text.startswith(".", word.end) or after is None:
            return False
        gap = self.text[word.end + 1 : after.start]
        before = self._before(at)
        named = before is None or not (before.word in _OPENERS or (self._listed_before(at) and self._is_sure(before)))
        return gap == "" or (gap == " " and after.text[0].isupper() and named)

    def _verbal(self, at: int) -> bool:
        """`Excel at`, `access to`; not `used Excel to`."""
        word, after, before = self.words[at], self._next(at), self._before(at)
        if after is None or after.word not in _VERBAL or self.text[word.end : after.start] != " ":
            return False
        starts = _SENTENCE.search(self.text[max(word.start - 3, 0) : word.start]) is not None
        return starts or before is None or not (before.word in _TOOL or self._is_sure(before))

    def _listed(self, at: int) -> bool:
        """An item of a list, all of it."""
        word, after = self.words[at], self._next(at)
        closed = _CLOSED.match(self.text, word.end) is not None or (
            after is not None and after.word in _CONJUNCTIONS and self.text[word.end : after.start] == " "
        )
        return closed and self._listed_before(at)

    def _listed_before(self, at: int) -> bool:
        word, before = self.words[at], self._before(at)
        if before is None or (before.word in _CONJUNCTIONS and self.text[before.end : word.start].isspace()):
            return True
        return _SEPARATOR.search(self.text[before.end : word.start]) is not None or (
            self.text[before.end : word.start].strip() == "&"
        )

    def _is_sure(self, token: Token) -> bool:
        return any(self.words[first].start <= token.start < self.words[last - 1].end for first, last, _ in self.sure)

    def _next(self, at: int) -> Token | None:
        return self.words[at + 1] if at + 1 < len(self.words) else None

    def _before(self, at: int) -> Token | None:
        return self.words[at - 1] if at else None


def _tight(text: str, word: Token) -> bool:
    """`R&D`: an ampersand without space joins letters to one name."""
    after = text[word.end : word.end + 2]
    before = text[max(word.start - 2, 0) : word.start]
    return (after[:1] == "&" and after[1:].isalnum()) or (before[-1:] == "&" and before[:1].isalnum())
