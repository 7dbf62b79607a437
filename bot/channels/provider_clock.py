"""How far the providers' clocks are from this machine's, by the ``Date`` of their answers."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FRESH = 600.0
"""For so many seconds an answer says something about the clocks."""
_heard: dict[str, tuple[timedelta, float]] = {}


def heard(provider: str, date: str | None) -> None:
    """Note the ``Date`` of an answer that has just come; one that cannot be read says nothing."""
    try:
        at = parsedate_to_datetime(date or "")
    except ValueError:
        return
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    _heard[provider] = (at - datetime.now(UTC), time.monotonic())


def offsets() -> dict[str, timedelta]:
    """How far each provider's clock was ahead of this machine's, of those that answered lately."""
    now = time.monotonic()
    return {name: offset for name, (offset, at) in list(_heard.items()) if now - at <= FRESH}
