"""Agencies, teams, staff and their tokens; cases as they are listed."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, or_, select, update

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns, reach
from bot.store.tables import Address, Agency, Case, Message, SignInTries, Staff, Team, Token

_agency, _team, _staff, _token = (columns(t) for t in (Agency, Team, Staff, Token))
_case, _message, _tries = columns(Case), columns(Message), columns(SignInTries)

insert_agency = inserting(Agency, ignore=True)
insert_team = inserting(Team, ignore=True)
insert_staff = inserting(Staff)
insert_case = inserting(Case)
insert_address = inserting(Address)
insert_token = inserting(Token)

agency_named = Prepared(select(_agency.id).where(_agency.name == bindparam("name")))
team_named = Prepared(
    select(_team.id).where(_team.agency_id == bindparam("agency"), _team.name == bindparam("name"))
)
staff_with_email = Prepared(
    select(
        _staff.id,
        _staff.role,
        _staff.team_id,
        _staff.password_hash,
        _staff.active,
        _staff.totp_secret,
        _staff.totp_step,
    ).where(_staff.email_hash.in_(bindparam("hashes", expanding=True)))
)
all_staff = Prepared(
    select(
        _staff.role, _staff.active, _staff.phone_hash.label("phone"), _staff.telegram_hash.label("telegram")
    )
)
staff_with_token = Prepared(
    select(_staff.id, _staff.role, _staff.team_id)
    .join(Token, _token.staff_id == _staff.id)
    .where(
        _token.token_hash == bindparam("token"),
        _token.kind == "api",
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
#: Every token and session of a member of staff. Index: ix_token_staff_id.
revoke_tokens_of = Prepared(
    update(Token)
    .where(_token.staff_id == bindparam("staff"), _token.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)
set_totp = Prepared(
    update(Staff)
    .where(_staff.id == bindparam("staff"))
    .values(totp_secret=bindparam("new_secret"), totp_step=0)
)
#: Takes a code of a step once: no row is touched the second time.
use_totp_step = Prepared(
    update(Staff)
    .where(_staff.id == bindparam("staff"), _staff.totp_step < bindparam("step"))
    .values(totp_step=bindparam("step"))
)

insert_tries = inserting(SignInTries, ignore=True)
tries = Prepared(
    select(_tries.key_hash, _tries.failures, _tries.last_at)
    .where(_tries.key_hash == bindparam("key"))
    .with_for_update()
)
set_tries = Prepared(
    update(SignInTries)
    .where(_tries.key_hash == bindparam("key"))
    .values(failures=bindparam("count"), last_at=bindparam("now"))
)
forget_tries = Prepared(
    delete(SignInTries).where(
        or_(
            _tries.last_at < bindparam("stale"),
            (_tries.failures > 0) & (_tries.last_at < bindparam("forgiven")),
        )
    )
)

#: A member of staff as they are shown to themselves. Primary key.
me = Prepared(
    select(_staff.id, _staff.role, _staff.team_id, _staff.name, _staff.email).where(
        _staff.id == bindparam("staff")
    )
)
#: All staff, page after page. Primary key.
staff_after = Prepared(
    select(
        _staff.id,
        _staff.role,
        _staff.team_id,
        _staff.name,
        _staff.email,
        _staff.active,
        _staff.totp_secret.is_not(None).label("second_factor"),
    )
    .where(_staff.id > bindparam("after"))
    .order_by(_staff.id)
    .limit(bindparam("most"))
)
case_with_code = Prepared(
    select(
        _case.id,
        _case.alias,
        _case.code,
        _case.language,
        _case.country,
        _case.timezone,
        _case.state,
        _case.consent,
        _case.phone,
        _case.return_date,
        _case.caseworker_id,
        _case.team_id,
    ).where(_case.code == bindparam("code"))
)
all_cases = Prepared(
    select(
        _case.id, _case.code, _case.language, _case.country, _case.state, _case.consent, _case.return_date
    ).order_by(_case.code)
)

#: A case whose texts a member of staff may read. Unique index on code.
case_for = reach.Reached(
    reach.cases,
    lambda within: select(_case.id, _case.code).where(_case.code == bindparam("code"), within),
    texts=True,
)

#: The conversation with a case, newest first. Index: ix_message_case.
messages_of = Prepared(
    select(
        _message.id,
        _message.direction,
        _message.body,
        _message.buttons,
        _message.language,
        _message.channel,
        _message.at,
        _message.state,
        _message.level,
        _message.categories,
        _message.review,
        _message.kind,
    )
    .where(_message.case_id == bindparam("case"), _message.id < bindparam("before"))
    .order_by(_message.id.desc())
    .limit(bindparam("most"))
)
