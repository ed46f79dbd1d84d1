"""How sure the reader is of each part of a profile, and of the whole: a weighted sum of them.

Each part is 0 when it was looked for and not found; what only some CVs have (credentials, languages) is named only
when there is a section for it or something in it. The weights say how much matching leans on a part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.domain import Education, EducationLevel, LanguageLevel, Profile
from models.parsing.credentials import is_unlisted
from models.parsing.dates import Period
from models.parsing.held import Held
from models.parsing.sections import Part, Section

_WEIGHTS = {"positions": 0.4, "skills": 0.2, "headline": 0.15, "education": 0.15, "identity": 0.05, "places": 0.05}
_LONG = 50 * 12  # months of work that nobody has
_SHORT = 80  # words of a text that cannot tell much
_ENOUGH = 6  # skills: more do not make a reading surer


def with_confidence(
    profile: Profile,
    sections: Sequence[Section],
    held: Sequence[Held],
    breaks: Sequence[Held],
    *,
    name: str,
    contact: str,
    text: str,
) -> Profile:
    """With `sections`, `confidence` and the warnings that say what made it low."""
    parts = {section.part for section in sections if section.heading}
    sure = {
        "identity": 0.6 * bool(name) + 0.4 * bool(contact),
        "headline": _headline(profile, parts),
        "positions": _positions(held, parts),
        "education": _education(profile.education),
        "skills": min(len(profile.skills) / _ENOUGH, 1.0),
        "places": max((1.0 if place.latitude is not None else 0.6 for place in profile.places), default=0.0),
    }
    if profile.credentials or Part.CREDENTIALS in parts:
        known = [0.5 if is_unlisted(one) else 1.0 for one in profile.credentials]
        sure["credentials"] = sum(known) / max(len(known), 1)
    if profile.languages or Part.LANGUAGES in parts:
        levels = [1.0 if isinstance(one.level, LanguageLevel) else 0.6 for one in profile.languages]
        sure["languages"] = sum(levels) / max(len(levels), 1)
    undated = not any(p.start or p.months for p in profile.positions)
    doubtful = sum(one.sure < 0.5 or not one.title or not one.employer for one in held)
    faults = (
        (undated, 0.0, "no position with dates was found: years of work are unknown"),
        (not undated and doubtful * 2 > len(held), 0.0, "titles or employers of most positions are unsure"),
        (len(profile.skills) < 3, 0.0, "fewer than three skills were recognised"),
        (profile.occupation is None, 0.0, "the occupation was not recognised"),
        (not profile.education, 0.0, "no education was found"),
        (profile.months > _LONG, 0.2, "the dates of the positions cannot all be right"),
        (len(text.split()) < _SHORT, 0.1, "the text is very short"),
    )
    confidence = sum(weight * sure[part] for part, weight in _WEIGHTS.items())
    confidence -= sum(cost for is_so, cost, _ in faults if is_so)
    warnings = [said for is_so, _, said in faults if is_so]
    warnings += [_said_of(one.period) for one in breaks if one.period]
    return replace(
        profile,
        confidence=round(max(confidence, 0.05), 2),
        sections={part: round(value, 2) for part, value in sure.items()},
        warnings=tuple(warnings),
    )


def _headline(profile: Profile, parts: set[Part]) -> float:
    """A title that is understood; one that only a position tells is less sure."""
    if not profile.headline:
        return 0.0
    own = all(position.title != profile.headline for position in profile.positions) or Part.EXPERIENCE in parts
    return (1.0 if profile.occupation is not None else 0.5) * (1.0 if own else 0.7)


def _positions(held: Sequence[Held], parts: set[Part]) -> float:
    """Title, employer and dates of each; positions under no heading may be something else."""
    if not held:
        return 0.0
    each = [0.3 * bool(one.title) + 0.2 * bool(one.employer) + 0.3 * bool(one.period) + 0.2 * one.sure for one in held]
    return sum(each) / len(each) * (1.0 if Part.EXPERIENCE in parts else 0.7)


def _education(education: Sequence[Education]) -> float:
    each = [
        0.4 * (one.level > EducationLevel.NONE) + 0.3 * bool(one.institution) + 0.2 * bool(one.ended or one.started)
        + 0.1 * bool(one.field or one.level <= EducationLevel.SECONDARY)
        for one in education
    ]  # fmt: skip
    return sum(each) / len(each) if each else 0.0


def _said_of(gap: Period) -> str:
    """Why somebody did not work is nobody's business."""
    until = f"to {gap.end.first:%m/%Y}" if gap.end else "until today"
    return f"a break in work from {gap.start.first:%m/%Y} {until} is not counted as work"
