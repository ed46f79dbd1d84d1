"""`/v1/imports`: many files at once, each with a state of its own."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile

from api.auth import Tenant, Use
from api.problems import problems
from api.repeat import REPEATABLE, ReceivingRoute
from api.schemas import Id, ImportOut, Reference
from api.uploads import new_owner, open_upload
from core.domain import DocumentState, ImportId, Kind
from core.errors import BadInput
from core.ports import Import

MOST_BYTES = 500_000_000  # of a whole import: its files wait on disk, one at a time is in memory


class ImportRoute(ReceivingRoute):
    def most_bytes(self, max_upload_bytes: int) -> int:
        return max(MOST_BYTES, super().most_bytes(max_upload_bytes))


router = APIRouter(prefix="/v1/imports", tags=["imports"], route_class=ImportRoute, responses=problems(401, 403, 503))


@router.post(
    "",
    name="start_import",
    status_code=202,
    response_model=ImportOut,
    responses=problems(400, 409, 413, 422),
    dependencies=[REPEATABLE],
)
async def start(
    request: Request,
    use: Use,
    tenant: Tenant,
    kind: Annotated[Kind, Form(description="What all the files are.")],
    files: Annotated[list[UploadFile], File(description="At most 500, together at most 500 MB.")],
    references: Annotated[
        list[Reference] | None, Form(description="Your own key of each file, in the same order.")
    ] = None,
) -> object:
    """Accepts each file or says what is wrong with it. A known reference is replaced, equal bytes are kept once."""
    keys = references or [""] * len(files)
    if len(keys) != len(files):
        raise BadInput(f"{len(files)} files but {len(keys)} references: give one for each, or none")
    most = use.intake.max_upload_bytes
    openings = [
        partial(open_upload, file, kind, key, most, new_owner(request, kind, position))
        for position, (file, key) in enumerate(zip(files, keys, strict=True))
    ]
    return import_out(await use.importer.start(tenant, kind, openings))


@router.get("/{id}", name="read_import", response_model=ImportOut, responses=problems(404, 422))
async def progress(id: Id, use: Use, tenant: Tenant) -> object:
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
