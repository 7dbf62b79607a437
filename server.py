"""Builds the FastAPI app: webhooks, the JSON API, health; in a demo also the demo's page."""

from __future__ import annotations

from fastapi import FastAPI

from bot.api import (
    access,
    alerts,
    calendar,
    case_changes,
    cases,
    description,
    health,
    pages,
    problems,
    review,
    rules,
    staff,
    webhooks,
)
from bot.api.limits import Guarded, Limits
from bot.delivery.office import Office


def build_app(office: Office, limits: Limits | None = None) -> FastAPI:
    """The app of an office.

    Raises:
        NoRule: a route of the API is not in the table of rules, or the other way round.
    """
    app = FastAPI(title="Besa", version="1", docs_url=None, redoc_url=None)
    app.state.office = office
    problems.install(app)
    app.router.routes.extend(webhooks.routes)
    for public in (health, calendar):
        app.include_router(public.router)
    for part in (access, alerts, cases, case_changes, review, staff):
        app.include_router(part.router)
    pages.install(app, office)
    rules.check(app, access.allowed)
    description.install(app)
    app.add_middleware(Guarded, limits=limits or Limits())
    return app
