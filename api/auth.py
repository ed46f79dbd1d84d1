"""Who is calling: an API key in, its tenant or its operator out."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.use_cases import UseCases
from core.domain import TenantId
from core.errors import Forbidden, Unauthorised
from core.ports import OPERATOR, Access

RECENT_S = 5.0  # saves a query on nearly every request; a key that is withdrawn works this much longer
MOST_RECENT = 10_000  # about 2 MB

bearer = HTTPBearer(auto_error=False, description="`Authorization: Bearer mg_…`")


class RecentKeys:
    """Whose keys were valid a moment ago. Only hits are remembered: a new key works at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[bytes, tuple[TenantId, float]] = {}  # by SHA-256, oldest first

    async def tenant_of(self, key: str, access: Access) -> TenantId:
        digest = hashlib.sha256(key.encode()).digest()
        tenant, since = self._known.get(digest, (None, 0.0))
        if tenant is not None and self._clock() - since < RECENT_S:
            return tenant
        self._known.pop(digest, None)
        tenant = await access.tenant_of(key)
        self._known[digest] = (tenant, self._clock())
        if len(self._known) > MOST_RECENT:
            del self._known[next(iter(self._known))]
        return tenant


def use_cases(request: Request) -> UseCases:
    """The use cases that serve now; a request keeps the ones it began with."""
    use: UseCases = request.app.state.use_cases()
    return use


Use = Annotated[UseCases, Depends(use_cases)]
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


async def caller(request: Request, use: Use, credentials: Credentials) -> TenantId:
    key = _key(credentials)
    if key.startswith(OPERATOR):
        await use.access.operator_of(key)
        raise Forbidden("this is an operator's key: candidates, jobs and matches take a tenant's")
    recent: RecentKeys = request.app.state.recent_keys
    return await recent.tenant_of(key, use.access)


async def operator(use: Use, credentials: Credentials) -> str:
    """The operator's name. Not remembered: a withdrawn key changes nothing any more."""
    key = _key(credentials)
    if key.startswith(OPERATOR):
        return await use.access.operator_of(key)
    await use.access.tenant_of(key)
    raise Forbidden(
        "this is a tenant's key: what serves is changed with an operator's (`python -m pipelines.operators`)"
    )


def _key(credentials: HTTPAuthorizationCredentials | None) -> str:
    if credentials is None or not credentials.credentials:
        raise Unauthorised("no API key: send `Authorization: Bearer mg_…`")
    return credentials.credentials


Tenant = Annotated[TenantId, Depends(caller)]
Operator = Annotated[str, Depends(operator)]
