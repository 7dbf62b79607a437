"""Agencies, teams, staff and their tokens; cases as they are listed."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, or_, select

from bot.store.prepared import Prepared, inserting
from bot.store.queries import columns
from bot.store.tables import Address, Agency, Case, Message, Staff, Team, Token

_agency, _team, _staff, _token = (columns(t) for t in (Agency, Team, Staff, Token))
_case, _message = columns(Case), columns(Message)

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
    select(_staff.id, _staff.role, _staff.team_id, _staff.password_hash, _staff.active).where(
        _staff.email_hash.in_(bindparam("hashes", expanding=True))
    )
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
        _token.expires_at > bindparam("now"),
        _token.revoked_at.is_(None),
        _staff.active.is_(True),
    )
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

#: A case that a member of staff may read. The rule is the one of the alerts' list.
case_for = Prepared(
    select(_case.id, _case.code).where(
        _case.code == bindparam("code"),
        or_(
            and_(bindparam("role") == "caseworker", _case.caseworker_id == bindparam("staff")),
            and_(bindparam("role") == "supervisor", _case.team_id == bindparam("team")),
        ),
    )
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
