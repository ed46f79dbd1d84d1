"""`/v1/documents`: how far an accepted file is, and why it was refused."""

from __future__ import annotations

from fastapi import APIRouter

from api.auth import Tenant, Use
from api.problems import problems
from api.schemas import DocumentOut, Id
from core.domain import DocumentId

router = APIRouter(prefix="/v1/documents", tags=["documents"], responses=problems(401, 403, 404, 422, 503))


@router.get("/{id}", name="read_document", response_model=DocumentOut)
async def read(id: Id, use: Use, tenant: Tenant) -> object:
    """One file that was taken in: its state, and when it was refused, why and what to do."""
    return await use.library.document(tenant, DocumentId(id))
