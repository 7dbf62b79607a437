"""The demo as a newcomer meets it: a real process, a real browser, three people, an alert that appears."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

ALARMING = {
    "AL-001": "me ka marre pasaporten dhe celesat, me ka mbyllur brenda",
    "MA-002": "خدا ليا الباسبور و سد عليا الباب بالساروت",
    "UA-003": "він забрав мій паспорт і замкнув мене в хаті",
}


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    besa = Path(sys.executable).with_name("besa")
    process = subprocess.Popen([besa, "demo", "--port", str(port)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert f":{port}/" in process.stdout.readline()
        url = f"http://127.0.0.1:{port}"
        _answers(url)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


@pytest.fixture
def page(browser: Browser, demo: str) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.goto(demo)
    yield opened
    opened.close()


@pytest.mark.parametrize(("code", "direction"), [("AL-001", "ltr"), ("MA-002", "rtl"), ("UA-003", "ltr")])
def test_an_alarming_answer_becomes_an_alert(page: Page, code: str, direction: str) -> None:
    page.click(f'[data-person="{code}"]')
    expect(page.locator("#phone")).to_have_attribute("dir", direction)
    expect(page.locator("#messages .bubble").first).to_be_visible()
    page.fill("#compose", ALARMING[code])
    page.click("#send")
    alert = page.locator(f'.alert[data-level="critical"]:has-text("{code}")')
    expect(alert).to_be_visible(timeout=10_000)
    alert.locator("[data-act=acknowledge]").click()
    expect(page.locator(f'.alert[data-state="acknowledged"]:has-text("{code}")')).to_be_visible()


def test_a_day_passes_within_the_browsers_patience(page: Page) -> None:
    before = page.locator("#clock").inner_text()
    page.click('[data-clock="1440"]')
    expect(page.locator("#clock")).not_to_have_text(before, timeout=20_000)


def test_nothing_runs_over_on_a_small_phone(browser: Browser, demo: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(demo)
    expect(page.locator("#messages .bubble").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def _answers(url: str) -> None:
    pause, end = threading.Event(), time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            pause.wait(0.1)
    raise AssertionError("the demo does not answer")
