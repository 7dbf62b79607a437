"""E-mail through a real mail server on the loopback, in every mood that one can be in."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.codes import codes
from bot.channels.email import EmailChannel, refusal, written
from bot.channels.mail_server import BadMailServer, MailServer
from bot.channels.protocol import Act, Failed, Outgoing, Sent
from tests.channels.mail import PASSWORD, USER, certificate, mail_server
from tests.channels.rigs import free_url

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
ANA = "ana@office.test"
TEXT = "C-17 CRITICAL\nOpen Besa to answer."
TEXTS = (
    TEXT,
    "C-17 KRITIK\nHape Besën për t'u përgjigjur.",
    "تنبيه \u200eC-17\u200e \u200fحرج\u200f\nافتح Besa للرد.",
    "C-17 КРИТИЧНИЙ\nЩоб відповісти, відкрийте Besa.",
)


@contextmanager
def channel(
    port: int, *, scheme: str = "smtp", query: str = "", user: bool = False, **options: Any
) -> Iterator[EmailChannel]:
    credentials = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@" if user else ""
    server = MailServer.parse(f"{scheme}://{credentials}127.0.0.1:{port}?from=besa@office.test{query}")
    made = EmailChannel(server, **{"seconds": 5.0, **options})
    yield made
    made.close()


def message(text: str = TEXT, message_id: str = "0198-m1", address: str = ANA) -> Outgoing:
    return Outgoing(message_id, address, text)


def read(content: Any) -> email.message.EmailMessage:
    parsed = email.message_from_bytes(bytes(content), policy=email.policy.default)
    assert isinstance(parsed, email.message.EmailMessage)
    return parsed


@pytest.mark.parametrize("text", TEXTS)
def test_a_notice_arrives_as_plain_text(text: str) -> None:
    with mail_server() as server, channel(server.port) as made:
        assert made.send(message(text)) == Sent("0198-m1")
    [envelope] = server.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == ("besa@office.test", [ANA])
    mail = read(envelope.content)
    first, _, rest = text.partition("\n")
    assert mail["Subject"] == first
    assert mail["To"] == ANA
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().split() == f"{first} {rest}".split()


def test_what_is_sent_again_has_the_same_id() -> None:
    with mail_server() as server, channel(server.port) as made:
        for _ in range(2):
            made.send(message())
        made.send(message(message_id="0198-m2"))
    ids = [read(envelope.content)["Message-ID"] for envelope in server.mails]
    assert ids == ["<0198-m1@office.test>", "<0198-m1@office.test>", "<0198-m2@office.test>"]


@pytest.mark.parametrize(
    ("part", "answer", "code", "act"),
    [
        ("rcpt", "450 4.2.0 ana@office.test busy", "rcpt 450", Act.RETRY),
        ("rcpt", "550 5.1.1 ana@office.test unknown", "rcpt 550", Act.WRONG_NUMBER),
        ("rcpt", "553 5.1.3 no such name", "rcpt 553", Act.WRONG_NUMBER),
        ("rcpt", "552 5.2.2 full", "rcpt 552", Act.RETRY),
        ("rcpt", "554 5.7.1 relaying denied", "rcpt 554", Act.OPERATOR),
        ("mail", "451 4.3.0 later", "mail 451", Act.RETRY),
        ("mail", "550 5.7.1 not from you", "mail 550", Act.OPERATOR),
        ("data", "452 4.3.1 no space", "data 452", Act.RETRY),
        ("data", "554 5.6.0 rejected", "data 554", Act.OPERATOR),
        ("rcpt", "drop", "not_reached", Act.RETRY),
        ("mail", "drop", "not_reached", Act.RETRY),
        ("data", "drop", "no_answer", Act.RETRY_ONCE),
        ("rcpt", "late", "not_reached", Act.RETRY),
        ("data", "late", "no_answer", Act.RETRY_ONCE),
    ],
)
def test_what_the_server_says_has_a_meaning(
    part: str, answer: str, code: str, act: Act, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = 0.3 if answer == "late" else 5.0
    with mail_server() as server, channel(server.port, seconds=seconds) as made:
        server.answers[part] = answer
        failure = made.send(message())
        assert failure == Failed(code, act)
        assert "ana@" not in f"{failure!r}{made!r}"
        assert server.mails == []
        server.answers.clear()
        assert isinstance(made.send(message()), Sent)
    assert "ana@" not in caplog.text


def test_nobody_listens() -> None:
    port = int(free_url().rpartition(":")[2])
    with channel(port) as made:
        assert made.send(message()) == Failed("not_reached", Act.RETRY)


def test_it_signs_in() -> None:
    with mail_server(auth=True) as server, channel(server.port, user=True) as made:
        assert isinstance(made.send(message()), Sent)


def test_a_wrong_password_is_for_the_operator() -> None:
    with mail_server(auth=True) as server:
        wrong = EmailChannel(MailServer.parse(f"smtp://{quote(USER, safe='')}:nope@127.0.0.1:{server.port}"))
        failure = wrong.send(message())
    assert failure == Failed("auth 535", Act.OPERATOR)
    assert "nope" not in f"{failure!r}{wrong!r}{wrong._server!r}"


def test_a_server_without_sign_in_gets_no_password() -> None:
    with mail_server() as server, channel(server.port, user=True) as made:
        assert made.send(message()) == Failed("no_auth", Act.OPERATOR)


@pytest.mark.parametrize(("scheme", "query"), [("smtp", "&starttls"), ("smtps", "")])
def test_the_connection_is_encrypted(tmp_path: Path, scheme: str, query: str) -> None:
    theirs, ours = certificate(tmp_path)
    with (
        mail_server(tls=theirs, always=scheme == "smtps") as server,
        channel(server.port, scheme=scheme, query=query, tls_context=ours) as made,
    ):
        assert isinstance(made.send(message()), Sent)
    assert server.encrypted == [True]


@pytest.mark.parametrize(("scheme", "query"), [("smtp", "&starttls"), ("smtps", "")])
def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path, scheme: str, query: str) -> None:
    theirs, _ = certificate(tmp_path)
    with (
        mail_server(tls=theirs, always=scheme == "smtps") as server,
        channel(server.port, scheme=scheme, query=query, tls_context=ssl.create_default_context()) as made,
    ):
        assert made.send(message()) == Failed("bad_tls", Act.OPERATOR)
    assert server.mails == []


def test_without_the_encryption_that_was_asked_for_nothing_is_said() -> None:
    with mail_server(auth=True) as server, channel(server.port, query="&starttls", user=True) as made:
        assert made.send(message()) == Failed("no_tls", Act.OPERATOR)
    assert server.mails == []


def test_without_being_asked_nothing_is_encrypted(tmp_path: Path) -> None:
    theirs, _ = certificate(tmp_path)
    with mail_server(tls=theirs) as server, channel(server.port) as made:
        assert isinstance(made.send(message()), Sent)
    assert server.encrypted == [False]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@",
        "@office.test",
        "ana@office.test\nBcc: x@y.test",
        "a b@c.test",
        "<a@b.test>",
        "ана@о.test",
    ],
)
def test_what_is_no_address_is_not_tried(address: str) -> None:
    with mail_server() as server, channel(server.port) as made:
        assert made.send(message(address=address)) == Failed("bad_address", Act.WRONG_NUMBER)
        assert server.connections == 0


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_text_becomes_a_header(text: str, message_id: str) -> None:
    clean = text.encode("utf-8", "ignore").decode()
    named = message_id.encode("utf-8", "ignore").decode()
    mail = read(written("besa@office.test", message(clean, named)))
    assert sorted(mail.keys()) == sorted(
        [
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
            "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
        ]
    )  # fmt: skip
    assert not mail.defects


def test_several_threads_send_at_once() -> None:
    with mail_server() as server, channel(server.port) as made, ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(made.send, [message(message_id=f"m{n}") for n in range(18)]))
    assert all(isinstance(answer, Sent) for answer in answers)
    assert {read(mail.content)["Message-ID"] for mail in server.mails} == {
        f"<m{n}@office.test>" for n in range(18)
    }


def test_it_is_sent_from_a_thread_beside_a_running_loop() -> None:
    async def scene(made: EmailChannel) -> Sent | Failed:
        return await asyncio.to_thread(made.send, message())

    with mail_server() as server, channel(server.port) as made:
        assert isinstance(asyncio.run(scene(made)), Sent)


def test_a_closed_channel_takes_nothing() -> None:
    with mail_server() as server, channel(server.port) as made:
        made.close()
        made.close()
        assert made.send(message()) == Failed("closed", Act.RETRY)


@given(st.sampled_from(["connect", "auth", "mail", "rcpt", "data"]), st.integers(400, 599))
def test_every_refusal_is_in_the_table(stage: str, code: int) -> None:
    failure = refusal(stage, code)
    assert failure.code == f"{stage} {code}"
    assert (failure.act is Act.RETRY) == (code < 500 or (stage, code) == ("rcpt", 552))
    assert codes("email").meaning("4xx")


@pytest.mark.parametrize(
    ("url", "host", "port", "security", "sender"),
    [
        ("smtp://127.0.0.1:2525?from=a@b.org", "127.0.0.1", 2525, "smtp", "a@b.org"),
        ("smtps://me%40office.org:p%2Fw@mail.office.org", "mail.office.org", 465, "smtps", "me@office.org"),
        ("smtp://me:pw@mail.office.org?starttls", "mail.office.org", 587, "starttls", "besa@mail.office.org"),
        ("smtp://mail.office.org", "mail.office.org", 25, "smtp", "besa@mail.office.org"),
    ],
)
def test_how_a_server_is_written(url: str, host: str, port: int, security: str, sender: str) -> None:
    server = MailServer.parse(url)
    assert (server.host, server.port, server.security, server.sender) == (host, port, security, sender)
    assert "pw" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.office.org",
        "http://mail.office.org",
        "smtp://",
        "smtp://me:secret-word@mail.office.org",
        "smtps://me:secret-word@mail.office.org:port",
        "smtps://me:secret-word@mail.office.org?from=nobody",
        "smtps://me:secret-word@mail.office.org?tls=off",
    ],
)
def test_what_cannot_be_used_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(BadMailServer) as refused:
        MailServer.parse(url)
    assert "secret-word" not in str(refused.value)
