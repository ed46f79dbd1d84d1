"""What candidates and jobs share over HTTP: a file or JSON comes in, and a document is accepted, indexed or refused."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request, Response
from starlette.datastructures import UploadFile

from api.auth import Use
from api.repeat import seeded_id
from api.schemas import DocumentOut
from core.domain import CandidateId, Document, DocumentState, JobId, Kind, OwnerId, TenantId
from core.errors import BadInput, TooLarge, UnsupportedType, tree
from core.intake import PREFIX, Upload

WAIT_S = 10.0  # longest a client waits for reading: a hostile file is ended after 8 s
JSON_NAMES = {Kind.CANDIDATE: "resume.json", Kind.JOB: "job.json"}

Limit = Annotated[int, Query(ge=1, le=100)]
Prefer = Annotated[
    str, Header(description="`respond-async`: do not wait for reading. `wait=3`: wait at most 3 seconds (RFC 7240).")
]


def body(what: str) -> dict[str, Any]:
    """The OpenAPI description of a request that is a multipart file or JSON."""
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "reference": {"type": "string", "maxLength": 200, "description": "Your own key; unique per tenant."},
        },
    }
    return {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {"schema": form},
                "application/json": {"schema": {"type": "object", "description": what}},
            },
        }
    }


async def read_upload(request: Request, kind: Kind, max_bytes: int) -> Upload:
    """The request's file or JSON. `reference` comes as a form field or, with JSON, as a query parameter."""
    said = request.headers.get("content-length", "0")
    if said.isdecimal() and int(said) > max_bytes + 10_000:  # the form's own lines
        raise TooLarge(f"the request has {said} bytes; at most {max_bytes} are taken")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        reference = request.query_params.get("reference", "")
        return Upload(kind, await request.body(), JSON_NAMES[kind], reference)
    if media_type == "multipart/form-data":
        form = await request.form(max_files=2, max_fields=10)
        file, own_key = form.get("file"), form.get("reference", "")
        if not isinstance(file, UploadFile) or not isinstance(own_key, str):
            raise BadInput("the form has no file: send it as the part named `file`")
        return Upload(kind, await file.read(), file.filename or "document", own_key)
    raise UnsupportedType(f"{media_type or 'no content type'} is not taken: send multipart/form-data or JSON")


def owner_id(kind: Kind, id: str) -> OwnerId:
    return CandidateId(id) if kind is Kind.CANDIDATE else JobId(id)


def new_owner(request: Request, kind: Kind, tenant: TenantId) -> OwnerId | None:
    made = seeded_id(request, PREFIX[kind], tenant)
    return None if made is None else owner_id(kind, made)


def patience(prefer: str) -> float:
    """Seconds to wait for a document, from the `Prefer` header (RFC 7240)."""
    if "respond-async" in prefer:
        return 0.0
    found = re.search(r"\bwait=(\d{1,3})\b", prefer)
    return min(float(found[1]), WAIT_S) if found else WAIT_S


async def outcome(use: Use, tenant: TenantId, document: Document, prefer: str, response: Response) -> Document:
    """Waits, then says by the status how far it is: 202 when it is still to be read. A refusal is raised."""
    settled = await use.intake.settled(tenant, document.id, patience(prefer))
    refuse(settled)
    if settled.state is DocumentState.ACCEPTED:
        response.status_code = 202
        response.headers["Location"] = f"/v1/documents/{document.id}"
    return settled


def refuse(document: Document) -> None:
    """Raises a refused document's own error."""
    if document.state is DocumentState.FAILED and document.error is not None:
        raise refusal(document)


def refusal(document: Document) -> BadInput:
    error = document.error
    assert error is not None  # the caller has looked
    known = {kind.__name__: kind for kind in tree(BadInput)}
    name = "".join(part.capitalize() for part in error.code.split("-"))
    return known.get(name, BadInput)(f"{error.detail} (document {document.id})")


def document_out(document: Document) -> DocumentOut:
    return DocumentOut.model_validate(document)


async def uploaded_candidate(request: Request, use: Use) -> Upload:
    return await read_upload(request, Kind.CANDIDATE, use.intake.max_upload_bytes)


async def uploaded_job(request: Request, use: Use) -> Upload:
    return await read_upload(request, Kind.JOB, use.intake.max_upload_bytes)


CandidateUpload = Annotated[Upload, Depends(uploaded_candidate)]
JobUpload = Annotated[Upload, Depends(uploaded_job)]
