"""What people write where a public classification has a long name: shorter forms of skills, and which need cues."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from models.tokens import plain, singular, tokens, word_set

# Names of one or two characters are letters before they are skills, and so are names that are everyday words.
CUES = (
    "programming", "language", "software", "statistics", "development", "code", "developer", "framework", "database",
    "tool", "python", "java", "javascript", "sql", "c++",
)  # fmt: skip
_QUALIFIED = re.compile(r"^(?P<name>[^()]+?)\s*\([^()]+\)$")
_VERB = re.compile(
    r"^(?:use|utili[sz]e|apply|perform|conduct|carry out|execute|implement|operate|have|provide|practise|exercise|do)"
    r"\s+(?P<rest>.+)$"
)
_OF = re.compile(r"^(?:principles|theory|fundamentals|basics|techniques|methods|elements) of (?P<rest>.+)$")
_TAIL = re.compile(
    r"^(?P<rest>.+?)\s+(?:software|tools?|techniques|principles|methods|theory|systems|skills|technology|practices)$"
)
_SHORT = 3  # characters: shorter names are letters first
_LOOSE = word_set(
    "the a an to of for with in on as and or other various different specific appropriate relevant own new safe proper"
)


def short_forms(label: str) -> list[str]:
    """`Java (computer programming)`: Java; `use spreadsheets software`: spreadsheets software, spreadsheets.

    One word is left of a name only where a qualifier was cut off, or a verb and a noun such as `software`: `manage
    staff` says more than `staff`.
    """
    if match := _QUALIFIED.match(label):
        return [match["name"]]
    forms: list[str] = []
    rest = label
    for pattern in (_VERB, _OF):
        if match := pattern.match(rest):
            rest = match["rest"]
            forms.append(rest)
    if match := _TAIL.match(rest):
        forms.append(match["rest"])
    tail = rest != label and len(forms) > 1  # `use … software`
    return [form for form in forms if _stands_alone(form, tail=tail and form == forms[-1])]


def _stands_alone(form: str, *, tail: bool) -> bool:
    words = form.split()
    if words[0] in _LOOSE or words[-1] in _LOOSE:
        return False
    return len(words) > 1 or (tail and len(form) > _SHORT)


def add_short_forms(names: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """`names`: of each skill, its label first. New forms that are another skill's, or two skills', are left out."""
    taken = {_key(form) for forms in names.values() for form in forms}
    new = {id: [form for form in short_forms(forms[0]) if _key(form) not in taken] for id, forms in names.items()}
    counts = Counter(key for forms in new.values() for key in {_key(form) for form in forms})
    return {
        id: (*forms, *(form for form in dict.fromkeys(new[id]) if counts[_key(form)] == 1))
        for id, forms in names.items()
    }


def ordinary_words(texts: Iterable[str]) -> frozenset[str]:
    """Words that stand in running text without a capital: as the name of a tool they need a cue."""
    return frozenset(singular(token.text) for text in texts for token in tokens(text) if token.text.islower())


def without_ordinary(forms: Sequence[str], ordinary: frozenset[str]) -> tuple[str, ...]:
    """`forms`, the label first: of the others, those of one everyday word (`lead`, `data`) say nothing."""
    kept = (form for form in forms[1:] if len(words := tokens(form)) != 1 or words[0].word not in ordinary)
    return (forms[0], *kept)


def needs_cues(forms: Iterable[str], ordinary: frozenset[str]) -> bool:
    """Whether a name of one word is a letter or two, or an everyday word with a capital."""
    for form in forms:
        words = tokens(form)
        if len(form) < _SHORT or (
            len(words) == 1 and form[0].isupper() and form[1:].islower() and words[0].word in ordinary
        ):
            return True
    return False


def _key(form: str) -> str:
    return " ".join(map(singular, plain(form).split()))
