"""Who is told at a step of an alert: the facts are gathered here, the reasons stand in telling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.casework import absences, handover, roster
from bot.casework.notifications import Notice
from bot.casework.policy import Step, Way
from bot.casework.programme import Programme
from bot.casework.telling import AlertFacts, PersonFacts, Reason, why_told
from bot.store.queries import owners
from bot.store.tx import Tx

_CHANNELS: dict[Way, str] = {"telegram": "telegram", "sms": "twilio", "email": "email"}


def recipients(tx: Tx, now: datetime, found: Any, step: Step) -> Iterator[tuple[str, Reason]]:
    """Who is told at a step of an alert, each once, with the reason."""
    team = found.team_id
    duty = roster.on_duty(tx, now, team) if "roster" in step.tell or found.level == "critical" else []
    stand_in = handover.stands_for(tx, now, found.owner_id, team) if found.owner_id else None
    fallback = roster.fallback(tx, team) if not duty else None
    ids = [found.owner_id, stand_in, *duty, fallback]
    if "supervisor" in step.tell:
        ids += [row.id for row in owners.members_with_role.all(tx, team=team, role="supervisor")]
    if "coordinator" in step.tell:
        ids += [row.id for row in owners.all_with_role.all(tx, role="coordinator")]
    facts = AlertFacts(found.level, found.state, step.tell, gap=not duty)
    for staff_id in dict.fromkeys(each for each in ids if each):
        person = facts_of(tx, now, found, staff_id, stand_in=stand_in, duty=duty, fallback=fallback)
        reason = why_told(facts, person) if person else None
        if reason:
            yield staff_id, reason


def notice(found: Any) -> Notice:
    """What is told of an alert: the case's code and a level."""
    return Notice("alert", found.code or "", found.id, None, found.level)


def facts_of(
    tx: Tx,
    now: datetime,
    found: Any,
    staff_id: str | None,
    *,
    stand_in: str | None = None,
    duty: Sequence[str] = (),
    fallback: str | None = None,
    told: bool = False,
) -> PersonFacts | None:
    """What matters about a member of staff beside an alert; None if there is no such member."""
    row = owners.member.one(tx, staff=staff_id) if staff_id else None
    if row is None:
        return None
    return PersonFacts(
        role=row.role,
        active=bool(row.active),
        away=absences.is_away(tx, now, row.id),
        assigned=row.id == found.owner_id,
        stands_in=row.id == stand_in,
        same_team=row.team_id == found.team_id,
        on_duty=row.id in duty,
        fallback=row.id == fallback,
        promised=row.id == found.acknowledged_by,
        told=told,
    )


def on_channels(programme: Programme, ways: Sequence[Way]) -> Programme:
    """The programme with only the channels that a step names, if it names any."""
    if not ways:
        return programme
    wanted = {_CHANNELS[way] for way in ways} | {"sandbox"}
    return replace(programme, staff_channels=tuple(c for c in programme.staff_channels if c in wanted))
