"""One item of a round: a transaction of its own, so that one that fails stops nobody else's."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.store.database import Database
from bot.store.tx import Tx

log = structlog.get_logger(__name__)


def each(db: Database, job: Callable[[Tx], object]) -> object:
    """Run one item; what goes wrong with it is logged by kind alone and leaves the row for the next round."""
    return attempt(db, job)[0]


def attempt(db: Database, job: Callable[[Tx], object]) -> tuple[object, str | None]:
    """Run one item; gives what it gave, or the kind of its failure."""
    try:
        return db.write_now(job), None
    except Exception as error:
        log.error("an item of the tick failed", kind=type(error).__name__)
        return None, type(error).__name__
