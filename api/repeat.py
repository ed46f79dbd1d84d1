"""`Idempotency-Key` for POST: the same request, sent again, is done once.

After draft-ietf-httpapi-idempotency-key-header-07.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import FormData, UploadFile

from api.auth import authenticate, use_cases
from core.domain import TenantId
from core.errors import BadInput
from core.ports import Answer

HEADER = "Idempotency-Key"
KEPT = ("content-type", "location")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class RepeatableRoute(APIRoute):
    """A route whose answers are stored under the caller's key and given again, marked `Idempotency-Replayed`."""

    def get_route_handler(self) -> Handler:
        handle: Handler = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method != "POST":
                return await handle(request)
            if not 1 <= len(key) <= 200:
                raise BadInput(f"{HEADER} must have 1 to 200 characters")
            return await _repeat(request, key, handle)

        return once


async def _repeat(request: Request, key: str, handle: Handler) -> Response:
    use = use_cases(request)
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    tenant = await authenticate(use, credentials if scheme.lower() == "bearer" else "")
    request.state.seed = f"{tenant}|{key}"
    replayed = True

    async def act() -> Answer:
        nonlocal replayed
        replayed = False
        response = await handle(request)
        kept = {name: value for name, value in response.headers.items() if name in KEPT}
        return Answer(response.status_code, bytes(response.body), kept)

    stored = await use.repeater.once(tenant, key, await _fingerprint(request), act)
    headers = {**stored.headers, **({"Idempotency-Replayed": "true"} if replayed else {})}
    return Response(stored.body, stored.status, headers)


async def _fingerprint(request: Request) -> str:
    """Of method, address and content. A multipart boundary differs every time, so forms count by their fields."""
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if request.headers.get("content-type", "").startswith("multipart/"):
        await _add_form(digest.update, await request.form())
    else:
        digest.update(await request.body())
    return digest.hexdigest()


async def _add_form(add: Callable[[bytes], None], form: FormData) -> None:
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            add(f"{name}={value.filename}\n".encode() + await value.read())
            await value.seek(0)
        else:
            add(f"{name}={value}\n".encode())


def seeded_id(request: Request, prefix: str, tenant: TenantId) -> str | None:
    """With an idempotency key, the id of what is made follows from it: a retry after a crash makes the same thing."""
    seed: str | None = getattr(request.state, "seed", None)
    return None if seed is None else f"{prefix}_{hashlib.sha256(f'{tenant}|{seed}'.encode()).hexdigest()[:32]}"
