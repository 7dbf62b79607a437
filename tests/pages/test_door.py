"""The page without a browser: signing in, forms that are not its own, and GET that changes nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from starlette.routing import Route

from bot.api.pages import PLACES
from bot.casework import staff, totp
from server import build_app
from tests.offices import NUMBERS, Play

PASSWORD = "a long password"
WORKER, LEAD = "worker@office.invalid", "lead@office.invalid"
ALARMING = "me ka marre pasaporten dhe celesat, me ka mbyllur brenda"


class Visitor:
    """A browser without pictures."""

    def __init__(self, office: Play, app: FastAPI) -> None:
        self.office = office
        self.app = app
        self.cookies: dict[str, str] = {}
        self.headers: dict[str, str] = {}

    def ask(self, method: str, path: str, **fields: Any) -> httpx.Response:
        async def go() -> httpx.Response:
            kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers = self.headers | ({"cookie": kept} if kept else {})
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://besa.test") as client:
                return await client.request(method, path, data=fields or None, headers=headers)

        with ThreadPoolExecutor(1) as beside:  # a browser of another test may have a loop on this thread
            answer = beside.submit(asyncio.run, go()).result()
        for given in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(given).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return answer

    def get(self, path: str) -> httpx.Response:
        return self.ask("GET", path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.ask("POST", path, **{"mark": self.mark(), **fields})

    def mark(self) -> str:
        found = re.search(r'name="mark" value="([0-9a-f]+)"', self.get("/").text)
        assert found
        return found[1]

    def sign_in(self, email: str = WORKER, password: str = PASSWORD) -> httpx.Response:
        return self.post("/sign-in", email=email, password=password)


@pytest.fixture
def visitor(office: Play) -> Iterator[Visitor]:
    office.enrol("sq", "AL-001")
    office.tick()
    office.hear(NUMBERS["sq"], ALARMING)
    yield Visitor(office, build_app(office.office))


@pytest.mark.parametrize(
    ("accepted", "language", "direction"),
    [("en-GB", "en", "ltr"), ("sq", "sq", "ltr"), ("ar-MA,ar;q=0.9", "ar", "rtl"), ("uk", "uk", "ltr")],
)
def test_the_door_speaks_the_browsers_language(
    visitor: Visitor, accepted: str, language: str, direction: str
) -> None:
    visitor.headers["accept-language"] = accepted
    page = visitor.get("/").text
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert len(re.findall("<input[^>]*type=.email.", page)) == 1
    assert len(re.findall("<input[^>]*type=.password.", page)) == 1
    assert '<button type="submit"' in page
    assert "<script" not in page


def test_signed_in_the_door_is_the_inbox_and_signing_out_ends_it(visitor: Visitor) -> None:
    answer = visitor.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    given = answer.headers["set-cookie"].lower()
    assert "httponly" in given and "samesite=strict" in given and "max-age=43200" in given
    assert "AL-001" in visitor.get("/").text
    kept = dict(visitor.cookies)
    assert visitor.post("/sign-out").status_code == 303
    visitor.cookies = kept
    assert visitor.get("/inbox").status_code == 303
    assert "AL-001" not in visitor.get("/").text


def test_a_session_lasts_a_working_day(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.office.clock.now += timedelta(hours=11, minutes=59)
    assert visitor.get("/inbox").status_code == 200
    visitor.office.clock.now += timedelta(minutes=2)
    assert visitor.get("/inbox").status_code == 303


def test_what_was_wrong_is_not_told_and_tries_are_slowed(visitor: Visitor) -> None:
    wrong = visitor.sign_in(password="not this one")
    nobody = visitor.sign_in(email="nobody@office.invalid")
    assert wrong.status_code == nobody.status_code == 401
    said = [re.search('role="alert">.*?</p>', answer.text, re.DOTALL) for answer in (wrong, nobody)]
    assert said[0] and said[1] and said[0][0] == said[1][0]
    for _ in range(8):
        last = visitor.sign_in(email=LEAD, password="not this one")
    assert last.status_code == 429
    assert visitor.sign_in(email=LEAD).status_code == 429


def test_who_has_a_second_factor_is_asked_for_it_second(visitor: Visitor) -> None:
    now = visitor.office.clock()
    uri = visitor.office.office.db.write_now(lambda tx: totp.enrol(tx, now, WORKER))
    code = pyotp.parse_uri(uri).at(now)  # type: ignore[union-attr]
    first = visitor.sign_in()
    assert first.status_code == 200
    half = re.search('name="half" value="([^"]+)"', first.text)
    assert half
    assert visitor.get("/inbox").status_code == 303
    assert visitor.post("/sign-in/code", half=half[1], code="000000").status_code == 401
    stranger = Visitor(visitor.office, visitor.app)
    assert stranger.post("/sign-in/code", half=half[1], code=code).status_code == 401
    assert visitor.post("/sign-in/code", half=half[1], code=code).status_code == 303
    assert visitor.get("/inbox").status_code == 200


def test_a_role_that_needs_a_second_factor_does_not_come_in_without(visitor: Visitor) -> None:
    new = staff.NewStaff("Clara", "coordinator", "clara@office.invalid", PASSWORD, "+355690000012")
    visitor.office.office.db.write_now(lambda tx: staff.add(tx, visitor.office.clock(), new))
    assert visitor.sign_in(email="clara@office.invalid").status_code == 403
    assert visitor.get("/inbox").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.invalid"},
        {"origin": "null"},
    ],
)
def test_a_form_of_another_site_changes_nothing(visitor: Visitor, headers: dict[str, str]) -> None:
    visitor.sign_in()
    mark = visitor.mark()
    visitor.headers |= headers
    assert visitor.ask("POST", "/inbox/1/resolve", mark=mark, outcome="safe").status_code == 403
    visitor.headers = {}
    assert "alert-1" in visitor.get("/inbox").text


def test_a_form_without_the_pages_mark_changes_nothing(visitor: Visitor) -> None:
    visitor.sign_in()
    for mark in ("", "0" * 64):
        assert visitor.ask("POST", "/inbox/1/resolve", mark=mark, outcome="safe").status_code == 403
    assert visitor.ask("POST", "/inbox/1/resolve").status_code == 403
    assert "alert-1" in visitor.get("/inbox").text


def test_reading_changes_nothing(visitor: Visitor) -> None:
    visitor.sign_in(email=LEAD)
    before = _everything(visitor.office)
    for place in PLACES:
        path = place.path.replace("{code}", "AL-001")
        if place.method == "GET" and path != "/live":
            assert visitor.get(path).status_code == 200, path
            assert visitor.get(
                f"{path}?done=resolved&q=a&page=1&before=2026-03-04T09:00:00%2B00:00"
            ).status_code
    assert _everything(visitor.office) == before


def _everything(office: Play) -> dict[str, int]:
    def job(tx: Any) -> dict[str, int]:
        tx.cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = [row[0] for row in tx.cursor.fetchall()]
        found = {}
        for name in names:
            tx.cursor.execute(f"SELECT * FROM {name}")
            found[name] = hash(tuple(map(tuple, tx.cursor.fetchall())))
        return found

    return office.office.db.read_now(job)


def test_every_path_is_in_the_table_and_closed_to_strangers(visitor: Visitor) -> None:
    routes = {
        (method, route.path)
        for route in visitor.app.routes
        if isinstance(route, Route) and route.endpoint.__module__ == "bot.api.pages"
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert routes == {(place.method, place.path) for place in PLACES}
    for place in PLACES:
        if place.roles:
            path = (
                place.path.replace("{code}", "AL-001").replace("{number:int}", "1").replace("{message}", "a")
            )
            answer = visitor.ask(place.method, path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/"), path


def test_the_cases_of_others_do_not_exist(visitor: Visitor) -> None:
    new = staff.NewStaff(
        "Other", "caseworker", "other@office.invalid", PASSWORD, "+355690000013", team="other"
    )
    visitor.office.office.db.write_now(lambda tx: staff.add(tx, visitor.office.clock(), new))
    visitor.sign_in(email="other@office.invalid")
    assert "AL-001" not in visitor.get("/inbox").text
    assert "AL-001" not in visitor.get("/cases?q=AL").text
    assert visitor.get("/cases/AL-001").status_code == 404
    assert visitor.get("/cases/AL-001").text.replace("AL-001", "") == visitor.get("/cases/AL-9").text.replace(
        "AL-9", ""
    )
    for path in ("/inbox/1/resolve", "/inbox/1/acknowledge", "/inbox/1/snooze", "/cases/AL-001/message",
                 "/cases/AL-001/draft", "/cases/AL-001/note", "/cases/AL-001/looking"):  # fmt: skip
        assert visitor.post(path, text="a", outcome="safe", act="today", until="hour").status_code == 404, (
            path
        )


def test_what_people_write_is_shown_and_never_run(visitor: Visitor) -> None:
    visitor.office.hear(NUMBERS["sq"], "<script>alert(1)</script> me rreh")
    visitor.sign_in()
    for path in ("/inbox", "/cases/AL-001"):
        answer = visitor.get(path)
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;" in answer.text
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_two_at_once_the_second_is_told(visitor: Visitor) -> None:
    visitor.sign_in()
    assert visitor.post("/inbox/1/resolve", outcome="safe").status_code == 303
    assert visitor.post("/inbox/1/acknowledge", act="today").status_code == 409
    assert visitor.post("/inbox/1/acknowledge", act="own", what="", at="").status_code == 422


def test_behind_https_the_session_is_for_this_host_alone(visitor: Visitor) -> None:
    plain = visitor.office.office
    settings = plain.settings.model_copy(update={"public_url": "https://besa.example"})
    visitor.app = build_app(replace(plain, settings=settings))
    given = visitor.sign_in().headers["set-cookie"]
    assert given.startswith("__Host-besa=")
    assert "; Secure" in given and "Path=/;" in given and "Domain" not in given
