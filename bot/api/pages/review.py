"""Texts that were not understood, to be labelled with one tap."""

from __future__ import annotations

from starlette.responses import Response

from bot.api.pages.visit import HEADERS, Trouble, Visit, to
from bot.casework import review
from bot.risk import Category, Level


async def show(visit: Visit) -> Response:
    """What waits, the oldest first."""
    after = visit.request.query_params.get("after", "")[:40]
    page = await visit.read(lambda tx: review.waiting(tx, visit.who, after))
    return visit.page("review.html", items=page.items, following=page.next)


async def label(visit: Visit) -> Response:
    """Say what a text is."""
    message, level = str(visit.request.path_params["message"]), visit.fields.get("level", "")
    about = tuple(each.value for each in Category if f"about-{each.value}" in visit.fields)
    if level not in {each.value for each in Level}:
        raise Trouble(422, "Say how grave it is.")
    programme = visit.office.programme
    await visit.write(lambda tx: review.label(tx, programme, visit.now, visit.who, message, level, about))
    return to("/review?done=labelled")


async def export(visit: Visit) -> Response:
    """All labels as JSON lines, without names."""
    lines = await visit.write(lambda tx: review.export(tx, visit.now, visit.who))
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="besa-labels.jsonl"'}
    return Response(lines, media_type="application/jsonl", headers=headers)
