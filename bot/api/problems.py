"""Errors as ``application/problem+json``: what went wrong, never what was sent."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.store.errors import StoreAway


class Problem(HTTPException):
    """An error with a status, a title and perhaps more for the caller."""

    def __init__(self, status: int, title: str, **more: str) -> None:
        super().__init__(status, title, headers={"WWW-Authenticate": "Bearer"} if status == 401 else None)
        self.more = more


def problem(status: int, title: str, headers: dict[str, str] | None = None, **more: str) -> JSONResponse:
    """A problem as a response."""
    body = {"type": "about:blank", "title": title, "status": status, **more}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answer every error of the app as a problem."""

    @app.exception_handler(HTTPException)
    async def _known(request: Request, error: HTTPException) -> JSONResponse:
        more = error.more if isinstance(error, Problem) else {}
        return problem(error.status_code, str(error.detail), dict(error.headers or {}), **more)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        return problem(422, "the request is not valid", detail=f"{place}: {error.errors()[0]['msg']}")

    @app.exception_handler(StoreAway)
    async def _away(request: Request, error: StoreAway) -> JSONResponse:
        return problem(503, "the store is away, try again", {"Retry-After": "10"})
