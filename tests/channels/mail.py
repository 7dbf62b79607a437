"""A mail server on the loopback, which answers as it is told to at each part of the conversation."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "besa@office.test", "a p@ss/word:of mail"


@dataclass
class MailServer:
    """``answers`` holds what is said to rcpt, mail or data; "drop" breaks it off, "late" says nothing."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[Envelope] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    connections: int = 0
    released: asyncio.Event | None = None
    port: int = 0

    async def _meet(self, server: SMTP, part: str) -> str | None:
        answer = self.answers.get(part)
        if answer == "drop":
            assert server.transport is not None
            server.transport.abort()
        if answer in ("drop", "late"):
            await asyncio.sleep(3600)
        return answer

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        answer = await self._meet(server, "ehlo")
        return [answer] if answer else responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := await self._meet(server, "mail"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := await self._meet(server, "rcpt"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if answer := await self._meet(server, "data"):
            return answer
        self.mails.append(envelope)
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return "250 OK"


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
) -> AuthResult:
    known = isinstance(given, LoginPassword) and given == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@contextmanager
def mail_server(
    *, tls: ssl.SSLContext | None = None, always: bool = False, auth: bool = False
) -> Iterator[MailServer]:
    """Run a mail server: with ``tls`` it offers STARTTLS, or with ``always`` speaks nothing else."""
    made = MailServer()
    options: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0, "ready_timeout": 20}
    if tls and always:
        options["ssl_context"] = tls
    elif tls:
        options |= {"tls_context": tls, "require_starttls": False}
    if auth:
        options |= {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": False}
    controller = _Controller(made, **options)
    controller.start()
    made.port = controller.server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        controller.stop()


class _Controller(Controller):
    """On any free port; the first connection, by which the controller looks whether it runs, is its own."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for the loopback: the server's context, and the context of a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(pem, private)
    return server, ssl.create_default_context(cafile=str(pem))
