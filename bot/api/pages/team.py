"""The team, for those who lead it."""

from __future__ import annotations

from starlette.responses import Response

from bot.api.pages.visit import Visit
from bot.casework import team_view


async def show(visit: Visit) -> Response:
    """Who has how much, what is late, how fast it goes."""
    found = await visit.read(lambda tx: team_view.view(tx, visit.now, visit.who))
    return visit.page("team.html", team=found)
