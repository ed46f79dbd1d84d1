"""Who is calling: an API key in, its tenant out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.use_cases import UseCases
from core.domain import TenantId
from core.errors import Unauthorised

bearer = HTTPBearer(auto_error=False, description="`Authorization: Bearer mg_…`")


def use_cases(request: Request) -> UseCases:
    """The use cases that serve now; a request keeps the ones it began with."""
    use: UseCases = request.app.state.use_cases()
    return use


Use = Annotated[UseCases, Depends(use_cases)]


async def authenticate(use: UseCases, key: str) -> TenantId:
    if not key:
        raise Unauthorised("no API key: send `Authorization: Bearer mg_…`")
    return await use.access.tenant_of(key)


async def caller(use: Use, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> TenantId:
    return await authenticate(use, credentials.credentials if credentials else "")


Tenant = Annotated[TenantId, Depends(caller)]
