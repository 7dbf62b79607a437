"""Besa on SMS: real processes, Twilio's own client library going out, signed webhooks coming in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endtoend.conftest import WORKER
from tests.endtoend.people import AMAL, DRITA, OKSANA, THREE, Returnee, write_csv, yesterday_noon
from tests.endtoend.running import Besa, until
from tests.peers.twilio_server import TwilioPeer
from tests.peers.twilio_signing import Answer, signed_webhook

SCRIPTS = {
    "sq": re.compile("[ëçËÇa-z]{3}"),
    "ar": re.compile("[\u0620-\u064a]{3}"),
    "uk": re.compile("[а-яі]{3}"),
}


@pytest.fixture
def office(twilio_office: Besa, tmp_path: Path) -> Iterator[Besa]:
    """Three people whose first check-in went out."""
    twilio_office.do("case", "import", str(write_csv(tmp_path / "three.csv")))
    (tmp_path / "three.csv").unlink()
    twilio_office.tick(yesterday_noon())
    yield twilio_office


def writes(office: Besa, twilio_peer: TwilioPeer, person: Returnee, text: str) -> Answer:
    return twilio_peer.deliver(
        f"{office.url}/webhooks/twilio/messages", twilio_peer.receive(person.number, text)
    )


def test_three_first_checkins_go_out_in_three_languages_and_none_twice(
    twilio_office: Besa, twilio_peer: TwilioPeer, tmp_path: Path
) -> None:
    assert "3 cases" in twilio_office.do("case", "import", str(write_csv(tmp_path / "three.csv")))
    assert twilio_office.tick(yesterday_noon())["sent"] == 3
    for person in THREE:
        (message,) = twilio_peer.sent(person.number)
        assert SCRIPTS[person.language].search(message["body"])
    assert len({message["body"] for message in twilio_peer.sent()}) == 3
    again = twilio_office.tick(yesterday_noon())
    assert (again["started"], again["sent"], len(twilio_peer.sent())) == (0, 0, 3)


def test_a_wrong_signature_is_refused_and_leaves_nothing(office: Besa, twilio_peer: TwilioPeer) -> None:
    with office.serving():
        before = office.counts()
        for path in ("messages", "status"):
            form = twilio_peer.receive(DRITA.number, DRITA.alarm) | {"MessageStatus": "delivered"}
            url = f"{office.url}/webhooks/twilio/{path}"
            assert signed_webhook(url, "not the account's token", form).status == 403
            assert signed_webhook(url, twilio_peer.auth_token, form, public_url=f"{url}?x=1").status == 403
            assert signed_webhook(url, "", form, headers={"X-Twilio-Signature": ""}).status == 403
        assert office.counts() == before


def test_the_same_webhook_five_times_has_one_effect(office: Besa, twilio_peer: TwilioPeer) -> None:
    with office.serving():
        form = twilio_peer.receive(OKSANA.number, OKSANA.yes)
        url = f"{office.url}/webhooks/twilio/messages"
        assert twilio_peer.deliver(url, form).status == 200
        once = office.counts()
        assert [twilio_peer.deliver(url, form).status for _ in range(4)] == [200] * 4
        assert office.counts() == once
    assert office.rows("SELECT count(*) FROM message WHERE provider_id = ?", form["MessageSid"]) == [(1,)]
    office.tick()
    assert len(twilio_peer.sent(OKSANA.number)) == 2


@pytest.mark.parametrize("person", THREE, ids=lambda person: person.language)
def test_an_alarming_answer_reaches_the_caseworker_who_answers_it(
    office: Besa, twilio_peer: TwilioPeer, person: Returnee
) -> None:
    with office.serving():
        assert writes(office, twilio_peer, person, person.alarm).status == 200
        token = office.sign_in("worker")
        (alert,) = office.call("GET", "/api/v1/alerts", token=token).json["items"]
        assert (alert["level"], alert["state"]) == ("critical", "open")
        number = alert["id"]
        with office.scheduling():
            until(lambda: bool(twilio_peer.sent(WORKER)), "the worker's SMS")
        (notice,) = twilio_peer.sent(WORKER)
        words = re.findall(r"[\w-]+", notice["body"])
        assert words == [person.code, "CRITICAL", "A", str(number)]
        reply = twilio_peer.receive(WORKER, f"A {number}")
        assert twilio_peer.deliver(f"{office.url}/webhooks/twilio/messages", reply).status == 200
        (alert,) = office.call("GET", "/api/v1/alerts", token=token).json["items"]
        assert alert["state"] == "acknowledged"
    assert office.do("audit", "verify").strip() == "the audit log is whole"


def test_the_api_shows_an_alert_to_nobody_else(office: Besa, twilio_peer: TwilioPeer) -> None:
    with office.serving():
        writes(office, twilio_peer, AMAL, AMAL.alarm)
        (number,) = office.rows("SELECT id FROM alert")[0]
        assert office.call("GET", "/api/v1/alerts").status == 401
        assert office.call("GET", "/api/v1/alerts", token="made-up").status == 401
        wrong = {"email": "worker@office.invalid", "password": "not the password"}
        assert office.call("POST", "/api/v1/token", wrong).status == 401
        other, lead = office.sign_in("other"), office.sign_in("lead")
        assert office.call("GET", "/api/v1/alerts", token=other).json["items"] == []
        for move in ("acknowledge", "resolve"):
            assert office.call("POST", f"/api/v1/alerts/{number}/{move}", token=other).status == 404
        assert office.rows("SELECT state FROM alert") == [("open",)]
        assert office.call("POST", f"/api/v1/alerts/{number}/acknowledge", token=lead).status == 200
        assert office.call("POST", f"/api/v1/alerts/{number}/resolve", token=lead).status == 200
        refused = office.call("POST", f"/api/v1/alerts/{number}/acknowledge", token=lead)
        assert (refused.status, refused.json["state"]) == (409, "resolved")


def test_what_came_in_while_nobody_listened_is_taken_in_by_the_scheduler(
    office: Besa, twilio_peer: TwilioPeer
) -> None:
    """Down is not deaf: Twilio called while no server answered, and calls no more."""
    for person in THREE:
        twilio_peer.receive(person.number, person.alarm)
    with office.scheduling():
        until(lambda: office.counts()["alert"] == len(THREE), "the scheduler catches up")
    with office.serving():
        assert writes(office, twilio_peer, DRITA, "ok").status == 200
    assert office.counts()["alert"] == len(THREE)


def test_what_twilio_says_of_a_message_is_kept(office: Besa, twilio_peer: TwilioPeer) -> None:
    sid = twilio_peer.sent(DRITA.number)[0]["sid"]
    with office.serving():
        for state in ("sent", "delivered", "sent"):
            assert twilio_peer.report(sid, state).status == 204
    assert office.rows("SELECT state FROM message WHERE provider_id = ?", sid) == [("delivered",)]


def test_an_opted_out_number_closes_the_channel_and_tells_a_human(
    office: Besa, twilio_peer: TwilioPeer
) -> None:
    twilio_peer.opted_out.add(DRITA.number)
    with office.serving():
        writes(office, twilio_peer, DRITA, DRITA.yes)
    office.tick()
    closed = office.rows(
        "SELECT a.state FROM address a JOIN cases c ON c.id = a.case_id WHERE c.code = ?", "AL-7"
    )
    assert closed == [("closed",)]
    assert office.rows("SELECT source FROM signal") == [("delivery",)]
    office.tick()
    assert [DRITA.code in notice["body"] for notice in twilio_peer.sent(WORKER)] == [True]


def test_nothing_personal_is_left_in_the_file_or_in_any_output(office: Besa, twilio_peer: TwilioPeer) -> None:
    stranger = "+355694417399"
    with office.serving(), office.scheduling():
        for person in THREE:
            assert writes(office, twilio_peer, person, person.alarm).status == 200
        strange = twilio_peer.receive(stranger, "jam zambakkodra, me ndihmo")
        twilio_peer.deliver(f"{office.url}/webhooks/twilio/messages", strange)
        office.call("GET", "/api/v1/alerts", token=office.sign_in("worker"))
        until(lambda: len(twilio_peer.sent(WORKER)) >= 3, "three SMS to the worker")
        planted = _planted(stranger)
        found = {(name, word) for name, data in office.files().items() for word in planted if word in data}
    assert any(name.endswith("-wal") for name in office.files()) or office.file.stat().st_size > 50_000
    found |= {(name, word) for name, data in office.files().items() for word in planted if word in data}
    assert not found


def _planted(stranger: str) -> set[bytes]:
    words = {stranger, stranger[1:], "zambakkodra", "zambak", WORKER[1:], "worker@office.invalid"}
    for person in THREE:
        words |= {person.number[1:], person.number[4:], person.alias, person.alarm, *person.alias.split()}
    return {
        form
        for word in words
        for form in (word.encode(), word.encode("utf-16-le"), ascii(word)[1:-1].encode())
    }
