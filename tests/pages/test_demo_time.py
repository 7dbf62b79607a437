"""What the demo's server does with presses, alerts and time, without a browser."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.pages.conftest import NIGHT, Demo

ALARMING = {
    "AL-001": "me ka marre pasaporten dhe celesat",
    "MA-002": "خدا ليا الباسبور و سد عليا الباب",
    "UA-003": "він знову стоїть під дверима",
}
YES = {"AL-001": "po", "MA-002": "اه", "UA-003": "так"}
NO = {"AL-001": "jo", "MA-002": "لا", "UA-003": "ні"}
STOP = {"AL-001": "STOP", "MA-002": "توقف", "UA-003": "стоп"}
EVERYONE = sorted(ALARMING)
PATIENCE = 20


@pytest.mark.parametrize("code", EVERYONE)
def test_a_pressed_answer_is_shown_as_its_label(night: Demo, code: str) -> None:
    night.say(code, YES[code])
    button = next(m["buttons"] for m in night.state()["phones"][code] if m["buttons"])[0]
    assert night.post("/demo/say", code=code, button=button["data"]).status_code == 200
    mine = [message["text"] for message in night.state()["phones"][code] if message["mine"]]
    assert mine == [YES[code], button["label"]]
    assert not night.state()["alerts"]


def test_who_acknowledged_is_named(night: Demo) -> None:
    night.say("MA-002", ALARMING["MA-002"])
    number = night.alert("MA-002")["id"]
    assert night.post(f"/demo/alerts/{number}/acknowledge").json()["acknowledged_by"] == "Ana"
    assert night.alert("MA-002")["acknowledged_by"] == "Ana"


def test_the_first_check_in_comes_at_once_and_all_later_ones_by_day(night: Demo) -> None:
    night.later(10_080)
    for person in night.state()["people"]:
        said = night.state()["phones"][person["code"]]
        first, *later = [datetime.fromisoformat(message["at"]) for message in said]
        assert first - NIGHT < timedelta(minutes=2)
        assert len(later) > 3
        hours = {at.astimezone(ZoneInfo(person["zone"])).hour for at in later}
        assert hours <= set(range(9, 20))


def test_a_critical_alert_climbs_on_its_clock(night: Demo) -> None:
    night.say("UA-003", ALARMING["UA-003"])
    opened = datetime.fromisoformat(night.alert("UA-003")["opened_at"])
    night.later(15)
    night.later(11)
    told = [
        (note["to"].split()[-1], round((datetime.fromisoformat(note["at"]) - opened) / timedelta(minutes=1)))
        for note in reversed(night.state()["notifications"])
    ]
    assert sorted(told, key=lambda each: each[1]) == [
        ("Ana", 0),
        ("Ana", 5),
        *[("Ana", 10), ("Besa", 10)],
        *[("Ana", 15), ("Besa", 15), ("Clara", 15)],
        *[("Ana", 25), ("Besa", 25), ("Clara", 25)],
    ]
    counts = {each["name"]: (each["role"], each["times"]) for each in night.alert("UA-003")["told"]}
    assert counts == {"Ana": ("caseworker", 5), "Besa": ("supervisor", 3), "Clara": ("coordinator", 2)}
    assert all(
        datetime.fromisoformat(each["last_at"]) - opened > timedelta(minutes=24)
        for each in night.alert("UA-003")["told"]
    )


def test_the_newest_notification_is_never_cut_off(night: Demo) -> None:
    night.say("UA-003", ALARMING["UA-003"])
    night.later(600)
    night.say("AL-001", ALARMING["AL-001"])
    texts = [note["text"] for note in night.state()["notifications"]]
    assert texts[0].startswith("AL-001") and len(texts) == 30


def test_a_week_with_critical_alerts_that_nobody_takes_passes_within_the_browsers_patience(
    night: Demo,
) -> None:
    for code in EVERYONE:
        night.say(code, ALARMING[code])
    began = time.monotonic()
    night.later(10_080)
    assert time.monotonic() - began < PATIENCE
    assert datetime.fromisoformat(night.state()["now"]) - NIGHT > timedelta(days=7)


@pytest.mark.parametrize("code", EVERYONE)
def test_the_clock_moves_to_the_moment_of_the_next_check_in(night: Demo, code: str) -> None:
    night.say(code, NO[code])
    before = len(night.state()["phones"][code])
    assert night.post("/demo/clock", checkin_of=code).status_code == 200
    state = night.state()
    new = [datetime.fromisoformat(message["at"]) for message in state["phones"][code][before:]]
    assert len(new) == 1
    assert timedelta() <= datetime.fromisoformat(state["now"]) - new[0] < timedelta(minutes=1)
    zone = next(person["zone"] for person in state["people"] if person["code"] == code)
    assert new[0].astimezone(ZoneInfo(zone)).hour == 9


@pytest.mark.parametrize("code", EVERYONE)
def test_one_who_stopped_is_shown_as_stopped_and_has_no_next_check_in(night: Demo, code: str) -> None:
    before = len(night.state()["phones"][code])
    night.say(code, STOP[code])
    state = night.state()
    assert {person["code"]: person["silent"] for person in state["people"]}[code] == "stopped"
    assert len(state["phones"][code]) == before + 1
    assert night.post("/demo/clock", checkin_of=code).status_code == 409
    assert night.post("/demo/clock", checkin_of="XX-000").status_code == 404
    assert night.state()["now"][:16] == state["now"][:16]


def test_a_raised_alert_says_when(night: Demo) -> None:
    night.say("AL-001", "zvrk plmt drqx")
    assert night.alert("AL-001")["raised_at"] is None
    night.later(120)
    night.say("AL-001", ALARMING["AL-001"])
    alert = night.alert("AL-001")
    opened, raised, due = (datetime.fromisoformat(alert[key]) for key in ("opened_at", "raised_at", "due_at"))
    assert raised - opened > timedelta(hours=1, minutes=59)
    assert due - raised == timedelta(minutes=15)
    assert [signal["review"] for signal in alert["signals"]] == [True, *[False] * (len(alert["signals"]) - 1)]
