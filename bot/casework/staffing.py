"""Changes of who works here: removal, another role, another team, an office that closes.

Each hands over what the change leaves without a permitted owner, in the same transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.casework import handover
from bot.casework.programme import Programme
from bot.casework.staff import ROLES, BadStaff
from bot.store import audit
from bot.store.queries import owners
from bot.store.tx import Tx


def remove(
    tx: Tx,
    now: datetime,
    staff_id: str,
    by: str,
    *,
    to: str | None = None,
    programme: Programme | None = None,
) -> int:
    """End someone's work here: they cannot sign in, and what they held goes on. Gives how much moved.

    ``to``: who becomes the caseworker of their cases; otherwise who keeps the work now. Repeating it is
    harmless.

    Raises:
        BadStaff: there is no such member, or ``to`` may not hold the cases.
    """
    member = _member(tx, staff_id)
    if to is not None:
        heir = _member(tx, to)
        if to == staff_id or not heir.active or not handover.may_hold(heir, member.team_id):
            raise BadStaff("--to may not hold the cases; name an active caseworker or supervisor of the team")
    if owners.deactivate.run(tx, staff=staff_id):
        owners.revoke_tokens.run(tx, staff=staff_id, now=now)
        audit.append(tx, now, by, "staff.remove", f"staff:{staff_id}", {"role": member.role})
    return handover.hand_over(tx, now, staff_id, "removed", by, programme=programme, to=to)


def change_role(
    tx: Tx, now: datetime, staff_id: str, role: str, by: str, *, programme: Programme | None = None
) -> int:
    """Give someone another role; they sign in anew. Gives how much changed hands.

    Raises:
        BadStaff: there is no such active member, or no such role.
    """
    if role not in ROLES:
        raise BadStaff(f"the role is unknown; write one of {', '.join(ROLES)}")
    member = _active(tx, staff_id)
    if member.role == role:
        return 0
    owners.set_role.run(tx, staff=staff_id, new_role=role)
    owners.revoke_tokens.run(tx, staff=staff_id, now=now)
    audit.append(tx, now, by, "staff.role", f"staff:{staff_id}", {"from": member.role, "to": role})
    return handover.hand_over(tx, now, staff_id, "role", by, programme=programme)


def change_team(
    tx: Tx, now: datetime, staff_id: str, team_id: str, by: str, *, programme: Programme | None = None
) -> int:
    """Put someone into another team; the cases stay with the old one. Gives how much changed hands.

    Raises:
        BadStaff: there is no such active member, or no such team.
    """
    member = _active(tx, staff_id)
    _team(tx, team_id)
    if member.team_id == team_id:
        return 0
    owners.set_team.run(tx, staff=staff_id, new_team=team_id)
    audit.append(tx, now, by, "staff.team", f"staff:{staff_id}", {"from": member.team_id, "to": team_id})
    return handover.hand_over(tx, now, staff_id, "team", by, programme=programme)


def close_office(
    tx: Tx,
    now: datetime,
    team_id: str,
    by: str,
    *,
    to_team: str | None = None,
    programme: Programme | None = None,
) -> int:
    """All of a team leave at once; its work goes to another team, if one is named. Gives how much moved.

    Without one it goes to the team's fall-back, or alerts to a coordinator, and that is an incident.

    Raises:
        BadStaff: there is no such team.
    """
    _team(tx, team_id)
    if to_team is not None:
        _team(tx, to_team)
    leaving = [row.id for row in owners.members_of.all(tx, team=team_id)]
    for staff_id in leaving:
        owners.deactivate.run(tx, staff=staff_id)
        owners.revoke_tokens.run(tx, staff=staff_id, now=now)
    if to_team is not None:
        owners.move_cases.run(tx, team=team_id, to_team=to_team)
        owners.move_alerts.run(tx, team=team_id, to_team=to_team)
    detail = {"staff": str(len(leaving)), "to": f"team:{to_team}" if to_team else ""}
    audit.append(tx, now, by, "team.close", f"team:{team_id}", detail)
    moved = [
        handover.hand_over(tx, now, staff_id, "office_closed", by, programme=programme)
        for staff_id in leaving
    ]
    return sum(moved) + handover.mend(tx, now, by, programme=programme)


def _member(tx: Tx, staff_id: str) -> Any:
    member = owners.member.one(tx, staff=staff_id)
    if member is None:
        raise BadStaff("there is no such member of staff; `besa user list` shows the ids")
    return member


def _active(tx: Tx, staff_id: str) -> Any:
    member = _member(tx, staff_id)
    if not member.active:
        raise BadStaff("this member of staff was removed; add them anew with `besa user add`")
    return member


def _team(tx: Tx, team_id: str) -> None:
    if all(row.id != team_id for row in owners.all_teams.all(tx)):
        raise BadStaff("there is no such team; `besa user list` shows the teams")
