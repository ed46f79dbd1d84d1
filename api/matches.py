"""`/v1/matches`: candidates for a job, jobs for a candidate, with reasons."""

from __future__ import annotations

from fastapi import APIRouter

from api.auth import Tenant, Use
from api.match_schemas import MatchesOut, MatchIn
from api.problems import problems
from api.repeat import REPEATABLE, ReceivingRoute
from api.schemas import Id
from core.domain import MatchId

router = APIRouter(
    prefix="/v1/matches", tags=["matches"], route_class=ReceivingRoute, responses=problems(401, 403, 503)
)


@router.post(
    "",
    name="create_match",
    response_model=MatchesOut,
    responses=problems(400, 404, 409, 413, 422),
    dependencies=[REPEATABLE],
)
async def match(wanted: MatchIn, use: Use, tenant: Tenant) -> object:
    """Best first. A pair's score depends on that pair alone; its explanation adds up to it."""
    return MatchesOut.of(await use.matcher.match(tenant, wanted.to_query()))


@router.get("/{id}", name="read_match", response_model=MatchesOut, responses=problems(404, 422))
async def read(id: Id, use: Use, tenant: Tenant) -> object:
    """A former answer as it was given; the person's own words are not kept with it."""
    return MatchesOut.of(await use.matcher.receipt(tenant, MatchId(id)))
