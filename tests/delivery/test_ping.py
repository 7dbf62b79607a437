"""The watcher outside is told only after a finished tick, at most once a minute, and never waited for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import SecretStr

from bot.delivery.ping import Ping
from bot.store.errors import StoreAway
from scheduler import build_scheduler, one_round
from tests.offices import Play


class Watcher:
    """A server on loopback that counts who asks, and answers when it may."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.times = 0
        self.status = 200
        self.may_answer = threading.Event()
        self.may_answer.set()
        watcher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                watcher.times += 1
                watcher.asked.release()
                watcher.may_answer.wait(30)
                self.send_response(watcher.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping/a-secret"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    at = Watcher()
    yield at
    at.may_answer.set()
    at.server.shutdown()
    at.server.server_close()


def test_a_finished_tick_is_told_once_a_minute(office: Play, watcher: Watcher) -> None:
    ping = Ping(watcher.url)
    one_round(office.office, ping)
    assert watcher.asked.acquire(timeout=10)
    for _ in range(20):
        one_round(office.office, ping)
    assert watcher.times == 1


def test_a_tick_that_fails_is_not_told(office: Play, watcher: Watcher) -> None:
    ping = Ping(watcher.url)
    office.office.db.close()
    with pytest.raises(StoreAway):
        one_round(office.office, ping)
    assert ping._last is None
    assert watcher.times == 0


def test_a_watcher_that_does_not_answer_holds_up_nothing(office: Play, watcher: Watcher) -> None:
    watcher.may_answer.clear()
    ping = Ping(watcher.url, every=0)
    one_round(office.office, ping)
    assert watcher.asked.acquire(timeout=10)
    for _ in range(5):
        one_round(office.office, ping)
    assert watcher.times == 1


def test_a_watcher_that_refuses_is_asked_again(watcher: Watcher, capsys: pytest.CaptureFixture[str]) -> None:
    watcher.status = 500
    ping = Ping(watcher.url, every=0)
    for _ in range(2):
        while not ping.ticked():
            threading.Event().wait(0.01)
        assert watcher.asked.acquire(timeout=10)
    assert watcher.times == 2
    shown = capsys.readouterr()
    assert "a-secret" not in shown.out + shown.err


def test_the_scheduler_pings(office: Play, watcher: Watcher) -> None:
    settings = office.office.settings.model_copy(update={"ping_url": SecretStr(watcher.url)})
    scheduler = build_scheduler(replace(office.office, settings=settings))
    scheduler.start()
    try:
        assert watcher.asked.acquire(timeout=20)
    finally:
        scheduler.shutdown(wait=True)
