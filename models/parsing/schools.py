"""Which names are those of schools, where such a name begins, and what a school leads to."""

from __future__ import annotations

import re

from core.domain import EducationLevel

_L = EducationLevel
_SCHOOL = re.compile(
    r"\b(?:universit\w*|universid\w*|akademia|ośrodek|univ\.|univerzit\w*|uniwersytet\w*|college|school|schools"
    r"|\w*schule|\w*hochschule|institut\w*|istituto"
    r"|academy|\w*akademie|accademia|école|ecole|escuela|escola|polytechnic\w*|politechnika|polytechnique"
    r"|politecnico|technikum"
    r"|\w*gymnasi(?:um|et)|\w*(?:schul|bildungs)zentrum|gimnazjum|gimnasio|lycée|liceo|liceum|seminary|conserva\w+"
    r"|fachhochschule|uni|faculty"
    r"|facultad|faculté"
    r"|\w*kolleg|guilds|training cent(?:re|er)|training trust|learning cent(?:re|er)|iit|nit|mit|ucla|board"
    r"|zespół|centro"
    r"|handwerkskammer|ihk|tafe|sixth form|collegiate|colegio|colégio|coláiste|scoil|ies|ifsi|cfa|iut|insa|greta"
    r"|(?-i:[A-Z])\w+ secondary(?=$|,)|brg|bg|htl|hak|hlw|hss|stedelijk lyceum|\w*lyceum|kantonsschule"
    r"|oberstufenzentrum|högskola\w*|joint apprenticeship|apprenticeship (?:committee|trust)|apprenticeship$"
    r"|bootcamp|kauppakorkeakoulu"
    r"|\w+ high|k-12|campus|szkoła|szkoły|skole|skola|vidyalaya|coursera|open university|adult education|vhs"
    r"|volkshochschule)(?!\w)",
    re.IGNORECASE,
)
_OF = re.compile(r"\s+(?:of|de|du|des|del|della|für|for|at)\b", re.IGNORECASE)
_KIND = re.compile(
    r"^(?:state|community|technical|junior|high|city|area|christian|central|county|regional|memorial|valley"
    r"|federal|national"
    r"|royal|international|open|business|law|medical|nursing|career|vocational|grammar|secondary|senior|preparatory)$",
    re.IGNORECASE,
)
_IMPLIED = (  # the first that fits wins
    (_L.VOCATIONAL, r"lycée professionnel|yrkesgymnasi"),
    (
        _L.SECONDARY,
        r"high school|\bhigh$|sixth form|secondary|gymnasium|lycée|liceo|liceum|realschule|hauptschule|mittelschule"
        r"|istituto tecnico|istituto professionale|kantonsschule|\bhss\b|junior college|sekundarschule|collegiate"
        r"|grammar school|comprehensive|technikum|\bbrg\b|\bbg\b|scoil|coláiste|preparatory",
    ),
    (
        _L.VOCATIONAL,
        r"technical college|vocational|berufsschule|landesberufsschule|tafe|trade school|\bcfa\b|training"
        r"|apprenticeship",
    ),
)
_IMPLIES = tuple((level, re.compile(pattern, re.IGNORECASE)) for level, pattern in _IMPLIED)
_NO_SCHOOL = re.compile(
    r"(?:high|secondary) school (?:diploma|certificate|degree)$|school leav\w+$|^school$|^grande école$"
    r"|^programme grande école$",
    re.IGNORECASE,
)

_REMARK = re.compile(
    r"\s*\((?:[^()]*\d[^()]*|(?:summa|magna|cum laude|pass|with|mit|grade|note|distinction|hons|first|merit)"
    r"[^()]*)\)?$",
    re.IGNORECASE,
)
_TOWN = re.compile(r"(?<=\w{3})-[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+)?$")
_STATE = re.compile(r",\s[A-Z]{2}\b")


def is_school(text: str) -> bool:
    return _SCHOOL.search(text) is not None and not _NO_SCHOOL.search(text)


def implied_level(name: str) -> EducationLevel | None:
    """The level that a kind of school leads to, where it leads to one."""
    return next((level for level, pattern in _IMPLIES if pattern.search(name)), None)


def without_remarks(school: str) -> str:
    """A school's name without what brackets behind it tell of the study there: `(2:1)`, `(magna cum laude)`."""
    return _REMARK.sub("", school).strip(" ,") or school


def school_start(text: str) -> int | None:
    """Where the name of a school begins within `Accounting University of Texas`; None when there is none.

    Before `University of …` the name has at most a word for its kind; before `University` it has one word more.
    """
    match = _SCHOOL.search(text)
    if match is None or _NO_SCHOOL.search(text):
        return None
    before = [(m.start(), m[0]) for m in re.finditer(r"\S+", text[: match.start()])]
    start = match.start()
    least = 0 if _OF.match(text, match.end()) else 1
    while before and (least > 0 or _KIND.match(before[-1][1])):
        least -= 0 if _KIND.match(before[-1][1]) else 1
        if not before[-1][1][0].isupper():
            break
        start, _ = before.pop()
    return start


def without_town(school: str, line: str) -> str:
    """`Fulton Technical College` of `Fulton Technical College-Atlanta, GA`, as job boards write it."""
    at = line.find(school)
    return _TOWN.sub("", school) if at >= 0 and _STATE.match(line, at + len(school)) else school
