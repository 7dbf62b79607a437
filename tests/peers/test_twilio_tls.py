"""What TLS says before a request and after it are two things: only the first lets us send again."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.channels.protocol import Act, Failed, Outgoing
from bot.channels.twilio import TwilioChannel

HOST = "localhost"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    shape = serialization.PrivateFormat.PKCS8
    path = tmp_path / "localhost.pem"
    encoding = serialization.Encoding.PEM
    path.write_bytes(key.private_bytes(encoding, shape, plain) + signed.public_bytes(encoding))
    return path


@contextmanager
def _listening(certificate: Path, meet: Callable[[ssl.SSLSocket, socket.socket], None]) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        caller, _ = door.accept()
        with caller:
            try:
                secured = context.wrap_socket(caller.dup(), server_side=True)
            except OSError:
                return
            with secured:
                meet(secured, caller)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"https://{HOST}:{door.getsockname()[1]}"
    finally:
        thread.join(10)
        door.close()


def _send(base: str) -> object:
    account = {"account_sid": "AC" + "1" * 32, "auth_token": "t" * 32, "from_": "+355694000001"}
    channel = TwilioChannel("twilio", **account, api_base=base, seconds=5)
    try:
        return channel.send(Outgoing("m1", "+355692000001", "Mirë?"))
    finally:
        channel.close()


def _break_off(secured: ssl.SSLSocket, caller: socket.socket) -> None:
    """Take the request, then answer with what is no TLS record."""
    secured.recv(65536)
    caller.sendall(b"HTTP/1.1 500 no longer speaking TLS\r\n\r\n")


def test_a_certificate_that_nobody_vouches_for_stops_before_the_request(certificate: Path) -> None:
    got: list[bytes] = []
    with _listening(certificate, lambda secured, caller: got.append(secured.recv(65536))) as base:
        assert _send(base) == Failed("not_reached", Act.RETRY)
    assert not any(got)


def test_tls_that_breaks_after_the_request_leaves_it_unknown(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with _listening(certificate, _break_off) as base:
        assert _send(base) == Failed("no_answer", Act.UNKNOWN)
