"""Twilio's list of messages: filtered, newest first, in pages."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

PAGE_SIZE = 50


def listing(path: str, query: dict[str, str], newest_first: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one page of the messages that fit ``query``, with the link to the next."""
    found = [message for message in newest_first if _fits(message, query)]
    size, page = int(query.get("PageSize", PAGE_SIZE)), int(query.get("Page", 0))
    shown = found[page * size : (page + 1) * size]
    more = len(found) > (page + 1) * size
    return {
        "messages": shown,
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(0, len(shown) - 1),
        "uri": _link(path, query, page),
        "first_page_uri": _link(path, query, 0),
        "next_page_uri": _link(path, query, page + 1) if more else None,
        "previous_page_uri": _link(path, query, page - 1) if page else None,
    }


def _link(path: str, query: dict[str, str], page: int) -> str:
    return f"{path}?{urlencode(query | {'Page': str(page)})}"


def _fits(message: dict[str, Any], query: dict[str, str]) -> bool:
    if any(query.get(name) not in (None, message[name.lower()]) for name in ("To", "From")):
        return False
    after, before, sent = query.get("DateSent>"), query.get("DateSent<"), message["date_sent"]
    if after is None and before is None:
        return True
    if sent is None:
        return False
    at = parsedate_to_datetime(sent)
    return (after is None or at >= _instant(after)) and (before is None or at <= _instant(before))


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
