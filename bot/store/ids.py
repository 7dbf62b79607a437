"""Ids of rows: unique without asking the database, and in order of time."""

from __future__ import annotations

from uuid_utils import uuid7


def new_id() -> str:
    """Return 32 hexadecimal digits; an id made later in this process sorts later (RFC 9562, version 7)."""
    return uuid7().hex
