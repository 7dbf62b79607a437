"""The Twilio channel against Twilio's own description: what it sends is taken, what it asks is answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.channels.protocol import Act, ChannelUnavailable, Failed, Outgoing, Sent, StatusUpdate
from bot.channels.twilio import TwilioChannel
from bot.channels.twilio_webhook import Form, Signature, parse_message, parse_status
from tests.peers.faults import (
    ACCEPTS_AND_HANGS,
    BAD_GATEWAY,
    BROKEN,
    DROPPED,
    GARBLED,
    HANGS,
    LOST,
    NOT_JSON,
    Fault,
    twilio_error,
    twilio_throttle,
)
from tests.peers.local_server import LocalServer, Reply, Request
from tests.peers.twilio_server import TwilioPeer

PERSON = "+212612345678"
TEXT = "كيف حالك اليوم؟ 1 = بخير"
CALLBACK = "https://besa.example/webhooks/twilio/status"
Open = Callable[..., TwilioChannel]


@pytest.fixture
def channel(twilio_peer: TwilioPeer) -> Iterator[Open]:
    opened: list[TwilioChannel] = []

    def open_channel(name: str = "twilio", **changed: Any) -> TwilioChannel:
        settings: dict[str, Any] = {"account_sid": twilio_peer.account_sid, "api_base": twilio_peer.base}
        settings |= {"auth_token": twilio_peer.auth_token, "from_": twilio_peer.number}
        settings |= {"status_callback": CALLBACK}
        opened.append(TwilioChannel(name, **(settings | changed)))
        return opened[-1]

    yield open_channel
    for each in opened:
        each.close()


def message(text: str = TEXT) -> Outgoing:
    return Outgoing("m1", PERSON, text)


def hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


@pytest.mark.parametrize(("name", "prefix"), [("twilio", ""), ("whatsapp", "whatsapp:")])
def test_a_message_is_taken_as_twilio_describes_it(
    twilio_peer: TwilioPeer, channel: Open, name: str, prefix: str
) -> None:
    answer = channel(name).send(message())
    [taken] = twilio_peer.sent(prefix + PERSON)
    assert answer == Sent(taken["sid"])
    assert (taken["from"], taken["body"]) == (prefix + twilio_peer.number, TEXT)
    [asked] = twilio_peer.requests
    assert (asked.status, asked.form["StatusCallback"]) == (201, CALLBACK)


def test_a_messaging_service_may_stand_for_the_number(twilio_peer: TwilioPeer, channel: Open) -> None:
    service = "MG" + "0" * 32
    assert isinstance(channel(from_=None, messaging_service_sid=service).send(message()), Sent)
    assert twilio_peer.sent()[0]["messaging_service_sid"] == service


@pytest.mark.parametrize(
    "wrong",
    [{"status_callback": "no url"}, {"messaging_service_sid": "MG1"}, {"account_sid": "AC1"}],
    ids=str,
)
def test_a_malformed_request_is_refused_and_goes_to_the_operator(
    twilio_peer: TwilioPeer, channel: Open, wrong: dict[str, str]
) -> None:
    if "account_sid" in wrong:
        twilio_peer.account_sid = wrong["account_sid"]
    assert channel(**wrong).send(message()) == Failed("422", Act.OPERATOR)
    assert twilio_peer.sent() == []


@pytest.mark.parametrize(
    ("fault", "act", "taken"),
    [
        (BROKEN, Act.RETRY, 0),
        (NOT_JSON, Act.RETRY, 0),
        (BAD_GATEWAY, Act.UNKNOWN, 0),
        (HANGS, Act.UNKNOWN, 0),
        (ACCEPTS_AND_HANGS, Act.UNKNOWN, 1),
        (LOST, Act.UNKNOWN, 1),
        (DROPPED, Act.UNKNOWN, 0),
        (GARBLED, Act.UNKNOWN, 1),
        (twilio_throttle(7), Act.RETRY, 0),
        (twilio_error(21610), Act.CLOSE_CHANNEL, 0),
        (twilio_error(63014), Act.CLOSE_CHANNEL, 0),
        (twilio_error(21211), Act.WRONG_NUMBER, 0),
        (twilio_error(21614), Act.WRONG_NUMBER, 0),
        (twilio_error(21408, 403), Act.OPERATOR, 0),
        (twilio_error(21612), Act.OTHER_SENDER, 0),
        (twilio_error(99999), Act.OPERATOR, 0),
        (twilio_error(20500, 503), Act.RETRY, 0),
    ],
)
def test_a_fault_is_sent_once_and_what_was_taken_is_found_again(
    twilio_peer: TwilioPeer, channel: Open, fault: Fault, act: Act, taken: int
) -> None:
    since, sender = hour_ago(), channel(seconds=0.3 if fault.hangs else 20)
    twilio_peer.faults.plan(fault)
    answer = sender.send(message())
    assert isinstance(answer, Failed)
    assert answer.act is act
    assert answer.retry_after == (7 if fault.status == 429 else None)
    kept = [each["sid"] for each in twilio_peer.sent()]
    assert len(kept) == taken
    assert channel().find_sent(PERSON, since, TEXT) == (kept[0] if kept else None)
    assert channel().find_sent(PERSON, since, "Інше") is None


def test_a_person_who_opted_out_and_a_number_that_is_none(twilio_peer: TwilioPeer, channel: Open) -> None:
    twilio_peer.opted_out.add(PERSON)
    assert channel().send(message()) == Failed("21610", Act.CLOSE_CHANNEL)
    assert channel().send(Outgoing("m2", "069", TEXT)) == Failed("21211", Act.WRONG_NUMBER)


def test_a_wrong_token_goes_to_the_operator(channel: Open) -> None:
    assert channel(auth_token="wrong").send(message()) == Failed("20003", Act.OPERATOR)


def test_what_the_webhook_missed_is_listed_as_the_webhook_reads_it(
    twilio_peer: TwilioPeer, channel: Open
) -> None:
    forms = [twilio_peer.receive(PERSON, f"так {number}") for number in range(60)]
    forms.append(twilio_peer.receive(PERSON, "", media=("audio/ogg",)))
    twilio_peer.receive("whatsapp:" + PERSON, "ana mzyana")
    channel().send(message())
    listed = channel().list_inbound(hour_ago())
    read = [parse_message(Form(urlencode(form).encode())) for form in forms]
    assert [(i.channel, i.provider_id, i.address, i.kind, i.text) for i in listed] == [
        (i.channel, i.provider_id, i.address, i.kind, i.text) for i in read
    ]
    assert listed[-1].kind == "voice"
    [other] = channel("whatsapp").list_inbound(hour_ago())
    assert (other.channel, other.address, other.text) == ("whatsapp", PERSON, "ana mzyana")
    assert {asked.status for asked in twilio_peer.requests} == {200, 201}


def test_not_being_able_to_ask_is_not_an_empty_list(
    twilio_peer: TwilioPeer, channel: Open, nobody: str
) -> None:
    twilio_peer.faults.plan(BROKEN, on="GET", times=None)
    for asking in (channel(), channel(api_base=nobody)):
        with pytest.raises(ChannelUnavailable):
            asking.list_inbound(hour_ago())
        with pytest.raises(ChannelUnavailable):
            asking.find_sent(PERSON, hour_ago(), TEXT)


def test_nothing_personal_or_secret_is_logged(
    twilio_peer: TwilioPeer, channel: Open, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        sender = channel()
        sender.send(message())
        sender.find_sent(PERSON, hour_ago(), TEXT)
        twilio_peer.faults.plan(twilio_error(21211, message=f"The 'To' number {PERSON} is not valid"))
        sender.send(message())
    shown = f"{caplog.text} {sender!r} {message()!r}"
    assert not [word for word in (PERSON, PERSON[1:], TEXT, twilio_peer.auth_token) if word in shown]


class Door(LocalServer):
    """Our webhook in its smallest form: it checks the signature and keeps what was told."""

    def __init__(self, token: str, public: str) -> None:
        super().__init__()
        self._signature, self._public = Signature(token), public
        self.told: list[StatusUpdate] = []

    def named(self, request: Request) -> str:
        return "door"

    def answer(self, request: Request) -> Reply:
        form = Form(request.body)
        if not self._signature.verify(self._public, form, request.headers.get("X-Twilio-Signature")):
            return Reply(403, b"")
        self.told.append(parse_status(form))
        return Reply(200, b"")


def test_reports_come_signed_and_say_what_to_do(twilio_peer: TwilioPeer, channel: Open) -> None:
    answer = channel().send(message())
    assert isinstance(answer, Sent)
    door = Door(twilio_peer.auth_token, CALLBACK)
    door.start()
    try:
        for state, code in (("sent", None), ("delivered", None), ("undelivered", "30003")):
            told = twilio_peer.report(
                answer.provider_id, state, code, url=f"{door.base}/webhooks/twilio/status"
            )
            assert told.status == 200
        twilio_peer.auth_token = "someone else's"
        assert twilio_peer.report(answer.provider_id, "failed", url=f"{door.base}/x").status == 403
    finally:
        door.stop()
    assert [(update.state, update.code, update.act) for update in door.told] == [
        ("sent", None, None),
        ("delivered", None, None),
        ("undelivered", "30003", Act.RETRY),
    ]
    assert {update.provider_id for update in door.told} == {answer.provider_id}
