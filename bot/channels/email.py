"""E-mail to staff through a mail server (SMTP): plain text, one message a connection.

The first line of a text is its subject. A message keeps its Message-ID however often it is sent, so that
whoever gets it twice can tell.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import unicodedata
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import formatdate

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPResponseException,
)

from bot.channels.codes import codes
from bot.channels.mail_server import ADDRESS, MailServer
from bot.channels.protocol import Failed, Outgoing, Sent

_NO_ID = re.compile(r"[^A-Za-z0-9-]+")
_SUBJECT_LENGTH = 100


@dataclass
class _Stage:
    """How far a conversation with the server has come: connect, auth, mail, rcpt or data."""

    name: str = "connect"


class EmailChannel:
    """One mail server. ``seconds`` is how long it waits for each answer; safe to use from several threads.

    Each sending runs on an event loop of its own; call it from a thread that has none.
    """

    name = "email"

    def __init__(
        self, server: MailServer, *, seconds: float = 10.0, tls_context: ssl.SSLContext | None = None
    ) -> None:
        self._server, self._seconds, self._tls = server, seconds, tls_context
        self._closed = False

    def __repr__(self) -> str:
        """The name alone; server, user and password are not for logs."""
        return "EmailChannel()"

    def send(self, outgoing: Outgoing) -> Sent | Failed:
        """Hand one message to the mail server, once."""
        if self._closed:
            return _failed("closed")
        if not ADDRESS.fullmatch(outgoing.address):
            return _failed("bad_address")
        failure = asyncio.run(self._hand_in(outgoing.address, written(self._server.sender, outgoing)))
        return failure or Sent(outgoing.message_id)

    def close(self) -> None:
        """Take no more messages."""
        self._closed = True

    async def _hand_in(self, address: str, message: bytes) -> Failed | None:
        stage = _Stage()
        try:
            async with asyncio.timeout(3 * self._seconds):
                await self._converse(stage, address, message)
        except SMTPResponseException as error:
            return refusal(stage.name, error.code)
        except SMTPNotSupported:
            return _failed("no_tls" if stage.name == "connect" else "no_auth")
        except (SMTPException, OSError, TimeoutError) as error:
            if _is_about_trust(error):
                return _failed("bad_tls")
            return _failed("no_answer" if stage.name == "data" else "not_reached")
        except (ValueError, UnicodeError):
            return _failed("unreadable" if stage.name == "data" else "not_reached")
        return None

    async def _converse(self, stage: _Stage, address: str, message: bytes) -> None:
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            timeout=self._seconds,
            use_tls=server.security == "smtps",
            start_tls=False,
            tls_context=self._tls,
            local_hostname=server.sender.rpartition("@")[2],
        )
        try:
            await client.connect()
            if server.security == "starttls":
                await _offered(client, "starttls")
                await client.starttls()
            if server.user:
                stage.name = "auth"
                await _offered(client, "auth")
                await client.login(server.user, server.password)
            stage.name = "mail"
            await client.mail(server.sender)
            stage.name = "rcpt"
            await client.rcpt(address)
            stage.name = "data"
            await client.data(message)
        finally:
            client.close()


async def _offered(client: SMTP, extension: str) -> None:
    """Ask the server what it can do; raises SMTPNotSupported if this is not among it."""
    await client.ehlo()
    if not client.supports_extension(extension):
        raise SMTPNotSupported(extension)


def written(sender: str, outgoing: Outgoing) -> bytes:
    """A message as it goes over the wire. Its headers hold nothing that could begin another header."""
    first, _, rest = outgoing.text.partition("\n")
    message = EmailMessage(policy=WIRE)
    message["From"] = sender
    message["To"] = outgoing.address
    message["Subject"] = _one_line(first)
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{_NO_ID.sub('-', outgoing.message_id) or 0}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{first}\n\n{rest}\n" if rest else f"{first}\n", charset="utf-8", cte="base64")
    return message.as_bytes()


def refusal(stage: str, code: int) -> Failed:
    """What a server's refusal means at a stage of the conversation, by the most particular entry."""
    table = codes("email")
    kind = f"{code // 100}xx"
    names = (f"{stage} {code}", f"{stage} {kind}", kind)
    name = next((each for each in names if table.meaning(each)), "unreadable")
    return Failed(f"{stage} {code}", table.act(name))


def _one_line(text: str) -> str:
    kept = "".join(" " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each for each in text)
    return kept.strip()[:_SUBJECT_LENGTH]


def _is_about_trust(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__
    return error is not None


def _failed(code: str) -> Failed:
    return Failed(code, codes("email").act(code))
