"""Education: level, field, institution and when it ended."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.domain import Education, EducationLevel, Span
from models.parsing.dates import days_in, periods_in, without
from models.parsing.lines import Line

_L = EducationLevel
# The first that fits wins. Short forms count only as they are written: `MA` is a degree, `ma` is not.
_LEVELS: tuple[tuple[EducationLevel, re.Pattern[str]], ...] = tuple(
    (level, re.compile(pattern))
    for level, pattern in (
        (
            _L.DOCTORATE,
            r"(?i:\bph\.? ?d\b\.?|\bd\.?phil\b\.?|\bdoctora(?:te|l)\b|\bdoctor of\b|\bdoctor en\b|\bjuris doctor\b"
            r"|\bpromotion\b|\bdocteur\b)|\bJ\.?D\.?(?!\w)|\bM\.?D\.?(?=[ ,.)]|$)|\bPharm\.?D\b\.?|\bEd\.?D\b\.?"
            r"|\bDNP\b|\bDr\. (?:rer|med|ing|phil)",
        ),
        (
            _L.MASTER,
            r"(?i:(?<!scrum )\bmaster(?:['’]?s)?\b|\bmagister\b|\bdiplom(?:-|ingenieur|kauf)|\bmaestría\b|\bmáster\b"
            r"|\bmastère\b|\bpost-?graduate (?:diploma|degree)\b|\bingénieur diplômé\b|\bdiplôme d['’]ingénieur\b"
            r"|\blicentiate\b)|\bM\.? ?Sc?\b\.?(?! (?:Office|Word|Excel|Dynamics|SQL|Project|Access|Outlook|Power"
            r"|Windows|Visio|Teams|Exchange))|\bM\.?A\b\.?|\bM\.? ?Eng\b\.?|\bMBA\b|\bM\.?B\.?A\.|\bM\.? "
            r"?Ed\b\.?|\bMSW\b|\bMPH\b|\bMPA\b|\bM\.? ?Tech\b\.?|\bMFA\b|\bLL\.?M\b\.?|\bMPhil\b|\bMSN\b|\bMRes\b"
            r"|\bM\.? ?Com\b|\bMPharm\b|\bMCA\b|\bMChem\b|\bMPhys\b|\bPGDM\b",
        ),
        (
            _L.BACHELOR,
            r"(?i:\bbachelor(?:['’]?s)?\b|\bbaccalaureate\b|\blicenciatura\b|\bdiplomatura\b|\binżynier\b|\bgrado "
            r"en\b|\blicence\b(?= (?:en|de|professionnelle)\b)|\bundergraduate degree\b|\bfour[- ]year degree\b"
            r"|\bcollege degree\b|\buniversity degree\b|\blaurea\b|\bstaatsexamen\b|\bgraduate diploma\b|\bpgce\b"
            r"|\bpost-?graduate certificate\b|\bhonou?rs degree\b)|\bB\.? ?Sc?\b\.?|\bB\.?A\b\.?|\bB\.? ?Eng\b\.?"
            r"|\bB\.?E\b\.?(?=[ ,.(])|\bB\.? ?Tech\b\.?|\bB\.? ?Com\b\.?|\bBBA\b|\bB\.?B\.?A\.|\bBSN\b"
            r"|\bLL\.?B\b\.?|\bB\.? ?Ed\b\.?|\bBFA\b|\bBCA\b|\bBSW\b|\bBPharm\b|\bBArch\b|\bBCom\b|\bBHM\b",
        ),
        (
            _L.ASSOCIATE,
            r"(?i:\bassociate(?:['’]?s)?(?= (?:degree|of|in)\b)|\bassociate['’]s\b|\bfoundation degree\b|\bhigher "
            r"national (?:diploma|certificate)\b|\btwo[- ]year degree\b)|\bDEC\b|\bAEC\b|\bA\.?A\.?S\b\.?"
            r"|\bA\.?A\b\.?|\bA\.?S\b\.?(?=[ ,])|\bADN\b|\bHN[DC]\b|\bBTS\b|\bDUT\b|\bFdA\b|\bFdSc\b",
        ),
        (
            _L.VOCATIONAL,
            r"(?i:\bapprenticeship\b|\bnvq\b|\bsvq\b|\bcity (?:&|and) guilds\b|\bvocational\b|\bausbildung\b"
            r"|\bgesell(?:e|in)\b|\bgesellenbrief\b|\bmeister(?:in|brief)?\b|\btrade school\b|\btechnical "
            r"(?:school|diploma|certificate|college)\b|\bbtec\b|\bjourneym[ae]n\b|\bcertificate (?:i{1,3}v?|iv|in"
            r"|of)\b|\bdiploma (?:in|of)\b|\bdiploma\b(?! or)|\bfacharbeiter\b|\bfachkraft\b|\bkauf(?:mann|frau)\b"
            r"|\bmechatroniker(?:in)?\b|\bformación profesional\b|\btechnik(?:er|um)\b|\bculinary (?:arts"
            r"|school)\b|\bcap\b(?= )|\btechnician programme\b|\bjob corps\b|\bmbo\b)",
        ),
        (
            _L.SECONDARY,
            r"(?i:\bhigh[- ]school\b|\bged\b|\ba[- ]levels?\b|\bgcses?\b|\babitur\b|\bbaccalauréat\b|\bsecondary "
            r"(?:school|education)\b|\bleaving cert(?:ificate)?\b|\bmatura\b|\bhighers\b|\brealschul\w*"
            r"|\bmittlere reife\b|\bhauptschul\w*|\bsixth form\b|\bbachillerato\b|\bmatriculation\b|\bhsc\b"
            r"|\b12th (?:grade|standard)\b|\bgymnasium\b|\bliceum\b|\bsecondary\b)",
        ),
    )
)
_SECONDARY_FIRST = re.compile(r"(?i:\bhigh[- ]school (?:diploma|degree)\b|\bsecondary school\b|\bdiploma or ged\b)")
_INSTITUTION = re.compile(
    r"(?i:\b(?:university|universität|université|universidad|universiteit|college|school|schule|hochschule|institut\w*"
    r"|academy|akademie|école|escuela|polytechnic\w*|politechnika|polytechnique|politecnico|technikum|gymnasium|lycée"
    r"|liceum|seminary|conservatory|berufs\w+|fachhochschule|uni|faculty|kolleg|guilds|training centre|training center"
    r"|universidade|universita|università|iit|nit|mit|ucla|board|zespół|instituto|centro|handwerkskammer|ihk)\b)"
)
_GRADE = re.compile(
    r"(?i:first[- ]class|second[- ]class|upper second|lower second|\b[12][:.][12]\b|hons?\b|honou?rs\b|gpa"
    r"|cgpa|distinction"
    r"|merit|cum laude|grade|\d[\d.,]*\s*(?:/|%|cgpa|gpa)|^[\d.,/% ]+$|with honou?rs|passed|note\b|score"
    r"|dean|graduate hours|^level \d|^online$|^applied science$|no degree|semesters|^\d+ credits|part[- "
    r"]time|evenings?\b)"
)
_JOINED = re.compile(
    r"^(?:-level )?\s*(?:degree|diploma|certificate|honou?rs"
    r"|craftsman)?\)?\s*(?:\([^)]*\))?\s*(?:degree\s*)?(?:of|in|en|de|:)?\s*",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s{3,}|\s*[|•·;]\s*|\s+[–—-]\s+|\s*,\s+|\s+(?:at|from)\s+(?=[A-Z])")
_EDGES = " ,;:|–—-•·()"
_IN = re.compile(r"^(?:in|of|en|major(?:ing)? in|major:?)\s+", re.IGNORECASE)
_OF_ARTS = re.compile(
    r"^\s*of (?:science|arts|engineering|business administration|commerce|technology|laws|education)\b"
    r"(?=\s*(?:\(|,|in\b|$|-|–|\s{3}))",
    re.IGNORECASE,
)
_NO_SCHOOL = re.compile(r"high school diploma|secondary school certificate|.*\bschool leav", re.IGNORECASE)
_COURSE = re.compile(
    r"(?:higher |advanced |professional )?(?:certificate|certification|diploma|courses?|kurs|training|szkolenie)\b",
    re.IGNORECASE,
)


def level_in(text: str) -> tuple[EducationLevel, int, int] | None:
    """The level of the first education named in a text, and where."""
    if early := _SECONDARY_FIRST.search(text):
        return _L.SECONDARY, early.start(), early.end()
    hits = [(m.start(), -n, level, m.end()) for n, (level, p) in enumerate(_LEVELS) if (m := p.search(text))]
    if not hits:
        return None
    start, _, level, end = min(hits, key=lambda hit: (hit[0], -hit[1]))
    return level, start, end


def names_education(text: str) -> bool:
    """Whether a line of its own tells of a degree, a school or an apprenticeship."""
    found = level_in(text)
    return found is not None and (found[1] < 40 or found[0] >= _L.BACHELOR)


def read_education(lines: Sequence[Line]) -> list[Education]:
    """The entries of an education section: one for each degree, or for each school where no degree is named."""
    anchors = [n for n, line in enumerate(lines) if not _is_detail(line) and _level_of(line.text)]
    if not anchors:
        anchors = [n for n, line in enumerate(lines) if not _is_detail(line) and _INSTITUTION.search(line.text)]
    anchors = [n for k, n in enumerate(anchors) if k == 0 or not _same_entry(lines, anchors[k - 1], n)]
    before = bool(anchors) and anchors[0] > 0
    found: list[Education] = []
    for k, at in enumerate(anchors):
        first = (anchors[k - 1] + 1 if k else 0) if before else at
        last = anchors[k + 1] if k + 1 < len(anchors) else len(lines)
        if before and k + 1 < len(anchors):
            last = min(last, max(at + 1, last - (at - first)))
        found.append(_entry(lines, at, max(first, at - 2), min(last, at + 4)))
    return found


def _level_of(text: str) -> tuple[EducationLevel, int, int] | None:
    """As `level_in`; in this section a course or certificate is an entry as well."""
    found = level_in(text)
    course = _COURSE.match(text) or (_COURSE.search(text) if days_in(text) else None)
    return found or ((_L.VOCATIONAL, course.start(), course.end()) if course else None)


def _same_entry(lines: Sequence[Line], one: int, other: int) -> bool:
    """A second line of one entry: the school's line that also holds a word for a level."""
    text = lines[other].text
    level = level_in(text)
    return (
        other == one + 1
        and not lines[other].apart
        and bool(_INSTITUTION.search(text))
        and level is not None
        and level[0] <= _L.VOCATIONAL
        and not (_INSTITUTION.search(lines[one].text) and days_in(text))
    )


