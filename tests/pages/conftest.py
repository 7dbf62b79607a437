"""A browser, and the demo's page served from this process, from a night on which its clock begins."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from bot.cli.demo import open_demo
from bot.delivery.office import Office
from tests.pages import desks
from tests.pages.desks import Desk

NIGHT = datetime(2026, 11, 24, 1, 10, tzinfo=UTC)


class Demo:
    """The demo at its address: what its page asks the server, and gets."""

    def __init__(self, office: Office, client: httpx.Client) -> None:
        self.office = office
        self.client = client

    @property
    def url(self) -> str:
        return str(self.client.base_url)

    def state(self) -> Any:
        return self.client.get("/demo/state").json()

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.client.post(path, json=body)

    def say(self, code: str, text: str) -> None:
        assert self.post("/demo/say", code=code, text=text).status_code == 200

    def later(self, minutes: int) -> None:
        assert self.post("/demo/clock", minutes=minutes).status_code == 200

    def alert(self, code: str) -> Any:
        return next(alert for alert in self.state()["alerts"] if alert["case"] == code)


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Demo]:
    """The demo, opened at night, after its first round."""
    office, app = open_demo(tmp_path, NIGHT)
    with _serving(app) as url, httpx.Client(base_url=url, timeout=60) as client:
        demo = Demo(office, client)
        demo.later(1)
        yield demo
    office.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each file: its loop would stay on the thread that the tests of other files run on."""
    chromium = shutil.which("chromium")
    assert chromium, "install Debian's package chromium"
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield opened
        opened.close()


@pytest.fixture
def look(browser: Browser, night: Demo) -> Iterator[Callable[[int, int], Page]]:
    """Open the page on a screen of a width and a height."""
    opened: list[Page] = []

    def at(width: int, height: int) -> Page:
        page = browser.new_page(viewport={"width": width, "height": height})
        opened.append(page)
        page.goto(night.url)
        page.wait_for_selector("#messages .bubble")
        return page

    yield at
    for page in opened:
        page.close()


@pytest.fixture(scope="module")
def _office(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desks.desk(tmp_path_factory.mktemp("office"), browser, _serving) as opened:
        yield opened


@pytest.fixture
def desk(_office: Desk) -> Iterator[Desk]:
    """The real page of an office that the tests of a file share; no browser may complain of anything."""
    _office.complaints.clear()
    yield _office
    _office.close()
    assert _office.complaints == []


@contextmanager
def _serving(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    pause = threading.Event()
    while not server.started:
        assert thread.is_alive()
        pause.wait(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)
