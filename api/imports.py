"""`/v1/imports`: many files at once, each with a state of its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile

from api.auth import Tenant, Use
from api.repeat import RepeatableRoute
from api.schemas import ImportOut
from core.domain import DocumentState, ImportId, Kind
from core.errors import BadInput
from core.intake import Upload
from core.ports import Import

router = APIRouter(prefix="/v1/imports", tags=["imports"], route_class=RepeatableRoute)


@router.post("", status_code=202, response_model=ImportOut)
async def start(
    use: Use,
    tenant: Tenant,
    kind: Annotated[Kind, Form(description="What all the files are.")],
    files: Annotated[list[UploadFile], File(description="At most 500.")],
    references: Annotated[list[str] | None, Form(description="Your own key of each file, in the same order.")] = None,
) -> object:
    """Accepts each file or says what is wrong with it. A known reference is replaced, equal bytes are kept once."""
    keys = references or [""] * len(files)
    if len(keys) != len(files):
        raise BadInput(f"{len(files)} files but {len(keys)} references: give one for each, or none")
    uploads = [
        Upload(kind, await file.read(), file.filename or "document", key) for file, key in zip(files, keys, strict=True)
    ]
    return import_out(await use.importer.start(tenant, kind, uploads))


@router.get("/{id}", response_model=ImportOut)
async def progress(id: str, use: Use, tenant: Tenant) -> object:
    """Each item's state as its document has it now."""
    return import_out(await use.importer.progress(tenant, ImportId(id)))


def import_out(batch: Import) -> dict[str, object]:
    done = sum(item.state is not DocumentState.ACCEPTED for item in batch.items)
    return {
        "id": batch.id,
        "kind": batch.kind,
        "created_at": batch.created_at,
        "items": batch.items,
        "done": done,
        "total": len(batch.items),
    }