def _is_detail(line: Line) -> bool:
    return len(line.text) > 160 or (line.bullet and len(line.text.split()) > 16)


def _entry(lines: Sequence[Line], at: int, first: int, last: int) -> Education:
    anchor = lines[at]
    found = _level_of(anchor.text)
    level, _, end = found or (EducationLevel.NONE, 0, 0)
    block = lines[first:last]
    dates = [day for line in block for day, _, _ in days_in(line.text)]
    own = [day for day, _, _ in days_in(anchor.text)] or dates
    running = any(p.end is None for line in (anchor, *block) for p in periods_in(line.text))
    ended = None if running or not own else max(day.first for day in own)
    around = (*lines[at + 1 : last], *reversed(lines[first:at]))
    institution = _institution(anchor.text)
    if not institution:
        institution = next((name for line in around if (name := _institution(line.text))), "")
    if not institution:
        institution = next((name for line in around if (name := _bare_name(line))), "")
    field = _field(anchor.text[end:], institution) if found else ""
    if not field and found:
        field = next((f for line in lines[at + 1 : min(at + 2, last)] if (f := _plain_field(line, institution))), "")
    used = [line for line in block if line is anchor or (institution and institution in line.text)]
    periods = [p for line in (anchor, *block) for p in periods_in(line.text)]
    started = min((p.start.first for p in periods), default=None)
    span = Span(min(u.start for u in used), max(u.end for u in used))
    return Education(level, field, institution, started, ended, span)


