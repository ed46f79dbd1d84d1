"""The title of an ad as a person would say it: noise stripped, the specialisation taken from the body."""

from __future__ import annotations

import re

from models.parsing.occupations import Occupations, seniority_of, without_brackets
from models.places import Gazetteer
from models.tokens import tokens

_PLACED = re.compile(r"\s+(?:job|jobs|position|opening|vacancy|career)s?\s+(?:in|at|near)\s+.*$", re.IGNORECASE)
_BOARD = re.compile(r"^.*?\b(?:job )?application for\s+(?=\S)|\s*\|\s*\w+\.com\b.*$", re.IGNORECASE)
_FIELDS = re.compile(
    r"\W*(?:location|duration|salary|job type|work schedule|pay(?: rate)?|job id|rate)\s*:.*$", re.IGNORECASE
)
_NOISE = re.compile(
    r"\b(?:now hiring|hiring now|immediate(?:ly)? (?:hire|hiring|opening|start)|urgent(?:ly)?|apply (?:now"
    r"|today)|great (?:pay|benefits)"
    r"|sign[- ]?on(?: bonus)?|from \d{1,2} (?:january|february|march|april|may|june|july|august|september"
    r"|october|november|december)|home every \w+|no[- ]touch freight|\.?\d+ ?cpm|\d+k? bonus|bonus|full[- ]?time"
    r"|part[- ]?time|temp(?:orary)?(?:[- ]to[- ](?:hire"
    r"|perm))?|permanent"
    r"|contract(?:[- ]to[- ]hire)?|seasonal|weekends?|nights?|days?|evenings?|(?:1st|2nd|3rd)(?: shift)?"
    r"|(?:first|second|third|day|night) shift"
    r"|shifts?(?! (?:supervisor|manager|lead))|per diem|prn|remote|hybrid|work from home"
    r"|on[- ]?site|needed|wanted|entry level|no "
    r"experience(?: needed)?"
    r"|m/f/d|m/w/d|f/m/d|m/f/x|h/f|f/h|all genders|w/m/d|job|jobs|opportunity|career|open(?:ing)?s?)\b"
    r"|[$€£]\s?\d[\d,.k]*(?:\s*[-–]\s*[$€£]?\d[\d,.k]*)?(?:\s*(?:/|per|an?)\s*(?:hr|hour|year|yr|week|annum))?"
    r"|\b(?:req(?:uisition)?|ref|id|job)\s*(?:#|no\.?|:)?\s*[A-Z]*\d{3,}\w*|#\s*\w*\d\w*|\b\d{4,}\b|!+",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s+(?:[-–—|:>•]+(?:\s+|$))+|\s*[|]\s*|\s{3,}|\s*/\s+|\s+@\s+")
_SEEKING = re.compile(
    r"\b(?:seek(?:s|ing)?|looking for|in search of|hiring|recruit(?:s|ing)|need(?:s)?|search(?:ing)? for"
    r"|position of|role of"
    r"|opening for|opportunity for|join (?:us|our team) as|as)\s+(?:(?:an?|the|our|experienced|qualified"
    r"|talented|motivated"
    r"|dedicated|dynamic|highly|skilled|professional|full[- ]time|part[- ]time|new|strong|energetic)\s+){0,5}"
    r"(?P<title>[A-Za-z][\w&'’/ -]{3,70})",
    re.IGNORECASE,
)
_LIST = re.compile(r"\b(?:or|one of|and we|and you|you)\b|^(?:our|your|their|an?|for)\b", re.IGNORECASE)
_STOP = re.compile(
    r"\s+(?:to|for|who|with|in|at|on|that|which|and join|is|will|as|based|from|located|within|responsible"
    r"|able)\b.*$|[,.;:(]",
    re.IGNORECASE,
)


class TitleReader:
    def __init__(self, occupations: Occupations, gazetteer: Gazetteer) -> None:
        self._occupations = occupations
        self._gazetteer = gazetteer

    def normal(self, stated: str, body: str) -> str:
        """The stated title without noise; when the body names the same work more closely, that name."""
        title = self._clean(stated)
        head = {token.word for token in tokens(title)}
        for other in self.others(body):
            words = {token.word for token in tokens(other)}
            same_level = seniority_of(other) == seniority_of(title)
            if head and head < words and len(words) <= len(head) + 3 and same_level:
                return other[0].upper() + other[1:]
        return _cased(title)

    def others(self, body: str) -> list[str]:
        """What else the body calls the job, where it says whom it looks for."""
        found = []
        for match in _SEEKING.finditer(body[:4000]):
            name = _NOISE.sub(" ", _STOP.sub("", match["title"]))
            name = " ".join(name.split()).strip(" -–/")
            if name and not _LIST.search(name) and len(name.split()) <= 7 and self._occupations.titleness(name) >= 0.5:
                found.append(name)
        return list(dict.fromkeys(found))

    def _clean(self, stated: str) -> str:
        text = without_place(stated)
        inner = re.findall(r"[(\[]([^)\]]*)[)\]]", text)
        text = _NOISE.sub(" ", without_brackets(text))
        parts = [part.strip(" ,-–—/|.*") for part in _SPLIT.split(text)]
        parts = [
            part for part in parts if part and self._gazetteer.place(part) is None and any(c.isalpha() for c in part)
        ]
        if not parts:
            return " ".join(stated.split())
        worth = [self._occupations.titleness(part) for part in parts]
        best = worth.index(max(worth))
        kept = [
            part for n, part in enumerate(parts) if n == best or (n < 3 and len(part.split()) <= 4 and worth[n] < 0.5)
        ]
        title = ", ".join(dict.fromkeys(kept))
        special = [name for name in inner if self._is_special(name)]
        return " ".join(f"{title} ({special[0]})".split()) if special else " ".join(title.split())

    def _is_place(self, part: str) -> bool:
        """A place, or a part of town behind a city's name: `Columbus Polaris`."""
        if self._gazetteer.place(part) is not None:
            return True
        first = part.split()[0]
        known = self._gazetteer.place(first) if len(part.split()) == 2 else None
        return known is not None and bool(known.city) and self._occupations.titleness(part) == 0.0

    def _is_special(self, text: str) -> bool:
        """Whether a bracket tells what the work is about: `(Python)`, not `(Full-Time)` or `(Boston)`."""
        left = _NOISE.sub("", text).strip(" ,-/")
        if left != text.strip() or not len(left) > 1 or len(text.split()) > 4 or text.upper() == text:
            return False
        return self._gazetteer.place(text) is None


def is_application(line: str) -> bool:
    """`Acme Job Application for Welder | Board.com`."""
    return "application for" in line.lower() and _BOARD.match(line) is not None


def without_place(stated: str) -> str:
    """`Junior Sales Manager Job in San Diego`: Junior Sales Manager. Without what boards put around a title."""
    return _FIELDS.sub("", _PLACED.sub("", _BOARD.sub("", stated.strip()))) or stated.strip()


def _cased(title: str) -> str:
    """SHOUTED titles as people write them; short words may be acronyms and stay."""
    if not title.isupper():
        return title
    return " ".join(word.capitalize() if len(word) > 3 and "-" not in word else word for word in title.split())
