"""A reader outside Besa that may raise what Besa has read, and can neither lower nor delay anything.

Off unless ``BESA_SECOND_READER_URL`` is set. It is asked after the commit, beside everything else; what it
does not answer in time, or answers wrongly, is left as it was read here.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from threading import BoundedSemaphore

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from bot.casework import second_reading
from bot.casework.programme import Programme
from bot.delivery.inbox import Read
from bot.risk import Category, Level
from bot.store.database import Database

SECONDS = 10.0
MOST_WAITING = 200
log = structlog.get_logger(__name__)


class Told(BaseModel):
    """What the reader answers: a level and categories, by the names that Besa uses."""

    level: Level
    categories: list[Category] = []


class SecondReader:
    """Asks a service by HTTP: POST ``{"id","text"}``, answer ``{"level","categories"}``."""

    def __init__(self, url: str, db: Database, programme: Programme, clock: Callable[[], datetime]) -> None:
        self._url, self._db, self._programme, self._clock = url, db, programme, clock
        self._pool = ThreadPoolExecutor(2, "second-reader")
        self._room = BoundedSemaphore(MOST_WAITING)
        self._client = httpx.Client(timeout=SECONDS)

    def offer(self, taken: Future[str | None], one: Read) -> None:
        """Have a message read again once it is kept; one too many is left out."""
        if one.inbound.text and one.inbound.kind == "text":
            taken.add_done_callback(lambda done: self._queue(done, one))

    def close(self) -> None:
        """Leave what waits and give everything back."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._client.close()

    def _queue(self, taken: Future[str | None], one: Read) -> None:
        if taken.cancelled() or taken.exception() or taken.result() is None:
            return
        if not self._room.acquire(blocking=False):
            log.warning("the second reader is too slow, a message was not read again")
            return
        try:
            asked = self._pool.submit(self._ask, str(taken.result()), one)
        except RuntimeError:
            self._room.release()
            return
        asked.add_done_callback(lambda _: self._room.release())

    def _ask(self, message_id: str, one: Read) -> None:
        try:
            answer = self._client.post(self._url, json={"id": message_id, "text": one.inbound.text})
            answer.raise_for_status()
            told = Told.model_validate_json(answer.content)
            if told.level.rank > one.assessment.level.rank:
                now = self._clock()
                self._db.write_now(
                    lambda tx: second_reading.raise_level(
                        tx, self._programme, now, message_id, told.level, told.categories
                    )
                )
        except (httpx.HTTPError, ValidationError) as error:
            log.warning("the second reader did not answer", kind=type(error).__name__)
