"""Requests that bring something: known caller first, bounded body, and done once per `Idempotency-Key`.

After draft-ietf-httpapi-idempotency-key-header-07.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from api.auth import bearer, caller, use_cases
from core.domain import TenantId
from core.errors import BadInput
from core.ports import Answer

HEADER = "Idempotency-Key"
KEPT = ("content-type", "location")
FORM_BYTES = 64 * 1024  # a form's own lines and fields, beside its file
CHUNK_BYTES = 1024 * 1024
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


async def _described(
    key: Annotated[
        str | None,
        Header(alias=HEADER, description="Any 1 to 200 characters: the same request, sent again, is done once."),
    ] = None,
) -> None:
    """For the contract only: the route itself reads the header, before the body."""


REPEATABLE = Depends(_described)


class ReceivingRoute(APIRoute):
    """A route whose POST answers are kept under the caller's key and given again, marked `Idempotency-Replayed`."""

    def get_route_handler(self) -> Handler:
        handle: Handler = super().get_route_handler()

        async def receive(request: Request) -> Response:
            if request.method not in ("POST", "PUT"):
                return await handle(request)
            use = use_cases(request)
            tenant = await caller(request, use, await bearer(request))  # before a byte of the body is read
            request = bounded(request, self.most_bytes(use.intake.max_upload_bytes))
            key = request.headers.get(HEADER)
            if key is None or request.method != "POST":
                return await handle(request)
            if not 1 <= len(key) <= 200 or not key.isprintable():
                raise BadInput(f"{HEADER} must have 1 to 200 printable characters")
            return await _repeat(request, tenant, key, handle)

        return receive

    def most_bytes(self, max_upload_bytes: int) -> int:
        """Of a request's body."""
        return max_upload_bytes + FORM_BYTES


def bounded(request: Request, most: int) -> Request:
    """The request, whose body ends in a 413 as soon as it is longer than `most`, declared or not."""
    too_large = HTTPException(413, f"the request has more than {most:,} bytes")  # FastAPI lets only these through
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 18 or int(declared) > most):
        raise too_large
    read = 0

    async def receive() -> Message:
        nonlocal read
        message = await request.receive()
        read += len(message.get("body", b""))
        if read > most:
            raise too_large
        return message

    return Request(request.scope, receive)


async def _repeat(request: Request, tenant: TenantId, key: str, handle: Handler) -> Response:
    fingerprint = await _fingerprint(request)
    request.state.seed = f"{tenant}|{key}|{fingerprint}"
    replayed = True

    async def act() -> Answer:
        nonlocal replayed
        replayed = False
        response = await handle(request)
        kept = {name: value for name, value in response.headers.items() if name in KEPT}
        return Answer(response.status_code, bytes(response.body), kept)

    stored = await use_cases(request).repeater.once(tenant, key, fingerprint, act)
    headers = {**stored.headers, **({"Idempotency-Replayed": "true"} if replayed else {})}
    return Response(stored.body, stored.status, headers)


async def _fingerprint(request: Request) -> str:
    """Of method, address and content. A multipart boundary differs every time, so forms count by their fields."""
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        await _add_form(digest.update, await request.form(max_part_size=FORM_BYTES))
    else:
        digest.update(await request.body())
    return digest.hexdigest()


async def _add_form(add: Callable[[bytes], None], form: FormData) -> None:
    """Lengths go before contents: no two forms give the same bytes."""
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            add(repr((name, value.filename, value.size)).encode())
            while chunk := await value.read(CHUNK_BYTES):
                add(chunk)
            await value.seek(0)
        else:
            add(repr((name, value)).encode())


def seeded_id(request: Request, prefix: str, position: int = 0) -> str | None:
    """With an idempotency key, the id of what is made follows from key and content: a retry after a crash makes the
    same thing, and a key used again for something else, long after, makes something else."""
    seed: str | None = getattr(request.state, "seed", None)
    return None if seed is None else f"{prefix}_{hashlib.sha256(f'{seed}|{position}'.encode()).hexdigest()[:32]}"
