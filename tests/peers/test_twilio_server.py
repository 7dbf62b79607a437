"""The Twilio peer behaves: Prism refuses what is malformed, messages are kept, faults are what they say."""

from __future__ import annotations

import base64
import http.client
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.peers.faults import BROKEN, GARBLED, LOST, twilio_error, twilio_throttle
from tests.peers.twilio_server import TwilioPeer

TO = "+355692000001"


def call(
    peer: TwilioPeer,
    method: str,
    form: dict[str, str] | None = None,
    query: str = "",
    token: str | None = None,
) -> tuple[int, Any, dict[str, str]]:
    pair = f"{peer.account_sid}:{token or peer.auth_token}".encode()
    headers = {"Authorization": "Basic " + base64.b64encode(pair).decode(), "Accept": "application/json"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection = http.client.HTTPConnection(urlsplit(peer.base).netloc, timeout=10)
    path = f"/2010-04-01/Accounts/{peer.account_sid}/Messages.json{query}"
    connection.request(method, path, urlencode(form) if form is not None else None, headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, json.loads(body) if body.startswith(b"{") else body, dict(answer.headers.items())


def good(peer: TwilioPeer, **more: str) -> dict[str, str]:
    return {"To": TO, "From": peer.number, "Body": "Përshëndetje", **more}


@pytest.mark.parametrize(
    "spoil",
    [
        {"To": None},
        {"StatusCallback": "not a url"},
        {"Attempt": "twice"},
        {"MessagingServiceSid": "MG1"},
        {"ContentRetention": "perhaps"},
    ],
    ids=lambda spoil: next(iter(spoil)),
)
def test_a_malformed_call_is_refused_by_the_description(
    twilio_peer: TwilioPeer, spoil: dict[str, str | None]
) -> None:
    form = {name: value for name, value in (good(twilio_peer) | spoil).items() if value is not None}
    status, body, _ = call(twilio_peer, "POST", form)
    assert status == 422, body
    assert next(iter(spoil)).lower() in json.dumps(body).lower()
    assert twilio_peer.sent() == []
    assert twilio_peer.requests[-1].status == 422


def test_every_message_has_a_sid_of_its_own(twilio_peer: TwilioPeer) -> None:
    sids = {call(twilio_peer, "POST", good(twilio_peer))[1]["sid"] for _ in range(5)}
    assert len(sids) == 5
    assert [message["sid"] for message in twilio_peer.sent(TO)] == sorted(sids)
    assert twilio_peer.sent(TO)[0]["body"] == "Përshëndetje"


@pytest.mark.parametrize(
    ("spoil", "code"), [({"To": "069"}, 21211), ({"From": ""}, 21603), ({"Body": ""}, 21602)], ids=str
)
def test_rules_that_no_description_holds(twilio_peer: TwilioPeer, spoil: dict[str, str], code: int) -> None:
    status, body, _ = call(twilio_peer, "POST", good(twilio_peer) | spoil)
    assert (status, body["code"]) == (400, code)


def test_an_opted_out_number_and_a_wrong_token(twilio_peer: TwilioPeer) -> None:
    twilio_peer.opted_out.add(TO)
    assert call(twilio_peer, "POST", good(twilio_peer))[1]["code"] == 21610
    assert call(twilio_peer, "POST", good(twilio_peer), token="wrong")[0] == 401


def test_the_list_is_filtered_and_paged(twilio_peer: TwilioPeer) -> None:
    for number in range(3):
        call(twilio_peer, "POST", good(twilio_peer, Body=str(number)))
    twilio_peer.receive(TO, "Привіт")
    _, page, _ = call(twilio_peer, "GET", query="?" + urlencode({"To": TO, "PageSize": "2"}))
    assert [message["body"] for message in page["messages"]] == ["2", "1"]
    _, rest, _ = call(twilio_peer, "GET", query="?" + urlsplit(page["next_page_uri"]).query)
    assert [message["body"] for message in rest["messages"]] == ["0"]
    assert rest["next_page_uri"] is None
    _, come, _ = call(twilio_peer, "GET", query="?DateSent%3E=2020-01-01T00:00:00Z")
    assert [message["body"] for message in come["messages"]] == ["Привіт"]


def test_faults(twilio_peer: TwilioPeer) -> None:
    twilio_peer.faults.plan(BROKEN)
    twilio_peer.faults.plan(twilio_throttle(7))
    twilio_peer.faults.plan(twilio_error(21408))
    twilio_peer.faults.plan(GARBLED)
    twilio_peer.faults.plan(LOST)
    assert call(twilio_peer, "POST", good(twilio_peer))[0] == 500
    status, body, headers = call(twilio_peer, "POST", good(twilio_peer))
    assert (status, body["code"], headers["Retry-After"]) == (429, 20429, "7")
    assert call(twilio_peer, "POST", good(twilio_peer))[1]["code"] == 21408
    assert twilio_peer.sent() == []
    assert b"html" in call(twilio_peer, "POST", good(twilio_peer))[1]
    with pytest.raises(http.client.RemoteDisconnected):
        call(twilio_peer, "POST", good(twilio_peer))
    assert len(twilio_peer.sent()) == 2
    assert call(twilio_peer, "POST", good(twilio_peer))[0] == 201
