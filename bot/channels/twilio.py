"""SMS and WhatsApp through Twilio."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar

from twilio.rest import Client  # type: ignore[import-untyped]
from twilio.rest.api.v2010.account.message import MessageInstance  # type: ignore[import-untyped]

from bot.channels.codes import codes
from bot.channels.protocol import ChannelUnavailable, Failed, Inbound, Outgoing, Sent
from bot.channels.quiet import quieten
from bot.channels.twilio_http import TwilioHttp, attempt
from bot.channels.twilio_webhook import (
    WHATSAPP,
    Form,
    Signature,
    media_kind,
    parse_message,
    parse_status,
    split_address,
)
from bot.phone import e164

__all__ = ["TwilioChannel", "e164", "parse_form", "parse_message", "parse_status", "signature_valid"]

API_BASE = "https://api.twilio.com"
_LOOK_BACK = 50
_T = TypeVar("_T")


class TwilioChannel:
    """Sends through one Twilio sender: a number, a sender id or a messaging service.

    Named "whatsapp" it sends to WhatsApp. `seconds` is how long it waits for an answer. Buttons and
    silence have no form in an SMS and are left out: the text must say how to answer.
    """

    def __init__(
        self,
        name: str = "twilio",
        *,
        account_sid: str,
        auth_token: str,
        from_: str | None = None,
        messaging_service_sid: str | None = None,
        status_callback: str | None = None,
        api_base: str = API_BASE,
        seconds: float = 20.0,
    ) -> None:
        if name not in ("twilio", "whatsapp"):
            raise ValueError("a Twilio channel is named twilio or whatsapp")
        if not from_ and not messaging_service_sid:
            raise ValueError("a Twilio channel needs a sender number or a messaging service")
        quieten()
        self.name = name
        self._prefix = WHATSAPP if name == "whatsapp" else ""
        self._sender = self._prefix + from_.removeprefix(self._prefix) if from_ else None
        self._service = messaging_service_sid
        self._closed = False
        self._http = TwilioHttp(api_base, seconds)
        self._client = Client(account_sid, auth_token, http_client=self._http)
        self._options: dict[str, str] = {}
        if self._sender:
            self._options["from_"] = self._sender
        if messaging_service_sid:
            self._options["messaging_service_sid"] = messaging_service_sid
        if status_callback:
            self._options["status_callback"] = status_callback

    def __repr__(self) -> str:
        """The name alone; account, token and sender are not for logs."""
        return f"TwilioChannel({self.name!r})"

    def send(self, outgoing: Outgoing) -> Sent | Failed:
        """Hand one message to Twilio, once."""
        if self._closed:
            return Failed("closed", codes("twilio").act("closed"))
        to = self._prefix + outgoing.address
        answer = attempt(lambda: self._create(to, outgoing.text))
        return answer if isinstance(answer, Failed) else Sent(answer)

    def _create(self, to: str, text: str) -> str:
        made = self._client.messages.create(to=to, body=text, **self._options)
        if not made.sid:
            raise ValueError("Twilio's answer has no sid")
        return str(made.sid)

    def list_inbound(self, since: datetime) -> list[Inbound]:
        """What came in on this channel since then, oldest first; raises ChannelUnavailable.

        Twilio does not repeat a webhook that failed, so this is asked for regularly.
        """
        return self._ask(attempt(lambda: self._inbound(since)))

    def _inbound(self, since: datetime) -> list[Inbound]:
        after = since.astimezone(UTC)
        if self._sender and not self._service:
            found = self._client.messages.list(to=self._sender, date_sent_after=after)
        else:
            found = self._client.messages.list(date_sent_after=after)
        came = [m for m in found if m.direction == "inbound" and split_address(m.from_ or "")[0] == self.name]
        return [self._read(message) for message in reversed(came)]

    def _read(self, message: MessageInstance) -> Inbound:
        kind = "text"
        if (message.num_media or "0") != "0":
            attached = self._client.messages(message.sid).media.list(limit=1)
            kind = media_kind(attached[0].content_type or "") if attached else "file"
        return Inbound(
            channel=self.name,
            provider_id=message.sid,
            address=split_address(message.from_ or "")[1],
            kind=kind,
            text=message.body or "",
            at=message.date_sent or message.date_created,
            own_id=message.sid,
        )

    def find_sent(self, to: str, since: datetime, text: str) -> str | None:
        """The provider id of the newest message with this text to this address since then, or None.

        For a send whose answer was lost. A queued message has no sending time yet, so it is the time
        of creation (in whole seconds) that is compared. Raises ChannelUnavailable.
        """
        start, wanted = since.astimezone(UTC).replace(microsecond=0), _plain(text)
        found = self._ask(attempt(lambda: self._client.messages.list(to=self._prefix + to, limit=_LOOK_BACK)))
        for message in found:
            created = message.date_created
            ours = (message.direction or "").startswith("outbound")
            if ours and (created is None or created >= start) and _plain(message.body or "") == wanted:
                return str(message.sid)
        return None

    def _ask(self, answer: _T | Failed) -> _T:
        if isinstance(answer, Failed):
            raise ChannelUnavailable(self.name, answer.code)
        return answer

    def close(self) -> None:
        """Close the connections to Twilio."""
        self._closed = True
        self._http.close()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def parse_form(body: bytes) -> Form:
    """Read a posted form, blank fields too; raises ValueError when it has too many fields."""
    return Form(body)


def signature_valid(token: str, url: str, params: Mapping[str, str], signature: str | None) -> bool:
    """Say whether `signature` is Twilio's for `url` as it was called, query included, and the form."""
    return bool(token) and Signature(token).verify(url, params, signature)
