"""Licences, certificates and memberships, held and not merely wished for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from core.domain import Credential, CredentialId, Span
from models.parsing.dates import days_in, without
from models.parsing.demands import Demand, demands, is_demanding
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
    r"|eligible|revoked|not (?:yet|held|renewed)|no longer|awaiting|applied for|without|prerequisite|aim"
    r"|plan to|sitting)\b",
    re.IGNORECASE,
)
_EXPIRES = re.compile(
    r"\b(?:expir\w*|valid (?:until|to|through|thru|till)|good (?:through|until)|renewal|renews|exp\.?|until|til"
    r"|ended|bis|tot|t/m|fino al|due"
    r"|gültig bis|abgelaufen"
    r"|ran out|given up|vence|venció|vencid[oa]|ważn\w+ do|scadut[oa]|verlopen|gelöscht|erloschen|upphörde|perimée?"
    r"|lapsed|valable jusqu['’]\w+|expirée?|válid[oa] hasta|caducad[oa]|scadenza|geldig tot|ważne do"
    r"|to)\b[^\d]{0,20}",
    re.IGNORECASE,
)


# No longer held; without a date nobody knows when that began, so it is left out.
_GONE = re.compile(r"\b(?:expired|lapsed|abgelaufen|expirée?|caducad[oa]|verlopen)\b", re.IGNORECASE)
_UNLISTED = "unlisted:"
_BEHIND = re.compile(
    r"\s*(?:[(,;|–—:]|\s-\s|\s{3,}|\b(?:valid|expir|exp|since|from|until|issued|no|nr|gültig|seit|von|obtained"
    r"|in)\b).*$",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"(?:exp\b|expir\w+|ran out|given up|valid\b|lapsed|renew\w*|retention|until|since|issued|obtained|in force"
    r"|active\b|gültig|abgelaufen|present$|ongoing$|good (?:until|through|til)|member since"
    r"|(?:pin|no|nr|number|reg|id)\b\.?[\s:]*(?=[\d#]))",
    re.IGNORECASE,
)
_TEST = re.compile(r"\b(?:ielts|toefl|toeic|delf|dalf|dele|telc|testdaf|jlpt|hsk|cambridge|goethe)\b", re.IGNORECASE)
_MOST_WORDS = 12


def is_unlisted(credential: Credential) -> bool:
    """Whether a CV lists it and the taxonomy does not know it."""
    return credential.id.startswith(_UNLISTED)


def _short(form: str) -> str:
    """The form without its last word when that is only a kind: `RN licence` is `RN`, but `board certified` stays."""
    short = _KIND.sub("", form)
    return short if len(short.split()) > 1 or (short.isupper() and len(short) > 1) else form


_LEARNER = re.compile(
    r"\b(?:students?|interns?|externs?|trainees?|apprentices?|candidates?|pre-|recruit\w*|assistant to)\b",
    re.IGNORECASE,
)


class CredentialReader:
    def __init__(self, taxonomy: Taxonomy) -> None:
        self._entries = taxonomy.credentials
        self._phrases = Phrases((form, e.id) for e in taxonomy.credentials.values() for form in e.forms)
        # Under a heading such as "Licences", `Registered Nurse` is the licence, not the job.
        self._bare = Phrases(
            (short, e.id) for e in taxonomy.credentials.values() for form in e.forms for short in {form, _short(form)}
        )

    def held(self, lines: Iterable[Line], listed: Sequence[Line], titles: Sequence[Line] = ()) -> list[Credential]:
        """Those a CV shows; `listed` are the lines of its section for them, `titles` what the person was called.

        The same one twice counts once.
        """
        found: dict[CredentialId, Credential] = {}
        for credential in (
            *(c for line in _with_status(listed) for c in self._in(line, self._bare) or self._unknown(line)),
            *(c for line in lines for c in self._in(line, self._phrases)),
            *self.named(titles),
        ):
            known = found.get(credential.id)
            if known is None or (known.expires or _LONG_AGO) < (credential.expires or _LONG_AGO):
                found[credential.id] = credential
        return list(found.values())

    def _unknown(self, line: Line) -> list[Credential]:
        """What a list of credentials names in words that the taxonomy lacks: kept as it stands there."""
        found: list[Credential] = []
        if _NOT_YET.search(line.text) or len(line.text.split()) > _MOST_WORDS + 6 or self._found(line, self._bare):
            return found
        for match in _ITEM.finditer(line.text):
            text = _undated(match[0])
            label = _BEHIND.sub("", text).strip(" .•–—-,")
            start = match.start() + text.find(label)
            if label[:1].isalnum() and sum(map(str.isalpha, label)) > 1 and len(label.split()) <= _MOST_WORDS:
                if _TEST.search(label) or (_GONE.search(line.text) and not _EXPIRES.search(line.text)):
                    continue
                id = CredentialId(_UNLISTED + "-".join(token.word for token in tokens(label)))
                expires = _expiry(line.text, start + len(label))
                span = Span(line.start + start, line.start + start + len(label))
                found.append(Credential(id, label, legal=False, expires=expires, span=span))
        return found

    def named(self, titles: Iterable[Line]) -> list[Credential]:
        """The licences that a title itself names: nobody may be called a registered nurse, or an RN, without one."""
        return [
            self._credential(line, words, hit)
            for line in titles
            if not _LEARNER.search(line.text)
            for words in [tokens(line.text)]
            for hit in self._bare.hits(words)
            if self._entries[hit.values[0]].legal and _closes(words, hit)
        ]

    def wanted(self, line: Line, *, duty: bool = False) -> list[tuple[tuple[Credential, ...], Demand]]:
        """Those a line of an ad names, and whether it demands them; of several in one group one is enough.

        A line of the duties (`duty`) demands only what it calls a licence: "supervise the home health aides".

        What may be replaced by something we do not know ("PMP or similar") is a wish.
        """
        demanding = is_demanding(line, duty=duty)
        found = self._found(line, self._bare if demanding else self._phrases)
        return demands(line, found, demanding=demanding)

    def _in(self, line: Line, phrases: Phrases[CredentialId]) -> list[Credential]:
        return [c for c in self._found(line, phrases) if not self._is_not_yet(line, c)]

    def _found(self, line: Line, phrases: Phrases[CredentialId]) -> list[Credential]:
        words = tokens(line.text)
        return [self._credential(line, words, hit) for hit in phrases.hits(words)]

    def _credential(self, line: Line, words: Sequence[Token], hit: Hit[CredentialId]) -> Credential:
        entry = self._entries[hit.values[0]]
        start, end = words[hit.first].start, words[hit.last - 1].end
        expires = _expiry(line.text, end)
        return Credential(entry.id, entry.label, entry.legal, expires, Span(line.start + start, line.start + end))

    @staticmethod
    def _is_not_yet(line: Line, credential: Credential) -> bool:
        """A word that denies it in the same sentence."""
        if credential.span is None:
            return False
        at = credential.span.start - line.start
        start = max((m.end() for m in re.finditer(r"[.;]\s", line.text[:at])), default=0)
        stop = re.search(r"[.;](?:\s|$)", line.text[at:])
        said = line.text[start : at + stop.start() if stop else len(line.text)]
        return bool(_NOT_YET.search(said) or (_GONE.search(said) and credential.expires is None))


def _with_status(lines: Sequence[Line]) -> list[Line]:
    """What a line says only of the credential above it, such as until when it is valid, set behind that one."""
    joined: list[Line] = []
    for line in lines:
        told = _STATUS.match(line.text) or not _undated(line.text).strip(_DATE_MARKS)
        if joined and told:
            joined[-1] = joined[-1]._replace(text=f"{joined[-1].text}   {line.text}")
        elif not told:
            joined.append(line)
    return joined


_DATE_MARKS = " –—-.,()tobis"  # between two dates
_ITEM = re.compile(r"[^;•|/]+(?:/[^;•|/]+)*")


def _expiry(text: str, at: int) -> date | None:
    """The day that stands behind a word for the end of validity, behind place `at`."""
    match = _EXPIRES.search(text, at)
    if match is None:
        return None
    return next((d.first for d, start, _ in days_in(text) if match.start() <= start <= match.end() + 12), None)


def _undated(text: str) -> str:
    """The text with its dates blanked out and nothing else moved."""
    return without(text, [(start, end) for _, start, end in days_in(text)])


def _closes(words: Sequence[Token], hit: Hit[CredentialId]) -> bool:
    """Whether the hit is an abbreviation or ends a phrase: a "Real Estate Manager" needs no real estate licence."""
    return words[hit.last - 1].text.isupper() or hit.last == len(words) or words[hit.last].parted


_LONG_AGO = days_in("1950")[0][0].first
