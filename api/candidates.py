"""`/v1/candidates`: create, read, list, replace and delete."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from api.auth import Tenant, Use
from api.repeat import RepeatableRoute
from api.schemas import CandidateOut, DocumentOut, ForgottenOut, PageOut, TextOut
from api.uploads import CandidateUpload, Limit, Prefer, body, new_owner, outcome
from core.domain import CandidateId, Kind
from core.errors import NotReady

router = APIRouter(prefix="/v1/candidates", tags=["candidates"], route_class=RepeatableRoute)


@router.post("", status_code=201, response_model=CandidateOut, openapi_extra=body("A CV in JSON Resume."))
async def create(
    request: Request, response: Response, upload: CandidateUpload, use: Use, tenant: Tenant, prefer: Prefer = ""
) -> object:
    """Takes in a CV. 201: indexed. 202: accepted and durable, still to be read. 4xx: refused, with what to do."""
    document = await use.intake.accept(tenant, replace(upload, owner=new_owner(request, Kind.CANDIDATE, tenant)))
    await outcome(use, tenant, document, prefer, response)
    return await use.library.candidate(tenant, CandidateId(document.owner))


@router.get("", response_model=PageOut[CandidateOut])
async def list_page(use: Use, tenant: Tenant, after: str | None = None, limit: Limit = 20) -> object:
    """A page, by id. `after` of one page is the cursor of the next."""
    page = await use.library.candidates(tenant, CandidateId(after) if after else None, limit)
    return {"items": page.items, "after": page.after}


@router.get("/{id}", response_model=CandidateOut)
async def read(id: str, use: Use, tenant: Tenant) -> object:
    return await use.library.candidate(tenant, CandidateId(id))


@router.put("/{id}", response_model=CandidateOut, openapi_extra=body("A CV in JSON Resume."))
async def replace_document(
    id: str, response: Response, upload: CandidateUpload, use: Use, tenant: Tenant, prefer: Prefer = ""
) -> object:
    """A new document in place of the old one, which serves until the new one is indexed."""
    document = await use.intake.replace(tenant, replace(upload, owner=CandidateId(id)))
    await outcome(use, tenant, document, prefer, response)
    return await use.library.candidate(tenant, CandidateId(id))


@router.delete("/{id}", response_model=ForgottenOut)
async def forget(id: str, use: Use, tenant: Tenant) -> object:
    """Destroys the data key, then rows, vectors and files; answers with what went, per store."""
    return await use.intake.forget(tenant, Kind.CANDIDATE, CandidateId(id))


@router.get("/{id}/documents", response_model=list[DocumentOut])
async def documents(id: str, use: Use, tenant: Tenant) -> object:
    """All files taken in for it, oldest first, with state and error."""
    return await use.library.documents(tenant, Kind.CANDIDATE, CandidateId(id))


@router.get("/{id}/text", response_model=TextOut)
async def text(id: str, use: Use, tenant: Tenant) -> object:
    """The stored text that spans point into."""
    stored = await use.library.candidate(tenant, CandidateId(id))
    if stored.document is None:
        raise NotReady(f"{id} is not indexed yet: its documents say how far it is")
    return TextOut(document=stored.document, text=stored.text)
