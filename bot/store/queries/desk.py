"""What the caseworkers' page asks: who is signed in, whether anything has happened, what is due."""

from __future__ import annotations

from sqlalchemy import bindparam, func, literal, select, update

from bot.store.prepared import Prepared
from bot.store.queries import columns
from bot.store.tables import AuditHead, Message, MessageEvent, Presence, Signal, Staff, Token

_staff, _token = columns(Staff), columns(Token)
_head, _message, _event, _signal, _presence = (
    columns(t) for t in (AuditHead, Message, MessageEvent, Signal, Presence)
)

#: Who holds the session of a page. Primary keys.
page_session = Prepared(
    select(_staff.id, _staff.role, _staff.team_id, _staff.name, _staff.language)
    .join(Token, _token.staff_id == _staff.id)
    .where(
        _token.token_hash == bindparam("token"),
        _token.kind == "page",
        _token.expires_at > bindparam("now"),
        _token.revoked_at.is_(None),
        _staff.active.is_(True),
    )
)
revoke_token = Prepared(
    update(Token)
    .where(_token.token_hash == bindparam("token"), _token.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)
set_language = Prepared(
    update(Staff).where(_staff.id == bindparam("staff")).values(language=bindparam("chosen"))
)

#: Something that differs once anything has happened: every change is in the audit log or is a new row of
#: these. Primary keys and the one row of the audit log's head.
pulse = Prepared(
    select(
        select(func.max(_head.entries)).scalar_subquery().label("audit"),
        select(func.max(_message.id)).scalar_subquery().label("message"),
        select(func.max(_event.id)).scalar_subquery().label("event"),
        select(func.max(_signal.id)).scalar_subquery().label("signal"),
        select(func.max(_presence.at)).scalar_subquery().label("presence"),
    ).select_from(select(literal(1)).subquery())
)
