"""Who a CV belongs to: name, mail, telephone and links. None of it is matched or embedded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.domain import Identity, Kind
from models.parsing.employers import is_organisation
from models.parsing.lines import Line
from models.parsing.occupations import Occupations
from models.parsing.sections import ASIDE, heading_of
from models.tokens import folded, plain, word_set

# Looked for from where a word begins only: from every letter of a long one it would take the square of its length.
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(
    r"(?<![\w/.-])(?:\+\d{1,3}[ .\-/]?(?:\d[ .\-/])?)?(?:\(0?\d{1,5}\)[ .\-/]?)?"
    r"\d{2,7}(?:[ .\-/]\d{2,8}){1,4}(?![\w/-])|\+\d{8,15}"
)
_EIGHT_DIGITS = re.compile(r"(?:\D*+\d){8}")  # no telephone number has fewer: hardly a line has as many
LINK = re.compile(
    r"(?:https?://|www\.)[^\s|,;)]+|\b(?:linkedin\.com|github\.com|gitlab\.com|xing\.com|behance\.net)/[^\s|,;)]+",
    re.IGNORECASE,
)
_PARTICLES = word_set(
    "de da di du del della van von der den an na la le bin al el ben dos das mac y ter ten zu af av bint 't 's"
)
_NAME_WORD = re.compile(r"['’][ts]|[\"“‘'(]?(?:[dDlL]['’])?[^\W\d_][^\W\d_'’.-]*(?:['’.-][^\W\d_]*)*[\"”’')]?")
_TITLES = re.compile(
    r"^(?:full name|name|nom|nombre|nome|naam|candidate)\s*(?::|\s{2,})\s*|^(?:(?:mr|mrs|ms|miss|mx|sir|dr|prof"
    r"|iur|med|phil|rer\.? ?nat|sc|jur|ing|mag|herr|frau|m|mme"
    r"|dott|ir|drs|eng|capt|rev|dipl\.-\w+|dr\.-ing|mba|wo2|sgt|maj)\.?,?(?:\s+\(retd\.?\))?\s+)+",
    re.IGNORECASE,
)
_NAME_LABEL = re.compile(
    r"^(?:(?:full name|name|nom|nombre|nome|naam|candidate)\s*(?::|\s{2,})"
    r"|(?P<told>my name is|i am called|ich heiße|mein name ist|je m['’]appelle|me llamo|mi chiamo|mijn naam is"
    r"|meu nome é)\s)\s*",
    re.IGNORECASE,
)
_TOLD = re.compile(r"\s*(?:[(,;]|\.\s|\b(?:and|und|et|y|e|en)\b).*$")  # behind "My name is …"
_LETTER = re.compile(r"(?:dear|to|from|re|date|subject|sehr geehrte[rs]?|madame|estimad[oa]s?)\b", re.IGNORECASE)
_LETTERS = re.compile(r",\s*(?:[A-Z][A-Za-z.-]{1,9}(?:,\s*|\s+|$))+$")  # ", RN, BSN"
_TITLE_PAGE = re.compile(r"^(?:curriculum vitae|cv|resume|résumé|lebenslauf|bewerbung)\b[\s:–—-]*", re.IGNORECASE)
_HEAD_LINES = 8
_OF_A_TITLE = 2  # words


def read_identity(lines: Sequence[Line], text: str, occupations: Occupations) -> Identity:
    top = text[:3000]
    emails = EMAIL.findall(top) if "@" in top else []
    phones = [m[0].strip() for m in PHONE.finditer(without_links(top)) if _is_phone(m[0])]
    links = list(dict.fromkeys(link.rstrip(".") for link in LINK.findall(text))) if _may_link(text) else []
    email = emails[0] if emails else ""
    return Identity(_name(lines, email, occupations), email, phones[0] if phones else "", tuple(links[:8]))


def without_title(identity: Identity, titles: Iterable[str]) -> Identity:
    """Without a name of which two words are in the title of one position: such a line names work, misspelled or not."""
    words = set(_words(identity.name))
    named = any(len(words & set(_words(title))) >= _OF_A_TITLE for title in titles)
    return replace(identity, name="") if named else identity


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"\W+", folded(text)) if word]


def is_contact(text: str) -> bool:
    return (_may_link(text) and LINK.search(text) is not None) or is_reachable(text)


def is_reachable(text: str) -> bool:
    """Whether it holds a mail address or a telephone number."""
    if "@" in text and EMAIL.search(text):
        return True
    return _EIGHT_DIGITS.match(text) is not None and any(_is_phone(m[0]) for m in PHONE.finditer(without_links(text)))


def without_links(text: str) -> str:
    return LINK.sub(" ", text) if _may_link(text) else text


def _may_link(text: str) -> bool:
    """Whether the pattern is worth its time: hardly a line has what all links have."""
    small = text.lower()
    return "://" in small or "www." in small or ".com/" in small or ".net/" in small


def without_letters(name: str) -> str:
    """A name without what stands behind it: `Ada Lovelace, RN, BSN`."""
    bare = _LETTERS.sub("", name).strip(" ,")
    return bare if len(bare.split()) > 1 else name  # "NGUYEN, Bao-Anh" has its surname first


def _is_phone(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    if re.fullmatch(
        r"(?:19|20)\d\d\s*[-/.]\s*(?:19|20)?\d\d(?:[-/.]\d\d)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[./]\d{4}.*",
        text.strip(),
    ):
        return False
    return 8 <= len(digits) <= 15 and not re.fullmatch(r"\d{5}[- ]\d{4}", text.strip())


def _name(lines: Sequence[Line], email: str, occupations: Occupations) -> str:
    """The first lines of the CV are searched, then the line that the mail address agrees with."""
    local = plain(re.split(r"[@]", email)[0])
    candidates: list[tuple[float, int, str]] = []
    headed = False
    for at, line in enumerate(lines[:60]):
        following = lines[at + 1 : at + 2]
        if at >= _HEAD_LINES and not any(_agreement(one.text, local) for one in (line, *following)):
            continue  # only a name that the address agrees with may stand there
        part = heading_of(line, Kind.CANDIDATE)
        headed = headed or (part is not None and part not in ASIDE and at > 0)  # "PROFILE" may stand above the name
        name = None if part else _as_name(_whole(line, following))
        if name is None:
            continue
        agrees = _agreement(name, local)
        labelled = _NAME_LABEL.match(line.text) is not None
        # "Site Manager", "Human Resources", "Quillpay Ltd"; but "Tom Baker" when his address agrees
        titled = not labelled and (
            occupations.titleness(name) >= 0.7 or occupations.is_speciality(name) or is_organisation(name)
        )
        at_top = at < _HEAD_LINES and not headed and not titled
        agrees -= titled
        if agrees > 0 or at_top:
            candidates.append((agrees + (1.0 - at / 20 if at_top else 0.0), -at, name))
    return max(candidates)[2] if candidates else ""


def _agreement(text: str, local: str) -> int:
    """How many of its words are in the first half of a mail address."""
    return sum(len(word) > 2 and word in local for word in re.split(r"\W+", folded(text))) if local else 0


def _whole(line: Line, following: Sequence[Line]) -> Line:
    """A name that was broken behind a particle: `Ada van` above `Lovelace-Byron`."""
    last = line.text.split()[-1]
    rest = following[0].text if following else ""
    if not 2 <= len(line.text.split()) <= 5 or last not in _PARTICLES or not 0 < len(rest.split()) <= 2:
        return line
    return line._replace(text=f"{line.text} {rest}")


def _as_name(line: Line) -> str | None:
    if line.bullet:
        return None
    label = _NAME_LABEL.match(line.text)
    told = label is not None and label["told"] is not None
    text = _NAME_LABEL.sub("", _TITLE_PAGE.sub("", line.text))
    if _LETTER.match(text):
        return None
    if told:
        text = _TOLD.sub("", text)
    cells = re.split(r"\s{3,}|\s*[|•·]\s*|\s+[–—]\s+", text)
    if len(cells) > 1 and heading_of(line._replace(text=cells[0]), Kind.CANDIDATE):
        cells = cells[1:]  # a label that is a heading: "PERSONAL DATA   Ada Lovelace"
    text = cells[0].strip()
    for _ in range(2):  # "Name  Dr. …"
        text = _TITLES.sub("", without_letters(text)).strip(" ,")
    if text.isupper():
        text = text.title()
    words = text.split()
    if not (1 if told else 2) <= len(words) <= 6 or len(text) > 45 or text.count(",") > 1:
        return None
    words = [w.rstrip(",") for w in words]
    if not all(
        _NAME_WORD.fullmatch(w)
        and (w in _PARTICLES or w[:2] in ("d'", "d’") or w.strip("\"“‘'(")[:1].isupper() or w[1:2].isupper())
        for w in words
    ):
        return None
    return text
