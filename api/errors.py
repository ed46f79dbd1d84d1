"""Which error is which status. Only this file knows both."""

from __future__ import annotations

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.problems import OF_HTTP, answer
from core import errors
from core.domain import Document, Problem
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
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.NotReady: 409,
    errors.Overloaded: 503,
    errors.Broken: 503,
    errors.ModelError: 503,
    errors.StoreError: 503,
    errors.CoreError: 500,
}
ELSEWHERE = (404, 405)  # of the framework: no route has this path, or this method
BY_CODE = {problem(kind("")).code: status for kind, status in STATUS.items()}


class Refused(Exception):
    """A document that was accepted and then could not be read."""

    def __init__(self, document: Document, error: Problem) -> None:
        super().__init__(error.detail)
        self.document = document
        self.error = error


def add_handlers(app: FastAPI) -> None:
    """What nobody expected is answered by `api.middleware`."""
    app.add_exception_handler(errors.CoreError, _core)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)


async def _core(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.CoreError)  # registered for this class
    said = problem(error)
    status = STATUS[type(error)]
    detail = said.detail
    if status >= 500 and not isinstance(error, errors.Overloaded):
        log.error("request.broke", path=request.url.path, error=said.code, detail=said.detail)
        detail = "a part of the service does not work at the moment; the log names it"
    return answer(status, said.code, said.title, detail)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, Refused)
    said, document = error.error, error.document
    status = BY_CODE.get(said.code, 422)  # a code of a later version, found in an old row
    return answer(status, said.code, said.title, said.detail, document=document.id, owner=document.owner)


async def _validation(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, RequestValidationError)
    wrong = [{"pointer": _pointer(*one["loc"]), "detail": one["msg"]} for one in error.errors()]
    first = f"{wrong[0]['pointer']}: {wrong[0]['detail']}" if wrong else "the request is not as described"
    return answer(422, "bad-input", "The input is wrong", first, errors=wrong)


def _pointer(where: str, *path: str | int) -> str:
    parts = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return f"#/{parts}" if where == "body" else parts


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = error.status_code
    code, title = OF_HTTP.get(status, OF_HTTP[400])
    detail = (
        f"{request.method} {request.url.path} is not served: /docs lists what is"
        if status in ELSEWHERE
        else error.detail
    )
    told = answer(status, code, title, str(detail))
    told.headers.update(error.headers or {})
    return told
