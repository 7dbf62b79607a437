"""Errors as ``application/problem+json`` (RFC 9457): what went wrong, never what was sent."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from bot.api.rules import methods
from bot.store.errors import StoreAway

MEDIA = "application/problem+json"
TITLES = {
    400: "the request cannot be read",
    401: "a bearer token is needed",
    403: "this is not for your role",
    404: "there is nothing here, or nothing for your eyes",
    405: "this method is not for this path",
    409: "this cannot be done in the present state",
    412: "it has changed since you read it",
    413: "the request is too large",
    415: "send application/json",
    422: "the request is not valid",
    429: "too many requests",
    500: "something of ours went wrong",
    503: "the store is away, try again",
}


class ProblemBody(BaseModel):
    """What every error of the API looks like."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [
        {"type": "about:blank", "title": TITLES[409], "status": 409, "state": "resolved"}
    ]})  # fmt: skip

    type: str
    title: str
    status: int
    detail: str | None = None
    state: str | None = None
    reason: str | None = None


class Problem(HTTPException):
    """An error with a status, a title and perhaps more for the caller."""

    def __init__(
        self, status: int, title: str = "", headers: dict[str, str] | None = None, **more: str
    ) -> None:
        if status == 401:
            headers = {"WWW-Authenticate": "Bearer", **(headers or {})}
        super().__init__(status, title or TITLES[status], headers=headers)
        self.more = more


def problem(status: int, title: str, headers: dict[str, str] | None = None, **more: str) -> JSONResponse:
    """A problem as a response."""
    body = {"type": "about:blank", "title": title, "status": status, **more}
    return JSONResponse(body, status, headers, media_type=MEDIA)


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How the errors of a route stand in the API's description."""
    schema = {"$ref": "#/components/schemas/ProblemBody"}
    return {each: {"description": TITLES[each], "content": {MEDIA: {"schema": schema}}} for each in statuses}


def install(app: FastAPI) -> None:
    """Answer every error of the app as a problem."""

    @app.exception_handler(HTTPException)
    async def _known(request: Request, error: HTTPException) -> JSONResponse:
        more = error.more if isinstance(error, Problem) else {}
        headers = dict(error.headers or {})
        if error.status_code == 405 and (allowed := methods(request.url.path)):
            headers["Allow"] = ", ".join(allowed)
        title = str(error.detail) if isinstance(error, Problem) else TITLES.get(error.status_code, "error")
        return problem(error.status_code, title, headers, **more)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        return problem(
            422, TITLES[422], detail=f"{_place(first)}: {_PLAIN.get(first['type'], 'is not valid')}"
        )

    @app.exception_handler(StoreAway)
    async def _away(request: Request, error: StoreAway) -> JSONResponse:
        return problem(503, TITLES[503], {"Retry-After": "10"})


_PLAIN = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "json_invalid": "is not JSON",
    "string_too_long": "is too long",
    "string_too_short": "is too short",
    "literal_error": "is none of the values that are allowed",
    "timezone_aware": "needs a time zone",
}


def _place(error: Any) -> str:
    """Where it is: names that are ours, and no word of what was sent."""
    if error["type"] in ("extra_forbidden", "json_invalid"):
        return str(error["loc"][0])
    return ".".join(str(part) for part in error["loc"] if isinstance(part, int | str))
