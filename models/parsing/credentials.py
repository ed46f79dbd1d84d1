"""Licences, certificates and memberships, held and not merely wished for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.domain import Credential, CredentialId, Span
from models.parsing.dates import days_in
from models.parsing.lines import Line
from models.phrases import Hit, Phrases
from models.taxonomy import Taxonomy
from models.tokens import Token, tokens

_KIND = re.compile(
    r"[ -]+(?:licen[cs]e|licen[cs]ure|certification|certificate|certified|registration|registered|card)s?$",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:preparing|pursuing|working towards?|studying (?:for|towards?)|in progress|candidate|expected"
    r"|planned|scheduled"
    r"|eligible|lapsed|expired|revoked|not (?:yet|held|renewed)|no longer|awaiting|applied for|without|prerequisite|aim"
    r"|plan to|sitting)\b",
    re.IGNORECASE,
)
_EXPIRES = re.compile(
    r"\b(?:expir\w*|valid (?:until|to|through|thru)|renewal|renews|exp\.?|until|gültig bis)\b[^\d]{0,20}", re.IGNORECASE
)


def _short(form: str) -> str:
    """The form without its last word when that is only a kind: `RN licence` is `RN`, but `board certified` stays."""
    short = _KIND.sub("", form)
    return short if len(short.split()) > 1 or (short.isupper() and len(short) > 1) else form


class CredentialReader:
    def __init__(self, taxonomy: Taxonomy) -> None:
        self._entries = taxonomy.credentials
        self._phrases = Phrases((form, e.id) for e in taxonomy.credentials.values() for form in e.forms)
        # Under a heading such as "Licences", `Registered Nurse` is the licence, not the job.
        self._bare = Phrases(
            (short, e.id) for e in taxonomy.credentials.values() for form in e.forms for short in {form, _short(form)}
        )

    def held(self, lines: Iterable[Line], listed: Sequence[Line]) -> list[Credential]:
        """Those a CV shows; `listed` are the lines of its section for them. The same one twice counts once."""
        found: dict[CredentialId, Credential] = {}
        for credential in (
            *(c for line in listed for c in self._in(line, self._bare)),
            *(c for line in lines for c in self._in(line, self._phrases)),
        ):
            known = found.get(credential.id)
            if known is None or (known.expires or _LONG_AGO) < (credential.expires or _LONG_AGO):
                found[credential.id] = credential
        return list(found.values())

    def wanted(self, line: Line, *, bare: bool) -> list[Credential]:
        """Those a line of an ad names; with `bare`, by the short names that only such a line may use."""
        return self._found(line, self._bare if bare else self._phrases)

    def _in(self, line: Line, phrases: Phrases[CredentialId]) -> list[Credential]:
        return [c for c in self._found(line, phrases) if not self._is_not_yet(line, c)]

    def _found(self, line: Line, phrases: Phrases[CredentialId]) -> list[Credential]:
        words = tokens(line.text)
        return [self._credential(line, words, hit) for hit in phrases.hits(words)]

    def _credential(self, line: Line, words: Sequence[Token], hit: Hit[CredentialId]) -> Credential:
        entry = self._entries[hit.values[0]]
        start, end = words[hit.first].start, words[hit.last - 1].end
        expires = None
        if match := _EXPIRES.search(line.text, end):
            day = next(
                (day for day, at, _ in days_in(line.text) if at <= match.end() + 12 and at >= match.start()), None
            )
            expires = day.first if day else None
        return Credential(entry.id, entry.label, entry.legal, expires, Span(line.start + start, line.start + end))

    @staticmethod
    def _is_not_yet(line: Line, credential: Credential) -> bool:
        """A word that denies it in the same sentence."""
        if credential.span is None:
            return False
        at = credential.span.start - line.start
        start = max((m.end() for m in re.finditer(r"[.;]\s", line.text[:at])), default=0)
        stop = re.search(r"[.;](?:\s|$)", line.text[at:])
        return bool(_NOT_YET.search(line.text[start : at + stop.start() if stop else len(line.text)]))


_LONG_AGO = days_in("1950")[0][0].first
