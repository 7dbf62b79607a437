"""The caseworkers' page: every path of it, and who may go there. A path that is not here does not exist."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from bot.api.pages import inbox, signing_in
from bot.api.pages.rendering import Rendering
from bot.api.pages.visit import Trouble, Visit, arrive, to
from bot.api.pages.words import load
from bot.casework.alerts import WrongMove
from bot.casework.desk import NotFound
from bot.delivery.office import Office

STATIC = Path(__file__).parents[1] / "static"
Handler = Callable[[Visit], Awaitable[Response]]

ANYONE: tuple[str, ...] = ()
READERS = ("caseworker", "supervisor")
STAFF = ("caseworker", "supervisor", "coordinator")
EVERY_ROLE = (*STAFF, "auditor")


@dataclass(frozen=True)
class Place:
    """A path of the page."""

    method: str
    path: str
    handler: Handler
    roles: tuple[str, ...]


PATHS = (
    Place("GET", "/", signing_in.door, ANYONE),
    Place("GET", "/sign-in", signing_in.form, ANYONE),
    Place("POST", "/sign-in", signing_in.sign_in, ANYONE),
    Place("POST", "/sign-out", signing_in.sign_out, ANYONE),
    Place("GET", "/inbox", inbox.show, STAFF),
    Place("POST", "/inbox/{number:int}/acknowledge", inbox.acknowledge, READERS),
    Place("POST", "/inbox/{number:int}/resolve", inbox.resolve, READERS),
)


def install(app: FastAPI, office: Office) -> None:
    """Put the page on an app."""
    rendering = Rendering(load(office.settings.locales), "about:blank")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.router.routes.extend(
        Route(each.path, _endpoint(each, rendering), methods=[each.method]) for each in PATHS
    )


def _endpoint(path: Place, rendering: Rendering) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        visit = await arrive(request, rendering)
        try:
            if path.roles and visit.visitor is None:
                return to("/")
            if path.roles and visit.who.role not in path.roles:
                raise NotFound
            if path.method == "POST":
                await visit.take_form()
            return await path.handler(visit)
        except NotFound:
            return visit.page("trouble.html", 404, said="There is no such page, or it is not yours to see.")
        except WrongMove:
            return visit.page("trouble.html", 409, said="Someone was faster: this is dealt with already.")
        except Trouble as trouble:
            return visit.page("trouble.html", trouble.status, said=trouble.said)

    return endpoint
