"""What a text says more than once, said once: nobody is a better match for saying it again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from models.tokens import plain

_MARKS = re.compile(r"\s*[,;|]\s*")
_LIST = 3  # terms
_TERM_WORDS = 5  # of each, at most: more is a sentence


def once(lines: Iterable[str]) -> Iterator[str]:
    """Lines without those that were said before, and lists without terms that stood in a list before."""
    said: set[str] = set()
    listed: set[str] = set()
    for line in lines:
        terms = [term for term in _MARKS.split(line) if term]
        if len(terms) >= _LIST and all(len(term.split()) <= _TERM_WORDS for term in terms):
            fresh = [term for term in dict.fromkeys(terms) if _bare(term) not in listed]
            listed.update(map(_bare, terms))
            shown = line if len(fresh) == len(terms) else ", ".join(fresh)
        else:
            shown = line
        if shown and _bare(shown) not in said:
            said.add(_bare(shown))
            yield shown


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[\w+#]+", plain(text)))
