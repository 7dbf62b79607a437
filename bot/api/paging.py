"""Cursors: where a page ended, marked so that only one of ours is taken, and only where it was given."""

from __future__ import annotations

import binascii
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any

from fastapi import Query

from bot.api.problems import Problem
from bot.store.tx import Tx

_MARK = 16
Cursor = Annotated[
    str | None, Query(max_length=600, description="``next`` of the page before; nothing for the first page.")
]


def sealed(tx: Tx, listing: str, values: list[Any] | None) -> str | None:
    """The cursor of what comes after a page of a listing; None after the last."""
    if values is None:
        return None
    text = json.dumps(values, separators=(",", ":"))
    mark = tx.vault.hash("cursor", f"{listing}\n{text}")[:_MARK]
    return urlsafe_b64encode(f"{mark}{text}".encode()).decode().rstrip("=")


def opened(tx: Tx, listing: str, cursor: str | None, first: list[Any]) -> list[Any]:
    """The values in a cursor; those of the first page without one.

    Raises:
        Problem: 400, it is none of ours or of another listing.
    """
    if cursor is None:
        return first
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise _bad() from None
    mark, text = raw[:_MARK], raw[_MARK:]
    known = tx.vault.hashes("cursor", f"{listing}\n{text}")
    if not any(hmac.compare_digest(mark.encode(), each[:_MARK].encode()) for each in known):
        raise _bad()
    values: list[Any] = json.loads(text)
    return values


def _bad() -> Problem:
    return Problem(400, detail="cursor: is none of ours")
