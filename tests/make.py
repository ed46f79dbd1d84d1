"""Builders of domain values for tests: a call mentions only what matters to its test.

Everything is deterministic except ids, which are fresh unless given.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import numpy as np

from core.answers import Category, Filters, Match, Receipt
from core.domain import (
    Candidate,
    CandidateId,
    Case,
    Document,
    DocumentId,
    DocumentState,
    Embedding,
    Facts,
    Identity,
    ImportId,
    Job,
    JobId,
    Kind,
    MatchId,
    Matrix,
    ModelVersion,
    OwnerId,
    Position,
    Problem,
    Profile,
    Requirements,
    Skill,
    SkillFound,
    SkillId,
    SkillWanted,
    Sparse,
    TenantId,
    new_id,
)
from core.plans import PARTS, Action, Wish
from core.ports import DataKey, Import, ImportItem

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ACME = TenantId("tnt_acme")
GLOBEX = TenantId("tnt_globex")
EMBEDDER = ModelVersion("hashing", 1)
PINS = tuple(ModelVersion(part, 1) for part in PARTS)


def name(word: str) -> str:
    """A name that nothing else has."""
    return new_id(word)


def candidate_id() -> CandidateId:
    return CandidateId(new_id("cnd"))


def job_id() -> JobId:
    return JobId(new_id("job"))


def document_id() -> DocumentId:
    return DocumentId(new_id("doc"))


def skill(id: str) -> Skill:
    return Skill(SkillId(id), id.replace("-", " "))


def profile(
    *,
    headline: str = "Python developer",
    skills: tuple[str, ...] = ("python",),
    months: int = 48,
    **fields: object,
) -> Profile:
    """Skills by id or as `wish` makes them; any other field of `Profile` by its name."""
    return Profile(
        headline=headline,
        months=months,
        positions=(Position(title=headline, months=months),),
        skills=tuple(SkillFound(skill(id), id) for id in skills),
        **fields,  # type: ignore[arg-type]
    )


def wish(id: str | SkillWanted, **fields: object) -> SkillWanted:
    return id if isinstance(id, SkillWanted) else SkillWanted(skill(id), id, **fields)  # type: ignore[arg-type]


def requirements(
    *,
    title: str = "Python developer",
    must_have: tuple[str | SkillWanted, ...] = ("python",),
    nice_to_have: tuple[str | SkillWanted, ...] = (),
    **fields: object,
) -> Requirements:
    """Skills by id or as `wish` makes them; any other field of `Requirements` by its name."""
    return Requirements(
        title=title,
        must_have=tuple(map(wish, must_have)),
        nice_to_have=tuple(map(wish, nice_to_have)),
        **fields,  # type: ignore[arg-type]
    )


def identity(name: str = "Ada Example") -> Identity:
    return Identity(name=name, email="ada@example.org", phone="+1 555 0100", links=("https://example.org/ada",))


def candidate(
    *,
    id: CandidateId | None = None,
    reference: str = "",
    document: DocumentId | None = None,
    identity: Identity | None = None,
    profile: Profile | None = None,
    text: str = "Ada Example\nPython developer since 2018",
    updated_at: datetime = NOW,
) -> Candidate:
    return Candidate(
        id=id or candidate_id(),
        created_at=NOW,
        updated_at=updated_at,
        document=document,
        reference=reference,
        identity=identity or Identity(name="Ada Example"),
        profile=profile,
        text=text,
    )


def job(
    *,
    id: JobId | None = None,
    reference: str = "",
    document: DocumentId | None = None,
    requirements: Requirements | None = None,
    text: str = "We look for a Python developer",
    updated_at: datetime = NOW,
) -> Job:
    return Job(
        id=id or job_id(),
        created_at=NOW,
        updated_at=updated_at,
        document=document,
        reference=reference,
        requirements=requirements,
        text=text,
    )


def document(
    *,
    owner: OwnerId,
    id: DocumentId | None = None,
    kind: Kind = Kind.CANDIDATE,
    content: bytes = b"a file",
    file_name: str = "ada.pdf",
    state: DocumentState = DocumentState.ACCEPTED,
    error: Problem | None = None,
) -> Document:
    sha256 = hashlib.sha256(content).hexdigest()
    return Document(
        id=id or document_id(),
        owner=owner,
        kind=kind,
        file_name=file_name,
        media_type="application/pdf",
        size=len(content),
        sha256=sha256,
        address=f"blob/{sha256}",
        state=state,
        created_at=NOW,
        updated_at=NOW,
        error=error,
    )


def unit_rows(seed: int, rows: int, dimension: int) -> Matrix:
    """Rows of unit length; equal seeds give equal rows."""
    drawn = np.random.default_rng(seed).standard_normal((rows, dimension))
    unit: Matrix = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    return unit


def embedding(
    seed: int = 0,
    *,
    version: ModelVersion = EMBEDDER,
    dimension: int = 8,
    titles: int = 2,
    parts: int = 3,
) -> Embedding:
    rows = unit_rows(seed, 1 + titles + parts, dimension)
    body = rows[1 + titles :]
    return Embedding(version, rows[0], body.mean(axis=0), rows[1 : 1 + titles], body)


def case(
    facts: Facts | None = None,
    seed: int = 0,
    *,
    version: ModelVersion = EMBEDDER,
    dimension: int = 8,
    titles: int = 2,
    parts: int = 3,
    words: Sparse | None = None,
    skills: Sparse | None = None,
    document: DocumentId | None = None,
) -> Case:
    return Case(
        facts=profile() if facts is None else facts,
        embedding=embedding(seed, version=version, dimension=dimension, titles=titles, parts=parts),
        words=words or Sparse((3, 17), (0.6, 0.8)),
        skills=skills or Sparse((5,), (1.0,)),
        document=document,
    )


def receipt(
    *,
    id: MatchId | None = None,
    source: OwnerId | None = None,
    matches: tuple[Match, ...] = (),
    limit: int = 10,
) -> Receipt:
    return Receipt(
        id=id or MatchId(new_id("mat")),
        created_at=NOW,
        looking_for=Kind.CANDIDATE,
        source=source,
        source_sha256=hashlib.sha256(b"source").hexdigest(),
        filters=Filters(countries=("DE",)),
        weights={Category.SKILLS: 2.0},
        limit=limit,
        models=(EMBEDDER, ModelVersion("ranker", 1)),
        considered=200,
        matches=matches,
    )


def batch(*items: ImportItem, id: ImportId | None = None, kind: Kind = Kind.CANDIDATE) -> Import:
    return Import(id=id or ImportId(new_id("imp")), kind=kind, created_at=NOW, items=items)


def data_key(seed: int = 0) -> DataKey:
    """For stores that only need some key: it is not wrapped by any master key."""
    plain = hashlib.sha256(seed.to_bytes(8, "big")).digest()
    return DataKey(plain=plain, wrapped=b"")


def wanted(action: Action, *versions: ModelVersion, who: str = "ada", why: str = "a test", **more: Any) -> Wish:
    return Wish(action, who, why, versions, **more)
