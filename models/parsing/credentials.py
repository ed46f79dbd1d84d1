"""Licences, certificates and memberships, held and not merely wished for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import pairwise

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


# What an ad takes from one who has not got it yet, or takes instead.
_OBTAINABLE = re.compile(
    r"\b(?:willing\w*|in progress|working towards?|on the way|eligib\w+|(?:ability|able) to (?:obtain|get|acquire|pass"
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
    r"licen[cs]|certif|registr|\bcards?\b|permit|current|valid|active|required|must|hold|member|admi(?:tted|ssion)|status"
    r"|clearance|qualified|endorsement|\bcheck\b",
    re.IGNORECASE,
)
_ONE_OF = re.compile(r"\b(?:one|any|either) (?:or more )?(?:of|from)\W+(?:[\w-]+\W+){0,4}$", re.IGNORECASE)
_GAP = re.compile(  # between two of which one is enough
    r"\s*\)?\s*(?:\([^)]*\)\s*)?(?:licen[cs](?:es?|ure|ed)|certifi\w+|registration|designation|credentials?|status)?\s*"
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
            *(c for line in listed for c in self._in(line, self._bare)),
            *(c for line in lines for c in self._in(line, self._phrases)),
            *self.named(titles),
        ):
            known = found.get(credential.id)
            if known is None or (known.expires or _LONG_AGO) < (credential.expires or _LONG_AGO):
                found[credential.id] = credential
        return list(found.values())

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
