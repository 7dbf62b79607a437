"""What Twilio calls us with: its signature, its messages and its delivery reports. Pure parsing, no I/O."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qs, parse_qsl, urlsplit

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bot.channels.codes import codes
from bot.channels.protocol import Inbound, StatusUpdate
from bot.phone import address

WHATSAPP = "whatsapp:"
_MAX_FIELDS = 500
_FAILED_STATES = frozenset({"failed", "undelivered"})
_PORTS = {"https": 443, "http": 80}


class Form(dict[str, str]):
    """A posted form, blank fields too: the first value of each name; ``getall`` gives every one of them.

    Raises ValueError when it has too many fields.
    """

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self._values: dict[str, list[str]] = {}
        text = body.decode("utf-8", "replace")
        for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS):
            self._values.setdefault(name, []).append(value)
            self.setdefault(name, value)

    def getall(self, name: str) -> list[str]:
        """Return every value; the official validator asks for them by this name."""
        return self._values[name]


class Signature:
    """Tells whether Twilio made a request. The rule: https://www.twilio.com/docs/usage/webhooks/webhooks-security"""

    def __init__(self, auth_token: str) -> None:
        self._validator = RequestValidator(auth_token)

    def verify(self, url: str, params: Mapping[str, str] | bytes, signature: str | None) -> bool:
        """Say whether ``signature`` fits ``url`` as Twilio called it, query included, and what was posted.

        ``params`` is the form, or the raw body of a request that is no form (JSON), which must then be
        vouched for by ``bodySHA256`` in the URL. Twilio signs with or without the default port, unreliably,
        so either is taken.
        """
        if not signature:
            return False
        if isinstance(params, bytes) and not _body_fits(url, params):
            return False
        form = {} if isinstance(params, bytes) else params
        given = signature.encode()
        return any(
            hmac.compare_digest(self._validator.compute_signature(spelling, form).encode(), given)
            for spelling in _spellings(url)
        )


def parse_message(form: Mapping[str, str]) -> Inbound:
    """Read an incoming message; WhatsApp's come by the same door with a prefix before the number.

    Raises ValueError, naming the field alone, without a message id or a sender.
    """
    channel, sender = split_address(_needed(form, "From"))
    kind, text = _kind_and_text(form)
    own = _needed(form, "MessageSid")
    return Inbound(
        channel=channel,
        provider_id=own,
        address=sender,
        kind=kind,
        text=text,
        at=None,
        button=form.get("ButtonPayload") or None,
        refers_to=form.get("OriginalRepliedMessageSid") or None,
        own_id=own,
        media=form.get("MediaUrl0") or None,
        opt_out=form.get("OptOutType", "").upper() or None,
    )


def parse_status(form: Mapping[str, str]) -> StatusUpdate:
    """Read a delivery report: queued, sent, delivered, read, undelivered, failed ...

    A failure without a code counts as one for which the operator of the phone gave no reason (30008).
    Raises ValueError, naming the field alone, without a message id or a state.
    """
    channel, _ = split_address(form.get("To", ""))
    state = _needed(form, "MessageStatus")
    code = form.get("ErrorCode") or None
    if state in _FAILED_STATES:
        code = code or "30008"
    return StatusUpdate(
        channel=channel,
        provider_id=_needed(form, "MessageSid"),
        state=state,
        code=code,
        act=codes("twilio").act(code) if code and state in _FAILED_STATES else None,
        at=None,
    )


def split_address(text: str) -> tuple[str, str]:
    """Split Twilio's address into our channel and the number, in E.164."""
    if text.startswith(WHATSAPP):
        return "whatsapp", address(text.removeprefix(WHATSAPP))
    return "twilio", address(text)


def media_kind(content_type: str) -> str:
    """Return the kind of message that an attachment of this content type makes."""
    family, _, precise = content_type.lower().partition("/")
    if precise in ("vcard", "x-vcard"):
        return "contact"
    return {"audio": "voice", "image": "picture", "video": "picture"}.get(family, "file")


def _kind_and_text(form: Mapping[str, str]) -> tuple[str, str]:
    body = form.get("Body", "")
    if form.get("ButtonPayload"):
        return "button", form.get("ButtonText") or body
    if form.get("Latitude") and form.get("Longitude"):
        place = f"{form['Latitude']}, {form['Longitude']}"
        said = (body, form.get("Label"), form.get("Address"), place)
        return "place", "\n".join(part for part in said if part)
    if form.get("NumMedia", "") not in ("", "0"):
        return media_kind(form.get("MediaContentType0", "")), body
    return "text", body


def _needed(form: Mapping[str, str], name: str) -> str:
    value = form.get(name)
    if not value:
        raise ValueError(f"Twilio's form has no {name}")
    return value


def _body_fits(url: str, body: bytes) -> bool:
    promised = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    return hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), promised.lower().encode())


@lru_cache(maxsize=64)
def _spellings(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    default = _PORTS.get(parts.scheme)
    try:
        port = parts.port
    except ValueError:
        return (url,)
    if port is None and default is not None:
        return url, parts._replace(netloc=f"{parts.netloc}:{default}").geturl()
    if port is not None:
        return url, parts._replace(netloc=parts.netloc.removesuffix(f":{port}")).geturl()
    return (url,)
