"""The dead man's ping: a watcher outside is told after each finished tick, and misses it when there is none.

It runs beside the tick and never holds it up: one at a time, at most once a minute by a count that no change
of the clock moves.
"""

from __future__ import annotations

import threading
import time

import httpx
import structlog

EVERY = 60.0
SECONDS = 5.0
log = structlog.get_logger(__name__)


class Ping:
    """Asks one URL, by GET, that the settings name."""

    def __init__(self, url: str, *, every: float = EVERY, seconds: float = SECONDS) -> None:
        self._url, self._every, self._seconds = url, every, seconds
        self._last: float | None = None
        self._busy = threading.Lock()

    def ticked(self) -> bool:
        """A tick has finished. True if a ping was begun, False if one is under way or was just sent."""
        now = time.monotonic()
        if self._last is not None and now - self._last < self._every:
            return False
        if not self._busy.acquire(blocking=False):
            return False
        self._last = now
        threading.Thread(target=self._ask, name="besa-ping", daemon=True).start()
        return True

    def _ask(self) -> None:
        """Ask; what goes wrong is told by its kind, for the URL is a secret."""
        try:
            httpx.get(self._url, timeout=self._seconds, follow_redirects=False).raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("the ping was not answered", kind=type(error).__name__)
        finally:
            self._busy.release()
