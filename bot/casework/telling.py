"""Who is told of an alert, and why: frozen facts in, a reason or nothing out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.casework.lifecycle import State
from bot.casework.policy import Role


class Reason(StrEnum):
    """Why someone is told, the weightiest first."""

    ASSIGNED = "assigned"
    HANDED_OVER = "handed_over"
    REMINDER = "reminder"
    STAND_IN = "stand_in"
    ON_DUTY = "roster"
    FALLBACK = "fallback"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"


@dataclass(frozen=True)
class AlertFacts:
    """What matters about an alert at one step. ``gap``: nobody of its team is on duty now."""

    level: str
    state: str
    tell: tuple[Role, ...]
    gap: bool = False
    handed_over: bool = False
    """It has just become someone else's work, between two steps."""


@dataclass(frozen=True)
class PersonFacts:
    """What matters about a member of staff beside an alert. ``told``: was told of it at this step already."""

    role: str
    active: bool
    away: bool = False
    assigned: bool = False
    stands_in: bool = False
    same_team: bool = False
    on_duty: bool = False
    fallback: bool = False
    promised: bool = False
    """It was they who acknowledged."""
    told: bool = False


def why_told(alert: AlertFacts, person: PersonFacts) -> Reason | None:
    """Why a member of staff is told at a step of an open alert, or None if they are not."""
    if alert.state != State.OPEN or not _reachable(person):
        return None
    if alert.handed_over:
        return Reason.HANDED_OVER if person.assigned else None
    for role in _RANKED:
        if role in alert.tell and _holds(role, person):
            return _REASONS[role]
    if alert.level == "critical" and alert.gap and person.fallback:
        return Reason.FALLBACK
    return None


def why_reminded(alert: AlertFacts, person: PersonFacts) -> Reason | None:
    """Why a member of staff is reminded of what was promised: they promised it, or hold the alert now."""
    if alert.state != State.ACKNOWLEDGED or not _reachable(person):
        return None
    return Reason.REMINDER if person.promised or person.assigned else None


_RANKED: tuple[Role, ...] = ("assigned", "stand_in", "roster", "supervisor", "coordinator")
_REASONS: dict[Role, Reason] = {
    "assigned": Reason.ASSIGNED,
    "stand_in": Reason.STAND_IN,
    "roster": Reason.ON_DUTY,
    "supervisor": Reason.SUPERVISOR,
    "coordinator": Reason.COORDINATOR,
}


def _reachable(person: PersonFacts) -> bool:
    """An auditor is told of no alert; nor is who is away, who has left, or who was just told."""
    return person.active and not person.away and not person.told and person.role != "auditor"


def _holds(role: Role, person: PersonFacts) -> bool:
    match role:
        case "assigned":
            return person.assigned
        case "stand_in":
            return person.stands_in
        case "roster":
            return person.on_duty
        case "supervisor":
            return person.role == "supervisor" and person.same_team
        case "coordinator":
            return person.role == "coordinator"
