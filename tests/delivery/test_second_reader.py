"""Another reader may raise what Besa read. It never lowers, and nobody waits for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.delivery.second_reader import SecondReader
from tests.delivery.test_checkin import ALARMING, count
from tests.offices import Play


class Outside:
    """A service on loopback that answers what it is told to, when it is told to."""

    def __init__(self) -> None:
        self.answer: object = {"level": "critical", "categories": ["recruitment"]}
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked: list[dict[str, str]] = []
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outside.asked.append(json.loads(body))
                outside.may_answer.wait(30)
                answer = outside.answer if isinstance(outside.answer, str) else json.dumps(outside.answer)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def outside() -> Iterator[Outside]:
    service = Outside()
    yield service
    service.may_answer.set()
    service.server.shutdown()


@pytest.fixture
def read_twice(office: Play, outside: Outside) -> Iterator[Play]:
    at = office.office
    second = SecondReader(outside.url, at.db, at.programme, office.clock)
    office.office = replace(at, second_reader=second)
    yield office
    second.close()


def done(office: Play) -> None:
    """Let the second reader come to its end."""
    assert office.office.second_reader is not None
    office.office.second_reader.close()


def test_it_raises_a_level_and_a_human_is_told(read_twice: Play, outside: Outside) -> None:
    number = read_twice.enrol("sq")
    read_twice.tick()
    read_twice.hear(number, "po")
    done(read_twice)
    assert [set(asked) for asked in outside.asked] == [{"id", "text"}]
    assert count(read_twice, "SELECT count(*) FROM alert WHERE level = 'critical'") == 1
    raised = "SELECT count(*) FROM signal WHERE source = 'second_reader' AND category = 'recruitment'"
    assert count(read_twice, raised) == 1


def test_it_never_lowers(read_twice: Play, outside: Outside) -> None:
    outside.answer = {"level": "none", "categories": []}
    number = read_twice.enrol("uk")
    read_twice.tick()
    read_twice.hear(number, ALARMING["uk"])
    done(read_twice)
    assert len(outside.asked) == 1
    assert (
        count(read_twice, "SELECT count(*) FROM message WHERE level = 'critical' AND direction = 'in'") == 1
    )
    assert count(read_twice, "SELECT count(*) FROM signal WHERE source = 'second_reader'") == 0


def test_nobody_waits_for_it(read_twice: Play, outside: Outside) -> None:
    outside.may_answer.clear()
    number = read_twice.enrol("ar")
    read_twice.tick()
    before = len(read_twice.sandbox.sent(number))
    read_twice.hear(number, "نعم")
    assert len(read_twice.sandbox.sent(number)) == before + 1
    outside.may_answer.set()


@pytest.mark.parametrize("answer", ["no json", {"level": "terrible"}, {"categories": []}])
def test_a_wrong_answer_changes_nothing(read_twice: Play, outside: Outside, answer: object) -> None:
    outside.answer = answer
    number = read_twice.enrol("sq")
    read_twice.tick()
    read_twice.hear(number, "po")
    done(read_twice)
    assert len(outside.asked) == 1
    assert count(read_twice, "SELECT count(*) FROM signal") == 0
