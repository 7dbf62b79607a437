"""A notice that fails goes on at once: to the next channel, then to the next person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook

from bot.casework import moves
from bot.channels.protocol import StatusUpdate
from bot.delivery import outbox
from tests.channels.mail import MailServer, mail_server
from tests.channels.provider import Provider
from tests.channels.rigs import ACCOUNT, AUTH_TOKEN, SENDER, free_url
from tests.channels.test_email import read
from tests.channels.test_webhook import SECRET, Subscribed, subscribed
from tests.delivery.notified import House, house
from tests.peers.fixtures import telegram_peer
from tests.peers.telegram_server import TelegramPeer

__all__ = ["telegram_peer"]
ANA, LEAD, NADIA = "+355690000010", "+355690000011", "+355690000012"
CHAT = 7001


class City:
    """An office and everything around it: Twilio, Telegram, a mail server and a system that takes events."""

    def __init__(
        self, office: House, twilio: Provider, telegram: TelegramPeer, mail: MailServer, system: Subscribed
    ) -> None:
        self.office, self.twilio, self.telegram, self.mail, self.system = (
            office,
            twilio,
            telegram,
            mail,
            system,
        )

    def only(self, *channels: str) -> None:
        """Have staff told on these channels alone."""
        self.office.office = replace(
            self.office.office, programme=replace(self.office.office.programme, staff_channels=channels)
        )

    @property
    def sms(self) -> list[tuple[str, str]]:
        return [
            (request.fields["To"], request.fields["Body"])
            for request in self.twilio.requests
            if request.method == "POST"
        ]

    @property
    def mails(self) -> list[tuple[str, str]]:
        return [(mail["To"], mail["Subject"]) for mail in (read(each.content) for each in self.mail.mails)]

    @property
    def chat(self) -> list[str]:
        return [message["text"] for message in self.telegram.chats.shown(CHAT)]


@pytest.fixture
def city(tmp_path: Path, telegram_peer: TelegramPeer) -> Iterator[City]:
    telegram_peer.chats.start(CHAT)
    with ExitStack() as stack:
        twilio = stack.enter_context(Provider())
        mail = stack.enter_context(mail_server())
        system = stack.enter_context(subscribed())
        office = stack.enter_context(
            house(
                tmp_path,
                telegram_token=SecretStr(telegram_peer.token),
                telegram_api_base=telegram_peer.base,
                twilio_account_sid=ACCOUNT,
                twilio_auth_token=SecretStr(AUTH_TOKEN),
                twilio_from=SENDER,
                twilio_api_base=twilio.url,
                smtp_url=SecretStr(f"smtp://127.0.0.1:{mail.port}?from=besa@office.test"),
                webhook_url=SecretStr(system.url),
                webhook_secret=SecretStr(SECRET),
            )
        )
        office.hire("ana", "caseworker", phone=ANA, telegram=str(CHAT))
        office.hire("lead", "supervisor", phone=LEAD)
        office.hire("nadia", "coordinator", phone=NADIA)
        office.enrol("C-1")
        office.enrol("C-2")
        yield City(office, twilio, telegram_peer, mail, system)


def test_someone_is_told_on_every_channel_they_have(city: City) -> None:
    city.office.alarm("C-1")
    city.office.tick()
    assert city.chat == ["C-1 CRITICAL A 1"]
    assert city.sms == [(ANA, "C-1 CRITICAL A 1")]
    assert city.mails == [("ana@office.test", "C-1 CRITICAL")]


def test_one_channel_that_fails_holds_up_nobody_while_another_carries_the_same(city: City) -> None:
    city.twilio.mood = "nobody"
    city.office.alarm("C-1")
    city.office.tick()
    assert city.chat == ["C-1 CRITICAL A 1"]
    assert [to for to, _ in city.sms] == [ANA]
    assert city.office.sql("SELECT step FROM alert") == [(1,)]


def test_the_next_channel_is_tried_at_once(city: City) -> None:
    city.only("telegram")
    city.telegram.chats.block(CHAT)
    number = city.office.alarm("C-1")
    city.only("telegram", "twilio", "email")
    city.office.tick()
    assert city.chat == []
    assert city.sms == [(ANA, f"C-1 CRITICAL A {number}")]
    assert city.mails == []


def test_one_after_the_other_then_the_next_person(city: City) -> None:
    city.only("telegram")
    city.office.alarm("C-1")
    city.only("telegram", "twilio", "email")
    city.telegram.chats.block(CHAT)
    city.mail.answers["rcpt"] = "550 no such user"
    city.twilio.mood = "nobody"
    city.office.tick()
    assert [to for to, _ in city.sms][:1] == [ANA]
    assert city.office.sql("SELECT max(step) > 1 FROM alert") == [(1,)]
    assert city.office.sql("SELECT count(*) > 0 FROM audit WHERE action = 'alert.unreached'") == [(1,)]
    told = {to for to, _ in city.sms}
    assert told == {ANA, LEAD, NADIA}, "the whole climb is taken at once, and then rests on its clock"
    before = len(city.sms)
    city.office.tick(seconds=30)
    assert len(city.sms) == before


def test_where_one_of_two_is_reached_the_clock_goes_on_as_it_was(city: City) -> None:
    city.only("twilio")
    city.office.alarm("C-1")
    city.office.tick()
    for _ in range(10):
        city.office.tick(minutes=1)
    ((step,),) = city.office.sql("SELECT step FROM alert")
    assert step == 3
    ((message,),) = city.office.sql(
        "SELECT m.id FROM message m JOIN staff s ON s.id = m.staff_id WHERE s.role = 'caseworker'"
        " AND m.case_id IS NULL ORDER BY m.at DESC LIMIT 1"
    )
    city.office.sql("UPDATE message SET provider_id = 'SMx' WHERE id = ?", message)
    update = StatusUpdate("twilio", "SMx", "undelivered", "30005", None, None)
    city.office.do(lambda tx: outbox.status(tx, city.office.office.programme, city.office.clock(), update))
    assert city.office.sql("SELECT step FROM alert") == [(3,)]


def test_what_twilio_could_not_deliver_later_goes_on_by_mail(city: City) -> None:
    city.only("twilio")
    city.office.alarm("C-1", "high")
    city.office.tick()
    city.only("twilio", "email")
    ((provider,),) = city.office.sql("SELECT provider_id FROM message WHERE staff_id IS NOT NULL")
    update = StatusUpdate("twilio", provider, "undelivered", "30005", None, None)
    city.office.do(lambda tx: outbox.status(tx, city.office.office.programme, city.office.clock(), update))
    city.office.tick()
    assert city.mails == [("ana@office.test", "C-1 HIGH")]


def test_a_mail_server_that_is_away_holds_up_no_telegram(city: City) -> None:
    city.office.alarm("C-1")
    city.office.office = replace(city.office.office, channels=dict(city.office.office.channels))
    city.mail.answers["rcpt"] = "drop"
    for code in ("C-1", "C-2"):
        city.office.alarm(code)
    city.office.tick()
    assert city.chat == ["C-1 CRITICAL A 1", "C-2 CRITICAL A 2"]
    assert city.mail.connections == 1, "one that is not reached is left in peace for this round"
    city.mail.answers.clear()
    city.office.tick(minutes=1)
    assert sorted(city.mails) == [("ana@office.test", "C-1 CRITICAL"), ("ana@office.test", "C-2 CRITICAL")]


def test_an_expired_lease_is_told_another_way(city: City) -> None:
    """The process died between sending and keeping that it was sent: nobody knows, so it is told again."""
    city.only("telegram")
    city.office.alarm("C-1")
    city.only("telegram", "twilio")
    city.office.sql("UPDATE message SET state = 'sending', lease_until = 1 WHERE staff_id IS NOT NULL")
    city.office.tick()
    assert city.sms == [(ANA, "C-1 CRITICAL A 1")]


def events(city: City) -> list[dict[str, object]]:
    return [Webhook(SECRET).verify(body, headers) for headers, body in city.system.got]


def test_the_system_hears_of_every_change(city: City) -> None:
    number = city.office.alarm("C-1", "high", "më rrahu shumë")
    city.office.alarm("C-1", "critical", "më mbylli")
    ((ana,),) = city.office.sql("SELECT id FROM staff WHERE role = 'caseworker'")
    city.office.do(lambda tx: moves.acknowledge(tx, city.office.clock(), number, ana))
    city.office.do(lambda tx: moves.resolve(tx, city.office.clock(), number, ana, "secret note"))
    city.office.tick()
    heard = events(city)
    assert [each["type"] for each in heard] == [
        "besa.alert.opened",
        "besa.alert.raised",
        "besa.alert.acknowledged",
        "besa.alert.resolved",
    ]
    assert [each["data"] for each in heard] == [
        {"case": "C-1", "level": "high", "state": "open"},
        {"case": "C-1", "level": "critical", "state": "open"},
        {"case": "C-1", "level": "critical", "state": "acknowledged"},
        {"case": "C-1", "level": "critical", "state": "resolved"},
    ]
    for (headers, body), event in zip(city.system.got, heard, strict=True):
        assert event["specversion"] == "1.0"
        assert event["source"] == "besa"
        assert event["subject"] == str(number)
        assert event["id"] == headers["webhook-id"]
        assert str(event["time"]).endswith("+00:00")
        assert not [each for each in ("rrahu", "mbylli", "secret", "+355", "Zambak") if each in body.decode()]
        json.loads(body)


def test_an_event_is_tried_again_until_it_is_taken(city: City) -> None:
    city.system.status = 503
    city.office.alarm("C-1")
    city.office.tick()
    assert len(city.system.got) == 1
    city.office.tick(seconds=10)
    assert len(city.system.got) == 1, "it waits a while"
    city.system.status = 200
    city.office.tick(minutes=1)
    assert [each["id"] for each in events(city)[:1]] == [each["id"] for each in events(city)[1:]]
    assert city.office.sql("SELECT state FROM message WHERE channel = 'webhook'") == [("sent",)]
    city.office.tick(minutes=1)
    assert len(city.system.got) == 2


def test_a_system_that_is_gone_is_left_alone(city: City) -> None:
    city.system.status = 410
    city.office.alarm("C-1")
    city.office.tick()
    city.office.alarm("C-2")
    city.office.tick()
    assert len(city.system.got) == 1
    assert (
        city.office.sql("SELECT state, code FROM message WHERE channel = 'webhook'")
        == [("failed", "410")] * 2
    )
    assert city.chat == ["C-1 CRITICAL A 1", "C-2 CRITICAL A 2"]


def test_without_a_webhook_there_are_no_events(tmp_path: Path) -> None:
    with house(tmp_path, sandbox=True) as office:
        office.hire("ana", "caseworker", phone=ANA)
        office.enrol("C-1")
        office.alarm("C-1")
        assert office.sql("SELECT count(*) FROM message WHERE channel = 'webhook'") == [(0,)]


def test_a_webhook_that_nobody_answers_costs_no_alert(tmp_path: Path) -> None:
    with house(
        tmp_path, sandbox=True, webhook_url=SecretStr(free_url()), webhook_secret=SecretStr(SECRET)
    ) as office:
        office.hire("ana", "caseworker", phone=ANA)
        office.enrol("C-1")
        office.alarm("C-1")
        office.tick()
        assert office.phone(ANA) == ["C-1 CRITICAL A 1"]
        assert office.sql("SELECT state, code FROM message WHERE channel = 'webhook'") == [
            ("queued", "not_reached")
        ]
