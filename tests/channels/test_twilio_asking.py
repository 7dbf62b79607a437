"""Asking Twilio what came in and what went out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.protocol import ChannelUnavailable, Outgoing
from bot.channels.twilio import TwilioChannel, parse_message
from tests.channels.provider import Provider
from tests.channels.rigs import ACCOUNT, AUTH_TOKEN, SENDER, free_url, twilio_channel

SINCE = datetime(2026, 9, 21, 12, 0, tzinfo=UTC)
PERSON = "+355691234567"


def listed(sid: str, **changed: Any) -> dict[str, Any]:
    sent = "Mon, 21 Sep 2026 12:30:00 +0000"
    message = {
        "sid": sid,
        "from": PERSON,
        "to": SENDER,
        "body": "po",
        "direction": "inbound",
        "num_media": "0",
        "date_created": sent,
        "date_sent": sent,
        "status": "received",
    }
    return {**message, **changed}


def page(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"/Messages.json": {"messages": list(messages), "page_size": 50, "next_page_uri": None}}


def out(sid: str, **changed: Any) -> dict[str, Any]:
    return listed(
        sid, **{"direction": "outbound-api", "from": SENDER, "to": PERSON, "body": "Si jeni?", **changed}
    )


def test_what_came_in_is_listed_oldest_first_as_the_webhook_would_read_it() -> None:
    with Provider(answers=page(listed("SM2", body="لا"), out("SM9"), listed("SM1"))) as provider:
        channel = twilio_channel(provider.url)
        first, second = channel.list_inbound(SINCE)
        channel.close()
    webhook = parse_message({"MessageSid": "SM1", "From": PERSON, "Body": "po"})
    assert (first.provider_id, first.address, first.kind, first.text, first.own_id) == (
        webhook.provider_id,
        webhook.address,
        webhook.kind,
        webhook.text,
        webhook.own_id,
    )
    assert first.at == datetime(2026, 9, 21, 12, 30, tzinfo=UTC)
    assert (second.provider_id, second.text) == ("SM2", "لا")
    [request] = provider.requests
    assert request.query["To"] == SENDER
    assert request.query["DateSent>"] == "2026-09-21T12:00:00Z"


def test_every_page_is_read_from_the_same_place() -> None:
    more = f"/2010-04-01/Accounts/{ACCOUNT}/More/Messages.json?PageToken=x"
    first = {"messages": [listed("SM2")], "page_size": 1, "next_page_uri": more}
    answers = {"/More/Messages.json": page(listed("SM1"))["/Messages.json"], "/Messages.json": first}
    with Provider(answers=answers) as provider:
        channel = twilio_channel(provider.url)
        assert [inbound.provider_id for inbound in channel.list_inbound(SINCE)] == ["SM1", "SM2"]
        channel.close()
    assert len(provider.requests) == 2


def test_the_kind_of_an_attachment_is_asked_for() -> None:
    answers = {
        **page(listed("SM1", body="", num_media="1")),
        "/Media.json": {"media_list": [{"content_type": "audio/ogg"}]},
    }
    with Provider(answers=answers) as provider:
        channel = twilio_channel(provider.url)
        [inbound] = channel.list_inbound(SINCE)
        channel.close()
    assert inbound.kind == "voice"


def test_a_service_lists_what_came_to_any_of_its_senders_on_its_own_channel() -> None:
    whatsapp = listed("SM2", **{"from": "whatsapp:" + PERSON, "to": "whatsapp:" + SENDER})
    with Provider(answers=page(whatsapp, listed("SM1"))) as provider:
        found = {}
        for name in ("twilio", "whatsapp"):
            channel = TwilioChannel(
                name,
                account_sid=ACCOUNT,
                auth_token=AUTH_TOKEN,
                messaging_service_sid="MG1",
                api_base=provider.url,
            )
            found[name] = [(inbound.provider_id, inbound.address) for inbound in channel.list_inbound(SINCE)]
            channel.close()
    assert found == {"twilio": [("SM1", PERSON)], "whatsapp": [("SM2", PERSON)]}
    assert "To" not in provider.requests[0].query


@pytest.mark.parametrize(
    ("messages", "found"),
    [
        ([out("SM1")], "SM1"),
        ([out("SM2"), out("SM1")], "SM2"),
        ([out("SM1", date_sent=None)], "SM1"),
        ([out("SM1", body="Si jeni? ")], "SM1"),
        ([out("SM1", body="Tjetër")], None),
        ([listed("SM1", body="Si jeni?")], None),
        ([out("SM1", date_created="Mon, 21 Sep 2026 11:59:59 +0000")], None),
        ([out("SM1", date_created="Mon, 21 Sep 2026 12:00:00 +0000")], "SM1"),
        ([], None),
    ],
)
def test_a_message_whose_answer_was_lost_is_looked_for(
    messages: list[dict[str, Any]], found: str | None
) -> None:
    with Provider(answers=page(*messages)) as provider:
        channel = twilio_channel(provider.url)
        assert channel.find_sent(PERSON, SINCE + timedelta(milliseconds=600), "Si jeni?") == found
        channel.close()
    assert provider.requests[0].query["To"] == PERSON


@pytest.mark.parametrize("mood", ["busy", "broken", "dropped", "garbled", "unreachable"])
def test_not_being_able_to_ask_says_so_without_the_number(mood: str) -> None:
    with Provider(mood) as provider:
        channel = twilio_channel(free_url() if mood == "unreachable" else provider.url)
        for ask in (
            lambda: channel.find_sent(PERSON, SINCE, "Si jeni?"),
            lambda: channel.list_inbound(SINCE),
        ):
            with pytest.raises(ChannelUnavailable) as caught:
                ask()
            assert caught.value.__context__ is None
            assert not [
                word for word in (PERSON, SENDER, AUTH_TOKEN) if word in f"{caught.value} {caught.value!r}"
            ]
        channel.close()


@pytest.mark.parametrize(("name", "prefix"), [("twilio", ""), ("whatsapp", "whatsapp:")])
def test_what_a_message_is_posted_with(name: str, prefix: str) -> None:
    with Provider() as provider:
        channel = TwilioChannel(
            name,
            account_sid=ACCOUNT,
            auth_token=AUTH_TOKEN,
            from_=SENDER,
            messaging_service_sid="MG1",
            status_callback="https://besa.example/hooks/twilio/status",
            api_base=provider.url,
        )
        channel.send(Outgoing("message-1", PERSON, "Si jeni?"))
        channel.close()
    [request] = provider.requests
    assert (request.method, request.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert request.authorization is not None
    assert request.fields == {
        "To": prefix + PERSON,
        "From": prefix + SENDER,
        "MessagingServiceSid": "MG1",
        "StatusCallback": "https://besa.example/hooks/twilio/status",
        "Body": "Si jeni?",
    }


@pytest.mark.parametrize(
    "wrong", [{"name": "sms"}, {"from_": None}, {"api_base": "api.twilio.com"}, {"api_base": "ftp://x"}]
)
def test_settings_that_can_not_work_are_refused(wrong: dict[str, Any]) -> None:
    settings: dict[str, Any] = {"account_sid": ACCOUNT, "auth_token": AUTH_TOKEN, "from_": SENDER}
    with pytest.raises(ValueError) as caught:
        TwilioChannel(**{**settings, **wrong})
    assert AUTH_TOKEN not in str(caught.value)
