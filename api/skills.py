"""`/v1/skills`: the vocabulary, looked up as somebody types."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.auth import Tenant, Use
from api.problems import problems
from api.schemas import Out, SkillOut
from core.skills import MAX_FOUND, MAX_QUERY, How, Suggested

router = APIRouter(prefix="/v1/skills", tags=["skills"], responses=problems(401, 403, 422, 503))

Typed = Annotated[
    str, Query(description=f"What was typed so far, at most {MAX_QUERY} characters.", examples=["kubernets"])
]
Limit = Annotated[int, Query(ge=1, le=MAX_FOUND, description="Most skills of the answer.")]


class SuggestionOut(Out):
    skill: SkillOut
    group: str = Field(examples=["Programming languages"])
    name: str = Field(description="The name that fits: the skill's label or another name of it.")
    how: How = Field(
        description="exact (the whole name), prefix (each word typed begins one of the name's) or corrected "
        "(the same, typing errors forgiven)."
    )


class SuggestedOut(Out):
    """Best first; empty when nothing is like it."""

    parser: str = Field(description="The parser version whose vocabulary answered.", examples=["parser/1"])
    items: tuple[SuggestionOut, ...]

    @classmethod
    def of(cls, found: Suggested) -> SuggestedOut:
        return cls(parser=str(found.version), items=tuple(map(SuggestionOut.model_validate, found.skills)))


@router.get("", name="find_skills", response_model=SuggestedOut)
async def find(q: Typed, use: Use, tenant: Tenant, limit: Limit = 10) -> object:
    """Completes and corrects what was typed, by all names of each skill. Filters take the ids."""
    del tenant
    return SuggestedOut.of(await use.vocabulary.suggest(q, limit))
