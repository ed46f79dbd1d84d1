"""`/v1/admin`: which model versions serve, and how that is changed. For operators' keys."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.routing import APIRoute

from api.admin_schemas import ChangeIn, ChangeOut, ChangesOut, PlanOut
from api.auth import Operator, Use, bearer, operator, use_cases
from api.problems import problems
from api.repeat import bounded

MOST_BYTES = 64 * 1024
ChangeId = Annotated[int, Path(ge=1, lt=2**63)]


class OperatorRoute(APIRoute):
    """Knows who is calling before a byte of the body is read, and reads no more than a change needs."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle: Callable[[Request], Coroutine[Any, Any, Response]] = super().get_route_handler()

        async def receive(request: Request) -> Response:
            await operator(use_cases(request), await bearer(request))
            return await handle(bounded(request, MOST_BYTES))

        return receive


router = APIRouter(
    prefix="/v1/admin", tags=["admin"], route_class=OperatorRoute, responses=problems(401, 403, 422, 503)
)


@router.get("/models", name="read_plan", response_model=PlanOut)
async def plan(use: Use, _: Operator) -> object:
    """What serves, what a rollback returns to, and what the trial has shown so far."""
    return PlanOut.of(use.matcher.plan, await use.changes.tally(use.matcher.plan.revision))


@router.get("/changes", name="list_changes", response_model=ChangesOut)
async def changes(use: Use, _: Operator, limit: Annotated[int, Query(ge=1, le=1000)] = 50) -> object:
    """The history, newest first: who, when, why, from what, to what, and what the gates said."""
    return ChangesOut(items=[ChangeOut.of(one) for one in await use.changes.history(limit)])


@router.get("/changes/{change}", name="read_change", response_model=ChangeOut, responses=problems(404))
async def change(change: ChangeId, use: Use, _: Operator) -> object:
    """One change, also while it is being made."""
    return ChangeOut.of(await use.changes.get(change))


@router.post(
    "/changes", name="create_change", status_code=201, response_model=ChangeOut, responses=problems(400, 409, 413)
)
async def create(wanted: ChangeIn, use: Use, who: Operator) -> object:
    """Promotes, tries, stops or goes back. The answer is the record of it: `state` is applied, refused (`findings`
    say by which gate), failed, or after 20 s still `preparing`: then read the change again, `said` is how far it is.
    It is made to its end whether somebody waits or not. 409 while another change is being made."""
    return ChangeOut.of(await use.promoter.change(wanted.to_wish(who)))
