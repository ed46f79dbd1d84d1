"""The reader: bytes of a CV or an ad to a stored text and everything found in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from core.domain import (
    Facts,
    Flag,
    Identity,
    Kind,
    ModelVersion,
    Passages,
    Profile,
    Requirements,
    SkillId,
    SkillWanted,
    Span,
    Sparse,
)
from core.errors import BadInput, ModelError, UnreadableFile
from core.parts import Reading
from models.folders import read_model
from models.formats import FileKind, Limits, read
from models.formats.extract import Extract
from models.formats.spelling import tidy, unglue
from models.formats.unseen import seen
from models.json_resume import JobAd, decode_json, write_job, write_resume
from models.parsing import passages, suspicious
from models.parsing.ad import Ad, AdReader
from models.parsing.candidates import PhraseFinder
from models.parsing.cv import Cv, CvReader
from models.parsing.occupations import Occupations
from models.parsing.roles import NoRoles, RoleTable, load_roles
from models.places import load_gazetteer
from models.skills import Rarity, SkillMatcher, load_rarity, skill_vector
from models.tagging import Tagger, load_tagger
from models.taxonomy import Taxonomy, load_taxonomy
from models.words import WordTable

T = TypeVar("T")
UNREGISTERED = ModelVersion("parser", 0)
TAGGER = "tagger.npz"
_LEAST_WORDS = 30  # a file with fewer is no CV and no ad


def _today() -> date:
    return datetime.now(UTC).date()


class Reader:
    """Reads files and texts. `today` says up to when present positions are counted."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        words: WordTable,
        rarity: Rarity,
        *,
        version: ModelVersion = UNREGISTERED,
        limits: Limits | None = None,
        today: Callable[[], date] = _today,
        find_suspicious: Callable[[str, Kind], tuple[Flag, ...]] = suspicious.find_suspicious,
        roles: RoleTable | NoRoles | None = None,
        tagger: Tagger | None = None,
    ) -> None:
        self.taxonomy = taxonomy
        self._words = words
        self.rarity = rarity
        self._version = version
        self._limits = limits or Limits()
        self._today = today
        self._find_suspicious = find_suspicious
        self.matcher = SkillMatcher(taxonomy)
        self._finder = PhraseFinder(tagger) if tagger else None
        self._gazetteer = load_gazetteer()
        self._occupations = Occupations(taxonomy)
        parts = taxonomy, self.matcher, self._occupations, self._gazetteer, roles or NoRoles()
        self._cvs, self._ads = CvReader(*parts), AdReader(*parts)

    def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        """Reads a file. Raises a `BadInput` that says what to do; nothing is ever made up."""
        written = read(content, file_name, self._limits)
        if written.kind is FileKind.JSON:
            return self._structured(written.text, kind)
        if len(written.text.split()) < _LEAST_WORDS:
            raise UnreadableFile(
                f"the file holds only {len(written.text.split())} words: if it is a scan, run OCR on it; else send more"
            )
        return self._plain(written.text, kind, written.kind.value, written.flags)

    def text(self, text: str, kind: Kind) -> Reading:
        """Reads a text, however short. Raises `BadInput` when nothing in it is recognised."""
        if len(text) > self._limits.characters:
            raise BadInput(f"the text has {len(text)} characters; the limit is {self._limits.characters}")
        shown = seen(Extract(text))
        return self._plain(tidy(shown.text), kind, FileKind.TEXT.value, shown.flags)

    def role_text(self, text: str) -> tuple[str, str]:
        """What the table of roles sees of an ad: its title and what it asks."""
        return self._ads.role_text(self._ads.take_apart(unglue(tidy(text))))

    def find_skills(self, text: str) -> set[SkillId]:
        return {found.skill.id for found in self.matcher.find(text)}

    def _plain(self, text: str, kind: Kind, media_type: str, flags: tuple[Flag, ...] = ()) -> Reading:
        """Reads what is left when passages that are not meant for a reader are set aside."""
        if not text:
            raise BadInput("the text is empty")
        if kind is Kind.JOB:
            text = unglue(text)
        set_aside = self._find_suspicious(text, kind)
        left = suspicious.without(text, set_aside)
        reading = (
            self._job(self._ads.take_apart(left), media_type)
            if kind is Kind.JOB
            else self._candidate(self._cvs.take_apart(left), media_type)
        )
        return _flagged(replace(reading, text=text), (*flags, *set_aside))

    def _structured(self, text: str, kind: Kind) -> Reading:
        document, flags = decode_json(text, kind)
        if isinstance(document, JobAd):
            return _flagged(self._job(write_job(document, self._gazetteer), FileKind.JSON.value), flags)
        return _flagged(self._candidate(write_resume(document), FileKind.JSON.value), flags)

    def _candidate(self, cv: Cv, media_type: str) -> Reading:
        profile = self._cvs.profile(cv, self._today())
        if not (profile.skills or profile.positions or profile.occupation or profile.education):
            raise UnreadableFile("the text is not recognised as a CV: no position, skill, title or education is in it")
        texts = passages.of_cv(cv, profile, self._occupations)
        reading = self._reading(cv.text, media_type, profile, cv.identity, texts)
        if self._finder is None:
            return reading
        return replace(reading, phrases=self._finder.in_cv(cv, self._named(cv.text), self._today()))

    def _job(self, ad: Ad, media_type: str) -> Reading:
        wishes = self._weighed(self._ads.requirements(ad))
        if not (wishes.must_have or wishes.nice_to_have or wishes.occupation or wishes.credentials):
            raise BadInput("the text is not recognised as a job: no title, skill or licence that we know is in it")
        texts = passages.of_job(wishes, self._ads.asking(ad), self._ads.names(ad, wishes))
        reading = self._reading(ad.text, media_type, wishes, Identity(), texts)
        if self._finder is None:
            return reading
        return replace(reading, phrases=self._finder.in_ad(self._ads.sorted(ad), self._named(ad.text)))

    def _named(self, text: str) -> list[Span]:
        """Where the dictionary finds skills, in the order of the text."""
        return [found.span for found in self.matcher.find(text) if found.span]

    def _weighed(self, job: Requirements) -> Requirements:
        """With what the taxonomy says of each wish."""

        def weigh(wish: SkillWanted) -> SkillWanted:
            return replace(wish, rarity=self.rarity(wish.skill.id), near=self.taxonomy.cover.get(wish.skill.id, {}))

        return replace(
            job, must_have=tuple(map(weigh, job.must_have)), nice_to_have=tuple(map(weigh, job.nice_to_have))
        )

    def _reading(self, text: str, media_type: str, facts: Facts, identity: Identity, texts: Passages) -> Reading:
        body = "\n".join((texts.title, *texts.parts))
        return Reading(
            text, media_type, facts, identity, texts, self._words.vector(body), self._skills(facts), self._version
        )

    def _skills(self, facts: Facts) -> Sparse:
        match facts:
            case Profile():
                return skill_vector(facts.skills, self.rarity)
            case Requirements():
                return skill_vector((*facts.must_have, *facts.nice_to_have), self.rarity)


