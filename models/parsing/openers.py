"""What the statements of an ad begin with, and the words that say that a list of them follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.parsing.headings import Part
from models.tokens import word_set

_BEGINNINGS = re.compile(
    r"(?<!\S)(?P<before>\S++)(?P<gap>\s++)(?=(?:(?:Ability|Able) to|(?:Advanced|Basic|Working|Sound|Thorough) (?:\w+ )?"
    r"(?:knowledge|understanding|skills)|Applicants? (?:must|should|will)|Associate['’]?s? degree|Bachelor|Bilingual"
    r"|Certified|Comfortable|Computer litera\w+|Current (?:\w+ ){0,3}(?:licen[cs]e|certification|openings)|Degree in"
    r"|Demonstrated|Detail[- ]oriented|Excellent|Exceptional|Experienced? (?:in|with|as|of|using|working)|Familiarity"
    r"|Graduate of|High [Ss]chool|(?:Ideal|Successful|Qualified|The ideal|The successful) (?:candidates?|applicants?)"
    r"|Knowledge of|Minimum|Must (?:be|have|possess|hold|pass)|Outstanding|Prior|Previous|Proficien(?:t|cy)|Proven"
    r"|Self[- ](?:motivated|starter)|Solid|Strong|Superior|Understanding of|Valid|We (?:are an?|offer)|Willing(?:ness)?"
    r" to|You (?:have|must|will))\b)"
)
_JOINS = word_set(
    "a an and are as be by for from have has her his in including is its most must needs of on or our possess possesses"
    " require requires seeking than that the their this to very who with your demonstrate demonstrates demonstrated has"
)
_DASHES = re.compile(r"(?<=[^\s–-])\s+-(?=[A-Za-z])|(?<=[a-z).:])-\s+(?=[A-Za-z])(?!and |or |to )")
_GLUED = re.compile(r"(?<=:)-(?=\w)|(?<=[a-z]{3})-(?=[A-Z][a-z])")  # "following:-Title work-Real Estate experience"
_FEW = 3  # dashes: with fewer, none of them is a bullet

_WANTED = re.compile(
    r"\b(?:candidates?|applicants?|individuals?|you)\b(?:\W+\w+){0,6}?\W+(?:have|possess|need(?! to)|bring|offer"
    r"|meet|following)"
    r"\b(?:\W+\w+){0,5}\s*:$"
    r"|\bfollowing (?:\w+ ){0,3}(?:skills|qualifications|requirements|experience|criteria|attributes|qualities)\s*[:.]$"
    r"|(?<!physical )\b(?:qualifications|requirements|skills|competencies)(?: \w+){1,4}\s*:$",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\bfollowing (?:\w+ ){0,3}(?:responsibilities|duties|tasks|functions)\s*[:.]$"
    r"|\b(?:responsibilities|duties|tasks|functions)(?: \w+){1,6}\s*:$|\bresponsible for(?: \w+){0,3}\s*:$"
    r"|\byou(?:['’]ll| will)(?! (?:have|need|bring|possess))(?: \w+){0,3}\s*:$",
    re.IGNORECASE,
)
_LONGEST = 120  # characters of an announcement


def openings(text: str) -> Iterator[tuple[int, int]]:
    """The gaps of running text behind which another statement begins: "… license Experience in …"."""
    for match in _BEGINNINGS.finditer(text):
        before = match["before"]
        if (before[0].islower() or before[0].isdigit() or before[-1] in ")%+") and before.lower() not in _JOINS:
            yield match.span("gap")


def dashes(text: str) -> list[tuple[int, int]]:
    """Hyphens that are bullets: "-Excel -ability to multi-task"; where they are few, they are none."""
    if text.count("-") < _FEW:
        return []
    found = [match.span() for match in (_GLUED if ":-" in text else _DASHES).finditer(text)]
    return found if len(found) >= _FEW else []


def announced(text: str) -> Part | None:
    """What the sentence says that follows: "Successful candidates will have:", "The duties will include:"."""
    if len(text) > _LONGEST or text[-1:] not in (":", "."):
        return None
    if _DONE.search(text):
        return Part.DUTIES
    return Part.MUST if _WANTED.search(text) else None


def announcements(text: str) -> Iterator[int]:
    """Behind which colons of running text what they announce begins."""
    start = 0
    for at, letter in enumerate(text):
        if letter in ".!?":
            start = at + 1
        elif letter == ":":
            if at - start < _LONGEST and announced(text[start : at + 1].strip()) is not None:
                yield at + 1
            start = at + 1
