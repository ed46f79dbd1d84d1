"""When a fact that was found equals one that is so: counts of right, found and so, per field.

Texts are equal when their words are, after case, accents and punctuation are put aside (`_words`). A name may
have its words in any order, titles and letters (Dr, RN) put aside; a telephone number is its digits without the
country's prefix; a date is equal as far as it is known (`2019` or `2019-05`); years in total may be half a year off; a
city may be written in two languages when the gazetteer knows both. A credential is the same when all words of one are
among those of the other, by its text or by any name the taxonomy has for it. A listed skill is found when a found
skill's words are all among its own or the reverse. Positions and studies are paired first, those that agree most with
each other (`_pairs`); the fields of what is left over are missed, or made up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from core.domain import Profile, Span
from core.parts import Reading
from models.parsing.identity import without_letters
from models.parsing.lines import lines_of
from models.parsing.sections import Part, Section, lines_in
from models.parsing.unheaded import parts_of
from models.places import load_gazetteer
from models.skills import SkillMatcher
from models.tokens import plain, word_set
from pipelines.gold_cvs import Facts, Paper, Post, Study, Tongue, Town
from pipelines.tallies import Tally

P = TypeVar("P")
_TITLES = word_set("dr prof mr mrs ms dipl ing mag wo2 retd esq rn")
_HALF_A_YEAR = 0.5
_LEAST = 0.75  # agreement of two entries below which they are no pair: less than one field
Pick = Callable[[P], str | None]
_POST: dict[str, Pick[Post]] = {
    "position title": lambda p: p.title,
    "employer": lambda p: p.employer,
    "start": lambda p: p.start,
    "end": lambda p: p.end,
}
_STUDY: dict[str, Pick[Study]] = {
    "education level": lambda s: s.level,
    "education field": lambda s: s.field,
    "institution": lambda s: s.institution,
    "education end": lambda s: s.end,
}
FIELDS = (
    *("name", "email", "phone", "headline", *_POST, "years", *_STUDY, "credential", "expired", "language"),
    *("language level", "place", "relocate", "section", "skill listed"),
)


def facts_of(reading: Reading, matcher: SkillMatcher) -> Facts:
    """What our reader found, in the words of the gold set."""
    profile, who = reading.facts, reading.identity
    if not isinstance(profile, Profile):
        raise TypeError("a CV is read to a Profile")
    parts = parts_of(lines_of(reading.text))
    listed = [line.span for part in parts if part.part is Part.SKILLS for line in part.lines]
    return Facts(
        name=who.name,
        email=who.email,
        phone=who.phone,
        headline=profile.headline if _is_stated(profile.headline, parts) else "",
        positions=tuple(
            Post(p.title, p.employer, _month(p.start), "present" if p.current else _month(p.end))
            for p in profile.positions
        ),
        years_total=profile.months / 12,
        education=tuple(
            Study(e.level.name.lower(), e.field, e.institution, _month(e.ended)) for e in profile.education
        ),
        credentials=tuple(
            Paper(_stands(reading, c.span), bool(c.expires and profile.as_of and c.expires < profile.as_of), (c.label,))
            for c in profile.credentials
        ),
        languages=tuple(Tongue(one.code, one.level.name if one.level else None) for one in profile.languages),
        place=Town(profile.places[0].city, profile.places[0].country) if profile.places else Town(),
        relocate=profile.relocate,
        sections=tuple(dict.fromkeys(part.part.value for part in parts if part.heading or part.lines)),
        skills_listed=tuple(
            skill.surface
            for skill in matcher.find(reading.text)
            if skill.span and any(span.start <= skill.span.start < span.end for span in listed)
        ),
    )


def _is_stated(headline: str, parts: Sequence[Section]) -> bool:
    """Whether it stands at the top: a headline that is only the latest position's title is nobody's own."""
    return any(headline in line.text for line in lines_in(parts, Part.HEADER, Part.SUMMARY))


def compare(so: Facts, found: Facts) -> Tally:
    """Counts of one CV."""
    tally = Tally.empty()
    for field, one, other, same in (
        ("name", so.name, found.name, _same_name),
        ("email", so.email, found.email, _same),
        ("phone", so.phone, found.phone, _same_number),
        ("headline", so.headline, found.headline, _same),
    ):
        if one is not None and (one or other):
            tally.add(field, one, other or "", same=bool(other) and same(one, other or ""))
    _compare_entries(tally, so.positions, found.positions, _POST)
    _compare_entries(tally, so.education, found.education, _STUDY)
    _compare_years(tally, so.years_total, found.years_total)
    _compare_credentials(tally, so.credentials, found.credentials or ())
    _compare_languages(tally, so.languages, found.languages or ())
    _compare_place(tally, so.place, found.place or Town())
    if so.relocate is not None and (so.relocate or found.relocate):
        yes, said = ("yes" if is_so else "" for is_so in (so.relocate, found.relocate))
        tally.add("relocate", yes, said, same=yes == said)
    _compare_sets(tally, "section", so.sections, found.sections or (), _same)
    _compare_sets(tally, "skill listed", so.skills_listed, found.skills_listed or (), _one_within)
    return tally


def _compare_entries(
    tally: Tally, so: Sequence[P] | None, found: Sequence[P] | None, fields: dict[str, Pick[P]]
) -> None:
    if so is None:
        return
    known = {name: pick for name, pick in fields.items() if not so or any(pick(one) is not None for one in so)}
    for one, other in _pairs(so, found or (), fields):
        for name, pick in known.items():
            value, read = (pick(entry) or "" if entry is not None else "" for entry in (one, other))
            if one is not None and pick(one) is None:
                continue
            if value or read:
                same = _equal(name, value, read)
                tally.add(name, value, value if same and not read else read, same=same)


def _equal(name: str, so: str, found: str) -> bool:
    if name in ("start", "end", "education end"):
        return bool(found) and (so == found or (so[:4].isdigit() and found.startswith(so)))
    return _same(so, found)


def _pairs(so: Sequence[P], found: Sequence[P], fields: dict[str, Pick[P]]) -> Iterator[tuple[P | None, P | None]]:
    """Entries that agree most first; then those left over, alone."""
    agreements = sorted(
        ((-_agreement(one, other, fields), a, b) for a, one in enumerate(so) for b, other in enumerate(found))
    )
    left, right = set(range(len(so))), set(range(len(found)))
    for agreement, a, b in agreements:
        if a in left and b in right and -agreement >= _LEAST:
            left.remove(a)
            right.remove(b)
            yield so[a], found[b]
    yield from ((so[a], None) for a in sorted(left))
    yield from ((None, found[b]) for b in sorted(right))


def _agreement(one: P, other: P, fields: dict[str, Pick[P]]) -> float:
    total = 0.0
    for name, pick in fields.items():
        value, read = pick(one) or "", pick(other) or ""
        a, b = set(_words(value)), set(_words(read))
        total += 1.0 if value and _equal(name, value, read) else len(a & b) / len(a | b) if a | b else 0.0
    return total


def _compare_years(tally: Tally, so: float | None, found: float | None) -> None:
    if so is not None and (so or found):
        near = found is not None and abs(so - found) <= _HALF_A_YEAR + 0.01
        tally.add("years", f"{so:.1f}", f"{found:.1f}" if found else "", same=near)


def _compare_credentials(tally: Tally, so: Sequence[Paper] | None, found: Sequence[Paper]) -> None:
    if so is None:
        return
    left = list(found)
    for paper in so:
        match = next((other for other in left if _same_paper(paper, other)), None)
        if match is not None:
            left.remove(match)
        tally.add("credential", paper.label, match.label if match else "", same=match is not None)
        if match is not None and paper.expired is not None and (paper.expired or match.expired):
            yes, said = ("yes" if is_so else "" for is_so in (paper.expired, match.expired))
            tally.add("expired", yes and f"{yes}: {paper.label}", said, same=yes == said)
    for other in left:
        tally.add("credential", "", other.label, same=False)


def _same_paper(one: Paper, other: Paper) -> bool:
    return any(_one_within(one.label, name) for name in (other.label, *other.names))


def _compare_languages(tally: Tally, so: Sequence[Tongue] | None, found: Sequence[Tongue]) -> None:
    if so is None:
        return
    read = {one.code.lower(): one.level for one in found}
    for language in so:
        code = language.code.lower()
        tally.add("language", code, code if code in read else "", same=code in read)
        if code in read and language.level:
            level = (read[code] or "").lower()
            tally.add("language level", f"{code} {language.level}", level, same=level == language.level.lower())
    for code in read.keys() - {language.code.lower() for language in so}:
        tally.add("language", "", code, same=False)


def _compare_place(tally: Tally, so: Town | None, found: Town) -> None:
    if so is None:
        return
    told, read = (", ".join(part for part in (town.city, town.country) if part) for town in (so, found))
    if told or read:
        same = _same_city(so, found) and (not so.country or so.country == (found.country or ""))
        tally.add("place", told, read, same=bool(told) and same)


def _same_city(so: Town, found: Town) -> bool:
    if _same(so.city or "", found.city or ""):
        return True
    known = load_gazetteer().place(so.city or "", so.country or "", small=True)
    return known is not None and _same(known.city, found.city or "")


def _compare_sets(
    tally: Tally, field: str, so: Sequence[str] | None, found: Sequence[str], same: Callable[[str, str], bool]
) -> None:
    """One of `so` is right when one of `found` is the same, and the reverse: several may stand for one."""
    if so is None:
        return
    for one in so:
        match = next((other for other in found if same(one, other)), "")
        tally.add(field, one, match, same=bool(match))
    for other in found:
        if not any(same(one, other) for one in so):
            tally.add(field, "", other, same=False)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", plain(text).replace("&", " and "))


def _same(one: str, other: str) -> bool:
    return "".join(_words(one)) == "".join(_words(other))


def _same_name(one: str, other: str) -> bool:
    a, b = ([word for word in _words(without_letters(name)) if word not in _TITLES] for name in (one, other))
    return sorted(a) == sorted(b)


def _same_number(one: str, other: str) -> bool:
    a, b = (
        re.sub(r"\D", "", re.sub(r"\(0\)|^\s*\+\d{1,3}[ ./-]|^0+", "", number)).lstrip("0") for number in (one, other)
    )
    return bool(a and b) and (a == b or (len(min(a, b, key=len)) >= 8 and (a.endswith(b) or b.endswith(a))))


def _one_within(one: str, other: str) -> bool:
    a, b = set(_words(one)), set(_words(other))
    return bool(a and b) and (a <= b or b <= a)


def _month(day: date | None) -> str | None:
    return f"{day:%Y-%m}" if day else None


def _stands(reading: Reading, span: Span | None) -> str:
    return reading.text[span.start : span.end] if span else ""
