"""How an ad names credentials: demanded, one of several, wished for, or only mentioned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from itertools import pairwise

from core.domain import Credential, CredentialId
from models.parsing.lines import Line

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
    r"licen[cs]|certif|registr|\bcards?\b|permit|\b(?:current|valid|active|required|must|hold|holds|holder|member\w*"
    r"|admi(?:tted|ssion)|status|clearance|qualified|endorsement|check|essential|mandatory|necessary|vital"
    r"|designation)\b",
    re.IGNORECASE,
)
_OF_DUTIES = re.compile(
    r"licen[cs]|certif|registration|permit|clearance|designation|\bmust (?:be|have|hold|possess)\b"
    r"|\b(?:required|vital|essential|mandatory)\b",
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


class Demand(IntEnum):
    """How an ad names a credential."""

    MENTIONED = 0
    WISHED = 1
    REQUIRED = 2


def is_demanding(line: Line, *, duty: bool) -> bool:
    """Whether the words of a line demand what it names; those of a duty must speak of licences."""
    return bool((_OF_DUTIES if duty else _DEMANDED).search(line.text))


def demands(line: Line, found: Sequence[Credential], *, demanding: bool) -> list[tuple[tuple[Credential, ...], Demand]]:
    """The credentials that a line names, by how it does; of several in one group one is enough."""
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
