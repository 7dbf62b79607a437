"""What came in while nobody answered the webhook is found in the provider's list, once, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.casework import cases
from bot.casework.cases import NewCase
from bot.channels.twilio import TwilioChannel, parse_message
from bot.delivery import inbox
from bot.delivery.catch_up import catch_up
from bot.delivery.office import Office
from bot.store.queries import people
from bot.store.tx import Tx
from tests.offices import START, ZONES, play
from tests.peers.fixtures import nobody, twilio_peer
from tests.peers.twilio_server import TwilioPeer

__all__ = ["nobody", "twilio_peer"]

NUMBERS = {"sq": "+355691234501", "ar": "+212661234502", "uk": "+380671234503"}
SENTENCES = {
    "sq": "ai eshte prape te dera, kam frike",
    "ar": "راه واقف قدام الباب عاوتاني، خايفة",
    "uk": "він знову стоїть під дверима, мені страшно",
}


class Sms:
    """An office on SMS whose webhook nobody answers, with a case in each language."""

    def __init__(self, office: Office, base: str) -> None:
        channel = TwilioChannel(
            "twilio",
            account_sid=TwilioPeer.account_sid,
            auth_token=TwilioPeer.auth_token,
            from_=TwilioPeer.number,
            api_base=base,
            seconds=5,
        )
        self.office = replace(office, channels={"twilio": channel})
        for language, number in NUMBERS.items():
            new = case(language, number)
            office.db.write_now(lambda tx, new=new: cases.add(tx, office.programme, office.clock(), new))

    def at(self, base: str) -> Office:
        """The same office where the provider is found elsewhere."""
        channel = TwilioChannel(
            "twilio",
            account_sid="AC" + "0" * 32,
            auth_token="x",
            from_="+355694000001",
            api_base=base,
            seconds=1,
        )
        return replace(self.office, channels={"twilio": channel})

    def heard(self, language: str) -> list[str]:
        """What a case has said, oldest first."""

        def job(tx: Tx) -> list[str]:
            row = people.case_with_code.one(tx, code=f"C-{language}")
            rows = people.messages_of.all(tx, case=row.id, before="~", most=200)
            return [
                tx.vault.open(each.body, column="message.body", row=each.id)
                for each in reversed(rows)
                if each.direction == "in"
            ]

        return self.office.db.read_now(job)


def case(language: str, number: str) -> NewCase:
    return NewCase(
        code=f"C-{language}",
        alias="Someone",
        language=language,
        country="AL",
        timezone=ZONES[language],
        channel="twilio",
        address=number,
        return_date=START.date() - timedelta(days=2),
        caseworker_email="worker@office.invalid",
        protocol="default",
        privacy="neutral",
        contact_from=8 * 60,
        contact_to=20 * 60,
        consented_on=date(2026, 3, 1),
    )


@pytest.fixture
def sms(tmp_path: Path, twilio_peer: TwilioPeer) -> Iterator[Sms]:
    with play(tmp_path) as played:
        opened = Sms(played.office, twilio_peer.base)
        yield opened
        opened.office.channels["twilio"].close()


def test_an_hour_of_messages_comes_in_once_and_in_order(sms: Sms, twilio_peer: TwilioPeer) -> None:
    wanted: dict[str, list[str]] = {language: [] for language in NUMBERS}
    for number in range(34):
        for language in NUMBERS:
            text = f"{SENTENCES[language]} {number}"
            wanted[language].append(text)
            twilio_peer.receive(NUMBERS[language], text)
    assert catch_up(sms.office) == 102
    assert {language: sms.heard(language) for language in NUMBERS} == wanted
    assert catch_up(sms.office) == 0


def test_what_the_webhook_brought_is_not_taken_again_nor_the_other_way(
    sms: Sms, twilio_peer: TwilioPeer
) -> None:
    first = parse_message(twilio_peer.receive(NUMBERS["sq"], "po"))
    second = parse_message(twilio_peer.receive(NUMBERS["sq"], "po"))
    assert sms.office.take(inbox.read(first)).result() is not None
    assert catch_up(sms.office) == 1
    assert sms.office.take(inbox.read(second)).result() is None
    assert sms.heard("sq") == ["po", "po"]


def test_a_provider_that_cannot_be_asked_is_asked_again_from_the_same_moment(
    sms: Sms, twilio_peer: TwilioPeer, nobody: str
) -> None:
    assert catch_up(sms.office) == 0
    twilio_peer.receive(NUMBERS["uk"], SENTENCES["uk"])
    away = sms.at(nobody)
    assert catch_up(away) == 0
    away.channels["twilio"].close()
    assert catch_up(sms.office) == 1
    assert sms.heard("uk") == [SENTENCES["uk"]]
