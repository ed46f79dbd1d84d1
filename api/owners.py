"""What candidates and jobs share over HTTP: create, list, read, replace, delete, their documents and facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.auth import Tenant, Use
from api.problems import problems
from api.repeat import REPEATABLE, ReceivingRoute
from api.schemas import Cursor, DocumentOut, ForgottenOut, Id, ReadDocumentOut
from api.uploads import Prefer, ReferenceQuery, body, outcome, owner_id, read_upload
from core.domain import Kind

Limit = Annotated[int, Query(ge=1, le=100, description="Most items of this page.")]
After = Annotated[Cursor | None, Query(description="`after` of the page before.")]


@dataclass(frozen=True, slots=True)
class Noun:
    """One side of a match, as clients see it. `form`, `required` and `example` say what its JSON is like."""

    kind: Kind
    out: type[BaseModel]
    page: type[BaseModel]
    form: str
    required: str
    example: Mapping[str, Any]


def router_of(noun: Noun) -> APIRouter:
    path = f"{noun.kind}s"
    router = APIRouter(prefix=f"/v1/{path}", tags=[path], route_class=ReceivingRoute, responses=problems(401, 403, 503))
    _add_writing(router, noun)
    _add_reading(router, noun)
    return router


def _add_writing(router: APIRouter, noun: Noun) -> None:
    kind = noun.kind
    described = body(noun.form, noun.required, dict(noun.example))
    later: dict[int | str, dict[str, Any]] = {
        202: {"model": noun.out, "description": "Accepted and durable, still to be read: `Location` is its document."}
    }

    @router.post(
        "",
        name=f"create_{kind}",
        status_code=201,
        response_model=noun.out,
        responses=later | problems(400, 409, 413, 415, 422),
        openapi_extra=described,
        dependencies=[REPEATABLE],
    )
    async def create(
        request: Request,
        response: Response,
        use: Use,
        tenant: Tenant,
        reference: ReferenceQuery = "",
        prefer: Prefer = "",
    ) -> object:
        """Takes in a file or JSON. 201: indexed. 202: accepted and durable, still to be read. 4xx: refused, with what
        to do; a file that was accepted and then could not be read keeps its row, which says why."""
        document = await use.intake.accept(tenant, await read_upload(request, use, kind, reference))
        response.headers["Location"] = f"{router.prefix}/{document.owner}"
        await outcome(use, tenant, document, prefer, response)
        return await use.library.owner(tenant, kind, document.owner)

    @router.put(
        "/{id}",
        name=f"replace_{kind}",
        response_model=noun.out,
        responses=later | problems(400, 404, 409, 413, 415, 422),
        openapi_extra=described,
    )
    async def put(
        id: Id,
        request: Request,
        response: Response,
        use: Use,
        tenant: Tenant,
        reference: ReferenceQuery = "",
        prefer: Prefer = "",
    ) -> object:
        """A new document in place of the old one, which serves until the new one is indexed. A reference that is given
        replaces the old one too."""
        upload = await read_upload(request, use, kind, reference)
        document = await use.intake.replace(tenant, replace(upload, owner=owner_id(kind, id)))
        await outcome(use, tenant, document, prefer, response)
        return await use.library.owner(tenant, kind, document.owner)

    @router.delete("/{id}", name=f"delete_{kind}", response_model=ForgottenOut, responses=problems(404, 422))
    async def forget(id: Id, use: Use, tenant: Tenant) -> object:
        """Destroys the data key, then rows, vectors and files; answers with what went, per store."""
        return await use.forgetter.forget(tenant, kind, owner_id(kind, id))


def _add_reading(router: APIRouter, noun: Noun) -> None:
    kind = noun.kind

    @router.get("", name=f"list_{kind}s", response_model=noun.page, responses=problems(422))
    async def page(use: Use, tenant: Tenant, after: After = None, limit: Limit = 20) -> object:
        """A page, by id: whoever follows `after` to its end sees everything that was there at the start, once."""
        found = await use.library.page(tenant, kind, owner_id(kind, after) if after else None, limit)
        return {"items": found.items, "after": found.after}

    @router.get("/{id}", name=f"read_{kind}", response_model=noun.out, responses=problems(404, 422))
    async def read(id: Id, use: Use, tenant: Tenant) -> object:
        """As it was read from its last indexed document."""
        return await use.library.owner(tenant, kind, owner_id(kind, id))

    @router.get(
        "/{id}/documents",
        name=f"list_{kind}_documents",
        response_model=list[DocumentOut],
        responses=problems(404, 422),
    )
    async def documents(id: Id, use: Use, tenant: Tenant) -> object:
        """All files taken in for it, oldest first, with state and error."""
        return await use.library.documents(tenant, kind, owner_id(kind, id))

    @router.get(
        "/{id}/document",
        name=f"read_{kind}_document",
        response_model=ReadDocumentOut,
        responses=problems(404, 409, 422),
    )
    async def document(id: Id, use: Use, tenant: Tenant) -> object:
        """The stored text and where in it each fact stands, for highlighting. 409 until a document is indexed."""
        return await use.library.read(tenant, kind, owner_id(kind, id))
