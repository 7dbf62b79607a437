"""Alerts in every interleaving of what people, time and crashes do: none is lost, nobody is told for nothing.

A real store, a real tick, a clock set by hand. Each run ends with a look at the audit log: the moves written
there, played through the table, must end where the alerts stand.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from bot.authoring.yaml12 import read
from bot.casework import absences, alerts, checkins, moves
from bot.casework.alerts import NewSignal
from bot.casework.lifecycle import Move, State, WrongMove, after
from bot.casework.moves import BadMove, NextAct
from bot.casework.policy import Policy, parse_policy
from bot.delivery.tick import tick
from bot.risk import Level
from bot.settings import folders
from bot.store import audit
from bot.store.prepared import Prepared
from bot.store.queries import columns
from bot.store.tables import Alert
from bot.store.tx import Tx
from bot.store.types import EPOCH, MILLISECOND
from tests.casework.copied_office import LANGUAGES, copied, template
from tests.casework.test_policy import FIRST_VERSION
from tests.offices import Clock

#: Days before a change of the clocks in each zone, Ramadan in Casablanca included.
BEFORE_CHANGES = ("2026-02-13T15:00", "2026-03-20T14:00", "2026-03-27T15:30", "2026-10-23T13:00")
PATIENCE, LONG, ROUNDS = timedelta(days=21), timedelta(days=10), 10


def quick() -> Policy:
    """A policy as somebody may write it: everything at once, then every minute, at any hour."""
    data = read((folders()[0] / "escalation" / "default.yaml").read_text("utf-8"))
    for climb in data["levels"].values():
        climb |= {
            "hours": "any",
            "steps": [{"after": "0m", "tell": ["assigned"]}, {"after": "1m", "tell": ["supervisor"]}],
            "again_every": "1m",
            "act_within": "10m",
        }
        climb.pop("digest", None)
    return parse_policy(data, "quick")


class Crash(Exception):
    """The process ends in the middle of a transaction."""


STANDING = Prepared(
    select(
        *(
            columns(Alert)[name]
            for name in (
                "id", "case_id", "owner_id", "level", "state", "started_at", "next_step_at",
                "acknowledged_by", "act_at", "snoozed_until",
            )
        )
    ).order_by(columns(Alert).id)
)  # fmt: skip


AWAY = """SELECT staff_id FROM absence
WHERE starts_at <= ? AND (ends_at IS NULL OR ends_at > ?) AND state = 'begun'"""
QUEUED_AT_REST = """SELECT n.alert_id FROM alert a JOIN notification n ON n.alert_id = a.id
JOIN message m ON m.id = n.message_id
WHERE a.state != 'open' AND m.kind = 'text' AND n.reason != 'reminder' AND m.state IN ('queued', 'sending')"""
TOLD = """SELECT a.id, a.state, count(n.id) FROM alert a LEFT JOIN notification n
ON n.alert_id = a.id AND n.reason NOT IN ('reminder', 'changed') GROUP BY a.id, a.state"""


class Alerts(RuleBasedStateMachine):
    """Staff, three cases, a clock, and what was promised to whom."""

    cases = st.sampled_from(["C-AL", "C-AL", "C-AL", "C-MA", "C-UA"])
    people = st.sampled_from(["worker", "other", "lead", "far"])
    levels = st.sampled_from(["low", "high", "critical"])
    spans = st.sampled_from([timedelta(minutes=m) for m in (1, 7, 45, 180, 24 * 60, 5 * 24 * 60)])

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self._opened = copied(self.clock)
        self.office = self._opened.__enter__()
        self.db = self.office.db
        self.programme = self.office.programme
        self.ids = template().ids
        self.worst: dict[int, int] = {}
        self.told: dict[int, tuple[str, int]] = {}
        self.ticked = False

    def teardown(self) -> None:
        """What is left unresolved goes on; and the audit log tells the same story."""
        try:
            self._goes_on()
            self.db.read_now(self._same_story)
        finally:
            self._opened.__exit__(None, None, None)

    @initialize(start=st.sampled_from(BEFORE_CHANGES))
    def begin(self, start: str) -> None:
        self.clock.now = datetime.fromisoformat(start).replace(tzinfo=UTC)

    @rule(code=cases, level=levels)
    def signal(self, code: str, level: str) -> None:
        self._do(lambda tx: self._signal(tx, code, level))

    @rule(code=cases)
    def write(self, code: str) -> None:
        """She writes something without danger."""
        self._do(lambda tx: moves.wake(tx, self.clock(), self._case(tx, code)))
        assert not self._some("snoozed_until IS NOT NULL AND case_id = ?", self._case_id(code))

    @precondition(lambda self: self._some())
    @rule(data=st.data(), who=people, act=st.none() | spans)
    def acknowledge(self, data: st.DataObject, who: str, act: timedelta | None) -> None:
        number, state = self._any(data)
        promised = NextAct("call", self.clock() + act, "her") if act else None
        self._move(
            Move.ACKNOWLEDGE,
            state,
            lambda tx: moves.acknowledge(tx, self.clock(), number, self.ids[who], "note", promised),
        )

    @precondition(lambda self: self._some())
    @rule(data=st.data(), who=people, by=spans)
    def snooze(self, data: st.DataObject, who: str, by: timedelta) -> None:
        number, state = self._any(data)
        until = self.clock() + by
        self._move(
            Move.SNOOZE, state, lambda tx: moves.snooze(tx, self.clock(), number, self.ids[who], until)
        )

    @precondition(lambda self: self._some())
    @rule(data=st.data(), who=people)
    def resolve(self, data: st.DataObject, who: str) -> None:
        number, state = self._any(data)
        self._move(Move.RESOLVE, state, lambda tx: moves.resolve(tx, self.clock(), number, self.ids[who]))

    @precondition(lambda self: self._some())
    @rule(data=st.data(), who=people, to=people)
    def reassign(self, data: st.DataObject, who: str, to: str) -> None:
        number, state = self._any(data)
        self._move(
            Move.REASSIGN,
            state,
            lambda tx: moves.reassign(tx, self.clock(), number, self.ids[who], self.ids[to]),
        )

    @rule(who=people, stand_in=st.none() | people, by=spans)
    def leave(self, who: str, stand_in: str | None, by: timedelta) -> None:
        now = self.clock()
        other = self.ids[stand_in] if stand_in else None
        try:
            self._do(lambda tx: absences.plan(tx, now, self.ids[who], other, now, now + by, "command"))
        except absences.BadAbsence:
            return

    @rule(edit=st.sampled_from(["shipped", "quick"]))
    def edit_policy(self, edit: str) -> None:
        policy = quick() if edit == "quick" else self.office.programme.policy
        self.programme = replace(self.programme, policy=policy)

    @precondition(lambda self: self._some())
    @rule()
    def upgrade(self) -> None:
        """All that stands is as the first version kept it."""
        self._sql("UPDATE alert SET policy = ?, started_at = NULL", json.dumps(FIRST_VERSION))

    @rule(by=spans)
    def time_passes(self, by: timedelta) -> None:
        self.clock.now += by
        self.ticked = False

    @rule(by=st.sampled_from([timedelta(minutes=2), timedelta(hours=1)]))
    def clock_is_set_back(self, by: timedelta) -> None:
        self.clock.now -= by

    @rule()
    def tick(self) -> None:
        tick(self.db, self.programme, self.office.channels, self.clock())
        self.ticked = True

    @rule(code=cases, level=levels)
    def crash(self, code: str, level: str) -> None:
        """A process dies within the transaction of a signal, and of a step."""
        before = self._rows()
        for job in (
            lambda tx: self._signal(tx, code, level),
            lambda tx: [alerts.escalate(tx, self.programme, self.clock(), number) for number in self.worst],
            lambda tx: [moves.wake(tx, self.clock(), self._case(tx, each)) for each in LANGUAGES],
        ):
            _dies(self.db.write_now, job)
        assert self._rows() == before

    @invariant()
    def one_for_each_case(self) -> None:
        standing = [row.case_id for row in self._rows() if row.state != State.RESOLVED]
        assert len(standing) == len(set(standing))

    @invariant()
    def somebody_who_is_there_holds_each(self) -> None:
        away = {row[0] for row in self._sql(AWAY, *[_written(self.clock())] * 2)} if self.ticked else set()
        there = set(self.ids.values()) - away
        assert all(row.owner_id in there for row in self._rows() if row.state != State.RESOLVED)

    @invariant()
    def each_rests_with_a_date_or_goes_on(self) -> None:
        now = self.clock()
        for row in self._rows():
            if row.state == State.RESOLVED:
                assert row.next_step_at is None
                continue
            assert row.next_step_at is not None
            if self.ticked:
                assert row.next_step_at > now - timedelta(hours=1)
                assert row.next_step_at <= now + timedelta(days=31)
            if row.state == State.ACKNOWLEDGED:
                assert row.acknowledged_by is not None
                assert row.act_at is not None
                assert row.next_step_at <= row.act_at
                assert row.snoozed_until in (None, row.act_at)
            else:
                assert (row.acknowledged_by, row.act_at, row.snoozed_until) == (None, None, None)

    @invariant()
    def levels_only_rise(self) -> None:
        for row in self._rows():
            rank = Level(row.level).rank
            assert rank >= self.worst.get(row.id, 0)
            self.worst[row.id] = rank

    @invariant()
    def nobody_is_told_of_what_rests(self) -> None:
        """Since it was acknowledged nobody was told of it, but for the reminder of what was promised."""
        assert self._sql(QUEUED_AT_REST) == []
        told = {number: (state, count) for number, state, count in self._sql(TOLD)}
        for number, (state, count) in told.items():
            before, counted = self.told.get(number, (State.OPEN, 0))
            if State.OPEN not in (before, state):
                assert count == counted
        self.told = told

    def _goes_on(self) -> None:
        """Whatever stands is told again, or someone has promised an act that is still to come."""
        begun = self.clock()
        told_before = {number: count for number, _, count in self._sql(TOLD)}
        for _ in range(ROUNDS if self._some() else 0):
            self.clock.now += PATIENCE / ROUNDS
            tick(self.db, self.programme, self.office.channels, self.clock())
        told = {number: count for number, _, count in self._sql(TOLD)}
        for row in self._rows():
            if row.state == State.OPEN and (row.started_at or begun) < self.clock() - LONG:
                assert told[row.id] > told_before.get(row.id, 0), row
            elif row.state == State.ACKNOWLEDGED:
                assert row.act_at > self.clock() > begun

    def _same_story(self, tx: Tx) -> None:
        assert audit.verify(tx) == []
        tx.cursor.execute("SELECT subject, action FROM audit WHERE action LIKE 'alert.%' ORDER BY id")
        stands: dict[str, str] = {}
        for subject, action in tx.cursor.fetchall():
            move = action.removeprefix("alert.")
            if move == "open":
                stands[subject] = State.OPEN
            elif move in set(Move):
                stands[subject] = after(stands[subject], Move(move))
        tx.cursor.execute("SELECT id, state FROM alert")
        assert stands == {f"alert:{number}": state for number, state in tx.cursor.fetchall()}

    def _do(self, job: Callable[[Tx], object]) -> None:
        self.db.write_now(job)
        self.ticked = False

    def _move(self, move: Move, state: str, job: Callable[[Tx], str]) -> None:
        """Do a move; it must end where the table says, or be refused where the table has none."""
        try:
            expected: str | None = after(state, move)
        except WrongMove:
            expected = None
        try:
            got = self.db.write_now(job)
        except WrongMove as refused:
            assert expected is None
            assert refused.state == state
            return
        except BadMove:
            return
        assert got == expected or (move is Move.REASSIGN and got == state)
        self.ticked = False

    def _signal(self, tx: Tx, code: str, level: str) -> None:
        about = checkins.subject(checkins.case_person(tx, self._case(tx, code)))
        alerts.signal(tx, self.programme, self.clock(), about, [NewSignal("violence", level, "text", "…")])

    def _any(self, data: st.DataObject) -> tuple[int, str]:
        rows = self._rows()
        row = data.draw(st.sampled_from(range(len(rows))))
        return rows[row].id, rows[row].state

    def _some(self, where: str = "1 = 1", *values: object) -> bool:
        return bool(self._sql(f"SELECT id FROM alert WHERE {where}", *values))

    def _case_id(self, code: str) -> str:
        return str(self._sql("SELECT id FROM cases WHERE code = ?", code)[0][0])

    def _case(self, tx: Tx, code: str) -> str:
        tx.cursor.execute("SELECT id FROM cases WHERE code = ?", (code,))
        return str(tx.cursor.fetchone()[0])

    def _rows(self) -> list[Any]:
        return self.db.read_now(lambda tx: STANDING.all(tx))

    def _sql(self, text: str, *values: object) -> list[Any]:
        def run(tx: Tx) -> list[Any]:
            tx.cursor.execute(text, values)
            return list(tx.cursor.fetchall())

        return self.db.write_now(run)


def _written(instant: datetime) -> int:
    return (instant - EPOCH) // MILLISECOND


def _dies(write: Callable[[Callable[[Tx], object]], object], job: Callable[[Tx], object]) -> None:
    def half(tx: Tx) -> None:
        job(tx)
        raise Crash

    with pytest.raises(Crash):
        write(half)


TestAlerts = Alerts.TestCase
TestAlerts.settings = settings(max_examples=100, stateful_step_count=35, deadline=None)
