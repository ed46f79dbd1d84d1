"""What single lines of an ad ask for: years, degree, pay, kind of employment, where; and what is only noise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from core.domain import Education, EducationLevel, Remote
from models.parsing.education import level_in
from models.parsing.lines import Line

_NUMBERS = {
    w: n
    for n, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(_NUMBERS)})"
_YEARS = re.compile(
    rf"\b(?P<least>{_NUMBER})\s*(?:\(\d{{1,2}}\))?\s*(?:\+|plus|or more)?\s*(?:(?:-|–|to|or)\s*{_NUMBER}\s*\+?)?\s*"
    rf"(?P<unit>years?|yrs?\.?|months?)\b['’]?",
    re.IGNORECASE,
)
_MOST_MONTHS = 240
_LEADING = 4  # words before the first length, when the line begins with it: "At least five years of …"
_ABOUT_WORK = re.compile(
    r"experience|(?:years?|yrs?)['’]? of\b"
    r"|work(?:ing|ed)?\b|background|in (?:a|an|the|similar)|history|practice|as an?\b|track "
    r"record|professional"
    r"|supervis|manag|post[- ]qualif|qualified|driving|clinical|of (?:\w+ ){0,3}(?:sales|service"
    r"|administration|teaching)",
    re.IGNORECASE,
)
_NOT_WORK_BEFORE = re.compile(
    r"\b(?:of age|for over|has been|have been serving|within|over the (?:last|past)|every|each|at least 18|warranty"
    r"|contract|assignment|term)\b[^.;]*$",
    re.IGNORECASE,
)
_NOT_WORK_AFTER = re.compile(
    r"^\W{0,3}(?:\w+ )?(?:old|of age|in business|ago|anniversary|history of our|contract|assignment|degree|diploma"
    r"|program(?:me)?|college|university|warranty|apprenticeship|term)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"\b(?:or|OR(?=[A-Z]|\b))|/")
NICE = re.compile(
    r"\b(?:prefer(?:red|ably|ence)?|a plus|plus\b(?! years)|nice[- ]to[- ]have|desir(?:able|ed)|bonus"
    r"|ideal(?:ly)?|advantage(?:ous)?"
    r"|asset|beneficial|helpful|welcome|not (?:\w+ )?(?:required|essential|necessary)|would be (?:good|great"
    r"|useful)|optional)\b",
    re.IGNORECASE,
)
NOISE = re.compile(
    r"\b(?:equal[- ](?:opportunit\w+|employment)|eoe\b|eeo\b|affirmative action|regardless of|without "
    r"regard to|protected (?:veteran|status|class)"
    r"|race, |sexual orientation|401\s?\(?k\)?|403\s?\(?b\)?|paid (?:time off|holidays?|vacation)|\bpto\b"
    r"|dental|vision (?:insurance|cover)"
    r"|health (?:insurance|cover)|medical cover|life insurance|pension|tuition reimbursement|employee "
    r"discount|drug[- ]free"
    r"|reasonable accommodation|adjustment at any stage|days of (?:holiday|leave|annual leave)|no agencies"
    r"|referral program"
    r"|background check|criminal record check|vaccination record"
    r"|drug (?:screen|test)|encourage applications|e-verify|click (?:apply|here)|apply (?:now|online|today)"
    r"|send your (?:cv|resume)"
    r"|we offer|our benefits"
    r"|competitive (?:salary|pay)|founded in|fortune \d+|parental leave|bank holidays|company car|free "
    r"parking|sign[- ]on bonus)\b",
    re.IGNORECASE,
)
DEGREE_NOT = re.compile(
    r"\b(?:no degree|degree (?:is )?not|without a degree|degree or not|nor a degree)\b", re.IGNORECASE
)
_DEGREE = re.compile(r"\b(?:degree|graduate)\b(?! of our)", re.IGNORECASE)
_FIELD = re.compile(r"\b(?:in|of)\s+((?:[A-Z]?[a-z&-]+\s?){1,4})")
_BEHIND = re.compile(r"\s+(?:from|or|with|at|is|required|preferred|plus)\b")  # ends the field of a degree
_SALARY = re.compile(
    r"(?:[$€£]|\b(?:USD|EUR|GBP|CHF|CAD|AUD)\s?)\s?\d[\d,.' ]*\d?\s?k?\b(?:\s*(?:-|–|—|to|and)\s*(?:[$€£]"
    r"|\b(?:USD|EUR|GBP|CHF|CAD|AUD)\s?)?\s?\d[\d,.' ]*\d?\s?k?\b)?"
    r"(?:\s*(?:/|per|an?|p\.?)\s*(?:hr|hour|h\b|year|yr|annum|a\.?\b|week|month|day))?",
    re.IGNORECASE,
)
_EMPLOYMENT = (
    ("internship", r"\binternship\b"),
    ("temporary", r"\b(?:temporary|temp(?:[- ]to[- ]hire)?|seasonal|fixed[- ]term)\b"),
    ("contract",
        r"\b(?:contractor|contract(?:[- ]to[- ]hire)? (?:position|role|assignment)|contract[- ]to[- ]hire|\d+ "
        r"months? contract|w2 contract)\b"),
    ("per diem", r"\b(?:per diem|prn)\b"),
    ("part-time", r"\bpart[- ]?time\b"),
    ("full-time", r"\bfull[- ]?time\b"),
    ("permanent", r"\bpermanent\b"),
)  # fmt: skip
_REMOTE = re.compile(
    r"\b(?:fully|100 ?%|entirely) remote\b|\bremote\b(?! (?:sites?|support|monitoring|sensing|teams?"
    r"|control|desktop|access|areas?))|\bwork(?:ing)? from home\b|\btelecommut\w+",
    re.IGNORECASE,
)
_HYBRID = re.compile(
    r"\bhybrid\b(?! (?:cloud|vehicle|app|cars?|electric))|\b(?:one|two|three|four|\d) days? (?:a|per) "
    r"week (?:in|at|from) (?:our|the|home)",
    re.IGNORECASE,
)
_ONSITE = re.compile(
    r"\bon[- ]?site\b(?! (?:gym|restaurant|parking|nursery))|\bno remote\b|\bin[- ]office\b", re.IGNORECASE
)


def least_months(lines: Iterable[str]) -> int | None:
    """The longest experience that some line makes a minimum; None when none does."""
    return max((least for text in lines if (least := _least_of(months_asked(text), text))), default=None)


def months_asked(text: str) -> list[tuple[int, int, int]]:
    """Each length of work that a line asks for, in months, and where: `3-5 years` is 3 years."""
    found: list[tuple[int, int, int]] = []
    for match in _YEARS.finditer(text):
        start, end = match.span()
        if not _ABOUT_WORK.search(text[max(start - 60, 0) : end + 70]):
            continue
        if _NOT_WORK_BEFORE.search(text[max(start - 20, 0) : start]) or _NOT_WORK_AFTER.match(text[end:]):
            continue
        number = match["least"].lower()
        value = _NUMBERS[number] if number in _NUMBERS else int(number)
        months = value * (1 if match["unit"].lower().startswith("m") else 12)
        if months <= _MOST_MONTHS:
            found.append((months, start, end))
    return found


def _least_of(asked: list[tuple[int, int, int]], text: str) -> int | None:
    """Of "a degree and 2 years or a diploma and 5" the least is enough; of "5 years of C and 2 of SQL" the most."""
    if not asked:
        return None
    least = most = asked[0][0]
    for (_, _, end), (months, start, _) in pairwise(asked):
        if _INSTEAD.search(text[end:start]):
            least = min(least, months)
        else:
            most = max(most, months)
    return least if any(_INSTEAD.search(text[a[2] : b[1]]) for a, b in pairwise(asked)) else most


def months_of(asked: list[tuple[int, int, int]], text: str, at: int) -> int:
    """The length that a line asks of what stands at `at`: "5 years of C and 2 of SQL", "C (5 years), SQL (2 years)"."""
    before = [months for months, _, end in asked if end <= at]
    leads = bool(asked) and len(text[: asked[0][1]].split()) < _LEADING
    after = next((months for months, start, _ in asked if start > at), 0)
    return (before[-1] if before else 0) if leads else after or (before[-1] if before else 0)


def least_education(lines: Iterable[Line]) -> Education | None:
    """The lowest level that is enough: of "Bachelor's or Master's" the first."""
    best: Education | None = None
    for line in lines:
        if DEGREE_NOT.search(line.text):
            continue
        levels: list[tuple[EducationLevel, int]] = []
        at = 0
        while found := level_in(line.text[at:]):
            levels.append((found[0], at + found[2]))
            at += found[2]
        if not levels and (match := _DEGREE.search(line.text)):
            levels.append((EducationLevel.BACHELOR, match.end()))
        if levels:
            level, end = min(levels)
            field = _FIELD.match(line.text[end:].lstrip(" 'sS’degr"))
            wish = Education(level, _BEHIND.split(field[1])[0].strip() if field else "", span=line.span)
            if best is None or wish.level > best.level:
                best = wish
    return best


def salary_in(text: str) -> str:
    for match in _SALARY.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        is_pay = len(digits) >= 4 or re.search(r"per|/|an? ", match[0])
        if is_pay and not re.match(r"\s*(?:bn|billion|million|m\b)", text[match.end() :]):
            return " ".join(match[0].split()).strip(" ,.")
    return ""


def employment_in(text: str) -> str:
    return ", ".join(name for name, pattern in _EMPLOYMENT if re.search(pattern, text, re.IGNORECASE))


def remote_in(text: str) -> Remote | None:
    if _HYBRID.search(text):
        return Remote.HYBRID
    if re.search(r"\bno remote\b", text, re.IGNORECASE):
        return Remote.ONSITE
    if _REMOTE.search(text):
        return Remote.REMOTE
    return Remote.ONSITE if _ONSITE.search(text) else None
