"""A file or JSON comes in, and a document is accepted, indexed or refused: the same for candidates and jobs."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Header, Query, Request, Response
from starlette.datastructures import UploadFile

from api.auth import Use
from api.errors import Refused
from api.repeat import FORM_BYTES, seeded_id
from api.schemas import Reference
from core.domain import CandidateId, Document, DocumentState, JobId, Kind, OwnerId, TenantId
from core.errors import BadInput, UnsupportedType
from core.intake import PREFIX, Upload

WAIT_S = 10.0  # longest a client waits for reading: a hostile file is ended after 8 s
JSON_NAMES = {Kind.CANDIDATE: "resume.json", Kind.JOB: "job.json"}

Prefer = Annotated[
    str, Header(description="`respond-async`: do not wait for reading. `wait=3`: wait at most 3 seconds (RFC 7240).")
]
ReferenceQuery = Annotated[Reference, Query(description="Your own key, with JSON; in a form it is a field.")]


def body(what: str, required: str, example: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI description of a request that is a multipart file or JSON."""
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {
                "type": "string",
                "format": "binary",
                "description": "PDF, DOCX, ODT, RTF, HTML, Markdown, plain text or JSON; its name's ending must agree.",
            },
            "reference": {"type": "string", "maxLength": 200, "description": "Your own key; unique per tenant."},
        },
    }
    schema = {"type": "object", "description": what, "required": [required], "additionalProperties": True}
    return {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {"schema": form},
                "application/json": {"schema": schema, "example": example},
            },
        }
    }


async def read_upload(request: Request, use: Use, kind: Kind, reference: str) -> Upload:
    """The request's file or JSON, with the id that its idempotency key gives it."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    owner = new_owner(request, kind)
    if media_type == "application/json":
        return Upload(kind, await request.body(), JSON_NAMES[kind], reference, owner)
    if media_type == "multipart/form-data":
        async with request.form(max_part_size=FORM_BYTES) as form:
            file, own_key = form.get("file"), form.get("reference", "")
            if not isinstance(file, UploadFile) or not isinstance(own_key, str):
                raise BadInput("the form has no file: send it as the part named `file`, with a file name")
            return await open_upload(file, kind, own_key, use.intake.max_upload_bytes, owner)
    raise UnsupportedType(f"{media_type or 'no content type'} is not taken: send multipart/form-data or JSON")


async def open_upload(file: UploadFile, kind: Kind, reference: str, most: int, owner: OwnerId | None) -> Upload:
    """The file in memory; of one that is too large, enough to see that."""
    return Upload(kind, await file.read(most + 1), file.filename or "document", reference, owner)


def owner_id(kind: Kind, id: str) -> OwnerId:
    return CandidateId(id) if kind is Kind.CANDIDATE else JobId(id)


def new_owner(request: Request, kind: Kind, position: int = 0) -> OwnerId | None:
    made = seeded_id(request, PREFIX[kind], position)
    return None if made is None else owner_id(kind, made)


def patience(prefer: str) -> float:
    """Seconds to wait for a document, from the `Prefer` header (RFC 7240)."""
    if "respond-async" in prefer:
        return 0.0
    found = re.search(r"\bwait=([0-9]{1,3})\b", prefer)
    return min(float(found[1]), WAIT_S) if found else WAIT_S


async def outcome(use: Use, tenant: TenantId, document: Document, prefer: str, response: Response) -> None:
    """Waits, then says by the status how far it is: 202 when it is not read yet. Raises `Refused`."""
    settled = await use.intake.settled(tenant, document.id, patience(prefer))
    if settled.state is DocumentState.FAILED and settled.error is not None:
        raise Refused(settled, settled.error)
    if settled.state is not DocumentState.INDEXED:
        response.status_code = 202
        response.headers["Location"] = f"/v1/documents/{document.id}"
