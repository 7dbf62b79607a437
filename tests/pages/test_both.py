"""The page's questions mean the same on both databases, and who sits where decides what they show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.casework import (
    case_notes,
    case_overview,
    case_view,
    contacts,
    inbox_acts,
    inbox_view,
    review,
    team_view,
)
from bot.casework.desk import NotFound
from bot.casework.moves import NextAct
from bot.casework.staff import Signed, find_by_email
from bot.risk.labelled import read_lines
from bot.store.queries import desk
from tests.databases import postgres_database, postgres_server
from tests.offices import NUMBERS, Play, play

ALARMING = "me ka marre pasaporten dhe celesat, me ka mbyllur brenda"


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with postgres_server() as found:
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Play]:
    if request.param == "sqlite":
        with play(tmp_path) as opened:
            yield opened
        return
    host = request.getfixturevalue("host")
    with postgres_database(host) as url, play(tmp_path, url=url) as opened:
        yield opened


def who(office: Play, name: str) -> Signed:
    found = office.office.db.read_now(lambda tx: find_by_email(tx, f"{name}@office.invalid"))
    assert found is not None
    return found


def test_an_alert_goes_through_the_groups_of_the_inbox(office: Play) -> None:
    db, clock, worker = office.office.db, office.clock, who(office, "worker")
    office.enrol("sq", "AL-001")
    office.enrol("uk", "UA-003")
    office.tick()

    def groups() -> list[tuple[str | None, str]]:
        found = db.read_now(lambda tx: inbox_view.inbox(tx, clock(), worker))
        assert sum(found.counts.values()) == len(found.items) == found.total
        return [(item.case, item.group) for item in found.items]

    assert groups() == []
    before = db.read_now(lambda tx: desk.pulse.one(tx, since=clock()))
    office.hear(NUMBERS["uk"], "zvrk plmt drqx")
    office.hear(NUMBERS["sq"], ALARMING)
    assert db.read_now(lambda tx: desk.pulse.one(tx, since=clock())) != before
    assert groups() == [("AL-001", "due"), ("UA-003", "due")]
    (item, _) = db.read_now(lambda tx: inbox_view.inbox(tx, clock(), worker)).items
    assert any(piece.marked for piece in item.reasons[0].text)
    assert "".join(piece.text for piece in item.reasons[0].text) == ALARMING
    clock.now += timedelta(minutes=16)
    assert groups()[0] == ("AL-001", "overdue")
    act = NextAct("call the clinic", clock() + timedelta(hours=2), "partner")
    db.write_now(lambda tx: inbox_acts.acknowledge(tx, clock(), worker, item.number, act))
    assert groups() == [("UA-003", "due"), ("AL-001", "partner")]
    assert [each.case for each in db.read_now(
        lambda tx: inbox_view.inbox(tx, clock(), worker, "partner")
    ).items] == ["AL-001"]  # fmt: skip
    until = clock() + timedelta(hours=1)
    db.write_now(lambda tx: inbox_acts.snooze(tx, clock(), worker, item.number, until))
    assert groups()[-1] == ("AL-001", "snoozed")
    db.write_now(lambda tx: inbox_acts.resolve(tx, clock(), worker, item.number, "helped", None))
    assert groups() == [("UA-003", "due")]


def test_lists_cases_labels_and_the_team(office: Play) -> None:
    db, clock, worker, lead = office.office.db, office.clock, who(office, "worker"), who(office, "lead")
    programme = office.office.programme
    office.enrol("sq", "AL-001")
    office.enrol("uk", "50%_off")
    office.tick()
    office.hear(NUMBERS["sq"], "zvrk plmt drqx")
    for chosen in ("all", "alert", "no_contact", "silent", "paused", "stopped", "closed"):
        found = db.read_now(lambda tx, chosen=chosen: case_overview.cases(tx, clock(), worker, chosen))
        assert {"AL-001"} <= {each.code for each in found.cases} or chosen not in ("all", "alert")
    for text, codes in (("al-0", ["AL-001"]), ("%_", ["50%_off"]), ("SOMEONE", ["50%_off", "AL-001"])):
        found = db.read_now(lambda tx, text=text: case_overview.search(tx, clock(), worker, text))
        assert [each.code for each in found.cases] == codes
    db.write_now(lambda tx: case_notes.look(tx, clock(), lead, "AL-001"))
    db.write_now(lambda tx: case_notes.look(tx, clock(), lead, "AL-001"))
    for words in ("begun", "begun and changed"):
        db.write_now(lambda tx, words=words: case_notes.keep_draft(tx, clock(), worker, "AL-001", words))
    db.write_now(lambda tx: contacts.record(tx, programme, clock(), worker, "AL-001", "call", True, clock()))
    seen = db.read_now(lambda tx: case_view.case(tx, clock(), worker, "AL-001"))
    assert (seen.draft, seen.looking, seen.last_contact_at) == ("begun and changed", ("lead",), clock())
    assert "contact.call.reached" in {entry.what for entry in seen.timeline}
    (text,) = db.read_now(lambda tx: review.waiting(tx, worker)).items
    db.write_now(lambda tx: review.label(tx, programme, clock(), worker, text["id"], "high", ("violence",)))
    assert db.read_now(lambda tx: review.waiting(tx, worker)).items == []
    (exported,) = read_lines(db.write_now(lambda tx: review.export(tx, clock(), worker)))
    assert (exported.level, exported.language, exported.text) == ("high", "sq", "zvrk plmt drqx")
    assert db.read_now(lambda tx: inbox_view.inbox(tx, clock(), worker)).items[0].level == "high"
    whole = db.read_now(lambda tx: team_view.view(tx, clock(), lead)).whole
    assert (whole.alerts, whole.cases, whole.quiet) == (1, 2, 0)
    assert whole.to_act == timedelta()


def test_an_auditor_reaches_nothing(office: Play) -> None:
    office.enrol("sq", "AL-001")
    auditor = Signed("nobody", "auditor", who(office, "worker").team_id)
    db, clock = office.office.db, office.clock
    assert db.read_now(lambda tx: inbox_view.inbox(tx, clock(), auditor)).items == ()
    assert db.read_now(lambda tx: case_overview.cases(tx, clock(), auditor)).cases == ()
    with pytest.raises(NotFound):
        db.read_now(lambda tx: case_view.case(tx, clock(), auditor, "AL-001"))
