"""Builds the FastAPI app: webhooks, the JSON API, health; in a demo also the demo's page."""

from __future__ import annotations

from fastapi import FastAPI

from bot.api import access, alerts, health, pages, problems, webhooks
from bot.delivery.office import Office


def build_app(office: Office) -> FastAPI:
    """The app of an office."""
    app = FastAPI(title="Besa", version="1", docs_url=None, redoc_url=None)
    app.state.office = office
    problems.install(app)
    app.router.routes.extend(webhooks.routes)
    for part in (access, alerts, health):
        app.include_router(part.router)
    pages.install(app, office)
    return app
