"""`/v1/matches`: candidates for a job, jobs for a candidate, with reasons."""

from __future__ import annotations

from fastapi import APIRouter

from api.auth import Tenant, Use
from api.match_schemas import MatchesOut, MatchIn
from api.repeat import RepeatableRoute
from core.domain import MatchId

router = APIRouter(prefix="/v1/matches", tags=["matches"], route_class=RepeatableRoute)


@router.post("", response_model=MatchesOut)
async def match(wanted: MatchIn, use: Use, tenant: Tenant) -> object:
    """Best first. A pair's score depends on that pair alone; its explanation adds up to it."""
    return MatchesOut.of(await use.matcher.match(tenant, wanted.to_query()))


@router.get("/{id}", response_model=MatchesOut)
async def read(id: str, use: Use, tenant: Tenant) -> object:
    """A former answer as it was given; the person's own words are not kept with it."""
    return MatchesOut.of(await use.matcher.receipt(tenant, MatchId(id)))