def _undated(text: str) -> str:
    return without(text, [(p.at, p.to) for p in periods_in(text)] + [(a, b) for _, a, b in days_in(text)])


def _institution(text: str) -> str:
    for part in (p.strip(_EDGES) for p in _PARTS.split(_undated(text))):
        if part and _INSTITUTION.search(part) and not _NO_SCHOOL.match(part) and not _is_degree(part):
            return part
    return ""


def _is_degree(part: str) -> bool:
    """`Master Grande École` is no school; `Wigan Lane Sixth Form` and `High School` are."""
    found = level_in(part)
    return (
        found is not None
        and found[0] > _L.SECONDARY
        and not re.search(r"(?i)college|university|school of|technik", part)
    )


def _bare_name(line: Line) -> str:
    """A line of its own that names something: the school, when no word gives it away."""
    text = _undated(line.text).strip(_EDGES)
    name = _PARTS.split(text)[0].strip(_EDGES) if text else ""
    if (
        line.bullet
        or not name
        or not name[0].isupper()
        or len(text.split()) > 9
        or level_in(text)
        or _GRADE.search(name)
    ):
        return ""
    return name


def _field(rest: str, institution: str) -> str:
    """The words behind a degree, up to a grade, a school or a date."""
    rest = _undated(rest)
    again = level_in(rest[:20])  # "Bachelor of Science (B.S.)"
    if again and again[1] < 4:
        rest = rest[again[2] :]
    rest = _JOINED.sub("", _OF_ARTS.sub("", rest), count=1)
    start = stop = 0
    at = 0
    for piece in (*_PARTS.finditer(rest), None):
        end = piece.start() if piece else len(rest)
        part = rest[at:end].strip(_EDGES)
        good = _is_field(part, institution)
        if good and (not stop or rest[stop:at].strip() in (",", "")):
            start, stop = (start, end) if stop else (at, end)
        elif stop and part:
            break
        at = piece.end() if piece else end
    return _IN.sub("", rest[start:stop].strip(_EDGES.replace("()", "")))


def _is_field(part: str, institution: str) -> bool:
    if len(part) < 2 or _GRADE.search(part) or part == institution or _INSTITUTION.search(part):
        return False
    return any(c.isalpha() for c in part) and not (level_in(part) and len(part) < 8)


def _plain_field(line: Line, institution: str) -> str:
    text = _undated(line.text).strip(_EDGES)
    if not text or line.bullet or _INSTITUTION.search(text) or text == institution or len(text.split()) > 6:
        return ""
    return "" if _GRADE.search(text) or not text[0].isupper() or any(c.isdigit() for c in text) else text
