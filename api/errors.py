"""Errors as RFC 9457 problem+json. Only this file knows status codes."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core import errors
from core.intake import problem

log = structlog.get_logger()

STATUS: dict[type[errors.CoreError], int] = {
    errors.BadInput: 422,
    errors.UnreadableFile: 422,
    errors.EncryptedFile: 422,
    errors.TooLarge: 413,
    errors.UnsupportedType: 415,
    errors.Contradiction: 422,
    errors.Unauthorised: 401,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.NotReady: 409,
    errors.Overloaded: 503,
    errors.Broken: 503,
    errors.ModelError: 503,
    errors.StoreError: 503,
    errors.CoreError: 500,
}
RETRY_AFTER_S = {503: "2", 409: "1"}


def answer(status: int, code: str, title: str, detail: str, **more: Any) -> JSONResponse:
    """A problem+json answer; `type` is a relative reference that this API serves."""
    headers = {"Retry-After": RETRY_AFTER_S[status]} if status in RETRY_AFTER_S else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        {"type": f"/problems/{code}", "title": title, "status": status, "detail": detail, **more},
        status,
        headers,
        media_type="application/problem+json",
    )


def add_handlers(app: FastAPI) -> None:
    app.add_exception_handler(errors.CoreError, _core)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _core(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.CoreError)  # registered for this class
    said = problem(error)
    status = STATUS[type(error)]
    detail = said.detail
    if status >= 500 and not isinstance(error, errors.Overloaded):
        log.error("request.broke", path=request.url.path, error=said.code, detail=said.detail)
        detail = "a part of the service does not work at the moment; the log names it"
    return answer(status, said.code, said.title, detail)


async def _validation(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, RequestValidationError)
    wrong = [
        {"pointer": "#/" + "/".join(str(part) for part in one["loc"][1:]), "detail": one["msg"]}
        for one in error.errors()
    ]
    first = f"{wrong[0]['pointer']}: {wrong[0]['detail']}" if wrong else "the request is not as described"
    return answer(422, "bad-input", "The input is wrong", first, errors=wrong)


async def _http(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, HTTPException)
    title = HTTPStatus(error.status_code).phrase
    return answer(error.status_code, title.lower().replace(" ", "-"), title, str(error.detail))


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("request.crashed", path=request.url.path, error=type(error).__name__, exc_info=error)
    return answer(500, "unexpected", "Something went wrong", "our fault: the log has it under this request's id")
