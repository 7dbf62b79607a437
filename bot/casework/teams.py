"""Teams by the names that commands use, and who works in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.casework.roster import BadDuty
from bot.store.queries import owners, roster
from bot.store.tx import Tx


def team_named(tx: Tx, name: str) -> str:
    """The id of a team by its name or its id.

    Raises:
        BadDuty: there is none, or two agencies have one of that name.
    """
    rows = owners.all_teams.all(tx)
    found = [row.id for row in rows if name in (row.id, row.name)]
    if not found:
        raise BadDuty(f"there is no team {name!r}; there are {', '.join(sorted({r.name for r in rows}))}")
    if len(found) > 1:
        raise BadDuty(f"several agencies have a team {name!r}; give its id, which `besa user list` shows")
    return str(found[0])


def everyone(tx: Tx, now: datetime) -> list[dict[str, Any]]:
    """Who works here, without anything personal: role, team, how to reach them, whether they are there."""
    names = {row.id: row.name for row in owners.all_teams.all(tx)}
    found = []
    for row in owners.directory.all(tx):
        away = roster.away_at.one(tx, staff=row.id, now=now)
        ways = (("telegram", row.telegram_hash), ("phone", row.phone_hash), ("email", row.email_hash))
        found.append(
            {
                "id": row.id,
                "role": row.role,
                "team": names[row.team_id],
                "team_id": row.team_id,
                "reachable_by": [name for name, hashed in ways if hashed],
                "active": bool(row.active),
                "away": away is not None,
                "stand_in": away.stand_in_id if away else None,
            }
        )
    return found
