"""`/v1/documents`: how far an accepted file is, and why it was refused."""

from __future__ import annotations

from fastapi import APIRouter

from api.auth import Tenant, Use
from api.schemas import DocumentOut
from core.domain import DocumentId

router = APIRouter(prefix="/v1/documents", tags=["documents"])


@router.get("/{id}", response_model=DocumentOut)
async def read(id: str, use: Use, tenant: Tenant) -> object:
    return await use.library.document(tenant, DocumentId(id))
