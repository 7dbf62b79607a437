"""Twilio's side of the wire: a recorder that gives every message a SID, before Prism, which checks the calls.

It keeps messages as Twilio does, so that they can be listed, and knows the rules that no description
holds: the auth token, opted-out numbers, what is no phone number.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from tests.peers.faults import twilio_error
from tests.peers.local_server import LocalServer, Reply, Request
from tests.peers.prism import Prism
from tests.peers.twilio_listing import listing
from tests.peers.twilio_signing import Answer, signed_webhook

_MESSAGES = re.compile(r"/2010-04-01/Accounts/AC[^/]+/Messages\.json")
_MESSAGE = re.compile(r"/2010-04-01/Accounts/AC[^/]+/Messages/((?:SM|MM)[0-9a-fA-F]{32})\.json")
_MEDIA = re.compile(r"/2010-04-01/Accounts/AC[^/]+/Messages/((?:SM|MM)[0-9a-fA-F]{32})/Media\.json")
_ADDRESS = re.compile(r"(whatsapp:)?\+[1-9]\d{6,14}")


@dataclass(frozen=True)
class Recorded:
    """One call as it came, and the status that it got."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    status: int


class TwilioPeer(LocalServer):
    """``base`` goes into TWILIO_API_BASE; ``account_sid``, ``auth_token`` and ``number`` beside it."""

    account_sid = "AC" + "0123456789abcdef" * 2
    auth_token = "f0e1d2c3b4a5968778695a4b3c2d1e0f"
    number = "+355694000001"

    def __init__(self, prism: Prism) -> None:
        super().__init__()
        self.requests: list[Recorded] = []
        self.messages: dict[str, dict[str, Any]] = {}
        self.opted_out: set[str] = set()
        self._media: dict[str, list[str]] = {}
        self._callbacks: dict[str, str] = {}
        self._ids = count(1)
        self._lock = threading.Lock()
        self._prism = urlsplit(prism.base).netloc

    def sent(self, to: str | None = None) -> list[dict[str, Any]]:
        """Return the messages that were taken from us, oldest first, as Twilio keeps them."""
        with self._lock:
            ours = [message for message in self.messages.values() if message["direction"] == "outbound-api"]
        return [message for message in ours if to in (None, message["to"])]

    def receive(
        self, sender: str, body: str = "", *, media: tuple[str, ...] = (), **more: str
    ) -> dict[str, str]:
        """Let a person write to us; return the form that the webhook must get, which is not called.

        ``media`` holds content types; ``more`` holds further fields, such as ``Latitude``. The message is
        on Twilio's list from now on, whether the webhook is called or not.
        """
        to = ("whatsapp:" if sender.startswith("whatsapp:") else "") + self.number
        kind = "MM" if media else "SM"
        message = self._keep(kind, sender, to, body, "inbound", "received", len(media))
        sid = message["sid"]
        self._media[sid] = list(media)
        form = {"ToCountry": "", "MessageSid": sid, "SmsSid": sid, "AccountSid": self.account_sid}
        form |= {"From": sender, "To": to, "Body": body, "NumMedia": str(len(media)), "NumSegments": "1"}
        for index, content_type in enumerate(media):
            form[f"MediaContentType{index}"] = content_type
            form[f"MediaUrl{index}"] = f"{self.base}/media/{sid}/{index}"
        return form | more

    def deliver(self, url: str, form: Mapping[str, str], *, public_url: str | None = None) -> Answer:
        """Call our webhook with ``form``, signed with the account's token for ``public_url`` or ``url``."""
        return signed_webhook(url, self.auth_token, form, public_url=public_url)

    def report(self, sid: str, state: str, code: str | None = None, *, url: str | None = None) -> Answer:
        """Tell the status callback of a message what became of it; KeyError if it gave none.

        ``url`` is where to knock, if not at the callback's own address, for which the call is signed.
        """
        with self._lock:
            message = self.messages[sid]
            message["status"], message["error_code"] = state, int(code) if code else None
        form = {"MessageSid": sid, "SmsSid": sid, "MessageStatus": state, "SmsStatus": state}
        form |= {"To": message["to"], "From": message["from"] or self.number, "AccountSid": self.account_sid}
        if code:
            form["ErrorCode"] = code
        callback = self._callbacks[sid]
        return signed_webhook(url or callback, self.auth_token, form, public_url=callback)

    def named(self, request: Request) -> str:
        """Name a call by method: POST sends, GET lists."""
        return request.method

    def respond(self, request: Request) -> Reply | None:
        """Answer and record the call, whatever came of it (status 0: no answer)."""
        reply = super().respond(request)
        status = reply.status if reply else 0
        with self._lock:
            self.requests.append(
                Recorded(request.method, request.path, request.query, request.fields, status)
            )
        return reply

    def answer(self, request: Request) -> Reply:
        """Let Prism judge the call, then answer with the message in question."""
        if not self._authorised(request):
            return _error(20003, 401, "Authenticate")
        if media := _MEDIA.fullmatch(request.path):
            return self._media_of(media[1])
        verdict = self._judged(request)
        if verdict.status >= 400:
            return verdict
        if _MESSAGES.fullmatch(request.path):
            return self._create(request, verdict) if request.method == "POST" else self._list(request)
        one = _MESSAGE.fullmatch(request.path)
        return self._one(request, one[1]) if one else _error(20404, 404, "Not found")

    def _authorised(self, request: Request) -> bool:
        pair = f"{self.account_sid}:{self.auth_token}".encode()
        given = {name.lower(): value for name, value in request.headers.items()}.get("authorization")
        return given == "Basic " + base64.b64encode(pair).decode()

    def _judged(self, request: Request) -> Reply:
        wanted = {"authorization", "content-type", "accept"}
        headers = {name: value for name, value in request.headers.items() if name.lower() in wanted}
        connection = http.client.HTTPConnection(self._prism, timeout=30)
        try:
            connection.request(request.method, request.target, request.body or None, headers)
            answer = connection.getresponse()
            return Reply(answer.status, answer.read(), {"Content-Type": answer.headers["Content-Type"] or ""})
        finally:
            connection.close()

    def _create(self, request: Request, verdict: Reply) -> Reply:
        form = request.fields
        refusal = self._refusal(form)
        if refusal is not None:
            return refusal
        sender = form.get("From", "")
        message = self._keep("SM", sender, form["To"], form.get("Body", ""), "outbound-api", "queued", 0)
        message["messaging_service_sid"] = form.get("MessagingServiceSid")
        if "StatusCallback" in form:
            self._callbacks[message["sid"]] = form["StatusCallback"]
        return Reply.of(201, json.loads(verdict.body) | message)

    def _refusal(self, form: dict[str, str]) -> Reply | None:
        to = form["To"]
        if not _ADDRESS.fullmatch(to):
            return _error(21211, 400, f"The 'To' number {to} is not a valid phone number.")
        if not form.get("From") and not form.get("MessagingServiceSid"):
            return _error(21603, 400, "A 'From' phone number is required.")
        if not form.get("Body") and not form.get("ContentSid"):
            return _error(21602, 400, "Message body is required.")
        if to in self.opted_out:
            return _error(21610, 400, f"Attempt to send to unsubscribed recipient {to}")
        return None

    def _keep(
        self, kind: str, sender: str, to: str, body: str, direction: str, status: str, media: int
    ) -> dict[str, Any]:
        with self._lock:
            sid = f"{kind}{next(self._ids):032x}"
            now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
            path = f"/2010-04-01/Accounts/{self.account_sid}/Messages/{sid}"
            self.messages[sid] = {
                "sid": sid,
                "account_sid": self.account_sid,
                "api_version": "2010-04-01",
                "from": sender or None,
                "to": to,
                "body": body,
                "direction": direction,
                "status": status,
                "num_media": str(media),
                "num_segments": "1",
                "date_created": now,
                "date_updated": now,
                "date_sent": now if direction == "inbound" else None,
                "error_code": None,
                "error_message": None,
                "messaging_service_sid": None,
                "price": None,
                "price_unit": "USD",
                "uri": f"{path}.json",
                "subresource_uris": {"media": f"{path}/Media.json"},
            }
            return self.messages[sid]

    def _list(self, request: Request) -> Reply:
        with self._lock:
            newest_first = list(reversed(self.messages.values()))
        return Reply.of(200, listing(request.path, request.query, newest_first))

    def _media_of(self, sid: str) -> Reply:
        kept = [
            {"sid": f"ME{index:032x}", "parent_sid": sid, "content_type": content_type}
            for index, content_type in enumerate(self._media.get(sid, ()))
        ]
        path = f"/2010-04-01/Accounts/{self.account_sid}/Messages/{sid}/Media.json"
        return Reply.of(200, {"media_list": kept, "page": 0, "next_page_uri": None, "uri": path})

    def _one(self, request: Request, sid: str) -> Reply:
        with self._lock:
            if request.method == "DELETE":
                self.messages.pop(sid, None)
                return Reply(204, b"")
            message = self.messages.get(sid)
            if message is not None and request.method == "POST":
                message.update({name.lower(): value for name, value in request.fields.items()})
        return Reply.of(200, message) if message else _error(20404, 404, "Not found")


def _error(code: int, status: int, message: str) -> Reply:
    return Reply(status, twilio_error(code, status, message).body, {"Content-Type": "application/json"})
