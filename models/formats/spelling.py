"""One spelling for the characters that programs write differently."""

from __future__ import annotations

import re

from models.tokens import word_set

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_SPACES = dict.fromkeys(
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
)
_NOTHING = dict.fromkeys(
    "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufffe\uffff", ""
)
_BREAKS = {"\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\t": "   "}
# Wingdings and friends come out of PDFs as private characters.
_BULLETS = dict.fromkeys("•●▪■◦○‣⁃∙◆◇➢➤►▶✓✔❖\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf02d", "•")
_SPELLED = _LIGATURES | _SPACES | _NOTHING | _BREAKS | _BULLETS
_OTHERWISE = re.compile(f"[{re.escape(''.join(_SPELLED))}]")
_BULLET = re.compile(r"^[ ]*(?:•[ ]*)+|^[ ]*[*\-–—·o][ ]+(?=\S)", re.MULTILINE)
# A full-width colon, also when its bytes were read as Latin. Looked for from where a gap begins only: from every space
# of a long one it would take the square of its length.
_MISREAD_COLON = re.compile(r"(?<!\s)\s*+(?:ï¼\x9a?|：)\s*")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

# Before these a hyphen at the end of a line belongs to the word.
_KEEPS_HYPHEN = word_set(
    "anti back co cross cut data decision e end ex follow front full hands high in inter lead long low mid multi non on"
    " one open part patient post pre problem re real self semi short single sub team three time two user well"
)
_BROKEN = re.compile(r"(?<!\w)(\w++)-\n(?=[a-zà-ÿ])")


