"""The inbox: what is due, and the acts that settle it."""

from __future__ import annotations

from starlette.responses import Response

from bot.api.pages.visit import Visit, to
from bot.casework import desk


async def show(visit: Visit) -> Response:
    """What is due, the most urgent first."""
    page = await visit.read(lambda tx: desk.list_alerts(tx, visit.who, "", "", None))
    items = [each for each in page.items if each["state"] != "resolved"]
    return visit.page("inbox.html", items=items)


async def acknowledge(visit: Visit) -> Response:
    """Take an alert in hand."""
    number = visit.request.path_params["number"]
    note = visit.fields.get("note") or None
    await visit.write(lambda tx: desk.acknowledge(tx, visit.now, visit.who, number, note))
    return to("/inbox?done=acknowledged")


async def resolve(visit: Visit) -> Response:
    """Close an alert as done."""
    number = visit.request.path_params["number"]
    note = visit.fields.get("note") or None
    await visit.write(lambda tx: desk.resolve(tx, visit.now, visit.who, number, note))
    return to("/inbox?done=resolved")
