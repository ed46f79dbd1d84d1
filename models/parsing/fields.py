"""The fields of one line that commas part: which is the title, which the employer, and what is neither."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from models.parsing.employers import begins_with_employer, is_organisation
from models.parsing.occupations import Occupations
from models.places import Gazetteer
from models.tokens import word_set

EDGES = " \t,;:|–—-•·()[]/"
_COMMA = re.compile(r",(?=\s)(?![^(]*\))")
_FULL_STOP = re.compile(r"(?<=[^\W_]{3})\.\s+(?=[^\W\d_])")
_ASIDE = re.compile(
    r"\s*\((?:[a-zß-ÿ]|[^)]*\d)[^)]*\)"
)  # what an employer's brackets tell: `(uncle)`, `(list of 7,400)`
_HOURS = re.compile(  # `(Teilzeit, 25 Std.)`
    r"\s?\([^()]{0,40}?\d[\d.,]*\s?(?:(?:std|stunden|hours|hrs|h|heures|horas|uur)(?!\w)|%)[^()]{0,20}\)", re.IGNORECASE
)
_BRACKETS = re.compile(r"\s?\([^()]{1,40}\)")
_COUNTRY = re.compile(r"\s*\([A-Z]{2,3}\)$")  # `Hengelo (NL)`
_CONTRACT = re.compile(  # how somebody is employed, not by whom
    r"(?:full[- ]?time|part[- ]?time|permanent|temporary|fixed[- ]term|contract|casual|zero[- ]hours|seasonal|vollzeit"
    r"|teilzeit|unbefristet|befristet|festanstellung|minijob|cdi|cdd|intérim|temps plein|temps partiel|à temps plein"
    r"|à temps partiel|indefinido|temporal|tiempo completo|media jornada|jornada completa|tempo pieno"
    r"|tempo determinato|tempo indeterminato|voltijds?|deeltijds?|umowa o pracę|pełny etat)"
    r"(?: (?:contract|position|role|job|employment|stelle))?",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"\s*\((?:paid|bezahlt|vergütet|rémunérée?|retribuit[oa]|remunerad[oa]|płatn[ya])(?: \w+)?\)$", re.IGNORECASE
)
_LATER = re.compile(
    r"(?:then|later|earlier|previously|formerly|before|dann|später|zuvor|zuletzt|puis|luego|después|poi|and|und|et)\b",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"\s+(?:for|with|at|für|bei|pour|chez|presso|bij|hos)\s+(?:the |der |die |das |la |le )?(?=[A-ZÀ-Þ])"
)
_IN = re.compile(r"\s+(?:in|à|en)\s+(?=[A-ZÀ-Þ])")
_WITHIN = re.compile(r"(?<=\w)\s(?:en|na|no|em|i|w|på)\s(?=[A-ZÀ-Þ])")  # in Romance, Slavic and Nordic languages
_JOINED = re.compile(r"&|\band\b|\bund\b|\bet\b|\by\b", re.IGNORECASE)
_LETTERS = re.compile(r"(?:[A-Z]{2,4}s?|Inc|Ltd|Co|Corp|GmbH|Pty|[A-Za-z]\.\s?[A-Z])\.?$")
_COUNTY = re.compile(r"(?:Co\.|County|Kreis|Landkreis|Kanton|Provincia de) [A-Z]")
_US = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]"
    r"|W[AIVY])"
)
_STATE = re.compile(rf"\S, ?{_US}$")
_STATE_ONLY = re.compile(_US)
_AT_HOME = re.compile(r"remote|hybrid|on-?site|home ?-?office|work from home|télétravail|teletrabajo", re.IGNORECASE)
_SMALL = word_set(
    "of and the for at in on to de la le les du des del della di da dos das do von der die das und für am im zu et y e"
    " i van het den en på och"
) | {"&"}
_USUAL = 0.75  # how much commas must part titles from employers in a CV to be trusted where no word is known
_DEPARTMENT = 0.5  # less than any name on another line fits
_TAIL_WORDS = 2  # of a place that the gazetteer does not know
_REMARK_WORDS = 3


class FieldReader:
    """`titleness` is that of `occupations`, remembered."""

    def __init__(self, occupations: Occupations, titleness: Callable[[str], float], gazetteer: Gazetteer) -> None:
        self._titleness = titleness
        self._is_speciality = occupations.is_speciality
        self._title_ends = occupations.title_ends
        self._gazetteer = gazetteer

    def split(self, part: str, comma: float) -> tuple[str, str, float]:
        """Title and employer of `Welder, Gdynia Yard` or `Gdynia Yard, welder`, and how sure that is, up to 1."""
        found: list[tuple[float, int, str, str]] = []
        small = part.islower()  # by somebody who writes everything so
        for at in (match.start() for match in _COMMA.finditer(part)):
            before, after = part[:at].strip(" ,;–—-"), part[at + 1 :].strip(" ,;–—-")
            one, other = self._titleness(before), self._titleness(after)
            if one < 0.5 and "," in before and is_organisation(after.split(",")[0]):
                one = self._titleness(before.split(",")[0])  # "Account Executive, Mid-Market, Isarflow GmbH"
            if one >= 0.5 and (small or after[:1].isupper() or after[:1].isdigit()):
                own = comma if one > other and self._may_employ(after) else 0.0
                named = _DEPARTMENT if self._is_department(after) else begins_with_employer(after)
                found.append((max(own, named), -at, before, after))
            if other >= 0.5 and before[:1].isupper():
                own = comma - 0.05 if one < 0.4 and self._may_employ(before) else 0.0
                found.append(
                    (max(own, begins_with_employer(before) - 0.05 if other > one else 0.0), -at, after, before)
                )
        sure, _, title, employer = max(found, default=(0.0, 0, part, ""))
        if not sure:
            return part, "", 0.0
        for at in (match.start() for match in _COMMA.finditer(employer)):
            if is_organisation(employer[:at]) or not is_organisation(employer[at:]):
                return title, employer[:at].strip(" ,;–—-"), sure
        return title, employer, sure

    def glued(self, part: str) -> tuple[str, str] | None:
        """Title and employer of a table's cells with only a space left between them: `Accountant Tanglaw Services`."""
        for end in self._ends(part):
            joint = _JOINT.match(part, end)
            rest = part[joint.end() if joint else end :].strip()
            name = rest.split(",")[0]
            if joint is not None and not self._is_speciality(name):
                return part[:end], rest
            named = part[end : end + 1] == " " and rest[:1].isupper() and is_organisation(name)
            if named and len(name.split()) > 1 and self._titleness(name) < 0.7 and not self._is_speciality(name):
                return part[:end], rest
        for joint in _WITHIN.finditer(part):
            name = part[joint.end() :].split(",")[0]
            if is_organisation(name) and self._titleness(part[: joint.start()]) >= 0.7:
                return part[: joint.start()], part[joint.end() :]
        return None

    def _ends(self, part: str) -> list[int]:
        """Where its title may end, the last place first; brackets behind a title go with it: `Clerk (nights)`."""
        ends = self._title_ends(part)
        return sorted({*ends, *(match.end() for end in ends if (match := _BRACKETS.match(part, end)))}, reverse=True)

    def listed(self, part: str, comma: float) -> tuple[str, str]:
        """The first field and the second where no word tells of either, and the other positions stand so."""
        fields = _fields(part)
        if comma < _USUAL or len(fields) < 2 or is_organisation(fields[0][0]) or not fields[1][0][0].isupper():
            return "", ""
        return fields[0][0], part[fields[1][1] :]

    def title(self, text: str) -> str:
        """A title without the fields in front of it and the remarks behind it: `welder` of `Stord, welder, pipes`."""
        text = _PAID.sub("", _HOURS.sub("", text)).strip(" ,;–—-") or text
        fields = _fields(text)
        if len(fields) < 2:
            return text
        worth = [self._titleness(field) for field, _, _ in fields]
        first = next((n for n, one in enumerate(worth) if one >= 0.7), 0) if worth[0] < 0.5 else 0
        if first and text[0].isupper() and not is_organisation(fields[0][0]) and self._is_speciality(fields[0][0]):
            first = 0  # `Platform, senior engineer`
        last = first + 1
        while last < len(fields) and self._is_of_title(fields[last][0], spare=len(fields) - last - 1):
            last += 1
        return text[fields[first][1] : fields[last - 1][2]]

    def employer(self, text: str) -> str:
        """An employer's name without its place, without brackets that only tell of it, and without remarks behind."""
        text = _ASIDE.sub(lambda aside: aside[0] if is_organisation(aside[0]) else "", text).strip(" ,;–—-") or text
        stop = _FULL_STOP.search(text)
        if stop is not None and len(text[stop.end() :].split()) > 1:
            company = _LETTERS.search(text[: stop.start()])
            if company is None or is_phrase(text[stop.end() :]):
                text = text[: stop.start() + (company is not None)]
        fields = _fields(text)
        while len(fields) > 1 and self._is_beside(fields[-1][0], text[: fields[-2][2]]):
            fields.pop()
        return text[fields[0][1] : fields[-1][2]]

    def without_place(self, piece: str) -> str:
        """A piece of a line without the place behind it, empty when it is only a place or a kind of contract."""
        if _CONTRACT.fullmatch(piece):
            return ""
        place = self._gazetteer.place(_COUNTRY.sub("", piece))
        if place is not None and not is_organisation(piece) and (place.latitude or not place.city or "," not in piece):
            return ""
        for comma in (match.start() for match in re.finditer(",", piece)):
            behind = _COUNTRY.sub("", piece[comma + 1 :].strip(EDGES[:-2]))  # Engineer is a town as well
            town = _STATE.search(behind) is not None  # Macon, GA is no mason, Engineer a town as well
            if ("," in behind and is_organisation(behind.split(",")[0])) or (
                not town and self._titleness(behind) >= 0.5
            ):
                continue
            if behind.count(",") > 1 and self._gazetteer.place(behind.split(",")[0], small=True) is None:
                continue  # `Lakeside Timber Frames, Vergennes, VT`
            if self._gazetteer.place(behind.strip(EDGES), small=True) is not None:
                return self._without_glued_place(piece[:comma].strip(EDGES), behind)
        if (inside := _IN.search(piece)) is not None and self._gazetteer.place(piece[inside.end() :], small=True):
            return piece[: inside.start()]
        return piece

    def with_speciality(self, text: str, title: str, piece: str) -> list[str]:
        """`Engineer - Design` and `Quillpay Ltd` of `Engineer - Design, Quillpay Ltd`, parted at the dash."""
        special, comma, employer = piece.partition(", ")
        first, last = text.find(title), text.find(piece)
        own = comma and not is_organisation(special) and is_organisation(employer) and 0 <= first < last
        if not own or not self._is_speciality(special) or self._titleness(title) < 0.7:
            return [title, piece]
        return [text[first : last + len(special)], employer]

    def _without_glued_place(self, name: str, behind: str) -> str:
        """`Fulton Lakes Urgent Care` of `Fulton Lakes Urgent Care-Atlanta` in front of `GA`."""
        own, hyphen, town = name.rpartition("-")
        if not hyphen or not town[:1].isupper() or own.endswith(" ") or len(own.split()) < 2:
            return name
        known = _STATE_ONLY.fullmatch(behind) or self._gazetteer.place(f"{town}, {behind}", small=True) is not None
        return own if known else name

    def _is_department(self, name: str) -> bool:
        """Whether a title goes on with what its holder heads: `Supply Chain Planning and Logistics`."""
        return "," not in name and _JOINED.search(name) is not None and self._is_speciality(name)

    def _may_employ(self, name: str) -> bool:
        first = name.split(",")[0]
        return len(first.split()) <= 6 and not self._is_speciality(first)

    def _is_of_title(self, field: str, spare: int) -> bool:
        """Whether a field behind a title goes on with it: `Platform`, `then Team Lead`, but not `two tours`."""
        if _LATER.match(field) or self._titleness(field) >= 0.7:
            return True
        words = _ASIDE.sub("", field).split()
        if not words or any(c.isdigit() for c in words[0]) or (words[0].isupper() and words[-1][-1].isdigit()):
            return False
        if field[0].isupper():
            return spare == 0 or self._is_speciality(field) or len(words) > 1
        return spare == 0 and len(words) < _REMARK_WORDS

    def _is_beside(self, field: str, before: str) -> bool:
        """Whether the last field of an employer is no part of its name."""
        if not field[0].isalpha() or field[0].islower() or _COUNTY.match(field) or _AT_HOME.fullmatch(field):
            return True
        if _LETTERS.fullmatch(field) or _JOINED.search(field):
            return False
        words = field.split()
        if any(w[0].islower() and w.lower() not in _SMALL for w in words) and is_organisation(before.split(",")[0]):
            return True
        return len(words) <= _TAIL_WORDS and not is_organisation(field) and len(before.split()) > 1


