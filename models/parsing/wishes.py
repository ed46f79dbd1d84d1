"""What single lines of an ad ask for: years, degree, pay, kind of employment, where; and what is only noise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from core.domain import Education, EducationLevel, Remote, Span
from models.parsing.education import level_in
from models.parsing.lines import Line, within

_NUMBERS = {
    w: n
    for n, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
_NUMBERS |= {"couple": 2, "couple of": 2, "several": 3}  # several are three at least
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(sorted(_NUMBERS, reverse=True))})"
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
    r"\b(?:of age|for over|has been|have been serving|within|(?:the |over |in )?(?:last|past)|every|each|at least 18"
    r"|warranty"
    r"|contract|assignment|term)\b[^.;]*$",
    re.IGNORECASE,
)
_NOT_WORK_AFTER = re.compile(
    r"^\W{0,3}(?:\w+ )?(?:old|of age|in business|ago|anniversary|history of our|contract|assignment|degree|diploma"
    r"|program(?:me)?|college|university|warranty|apprenticeship|term)\b",
    re.IGNORECASE,
)
_AT_MOST = re.compile(r"\b(?:up to|less than|fewer than|no more than|maximum of|under)\s*$", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:to|-|–)\s*")
_INSTEAD = re.compile(r"\b(?:or|OR(?=[A-Z]|\b))|/")
NICE = re.compile(
    r"\b(?:prefer(?:red|ably|ence)?|an? (?:[\w-]+ ){0,2}plus|pluses|plus(?=\W*$|[.,;:!)])|nice[- ]to[- ]have"
    r"|desir(?:able|ed)|bonus"
    r"|ideal(?:ly)?(?! (?:candidates?|applicants?|person))|advantage(?:ous)?"
    r"|asset|beneficial|helpful|welcome|not (?:\w+ )?(?:required|essential|necessary)|would be (?:good|great"
    r"|useful)|optional)\b",
    re.IGNORECASE,
)
NOISE = re.compile(
    r"\b(?:equal[- ](?:opportunit\w+|employment)|eoe\b|eeo\b|affirmative action|regardless of|without "
    r"regard to|protected (?:veteran|status|class)"
    r"|race, |sexual orientation|401\s?\(?k\)?|403\s?\(?b\)?|paid (?:time off|holidays?|vacation)|\bpto\b"
    r"|dental(?=[,/]| (?:insurance|cover\w*|plans?|benefits|and vision|& vision)\b)"
    r"|(?:health|medical|vision),? (?:and |& )?dental|vision (?:insurance|cover)"
    r"|health (?:insurance|cover)|medical cover|life insurance(?! (?:licen|sales|agent|polic|product|industry"
    r"|experience))|pension|tuition reimbursement|employee "
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
    r"\b(?:no (?:(?:high[- ]school|college|university|formal|bachelor\S*) )?(?:diploma|degree|education)"
    r"|degree (?:is )?not|without a degree|degree or not|nor a degree)\b",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"(?<!\d )(?<!\d-)(?<!high )(?<!some )\b(?:degree\b(?! of\b)|graduate\b(?! of our))", re.IGNORECASE
)
_NURSING = re.compile(  # what a registered nurse has at least
    r"\bgraduat\w+ (?:of|from)\b(?:(?!\bbachelor|\bbaccalaur)[^.;]){0,60}\bnursing\b", re.IGNORECASE
)
_FIELD = re.compile(r"(?:in|of)\s+([A-Za-z][\w&/,’' -]{1,90})")
_BEHIND = re.compile(  # ends the field of a degree
    r",?\s+(?:from|with|at|is|required|preferred|plus|and \d|or \d|and at least|or (?:an? )?equivalent)\b|\s+-\s"
)
_RELATED_FIELD = re.compile(
    r",?\s*(?:and/or|or|and)?\s*(?:an?(?:y|other)?\s+)?(?:other\s+)?(?:closely\s+)?(?:related|similar|relevant"
    r"|equivalent|appropriate|technical)(?:\s+\w+)?\s*$",
    re.IGNORECASE,
)
_OR_EXPERIENCE = re.compile(
    r"\bor\b[^.;]{0,40}\b(?:experience|on[- ]the[- ]job training)\b|\bequivalent (?:work |combination|experience)"
    r"|\bexperience (?:may|can|will) (?:be )?substitut|\bin lieu of\b",
    re.IGNORECASE,
)
_SALARY = re.compile(
    r"(?:[$€£]|\b(?:USD|EUR|GBP|CHF|CAD|AUD)\s?)\s?\d[\d,.' ]*\d?\s?k?\b(?:\s*(?:-|–|—|to|and)\s*(?:[$€£]"
    r"|\b(?:USD|EUR|GBP|CHF|CAD|AUD)\s?)?\s?\d[\d,.' ]*\d?\s?k?\b)?"
    r"(?:\s*(?:/|per|an?|p\.?)\s*(?:hr|hour|h\b|year|yr|annum|a\.?\b|week|month|day))?",
    re.IGNORECASE,
)
_NOT_PAY = re.compile(
    r"\s*\+?\s*(?:bn|billion|million|mm?\b)"
    r"|[^.;\n]{0,20}\b(?:bonus|in (?:sales|revenue|assets)|budgets?|coverage|deductible)\b",
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
_NO_REMOTE = re.compile(r"\bno remote\b", re.IGNORECASE)
_ONSITE = re.compile(
    r"\bon[- ]?site\b(?! (?:gym|restaurant|parking|nursery))|\bno remote\b|\bin[- ]office\b", re.IGNORECASE
)


def least_months(lines: Iterable[Line]) -> tuple[int, Span] | None:
    """The longest experience that some line makes a minimum, and where; None when none does."""
    best: tuple[int, Span] | None = None
    for line in lines:
        asked = months_asked(line.text)
        least = _least_of(asked, line.text)
        if least is not None and (best is None or least > best[0]):
            _, start, end = next((one for one in asked if one[0] == least), asked[0])
            best = least, within(line, start, end)
    return best


def months_asked(text: str) -> list[tuple[int, int, int]]:
    """Each length of work that a line asks for, in months, and where: `3-5 years` is 3 years."""
    found: list[tuple[int, int, int]] = []
    for match in _YEARS.finditer(text):
        start, end = match.span()
        if not _ABOUT_WORK.search(text[max(start - 60, 0) : end + 70]):
            continue
        if _NOT_WORK_BEFORE.search(text[max(start - 20, 0) : start]) or _NOT_WORK_AFTER.match(text[end:]):
            continue
        if _AT_MOST.search(text[max(start - 15, 0) : start]):
            continue
        if found and _RANGE.fullmatch(text, found[-1][2], start):  # "6 months to 1 year"
            continue
        number = " ".join(match["least"].lower().split())
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


def least_education(lines: Iterable[Line]) -> tuple[Education, bool] | None:
    """The lowest level that is enough, of "Bachelor's or Master's" the first, and whether experience is too."""
    best: tuple[Education, bool] | None = None
    for line in lines:
        if DEGREE_NOT.search(line.text):
            continue
        levels: list[tuple[EducationLevel, int]] = []
        at = 0
        while found := level_in(line.text[at:]):
            levels.append((found[0], at + found[2]))
            at += found[2]
        if not levels and (match := _NURSING.search(line.text)):
            levels.append((EducationLevel.ASSOCIATE, match.end()))
        if not levels and (match := _DEGREE.search(line.text)):
            levels.append((EducationLevel.BACHELOR, match.end()))
        if levels:
            level, end = min(levels)
            wish = Education(level, _field(line.text[end:]), span=line.span)
            if best is None or wish.level > best[0].level:
                best = wish, bool(_OR_EXPERIENCE.search(line.text))
    return best


def _field(rest: str) -> str:
    """What a degree should be in: "in Finance, Accounting or a related field" is "Finance, Accounting"."""
    match = _FIELD.match(rest.lstrip(" 'sS’degr"))
    if match is None:
        return ""
    return _RELATED_FIELD.sub("", _BEHIND.split(match[1])[0]).strip(" ,/")


def salary_in(text: str) -> str:
    found = salary_at(text)
    return " ".join(text[found[0] : found[1]].split()) if found else ""


def salary_at(text: str) -> tuple[int, int] | None:
    """Where a text states what is paid; neither turnover nor a bonus is."""
    for match in _SALARY.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        is_pay = len(digits) >= 4 or re.search(r"per|/|an? ", match[0])
        if is_pay and not _NOT_PAY.match(text, match.end()):
            shown = match[0].strip(" ,.")
            start = match.start() + match[0].index(shown)
            return start, start + len(shown)
    return None


def employment_in(text: str) -> str:
    return ", ".join(dict.fromkeys(name for name, _, _ in employment_at(text)))


def employment_at(text: str) -> list[tuple[str, int, int]]:
    found = ((name, re.search(pattern, text, re.IGNORECASE)) for name, pattern in _EMPLOYMENT)
    return [(name, *match.span()) for name, match in found if match]


def remote_at(text: str) -> tuple[Remote, int, int] | None:
    """Where a text says whether the work is done at home."""
    for mode, pattern in (
        (Remote.HYBRID, _HYBRID),
        (Remote.ONSITE, _NO_REMOTE),
        (Remote.REMOTE, _REMOTE),
        (Remote.ONSITE, _ONSITE),
    ):
        if match := pattern.search(text):
            return mode, *match.span()
    return None
