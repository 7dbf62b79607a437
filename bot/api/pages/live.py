"""Tells open pages that something has happened, so that they ask anew: one question a second a process.

What is told says nothing of what happened: each page asks for what its own reader may see.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from bot.api import work
from bot.api.pages.visit import HEADERS, Visit
from bot.casework import page_session
from bot.casework.inbox_view import LOOKING
from bot.delivery.office import Office
from bot.store.errors import StoreError
from bot.store.queries import desk
from bot.store.tx import Tx

EVERY = 1.0
"""Seconds between two looks at the store."""
CLOCK = 60
"""So many looks later a page is told all the same: what is left of each time has changed."""
PING = 15


class Watch:
    """Looks at the store while at least one page listens."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._listening: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None

    async def listen(self, visit: Visit) -> AsyncIterator[ServerSentEvent]:
        """Yield a pulse after each change, as long as the session lasts."""
        happened = asyncio.Event()
        self._listening.add(happened)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        try:
            yield ServerSentEvent(event="hello", data="")
            while await self._signed_in(visit):
                await happened.wait()
                happened.clear()
                yield ServerSentEvent(event="pulse", data="")
            yield ServerSentEvent(event="over", data="")
        finally:
            self._listening.discard(happened)

    async def _signed_in(self, visit: Visit) -> bool:
        now = self._office.clock()
        return (
            await work.read(self._office, lambda tx: page_session.visitor(tx, now, visit.token)) is not None
        )

    def _seen(self, tx: Tx) -> Any:
        return desk.pulse.one(tx, since=self._office.clock() - LOOKING)

    async def _look(self) -> None:
        last: Any = None
        looks = 0
        while self._listening:
            with suppress(StoreError):
                seen = await work.read(self._office, self._seen)
                looks += 1
                if seen != last or looks % CLOCK == 0:
                    last = seen
                    for each in self._listening:
                        each.set()
            await asyncio.sleep(EVERY)


async def stream(visit: Visit) -> Response:
    """The stream of events of a page."""
    watch: Watch = visit.request.app.state.watch
    return EventSourceResponse(watch.listen(visit), ping=PING, headers=dict(HEADERS))
