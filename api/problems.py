"""Problem answers (RFC 9457): what they hold, what their types mean, and how routes declare them."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from core import errors
from core.intake import problem

MEDIA_TYPE = "application/problem+json"
UNEXPECTED = "unexpected"
OF_HTTP = {  # what the framework refuses by itself: code and title
    400: ("bad-request", "The request cannot be taken apart"),
    404: ("not-found", "Nothing is there"),
    405: ("method-not-allowed", "This path has no such method"),
    413: ("too-large", "A limit was passed"),
}
RETRY_AFTER_S = {"overloaded": "2", "broken": "2", "model-error": "2", "store-error": "2", "not-ready": "1"}
OCCASIONS = {
    400: "The form or the JSON cannot be taken apart.",
    401: "No API key, or not a valid one.",
    403: "A valid API key, but not for this: tenants' routes take a tenant's key, `/v1/admin` an operator's.",
    404: "Nothing with that id for this tenant.",
    409: "It collides with what is there, or is not indexed yet: `detail` says which.",
    413: "Larger than is taken.",
    415: "Not a type that is read, or not what its name says.",
    422: "Wrong, unreadable or contradictory: `detail` says what to do, `errors` where.",
    503: "Too much at once, or a part is down: try again after `Retry-After` seconds.",
}


class WrongPart(BaseModel):
    """One thing that is wrong with a request."""

    pointer: str = Field(description="JSON pointer into the body, or the name of the parameter.", examples=["#/limit"])
    detail: str = Field(examples=["Input should be less than or equal to 100"])


class ProblemDetails(BaseModel):
    """Every error of this API, after RFC 9457. Further members may be added."""

    type: str = Field(description="Says in words what this kind of problem is.", examples=["/problems/not-found"])
    title: str = Field(examples=["Nothing with that id"])
    status: int = Field(description="The HTTP status, again.", examples=[404])
    detail: str = Field(description="What went wrong this time, and what to do.", examples=["no candidate cnd_01…"])
    errors: list[WrongPart] | None = Field(None, description="All that is wrong, when a request is not as described.")
    document: str | None = Field(None, description="The refused document; its row keeps the reason.")
    owner: str | None = Field(None, description="The candidate or job of the refused document.")


SCHEMAS: dict[str, Any] = models_json_schema(
    [(ProblemDetails, "validation")], ref_template="#/components/schemas/{model}"
)[1]["$defs"]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these problems."""
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}}}
    return {status: {"description": OCCASIONS[status], "content": content} for status in statuses}


def answer(status: int, code: str, title: str, detail: str, **more: Any) -> JSONResponse:
    """A problem answer; its `type` is a relative reference that this API serves."""
    headers = {"Retry-After": RETRY_AFTER_S[code]} if code in RETRY_AFTER_S else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    told = {"type": f"/problems/{code}", "title": title, "status": status, "detail": detail}
    return JSONResponse(told | more, status, headers, media_type=MEDIA_TYPE)


def meanings() -> dict[str, str]:
    """Every code that this API may answer with, and what it means."""
    of_core = {said.code: said.title for said in (problem(kind("")) for kind in errors.tree(errors.CoreError))}
    return dict(OF_HTTP.values()) | of_core | {UNEXPECTED: "Something went wrong, and it is our fault"}