def names_several(text: str) -> bool:
    """Whether a name ends in the plural: `Meridian Advisors` are a firm, one of them would be an adviser."""
    last = text.split(",")[0].split()[-1]
    return last[0].isupper() and len(last) > 5 and last.endswith(("ers", "ors", "nts", "ists"))


def is_phrase(text: str) -> bool:
    """Whether words in small letters show that a text tells something instead of naming it."""
    words = text.split()
    return sum(w[0].islower() and w.lower() not in _SMALL for w in words[1:]) > 0 and len(words) > _REMARK_WORDS


def employer_fit(part: str) -> float:
    """How much a part that is no title looks like an employer's name."""
    return (1.0 if is_organisation(part) else 0.6) - (0.4 if is_phrase(part) else 0.0)


def is_name(part: str) -> bool:
    return (part[0].isupper() or part[0].isdigit() or part[0] in "eia") and len(part.split()) <= 9


def unbroken(text: str) -> str:
    """Hyphens within brackets part nothing."""
    return re.sub(r"\(([^)]*)\)", lambda m: "(" + re.sub(r"\s+[–—-]\s+", " ", m[1]) + ")", text)


def rebalanced(piece: str) -> str:
    """A bracket that stripping or splitting opened, closed again."""
    if piece.count("(") > piece.count(")"):
        return piece + ")" if not piece.endswith("(") else piece[:-1].strip()
    return piece


def _fields(text: str) -> list[tuple[str, int, int]]:
    """What commas part, and where it stands."""
    cuts = [0, *(m.end() for m in _COMMA.finditer(text)), len(text) + 1]
    found = []
    for start, end in itertools.pairwise(cuts):
        field = text[start : end - 1].strip(" ,;")
        if field:
            at = text.index(field, start)
            found.append((field, at, at + len(field)))
    return found or [(text, 0, len(text))]
