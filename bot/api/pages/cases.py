"""The list of cases."""

from __future__ import annotations

from starlette.responses import Response

from bot.api.pages.visit import Visit
from bot.casework import case_overview
from bot.store.queries.case_page import FILTERS


async def show(visit: Visit) -> Response:
    """The cases that a filter takes, or whose code or alias holds what is searched for."""
    asked = visit.request.query_params
    text = asked.get("q", "").strip()[:80]
    chosen = asked.get("filter", "all")
    chosen = chosen if chosen in FILTERS else "all"
    after = asked.get("after", "")[:80]
    if text:
        listing = await visit.read(lambda tx: case_overview.search(tx, visit.now, visit.who, text))
    else:
        listing = await visit.read(lambda tx: case_overview.cases(tx, visit.now, visit.who, chosen, after))
    return visit.page("cases.html", listing=listing, text=text, chosen=chosen)
