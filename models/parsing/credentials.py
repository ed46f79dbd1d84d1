"""Licences, certificates and memberships, held and not merely wished for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import IntEnum
from itertools import pairwise

from core.domain import Credential, CredentialId, Span
from models.parsing.dates import days_in, without
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


# What an ad takes from one who has not got it yet, or takes instead.
_OBTAINABLE = re.compile(
    r"\b(?:willing\w*|in progress|working towards?|on the way|eligib\w+|(?:ability|able) to (?:obtain|get|acquire"
    r"|pass"
    r"|undergo)|must (?:obtain|get|acquire)|to be obtained|obtain(?:ed)? within|within \w+ (?:days|months|years?))\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\s*(?:\([^)]*\)\s*)?(?:\w+\s+)?(?:(?:licen[cs]es?|licen[cs]ure|certifications?|certificates?|certified"
    r"|registration|designation|credential)\s*)?(?:from an? [\w-]+(?: [\w-]+){0,2}\s*)?,?\s*"
    r"(?:/\s*(?=(?-i:[A-Z]))|\bor\b(?! (?:better|higher|above|transferable|otherwise)\b)|\betc\b|\be\.g)",
    re.IGNORECASE,
)
_EXAMPLES = re.compile(
    r"\b(?:such as|e\.g\.?|for example|like|one of|including but)\W*(?:[\w/]+\W+){0,6}$", re.IGNORECASE
)
_DEMANDED = re.compile(
    r"licen[cs]|certif|registr|\bcards?\b|permit|current|valid|active|required|must|hold|member|admi(?:tted"
    r"|ssion)|status"
    r"|clearance|qualified|endorsement|\bcheck\b",
    re.IGNORECASE,
)
_ONE_OF = re.compile(r"\b(?:one|any|either) (?:or more )?(?:of|from)\W+(?:[\w-]+\W+){0,4}$", re.IGNORECASE)
_GAP = re.compile(  # between two of which one is enough
    r"\s*\)?\s*(?:\([^)]*\)\s*)?(?:licen[cs](?:es?|ure|ed)|certifi\w+|registration|designation|credentials?"
    r"|status)?\s*"
    r"(?:,|(?P<or>/|,?\s*(?:and/)?or\b|\|)|\()\s*"
    r"(?:(?:an?|the|valid|current|active|state|licensed|registered|certified)\s+){0,3}\)?",
    re.IGNORECASE,
)
_PAPERS = re.compile(r"\b(?:forms? of id|identification|proof of identity|photo id)\b", re.IGNORECASE)
_FEW_WORDS = 6  # a line that short names a licence only to ask for it


_LEARNER = re.compile(
    r"\b(?:students?|interns?|externs?|trainees?|apprentices?|candidates?|pre-|recruit\w*|assistant to)\b",
    re.IGNORECASE,
)


class Demand(IntEnum):
    """How an ad names a credential."""

    MENTIONED = 0
    WISHED = 1
    REQUIRED = 2


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

    def wanted(self, line: Line) -> list[tuple[tuple[Credential, ...], Demand]]:
        """Those a line of an ad names, and whether it demands them; of several in one group one is enough.

        What may be replaced by something we do not know ("PMP or similar") is a wish.
        """
        demanding = bool(_DEMANDED.search(line.text))
        found = self._found(line, self._bare if demanding else self._phrases)
        if _PAPERS.search(line.text):
            return []
        if not demanding and len(line.text.split()) > _FEW_WORDS:
            return [((credential,), Demand.MENTIONED) for credential in found]
        if _OBTAINABLE.search(line.text):
            return [((credential,), Demand.WISHED) for credential in found]
        either = _either(line, found)
        grouped = {one.id for group in either for one in group}
        chosen = _alternatives(line, found)
        return [(group, Demand.REQUIRED) for group in either] + [
            ((c,), Demand.WISHED if c.id in chosen else Demand.REQUIRED) for c in found if c.id not in grouped
        ]

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


def _alternatives(line: Line, found: Sequence[Credential]) -> set[CredentialId]:
    """Those that something else in the line may stand for; "RN (Registered Nurse) licence" is one, not two."""
    chosen: set[CredentialId] = set()
    at = [(c, c.span.start - line.start, c.span.end - line.start) for c in found if c.span]
    for number, (credential, start, end) in enumerate(at):
        after = next(((c, a) for c, a, _ in at[number + 1 :] if c.id != credential.id), None)
        if _EXAMPLES.search(line.text[:start]):
            chosen.add(credential.id)
        if (match := _INSTEAD.match(line.text, end)) is None:
            continue
        own = [c.id for c, a, _ in at[number + 1 :] if c.id == credential.id and a - match.end() < 3]
        if own:
            continue
        chosen.add(credential.id)
        if after and after[1] - match.end() < 40:
            chosen.add(after[0].id)
    for (one, _, end), (other, start, _) in reversed(list(pairwise(at))):  # "CISA, CISM or CISSP"
        if other.id in chosen and re.fullmatch(r"\s*(?:,|/)\s*", line.text[end:start]):
            chosen.add(one.id)
    return chosen


def _either(line: Line, found: Sequence[Credential]) -> list[tuple[Credential, ...]]:
    """Runs of credentials of which one is enough: "RN or LPN", "CISA, CISM or CISSP", "one of CPA, CMA"."""
    groups: list[tuple[Credential, ...]] = []
    for chain, joined, (start, end) in _chains(line, found):
        ids = {one.id for one in chain}
        offered = bool(_ONE_OF.search(line.text[:start]))
        if len(ids) < 2 or not (joined or offered) or _INSTEAD.match(line.text, end):
            continue
        if offered or not _EXAMPLES.search(line.text[:start]):
            groups.append(tuple({one.id: one for one in reversed(chain)}.values())[::-1])
    return groups


def _chains(line: Line, found: Sequence[Credential]) -> Iterator[tuple[list[Credential], bool, tuple[int, int]]]:
    """Credentials with only commas and "or" between them, whether there is an "or", and where they stand."""
    at = [(c, c.span.start - line.start, c.span.end - line.start) for c in found if c.span]
    chain: list[Credential] = []
    joined, first, last = False, 0, 0
    for one, start, end in at:
        gap = _GAP.fullmatch(line.text, last, start) if chain else None
        if gap is None:
            if chain:
                yield chain, joined, (first, last)
            chain, joined, first = [one], False, start
        else:
            chain.append(one)
            joined = joined or bool(gap["or"])
        last = end
    if chain:
        yield chain, joined, (first, last)


def _closes(words: Sequence[Token], hit: Hit[CredentialId]) -> bool:
    """Whether the hit is an abbreviation or ends a phrase: a "Real Estate Manager" needs no real estate licence."""
    return words[hit.last - 1].text.isupper() or hit.last == len(words) or words[hit.last].parted


_LONG_AGO = days_in("1950")[0][0].first
