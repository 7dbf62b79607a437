"""Events to another system, verified as that system would: by the library of Standard Webhooks."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from bot.channels.protocol import Act, Failed, Outgoing, Sent
from bot.channels.webhook import BadWebhook, Subscriber, WebhookChannel, signature
from tests.channels.rigs import free_url

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
EVENT = {"specversion": "1.0", "id": "0198-e1", "type": "besa.alert.opened", "data": {"case": "C-17"}}


@dataclass
class Subscribed:
    """A system that takes events; ``status`` and ``headers`` are its answers."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    drops: bool = False
    hangs: bool = False
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    url: str = ""


@contextmanager
def subscribed() -> Iterator[Subscribed]:
    made = Subscribed()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            if made.hangs:
                made.over.wait(30)
            if made.drops or made.hangs:
                self.close_connection = True
                return
            self.send_response(made.status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}/besa?key=in-the-url"
    try:
        yield made
    finally:
        made.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def channel(url: str, **options: Any) -> Iterator[WebhookChannel]:
    made = WebhookChannel(Subscriber.parse(url, SECRET), **options)
    yield made
    made.close()


def event(text: str = "", event_id: str = "0198-e1") -> Outgoing:
    return Outgoing(event_id, "webhook", text or json.dumps(EVENT))


def test_an_event_is_signed_so_that_the_library_believes_it() -> None:
    with subscribed() as system, channel(system.url) as made:
        assert made.send(event()) == Sent("0198-e1")
    [(headers, body)] = system.got
    assert Webhook(SECRET).verify(body, headers) == EVENT
    assert headers["webhook-id"] == "0198-e1"
    assert headers["content-type"].startswith("application/cloudevents+json")


@pytest.mark.parametrize("spoiled", ["body", "id", "moment", "secret"])
def test_a_changed_event_is_not_believed(spoiled: str) -> None:
    with subscribed() as system, channel(system.url) as made:
        made.send(event())
    [(headers, body)] = system.got
    secret = SECRET
    if spoiled == "body":
        body = body.replace(b"C-17", b"C-18")
    elif spoiled == "id":
        headers["webhook-id"] = "0198-e2"
    elif spoiled == "moment":
        headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) - 1)
    else:
        secret = "whsec_" + base64.b64encode(b"f" * 32).decode()
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)


def test_an_old_event_is_not_believed() -> None:
    then = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
    with subscribed() as system, channel(system.url, clock=lambda: then) as made:
        made.send(event())
    [(headers, body)] = system.got
    with pytest.raises(WebhookVerificationError, match="old"):
        Webhook(SECRET).verify(body, headers)


@given(st.text(min_size=1), st.uuids(), st.integers(0, 4_000_000_000))
def test_the_signature_is_the_library_s(text: str, event_id: Any, at: int) -> None:
    body = json.dumps({"text": text}, ensure_ascii=True)
    moment = datetime.fromtimestamp(at, UTC)
    theirs = Webhook(SECRET).sign(msg_id=str(event_id), timestamp=moment, data=body)
    key = Subscriber.parse("https://a.test", SECRET).key
    assert signature(key, str(event_id), str(at), body.encode()) == theirs


@pytest.mark.parametrize(
    ("status", "headers", "failure"),
    [
        (301, {"Location": "/elsewhere"}, Failed("3xx", Act.OPERATOR)),
        (308, {"Location": "/elsewhere"}, Failed("3xx", Act.OPERATOR)),
        (401, {}, Failed("401", Act.OPERATOR)),
        (404, {}, Failed("404", Act.RETRY)),
        (422, {}, Failed("422", Act.OPERATOR)),
        (429, {"Retry-After": "7"}, Failed("429", Act.RETRY, 7.0)),
        (500, {}, Failed("500", Act.RETRY)),
        (502, {}, Failed("502", Act.RETRY)),
        (503, {"Retry-After": "soon"}, Failed("503", Act.RETRY)),
    ],
)
def test_what_the_system_answers_has_a_meaning(
    status: int, headers: dict[str, str], failure: Failed, caplog: pytest.LogCaptureFixture
) -> None:
    with subscribed() as system, channel(system.url) as made:
        system.status, system.headers = status, headers
        assert made.send(event()) == failure
        assert len(system.got) == 1, "a redirect is not followed"
        system.status, system.headers = 200, {}
        assert isinstance(made.send(event()), Sent)
        shown = f"{made!r}{Subscriber.parse(system.url, SECRET)!r}{caplog.text}"
    assert not [secret for secret in ("in-the-url", SECRET, "127.0.0.1") if secret in shown]


def test_one_that_is_gone_gets_nothing_more() -> None:
    with subscribed() as system:
        with channel(system.url) as made:
            system.status = 410
            assert made.send(event()) == Failed("410", Act.CLOSE_CHANNEL)
            system.status = 200
            assert made.send(event()) == Failed("410", Act.CLOSE_CHANNEL)
            assert len(system.got) == 1
        with channel(system.url) as anew:
            assert isinstance(anew.send(event()), Sent)


def test_no_answer_is_tried_again() -> None:
    with subscribed() as system, channel(system.url, seconds=0.3) as made:
        system.drops = True
        assert made.send(event()) == Failed("no_answer", Act.RETRY)
        system.drops, system.hangs = False, True
        assert made.send(event()) == Failed("no_answer", Act.RETRY)
    with channel(free_url()) as made:
        assert made.send(event()) == Failed("not_reached", Act.RETRY)


def test_a_closed_channel_takes_nothing() -> None:
    with subscribed() as system, channel(system.url) as made:
        made.close()
        made.close()
        assert made.send(event()) == Failed("closed", Act.RETRY)


@pytest.mark.parametrize("url", ["", "ftp://a.test", "a.test/hook", "https://", "http://[::1"])
def test_a_wrong_url_is_refused(url: str) -> None:
    with pytest.raises(BadWebhook, match="URL"):
        Subscriber.parse(url, SECRET)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_c2hvcnQ=", SECRET[6:], "whsec_" + "A" * 120, "whsec_%%%"]
)
def test_a_wrong_secret_is_refused_without_telling_it(secret: str) -> None:
    with pytest.raises(BadWebhook, match="SECRET") as refused:
        Subscriber.parse("https://a.test", secret)
    assert not secret or secret not in str(refused.value) or secret == "whsec_"
