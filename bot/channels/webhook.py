"""Events about alerts to another system of the office: CloudEvents, signed as Standard Webhooks has it.

The text of an outgoing message is the event, written and kept when the alert changed; it is sent as it is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from bot.channels.codes import codes
from bot.channels.protocol import Act, Failed, Outgoing, Sent
from bot.channels.quiet import quieten

_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)
_UNWRITTEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class BadWebhook(ValueError):
    """A URL or a secret that cannot be used; says what to write, never what was given."""


@dataclass(frozen=True)
class Subscriber:
    """Who gets the events, and the key that proves where they come from."""

    url: str = field(repr=False)
    key: bytes = field(repr=False)

    @classmethod
    def parse(cls, url: str, secret: str) -> Subscriber:
        """Read the two settings.

        Raises:
            BadWebhook: the URL is none of HTTP's, or the secret is not ``whsec_`` and 24 to 64 bytes.
        """
        try:
            parts = urlsplit(url)
        except ValueError:
            raise BadWebhook("URL is not an address; write https://…") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadWebhook("URL is not an address; write https://…")
        try:
            key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not secret.startswith(_PREFIX) or len(key) not in _KEY_BYTES:
            raise BadWebhook("SECRET is not usable; write whsec_ and 24 to 64 random bytes in base64")
        return cls(url, key)


class WebhookChannel:
    """One subscriber. One that says 410 gets no more from this process. Safe to use from several threads.

    ``seconds`` is how long it waits for an answer; ``clock`` gives the seconds that a signature names.
    """

    name = "webhook"

    def __init__(
        self, subscriber: Subscriber, *, seconds: float = 10.0, clock: Callable[[], float] = time.time
    ) -> None:
        quieten()
        self._subscriber, self._clock = subscriber, clock
        self._client = httpx.Client(timeout=httpx.Timeout(seconds, connect=5.0), follow_redirects=False)
        self._over: str | None = None

    def __repr__(self) -> str:
        """The name alone; address and key are not for logs."""
        return "WebhookChannel()"

    def send(self, outgoing: Outgoing) -> Sent | Failed:
        """Post one event, once."""
        if self._over is not None:
            return _failed(self._over)
        body = outgoing.text.encode()
        try:
            answer = self._client.post(
                self._subscriber.url, content=body, headers=self._headers(outgoing.message_id, body)
            )
        except _UNWRITTEN:
            return _failed("not_reached")
        except (httpx.HTTPError, httpx.InvalidURL):
            return _failed("no_answer")
        except RuntimeError:
            return _failed("closed")
        if answer.is_success:
            return Sent(outgoing.message_id)
        failure = _refused(answer)
        if failure.act is Act.CLOSE_CHANNEL:
            self._over = failure.code
        return failure

    def close(self) -> None:
        """Free the connections."""
        self._over = "closed"
        self._client.close()

    def _headers(self, event_id: str, body: bytes) -> dict[str, str]:
        at = str(int(self._clock()))
        return {
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "User-Agent": "besa",
            "webhook-id": event_id,
            "webhook-timestamp": at,
            "webhook-signature": signature(self._subscriber.key, event_id, at, body),
        }


def signature(key: bytes, event_id: str, at: str, body: bytes) -> str:
    """The signature over id, moment and body, as Standard Webhooks writes it."""
    digest = hmac.new(key, b".".join((event_id.encode(), at.encode(), body)), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _refused(answer: httpx.Response) -> Failed:
    code = "3xx" if answer.is_redirect or 300 <= answer.status_code < 400 else str(answer.status_code)
    wait = answer.headers.get("Retry-After", "")
    failure = Failed(code, codes("webhook").act(code, answer.status_code))
    return Failed(failure.code, failure.act, float(wait)) if wait.isdigit() else failure


def _failed(code: str) -> Failed:
    return Failed(code, codes("webhook").act(code))
