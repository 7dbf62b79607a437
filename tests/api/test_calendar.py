"""The calendar of duties: whoever has the link reads it, nobody else; the link is written nowhere."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from bot.casework import duty_calendar, roster
from bot.store.queries import incidents, people
from server import build_app
from tests.offices import START, Play


class Client:
    """Asks the app of an office."""

    def __init__(self, office: Play) -> None:
        self._app = build_app(office.office)

    def get(self, path: str, method: str = "GET") -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://besa.invalid") as client:
                return await client.request(method, path)

        with ThreadPoolExecutor(1) as beside:  # a browser of another test may have a loop on this thread
            return beside.submit(asyncio.run, ask()).result()


@pytest.fixture
def client(office: Play) -> Client:
    return Client(office)


@pytest.fixture
def token(office: Play) -> str:
    def put(tx: Any) -> str:
        who = people.staff_with_email.one(tx, hashes=tx.vault.hashes("email", "worker@office.invalid"))
        ends = START + timedelta(hours=8)
        roster.add(tx, START, who.team_id, who.id, START, ends, "test")
        return duty_calendar.link(tx, START, who.id, "test")

    made: str = office.office.db.write_now(put)
    return made


def test_a_calendar_program_reads_the_duties(client: Client, token: str) -> None:
    answer = client.get(f"/calendar/{token}.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "no-store" in answer.headers["cache-control"]
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event["SUMMARY"], event.start) == ("Besa duty", START)


def test_without_the_link_there_is_nothing(client: Client, token: str) -> None:
    for wrong in ("x", token[:-1], token.swapcase(), f"{token}a", "%00", "..%2f.."):
        assert client.get(f"/calendar/{wrong}.ics").status_code == 404
    assert client.get(f"/calendar/{token}.ics", "POST").status_code == 405


def test_the_token_is_written_nowhere(
    client: Client,
    token: str,
    office: Play,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.INFO, logger="bot"), caplog.at_level(logging.INFO, logger="uvicorn"):
        client.get(f"/calendar/{token}.ics")
        client.get(f"/calendar/{token}x.ics")
    shown = capsys.readouterr()
    ours = "".join(record.getMessage() for record in caplog.records if record.name != "httpx")
    assert token not in ours + shown.out + shown.err
    folder = office.office.settings.database_url.removeprefix("sqlite:///")
    assert token.encode() not in Path(folder).read_bytes()


def test_ready_follows_the_clock_both_ways(client: Client, office: Play) -> None:
    office.tick()
    assert client.get("/readyz").status_code == 200
    for away in (timedelta(minutes=3), timedelta(minutes=-6)):
        office.clock.now += away
        assert client.get("/readyz").status_code == 503
    office.tick()
    assert client.get("/readyz").status_code == 200


def test_incidents_are_counted_by_kind(client: Client, office: Play) -> None:
    office.office.db.write_now(
        lambda tx: incidents.insert_incident.one(
            tx,
            id="1",
            kind="clock_off",
            subject="twilio",
            team_id=None,
            evidence="ahead 90 s",
            opened_at=START,
        )
    )
    assert 'besa_incidents{kind="clock_off"} 1.0' in client.get("/metrics").text
