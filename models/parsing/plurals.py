"""One of them: the title of a group of people as the title of one person."""

from __future__ import annotations

import re

from models.tokens import word_set

# What follows one of these says more about the head noun before it and keeps its number.
_AFTER = word_set("of in for to at with on by from except excluding including who not")
_BETWEEN = re.compile(r"(\s*[,;/&()]\s*|\s+(?:and|or)\s+)", re.IGNORECASE)
# Fields, not people: `Head of Sales`, `Operations`, `IT Services`.
_FIELDS = word_set(
    "sales operations logistics services systems relations resources communications news affairs facilities goods "
    "sciences arts works studies sports claims accounts securities investments benefits products materials supplies "
    "parts plants animals events media series species premises textiles plastics metals cosmetics ceramics robotics "
    "sas aws devops kids always lens gas bus jobs days nights weekends hours years trans bs ms rns"
)
_ENDINGS = (("women", "woman"), ("men", "man"), ("wives", "wife"), ("people", "person"))


def singular_title(title: str) -> str:
    """`Chief Executives`: Chief Executive; `Cooks, Restaurant`: Cook, Restaurant. Case is kept.

    The last word of each part changes, which in English is the head noun; words behind `of` or `for` do not.
    """
    return "".join(part if n % 2 else _one(part) for n, part in enumerate(_BETWEEN.split(title)))


def plural_title(title: str) -> str:
    """`chief executive`: chief executives. For learning that number says nothing; not for people to read."""
    head, last, rest = _head(title)
    if not last.isalpha() or last.lower().endswith("s"):
        return title
    if last.lower().endswith("man"):
        return f"{head}{last[:-2]}en{rest}"
    if last[-1] in "yY" and last[-2:-1].lower() not in "aeiou":
        return f"{head}{last[:-1]}ies{rest}"
    return f"{head}{last}{'es' if last.lower().endswith(('x', 'ch', 'sh', 'z')) else 's'}{rest}"


def _head(part: str) -> tuple[str, str, str]:
    """What is before the head noun, the noun, and what is behind it."""
    words = part.split(" ")
    behind = next((n for n, word in enumerate(words) if n and word.lower() in _AFTER), len(words))
    head = " ".join(words[: behind - 1])
    return (f"{head} " if head else ""), words[behind - 1], "".join(f" {word}" for word in words[behind:])


def _one(part: str) -> str:
    head, last, rest = _head(part)
    return f"{head}{_singular(last)}{rest}"


def _singular(word: str) -> str:
    low = word.lower()
    for ending, one in _ENDINGS:
        if low.endswith(ending):
            kept = word[: len(word) - len(ending)]
            return kept + (one if kept or word.islower() else one.capitalize())
    if len(low) < 4 or low in _FIELDS or not low.endswith("s") or low.endswith(("ss", "us", "is", "ics", "'s", "’s")):
        return word
    if word.isupper() and len(word) < 5:
        return word  # an acronym
    if low.endswith("ies"):
        return f"{word[:-3]}Y" if word.isupper() else f"{word[:-3]}y"
    return word[:-2] if low.endswith(("sses", "xes", "ches", "shes", "zes")) else word[:-1]
