"""The whole path: a signed form of Twilio's into the ASGI app, the answer back after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, MutableMapping
from itertools import count
from typing import Any
from urllib.parse import urlencode

import uvloop
from fastapi import FastAPI
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bench.office import PUBLIC_URL, TOKEN, enrol, finished
from bench.script import Answers, Rate, Watch
from bot.delivery.office import Office
from server import build_app

PATH = "/webhooks/twilio/messages"
Message = MutableMapping[str, Any]
Call = tuple[dict[str, Any], bytes]

_sids = count(1)
_validator = RequestValidator(TOKEN)


def answered(
    office: Office, number: int, *, at_once: int, ready: Callable[[], object] = lambda: None
) -> Rate:
    """Ask ``number`` new cases, call ``ready``, then let ``at_once`` of them at a time answer."""
    before = finished(office)
    first = office.db.read_now(_next_number)
    talks = [_calls(address, answers) for address, answers in enrol(office, first, number)]
    app = build_app(office)
    ready()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rate = runner.run(_all(app, talks, at_once))
    if finished(office) - before != number:
        raise SystemExit("not every check-in ended as it should")
    return rate


async def _all(app: FastAPI, talks: list[list[Call]], at_once: int) -> Rate:
    turns = sum(map(len, talks))
    await _post(app, _call(f"+4179{next(_sids):07d}", "ok"))
    waiting = iter(talks)
    watch = Watch()
    await asyncio.gather(*(_one_after_another(app, waiting) for _ in range(at_once)))
    return watch.rate(f"whole path, webhook to commit, {at_once} in flight", turns)


async def _one_after_another(app: FastAPI, talks: Iterable[list[Call]]) -> None:
    for talk in talks:
        for call in talk:
            await _post(app, call)


async def _post(app: FastAPI, call: Call) -> None:
    scope, body = call
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    if status != 200:
        raise SystemExit(f"a webhook was answered with {status}")


def _calls(address: str, answers: Answers) -> list[Call]:
    return [_call(address, text) for text in answers]


def _call(address: str, text: str) -> Call:
    sid = f"SM{next(_sids):032x}"
    form = {
        "ToCountry": "AL",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": text,
        "FromCountry": "AL",
        "To": "+355690000099",
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": f"AC{0:032x}",
        "From": address,
        "ApiVersion": "2010-04-01",
    }
    signature = _validator.compute_signature(PUBLIC_URL + PATH, form)
    headers = [
        (b"host", b"besa.invalid"),
        (b"content-type", b"application/x-www-form-urlencoded; charset=UTF-8"),
        (b"x-twilio-signature", signature.encode()),
    ]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": ("besa.invalid", 443),
    }
    return scope, urlencode(form).encode()


def _next_number(tx: Any) -> int:
    tx.cursor.execute("SELECT count(*) FROM cases")
    return 1000 + int(tx.cursor.fetchone()[0])
