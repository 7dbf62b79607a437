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

from bot.api.pages import case, cases, inbox, leaving, live, review, signing_in, team
from bot.api.pages.rendering import Rendering
from bot.api.pages.visit import Trouble, Visit, arrive, away, to
from bot.api.pages.words import load
from bot.casework.desk import NotFound
from bot.casework.moves import WrongMove
from bot.delivery.office import Office

STATIC = Path(__file__).parents[1] / "static"
Handler = Callable[[Visit], Awaitable[Response]]

ANYONE: tuple[str, ...] = ()
READERS = ("caseworker", "supervisor")
STAFF = (*READERS, "coordinator")
LEADERS = ("supervisor", "coordinator")
EVERY_ROLE = (*STAFF, "auditor")


@dataclass(frozen=True)
class Place:
    """A path of the page, and the roles that may go there; anyone if there are none."""

    method: str
    path: str
    handler: Handler
    roles: tuple[str, ...]


PLACES = (
    Place("GET", "/", signing_in.door, ANYONE),
    Place("GET", "/sign-in", signing_in.form, ANYONE),
    Place("POST", "/sign-in", signing_in.sign_in, ANYONE),
    Place("POST", "/sign-in/code", signing_in.code, ANYONE),
    Place("POST", "/sign-out", signing_in.sign_out, ANYONE),
    Place("POST", "/leave", leaving.leave, ANYONE),
    Place("GET", "/left", leaving.left, ANYONE),
    Place("POST", "/language", signing_in.language, EVERY_ROLE),
    Place("GET", "/live", live.stream, EVERY_ROLE),
    Place("GET", "/inbox", inbox.show, STAFF),
    Place("POST", "/inbox/{number:int}/acknowledge", inbox.acknowledge, STAFF),
    Place("POST", "/inbox/{number:int}/resolve", inbox.resolve, STAFF),
    Place("POST", "/inbox/{number:int}/snooze", inbox.snooze, STAFF),
    Place("GET", "/cases", cases.show, STAFF),
    Place("GET", "/cases/{code}", case.show, STAFF),
    Place("POST", "/cases/{code}/looking", case.look, STAFF),
    Place("POST", "/cases/{code}/message", case.write, READERS),
    Place("POST", "/cases/{code}/draft", case.draft, READERS),
    Place("POST", "/cases/{code}/contact", case.contact, READERS),
    Place("POST", "/cases/{code}/note", case.note, READERS),
    Place("POST", "/cases/{code}/checkin", case.checkin, READERS),
    Place("POST", "/cases/{code}/pause", case.pause, READERS),
    Place("POST", "/cases/{code}/resume", case.resume, READERS),
    Place("POST", "/cases/{code}/change", case.change, READERS),
    Place("GET", "/review", review.show, READERS),
    Place("POST", "/review/export", review.export, READERS),
    Place("POST", "/review/{message}/label", review.label, READERS),
    Place("GET", "/team", team.show, LEADERS),
)


def install(app: FastAPI, office: Office) -> None:
    """Put the page on an app."""
    rendering = Rendering(load(office.settings.locales), office.settings.leave_to)
    app.state.watch = live.Watch(office)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.router.routes.extend(
        Route(each.path, _endpoint(each, rendering), methods=[each.method]) for each in PLACES
    )


def _endpoint(place: Place, rendering: Rendering) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        visit = await arrive(request, rendering)
        try:
            if place.roles and visit.visitor is None:
                return away() if "hx-request" in request.headers else to("/")
            if place.roles and visit.who.role not in place.roles:
                raise NotFound
            if place.method == "POST":
                await visit.take_form()
            return await place.handler(visit)
        except NotFound:
            trouble = Trouble(404, "There is no such page, or it is not yours to see.")
        except WrongMove:
            trouble = Trouble(409, "Someone was faster: this is dealt with already.")
        except Trouble as known:
            trouble = known
        return visit.page("trouble.html", trouble.status, said=trouble.said)

    return endpoint