def _flagged(reading: Reading, flags: tuple[Flag, ...]) -> Reading:
    """With what was set aside, and a warning that it was."""
    if not flags:
        return reading
    kinds = tuple(dict.fromkeys(flag.kind for flag in flags))
    said = f"passages were set aside and not scored ({', '.join(kinds)}): see the document's flags"
    facts = replace(reading.facts, warnings=(*reading.facts.warnings, said), flagged=kinds)
    return replace(reading, facts=facts, flags=flags)


def load_reader(
    folder: Path,
    *,
    limits: Limits | None = None,
    today: Callable[[], date] = _today,
    find_suspicious: Callable[[str, Kind], tuple[Flag, ...]] = suspicious.find_suspicious,
    phrases: bool = False,
) -> Reader:
    """The reader of a parser version: `taxonomy/`, `words.json` and `rarity.json`. Raises `ModelError`.

    `phrases`: to look for words that an encoder may link to skills too; versions without a tagger find none.
    """
    if read_model(folder).get("kind") != "parser":
        raise ModelError(f"{folder.name}: not a parser")
    words = _table(folder / "words.json", WordTable)
    rarity = load_rarity(folder)
    return Reader(
        load_taxonomy(folder / "taxonomy"),
        words,
        rarity,
        limits=limits,
        today=today,
        find_suspicious=find_suspicious,
        roles=load_roles(folder / "roles.npz"),
        tagger=load_tagger(folder / TAGGER) if phrases and (folder / TAGGER).exists() else None,
    )


def _table(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"{path.name}: cannot be read: {error}") from None
