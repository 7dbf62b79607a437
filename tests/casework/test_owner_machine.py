"""Whatever staff do, open work has an owner who is there and may hold it, or an incident says that nobody is.

The model knows only who works where and who is away when; who should hold what is worked out here a second
time, from the rule alone.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from bot.casework import absences, cases, handover, moves, roster, staff, staffing, watch
from bot.casework.alerts import NewSignal, Subject, signal
from bot.casework.cases import NewCase
from bot.casework.lifecycle import WrongMove
from bot.casework.moves import BadMove
from bot.channels.sandbox import SandboxChannel
from bot.delivery.office import Office
from bot.store import audit
from bot.store.database import Database
from bot.store.ids import new_id
from bot.store.prepared import Prepared
from bot.store.queries import columns, incidents, notifications, owners, people
from bot.store.queries import watch as rows
from bot.store.tables import Alert
from bot.store.tx import Tx
from bot.store.vault import Vault
from tests.offices import START, Clock, Play, play

READS = ("caseworker", "supervisor")
PICK = st.integers(0, 10_000)
ROLES = st.sampled_from(["caseworker", "caseworker", "supervisor", "coordinator", "auditor"])
HIRED = (1, "supervisor", "north"), (2, "caseworker", "north"), (3, "caseworker", "default")
MOST_STAFF = 9
_alert = columns(Alert)
UNRESOLVED = Prepared(select(_alert.id).where(_alert.state != "resolved").order_by(_alert.id))


@cache
def new_office() -> tuple[Path, Office]:
    """An office with two teams, made once; every run begins with a copy of its file."""
    folder = Path(tempfile.mkdtemp())
    with play(folder) as opened:
        opened.office.db.write_now(lambda tx: [hire(tx, opened, *each) for each in HIRED])
    return folder / "office.db", opened.office


def hire(tx: Tx, at: Play, n: int, role: str, team: str) -> None:
    """Add a member of staff without the work of a password, which nobody here signs in with."""
    row, number = new_id(), f"+3556900001{n:02}"
    known = {each.name: each.id for each in owners.all_teams.all(tx)}
    if team not in known:
        known[team] = new_id()
        agency = people.agency_named.one(tx, name="default").id
        people.insert_team.run(tx, id=known[team], agency_id=agency, name=team)
    people.insert_staff.run(
        tx,
        id=row,
        team_id=known[team],
        role=role,
        name=tx.vault.seal(f"n{n}", column="staff.name", row=row),
        email=tx.vault.seal(f"n{n}@office.invalid", column="staff.email", row=row),
        email_hash=tx.vault.hash("email", f"n{n}@office.invalid"),
        phone=tx.vault.seal(number, column="staff.phone", row=row),
        phone_hash=tx.vault.hash("address", number),
        password_hash="-",
        created_at=at.clock(),
    )


class Owners(RuleBasedStateMachine):
    """Two teams of one agency whose members come, go, are away, and change."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        folder = Path(self.open.enter_context(tempfile.TemporaryDirectory()))
        file, made = new_office()
        shutil.copy(file, folder)
        vault = Vault.from_setting(made.settings.secret_keys.get_secret_value())
        db = self.open.enter_context(Database.open(f"sqlite:///{folder / 'office.db'}", vault))
        clock = Clock()
        office = replace(made, db=db, channels={"sandbox": SandboxChannel()}, clock=clock)
        self.play = Play(office, clock)
        self.hired = len(HIRED)
        self.cases = 0

    def teardown(self) -> None:
        try:
            assert self.read(audit.verify) == []
        finally:
            self.open.close()

    def write(self, job: Any) -> Any:
        return self.play.office.db.write_now(job)

    def read(self, job: Any) -> Any:
        return self.play.office.db.read_now(job)

    @property
    def now(self) -> Any:
        return self.play.clock()

    @initialize()
    def start(self) -> None:
        for _ in range(3):
            self.take_in(self.cases)

    @rule(role=ROLES, team=st.sampled_from(["default", "north"]))
    def someone_comes(self, role: str, team: str) -> None:
        if len(self.active()) < MOST_STAFF:
            self.hired += 1
            self.write(
                lambda tx: (hire(tx, self.play, self.hired, role, team), handover.mend(tx, self.now, "test"))
            )

    @rule(which=PICK)
    def take_in(self, which: int) -> None:
        """A case of somebody who works here; or none, where nobody may have one."""
        holders = [row for row in self.active() if row.role in READS]
        if not holders or self.cases > 12:
            return
        self.cases += 1
        row = holders[which % len(holders)]

        def add(tx: Tx) -> None:
            sealed = notifications.recipient.one(tx, staff=row.id).email
            new = NewCase(
                code=f"C-{self.cases}",
                alias="Someone",
                language="sq",
                country="AL",
                timezone="Europe/Tirane",
                channel="sandbox",
                address=f"+3556900009{self.cases:02}",
                return_date=START.date(),
                caseworker_email=tx.vault.open(sealed, column="staff.email", row=row.id),
                protocol="default",
                privacy="neutral",
                contact_from=8 * 60,
                contact_to=20 * 60,
                consented_on=None,
            )
            cases.add(tx, self.play.office.programme, self.now, new)

        self.write(add)

    @rule(which=PICK, level=st.sampled_from(["low", "high", "critical"]))
    @precondition(lambda self: self.cases)
    def a_signal(self, which: int, level: str) -> None:
        code = f"C-{which % self.cases + 1}"

        def put(tx: Tx) -> None:
            case = people.case_with_code.one(tx, code=code)
            subject = Subject(case.id, code, case.team_id, None)
            signal(
                tx,
                self.play.office.programme,
                self.now,
                subject,
                [NewSignal("distress", level, "text")],
            )

        self.write(put)

    @rule(n=st.integers(1, 3))
    def a_stranger_writes(self, n: int) -> None:
        self.play.hear(f"+3556900008{n:02}", "kush je ti? më duhet ndihmë")

    @rule(which=PICK, other=PICK, starts=st.integers(-1, 30), hours=st.integers(1, 60) | st.none())
    def be_away(self, which: int, other: int, starts: int, hours: int | None) -> None:
        everyone = self.active()
        who, stand_in = everyone[which % len(everyone)], everyone[other % len(everyone)]
        begins = self.now + timedelta(hours=starts)
        ends = begins + timedelta(hours=hours + 1) if hours else None
        named = stand_in.id if other % 4 else None
        try:
            self.write(lambda tx: absences.plan(tx, self.now, who.id, named, begins, ends, "test"))
        except absences.BadAbsence:
            return

    @rule(which=PICK)
    def come_back(self, which: int) -> None:
        who = self.active()[which % len(self.active())]
        self.write(lambda tx: absences.end_of(tx, self.now, who.id, "test"))

    @rule(which=PICK, other=PICK)
    def leave(self, which: int, other: int) -> None:
        everyone = self.active()
        if len(everyone) < 2:
            return
        who, heir = everyone[which % len(everyone)], everyone[other % len(everyone)]
        named = heir.id if other % 2 else None
        try:
            self.write(lambda tx: staffing.remove(tx, self.now, who.id, "test", to=named))
        except staff.BadStaff:
            self.write(lambda tx: staffing.remove(tx, self.now, who.id, "test"))

    @rule(which=PICK, role=ROLES)
    def another_role(self, which: int, role: str) -> None:
        who = self.active()[which % len(self.active())]
        self.write(lambda tx: staffing.change_role(tx, self.now, who.id, role, "test"))

    @rule(which=PICK, team=PICK)
    def another_team(self, which: int, team: int) -> None:
        who, teams = self.active()[which % len(self.active())], self.teams()
        self.write(lambda tx: staffing.change_team(tx, self.now, who.id, teams[team % len(teams)], "test"))

    @rule(team=PICK, to=PICK)
    def an_office_closes(self, team: int, to: int) -> None:
        teams = self.teams()
        closed, other = teams[team % len(teams)], teams[to % len(teams)]
        staying = [row for row in self.active() if row.team_id != closed]
        if not staying:
            return
        self.write(
            lambda tx: staffing.close_office(
                tx, self.now, closed, "test", to_team=None if closed == other else other
            )
        )

    @rule(which=PICK, team=PICK)
    def name_a_fallback(self, which: int, team: int) -> None:
        who, teams = self.active()[which % len(self.active())], self.teams()
        if who.role != "auditor":
            self.write(lambda tx: roster.set_fallback(tx, self.now, teams[team % len(teams)], who.id, "test"))

    @rule(which=PICK, other=PICK, move=st.sampled_from(["acknowledge", "reassign", "resolve"]))
    def deal_with_an_alert(self, which: int, other: int, move: str) -> None:
        numbers = [row.id for row in self.read(UNRESOLVED.all)]
        if not numbers:
            return
        number, who = numbers[which % len(numbers)], self.active()[other % len(self.active())]

        def deal(tx: Tx) -> None:
            if move == "reassign":
                moves.reassign(tx, self.now, number, who.id, who.id)
            else:
                getattr(moves, move)(tx, self.now, number, who.id)

        try:
            self.write(deal)
        except (BadMove, WrongMove):
            return

    @rule(minutes=st.integers(1, 3000))
    def time_passes(self, minutes: int) -> None:
        self.play.clock.now += timedelta(minutes=minutes)
        self.play.tick()

    @rule(hours=st.integers(1, 48))
    def the_clock_goes_back(self, hours: int) -> None:
        self.play.clock.now -= timedelta(hours=hours)
        self.play.tick()

    @invariant()
    def work_has_an_owner_or_an_incident(self) -> None:
        """What no one can hold is known as such at once; all else is with someone who can."""
        if not self.cases:
            return
        lost = self.read(lambda tx: watch.missing(tx, self.now))
        standing = {row.subject for row in self.read(incidents.open_incidents.all) if row.kind == "no_keeper"}
        for each in lost:
            assert not self.can_hold(each.team_id), each
            if each.kind == "alert":
                alert = self.read(lambda tx, n=int(each.id): owners.alert.one(tx, alert=n))
                assert not self.present("coordinator"), each
                assert alert.case_id or not self.present("supervisor"), each
            assert f"team:{each.team_id}" in standing, each

    @invariant()
    def holders_are_who_the_rule_says(self) -> None:
        for case in self.read(rows.holders.all):
            member = self.member(case.keeper_id)
            if not self.can_hold(case.team_id):
                continue
            assert member.active and not self.away(member.id)
            assert member.role in READS

    def active(self) -> list[Any]:
        found = []
        for team in self.teams():
            found += self.read(lambda tx, team=team: owners.members_of.all(tx, team=team))
        return found

    def teams(self) -> list[str]:
        return [row.id for row in self.read(owners.all_teams.all)]

    def member(self, staff_id: str) -> Any:
        return self.read(lambda tx: owners.member.one(tx, staff=staff_id))

    def away(self, staff_id: str) -> bool:
        return bool(self.read(lambda tx: absences.is_away(tx, self.now, staff_id)))

    def present(self, role: str, team: str | None = None) -> list[Any]:
        return [
            row
            for row in self.active()
            if row.role == role and team in (None, row.team_id) and not self.away(row.id)
        ]

    def can_hold(self, team_id: str) -> bool:
        """Whether a supervisor of a team or its fall-back is there: then none of its work may be without."""
        named = self.read(lambda tx: roster.fallback(tx, team_id))
        fallback = self.member(named) if named else None
        steps_in = fallback and fallback.active and fallback.role in READS and not self.away(fallback.id)
        return bool(self.present("supervisor", team_id) or steps_in)


Owners.TestCase.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
TestOwners = Owners.TestCase
