"""Answers that are kept for requests which may be sent again."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns
from bot.store.tables import RequestKey

_key = columns(RequestKey)

keep = inserting(RequestKey)

#: The answer kept for a key. Unique (staff_id, key).
kept = Prepared(
    select(_key.id, _key.digest, _key.answer, _key.at).where(
        _key.staff_id == bindparam("staff"), _key.key == bindparam("key")
    )
)
#: Index: ix_request_key_at.
forget = Prepared(delete(RequestKey).where(_key.at < bindparam("stale")))
