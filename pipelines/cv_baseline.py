"""The reader that anybody would write first: patterns, the first line, and words that head sections."""

from __future__ import annotations

import re

from pipelines.gold_cvs import Facts, Paper, Post, Study, Tongue, Town

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_PHONE = re.compile(r"\+?\d[\d ()./-]{7,}\d")
_YEARS = re.compile(
    r"\b((?:19|20)\d\d)\b.{0,12}?(?:[-–—]|to)\s*(?:\w+\.? )?(?:((?:19|20)\d\d)|present|current|now)", re.IGNORECASE
)
_TOWN = re.compile(r"\b([A-Z][a-z]+(?: [A-Z][a-z]+)?), ([A-Z]{2}|[A-Z][a-z]+)\b")
_HEADINGS = {
    "summary": "summary|profile|objective|about me|professional summary",
    "experience": "experience|work experience|employment|employment history|professional experience|work history",
    "education": "education|education and training",
    "skills": "skills|key skills|technical skills|core skills",
    "credentials": "certifications|certificates|licences|licenses|licenses and certifications",
    "languages": "languages",
}
_LEVELS = {
    "doctorate": r"ph\.?d|doctor",
    r"master": r"master|\bm\.?sc|\bm\.?a\b|mba",
    r"bachelor": r"bachelor|\bb\.?sc|\bb\.?a\b|\bb\.?eng",
    r"associate": r"associate",
    r"vocational": r"diploma|apprentice|nvq",
    r"secondary": r"high school|secondary|a-level|gcse",
}
_TONGUES = {"English": "en", "German": "de", "French": "fr", "Spanish": "es", "Italian": "it", "Polish": "pl"}
_FLUENCY = {"native": "native", "fluent": "c1", "intermediate": "b1", "basic": "a2"}
_COUNTRIES = {"UK": "GB", "Germany": "DE", "France": "FR", "Spain": "ES", "Ireland": "IE", "Italy": "IT"}


def read_simply(text: str) -> Facts:
    lines = [line.strip("• ").strip() for line in text.split("\n") if line.strip("• ").strip()]
    sections = _sections(lines)
    email, phone, town = _EMAIL.search(text), _PHONE.search(text), _TOWN.search(text[:600])
    posts, years = _posts(sections.get("experience", lines))
    studies = [study for line in sections.get("education", ()) if (study := _study(line))]
    return Facts(
        name=lines[0] if lines else "",
        email=email[0] if email else "",
        phone=phone[0] if phone else "",
        headline=lines[1] if len(lines) > 1 else "",
        positions=tuple(posts),
        years_total=years,
        education=tuple(studies),
        credentials=tuple(Paper(line) for line in sections.get("credentials", ())),
        languages=tuple(_tongues(sections.get("languages", ()))),
        place=Town(town[1], _COUNTRIES.get(town[2], "US")) if town else Town(),
        relocate="relocat" in text.lower(),
        sections=tuple(sections),
        skills_listed=tuple(
            word.strip() for line in sections.get("skills", ()) for word in re.split(r"[,;:|•]", line) if word.strip()
        ),
    )


def _sections(lines: list[str]) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    into: list[str] = []
    for line in lines:
        bare = line.strip(": ").lower().replace("&", "and")
        name = next((name for name, words in _HEADINGS.items() if bare in words.split("|")), None)
        if name:
            into = sections.setdefault(name, [])
        else:
            into.append(line)
    return sections


def _posts(lines: list[str]) -> tuple[list[Post], float]:
    """A line with two years is a position: its title stands before them, its employer on the next line."""
    posts: list[Post] = []
    years: set[int] = set()
    for at, line in enumerate(lines):
        match = _YEARS.search(line)
        if match:
            title = re.split(r"\s{3,}|,|\||\(| [-–—] ", line[: match.start()])[0].strip()
            employer = re.split(r",|\|", lines[at + 1])[0].strip() if at + 1 < len(lines) else ""
            posts.append(Post(title, employer, match[1], match[2] or "present"))
            years |= {int(match[1]), int(match[2] or 2026)}
    return posts, float(max(years) - min(years)) if years else 0.0


def _study(line: str) -> Study | None:
    for level, pattern in _LEVELS.items():
        if match := re.search(pattern, line, re.IGNORECASE):
            year = re.findall(r"(?:19|20)\d\d", line)
            rest = re.split(r",|\(|\d", re.sub(r"^\W*\w*\W+(?:in|of)?\s*", "", line[match.end() :]))
            school = next(
                (part.strip() for part in re.split(r",|\s{3,}", line) if re.search("Univ|Coll|School", part)), ""
            )
            return Study(level, rest[0].strip(), school, year[-1] if year else None)
    return None


def _tongues(lines: list[str] | tuple[str, ...]) -> list[Tongue]:
    found: list[Tongue] = []
    for part in (part for line in lines for part in re.split(r"[,;|]", line)):
        code = next((code for name, code in _TONGUES.items() if name in part), None)
        if code:
            found.append(Tongue(code, next((cefr for word, cefr in _FLUENCY.items() if word in part.lower()), None)))
    return found
