"""What was taken in already, and up to when a provider's list of it was looked through."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from bot.store.prepared import Prepared
from bot.store.queries import columns
from bot.store.tables import Message

_message = columns(Message)

#: Which of some messages are here. Index: ix_message_inbound_once.
taken = Prepared(
    select(_message.provider_id).where(
        _message.direction == "in",
        _message.channel == bindparam("channel"),
        _message.provider_id.in_(bindparam("providers", expanding=True)),
    )
)
