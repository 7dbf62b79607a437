"""Who may see which case and which alert: the one rule, as a clause that every question is asked within.

A caseworker reaches the cases that are theirs or that they keep for somebody, and while an alert is not
resolved also the one that they own, have acknowledged or were told of, with its case: whoever is woken at
night must be able to look. A supervisor reaches what is their team's, and what they hold while they stand in
elsewhere. A coordinator reaches everything and reads no text. Nobody else reaches anything.

Lists, counts, searches, single look-ups, bulk moves and ids in a body are asked through :class:`Reached`, so
that what cannot be read cannot be counted, searched or moved either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import ColumnElement, bindparam, or_, select, true, union
from sqlalchemy.orm import aliased
from sqlalchemy.sql import Executable

from bot.store.prepared import Prepared
from bot.store.queries import columns
from bot.store.tables import Alert, Case, Notification
from bot.store.tx import Tx

Clause = ColumnElement[bool]
READS_TEXTS = ("caseworker", "supervisor")
"""The roles that read what people write."""
REACHES = (*READS_TEXTS, "coordinator")
"""The roles that reach cases and alerts at all."""
_ME: Any = bindparam("reach_me")
_TEAM: Any = bindparam("reach_team")
_case, _alert, _notification = columns(Case), columns(Alert), columns(Notification)
_own: Any = aliased(Case.__table__)  # type: ignore[attr-defined]
_work: Any = aliased(Alert.__table__)  # type: ignore[attr-defined]


class Asking(Protocol):
    """Who asks."""

    @property
    def id(self) -> str:
        """The id of the member of staff."""

    @property
    def role(self) -> str:
        """What they do in the programme."""

    @property
    def team_id(self) -> str:
        """The team they belong to."""


def cases(role: str) -> Clause:
    """Which rows of ``cases`` a role reaches.

    Indexes: on caseworker_id, keeper_id, team_id; on the owner of alerts, ix_notification_staff.
    """
    if role == "coordinator":
        return true()
    with_me: Clause = _case.id.in_(union(*_mine(), *_in_hand("case_id")))
    return or_(_case.team_id == _TEAM, with_me) if role == "supervisor" else with_me


def alerts(role: str) -> Clause:
    """Which rows of ``alert`` a role reaches.

    Indexes: those of ``cases``, ix_alert_case; for a supervisor ix_alert_unresolved, and on owner_id.
    """
    if role == "coordinator":
        return true()
    if role == "supervisor":
        return or_(_alert.team_id == _TEAM, _alert.owner_id == _ME)
    of_mine = select(_work.c.id).where(_work.c.case_id.in_(union(*_mine())))
    return _alert.id.in_(union(of_mine, *_in_hand("id")))  # type: ignore[no-any-return]


class Reached:
    """A question within the reach of whoever asks it: one statement for each role, compiled once.

    ``build`` makes the statement from the clause that ``over`` gives for the role. A role that reaches
    nothing, or reads no text where rows hold ``texts``, is answered without asking the database.
    """

    def __init__(
        self, over: Callable[[str], Clause], build: Callable[[Clause], Executable], *, texts: bool = False
    ) -> None:
        roles = READS_TEXTS if texts else REACHES
        self._statements = {role: Prepared(build(over(role))) for role in roles}

    def one(self, tx: Tx, who: Asking, /, **params: Any) -> Any:
        """The first row within reach, or None."""
        statement = self._statements.get(who.role)
        return statement.one(tx, **_given(who), **params) if statement else None

    def all(self, tx: Tx, who: Asking, /, **params: Any) -> list[Any]:
        """All rows within reach."""
        statement = self._statements.get(who.role)
        return statement.all(tx, **_given(who), **params) if statement else []


def _mine() -> list[Any]:
    """The ids of the cases that are mine, or that I keep for somebody."""
    return [select(_own.c.id).where(holder == _ME) for holder in (_own.c.caseworker_id, _own.c.keeper_id)]


def _in_hand(column: str) -> list[Any]:
    """A column of the alerts that are not resolved and that I own, have acknowledged or was told of."""
    told = select(_notification.alert_id).where(
        _notification.staff_id == _ME, _notification.alert_id.is_not(None)
    )
    return [
        select(_work.c[column]).where(which, _work.c.state != "resolved", _work.c[column].is_not(None))
        for which in (_work.c.owner_id == _ME, _work.c.acknowledged_by == _ME, _work.c.id.in_(told))
    ]


def _given(who: Asking) -> dict[str, str]:
    """The parameters that the clause of a role has."""
    me, team = {"reach_me": who.id}, {"reach_team": who.team_id}
    return {"caseworker": me, "supervisor": me | team}.get(who.role, {})