def tidy(text: str) -> str:
    """Ligatures, spaces, bullets and line ends in one form, no more than one empty line, no trailing spaces."""
    if "：" in text or "ï¼" in text:
        text = _MISREAD_COLON.sub(" : ", text)
    text = _OTHERWISE.sub(lambda match: _SPELLED[match[0]], text.replace("\r\n", "\n"))
    text = _CONTROL.sub("", text)
    text = _BULLET.sub("• ", text)
    text = re.sub(r" {4,}", "   ", text)
    text = re.sub(r"[ ]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


_BROKEN_DATE = re.compile(  # no line of a column is longer: with any length before it each would be looked through anew
    r"(?m)^(?P<before>.{0,200}(?:19|20)\d\d [–—-] [A-Z][a-zä]{2,8}\.?)(?:(?P<beside>[ ]+\S.*))?\n(?P<year>(?:19"
    r"|20)\d\d)(?:[ ]+(?P<below>\S.*))?$"
)
_MONTH = r"(?:Jan|Feb|M[aä]r|Apr|Ma[iy]|Jun|Jul|Aug|Sep|O[ck]t|Nov|De[cz])[a-z]{0,6}\.?"
_BROKEN_END = re.compile(  # the last date of a line, its year alone in the next one or at that one's margin
    rf"(?m)^(?P<before>.{{0,200}}(?:(?:19|20)\d\d [–—-](?: {_MONTH})?|, {_MONTH}))\n(?:(?P<below>\S.*\S)[ ]{{3}})?"
    r"(?P<year>(?:19|20)\d\d)$"
)


def rejoin_dates(text: str) -> str:
    """Periods whose last year slipped into the next row of a narrow column."""

    def whole(match: re.Match[str]) -> str:
        line = f"{match['before']} {match['year']}{match['beside'] or ''}"
        return f"{line}\n{match['below']}" if match["below"] else line

    text = _BROKEN_DATE.sub(whole, text)
    return _BROKEN_END.sub(lambda m: f"{m['before']} {m['year']}" + (f"\n{m['below']}" if m["below"] else ""), text)


_HANGING = re.compile(r"(?m)^(• .*)\n[ ]{2,}(?=[^\s•])")
_FLOWING = re.compile(r"(?m)^(.{50,}[^.:;!?\n])\n(?=[a-zà-ÿ])")


def unwrap(text: str) -> str:
    """Plain text that was broken at a fixed width: bullets and sentences in one line each."""
    before = ""
    while before != text:
        before, text = text, _HANGING.sub(r"\1 ", text)
    return _FLOWING.sub(r"\1 ", text)


_GLUED = re.compile(
    r"(?<=[a-z)\]][.!?:;])(?=[A-Z])"  # "communities.Manage"
    r"|(?<=\b[a-z]{3})(?<![A-Z])(?=[A-Z][a-z]{2})|(?<=[a-z]{4})(?=[A-Z][a-z]{2})"  # "associatesRequired"
)
# What the statements of an ad begin with and names do not end with: "GEDCurrent licence", "SupervisorDepartment:".
_BEGUN = re.compile(
    r"(?<=[A-Za-z0-9)\]%+])(?<![a-z]OR)(?=(?:Ability|Applicants?|Associate['’]s|Bachelor|Benefits|Candidates?"
    r"|Certified|Comfortable"
    r"|Completion|Computer (?:skills|litera)|Current|Degree|Demonstrated|Department|Duties|Education|Essential"
    r"|Excellent|Experience[ds]?|Familiarity|General [Kk]nowledge|High [Ss]chool|Job (?:[Dd]escription|[Ss]ummary"
    r"|[Tt]ype|[Rr]equirements)"
    r"|Knowledge|License[ds]?|Location|Minimum|Must|Preferred|Previous|Prior|Proficien(?:t|cy)|Proven|Qualifications?"
    r"|Required|Requirements?|Requires|Responsibilit(?:y|ies)|Salary|Solid|Strong|Valid|Working knowledge)\b)"
    r"|(?<=[a-z]{3})(?=(?:CPR|BLS|ACLS|RN|LPN|GED|CDL|EOE|BS|BA|HND)\b)"
    r"|(?<=[a-z])(?=Title:)|(?<=[a-z]{4})(?=(?:As|At|If|In|On|So|To|We)\b)"
    r"|(?<=[a-z]{4})(?=\d{1,2}\+? (?:years?|yrs?|months?)\b)|(?<=[A-Z]{3}:)(?=[A-Z][a-z])"
)
_ENDED = re.compile(  # headings and small words that something else follows: "QualificationsHigh", "equivalentHEDIS"
    r"(?:\b(?:Qualifications?|Requirements?|Responsibilities|Description|Summary|Overview|Benefits|Skills|Education"
    r"|Duties|Functions|Details)|\b(?:QUALIFICATIONS?|REQUIREMENTS?|RESPONSIBILITIES|DESCRIPTION|SUMMARY|BENEFITS"
    r"|SKILLS|EDUCATION|EXPERIENCE|DUTIES))(?=[A-Z][a-z])|\b[a-z]{5,20}(?=[A-Z]{2,}\b)"
)
_STAR = re.compile(r"\s*(?<![\w*])[*•·\ufffd](?=\s?\w)|(?<=[a-z.;:)])[*•·\ufffd](?=\s?[A-Z])\s*")
_CAMEL = re.compile(r"\b[A-Z][a-z]+[A-Z]\w*")
_BLOB = 300  # characters: no one writes a line that long


def unglue(text: str) -> str:
    """A page whose line ends were lost on its way, in lines again: `associatesRequired skills:* Three years`."""
    return "\n".join(_lines_again(line) if len(line) > _BLOB else line for line in text.split("\n"))


def _lines_again(line: str) -> str:
    cuts = {m.start() for m in _GLUED.finditer(line)}
    cuts -= {at for m in _CAMEL.finditer(line) for at in range(m.start() + 1, m.end())}  # JavaScript, PowerPoint
    cuts |= {m.start() for m in _BEGUN.finditer(line)} | {m.end() for m in _ENDED.finditer(line)}
    places = sorted(cuts)
    parts = [line[a:b] for a, b in zip([0, *places], [*places, len(line)], strict=True)]
    return _STAR.sub("\n• ", "\n".join(parts))


def join_hyphenated(text: str) -> str:
    """Words that a line end broke in two, whole again: `develop-` and `ment`, but not `full-` and `time`."""
    return _BROKEN.sub(lambda match: match[1] + ("-" if match[1].lower() in _KEEPS_HYPHEN else ""), text)
