"""An office at work behind the real page, at an address of its own, with a clock set by hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.casework import staff, totp
from bot.store.tx import Tx
from server import build_app
from tests.offices import NUMBERS, Play, play

PASSWORD = "a long password"
WORKER, LEAD, CLARA = "worker@office.invalid", "lead@office.invalid", "clara@office.invalid"
CODES = {"en": "EN-004", "sq": "AL-001", "ar": "MA-002", "uk": "UA-003"}
NAMES = {"en": "Mary", "sq": "Drita", "ar": "سلمى", "uk": "Оксана"}
ALARMING = {
    "en": "he took my passport and locked me in the house",
    "sq": "me ka marre pasaporten dhe celesat, me ka mbyllur brenda",
    "ar": "خدا ليا الباسبور و سد عليا الباب بالساروت",
    "uk": "він забрав мій паспорт і замкнув мене в хаті",
}
UNCLEAR = "zvrk plmt drqx"
WIDE, PHONE = (1280, 900), (360, 740)


class Desk:
    """The office, its address, and who sits before it."""

    def __init__(self, office: Play, url: str, browser: Browser) -> None:
        self.office = office
        self.url = url
        self._browser = browser
        self._opened: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.second_factor = ""

    def hear(self, language: str, text: str) -> None:
        """What the person of a language writes."""
        self.office.hear(NUMBERS[language], text)

    def open(
        self,
        language: str = "en",
        size: tuple[int, int] = WIDE,
        *,
        scripts: bool = True,
        dark: bool = False,
    ) -> Page:
        """A browser with a language, on a screen of a width and a height. What it complains of is kept."""
        context = self._browser.new_context(
            locale=language,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        self._opened.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.url}/")
        return page

    def sign_in(self, page: Page, email: str = WORKER) -> None:
        page.fill("input[type=email]", email)
        page.fill("input[type=password]", PASSWORD)
        page.click("form[action='/sign-in'] button[type=submit]")
        if email == CLARA:
            self.office.clock.now += timedelta(minutes=1)
            page.fill("input[name=code]", pyotp.parse_uri(self.second_factor).at(self.office.clock()))  # type: ignore[union-attr]
            page.click("form[action='/sign-in/code'] button[type=submit]")
        page.wait_for_url("**/inbox")

    def seated(self, language: str = "en", size: tuple[int, int] = WIDE, email: str = WORKER) -> Page:
        """A browser that is signed in, and live."""
        page = self.open(language, size)
        self.sign_in(page, email)
        expect(page.locator("#live")).not_to_be_empty()
        return page

    def until(self, holds: Callable[[Tx], bool]) -> None:
        """Wait until something holds in the store."""
        pause, end = threading.Event(), time.monotonic() + 10
        while not self.office.office.db.read_now(holds):
            assert time.monotonic() < end
            pause.wait(0.05)

    def sessions(self, tx: Tx) -> int:
        """How many sessions of the page have not ended."""
        tx.cursor.execute("SELECT count(*) FROM token WHERE kind = 'page' AND revoked_at IS NULL")
        return int(tx.cursor.fetchone()[0])

    def end_sessions(self) -> None:
        statement = "UPDATE token SET revoked_at = 0"
        self.office.office.db.write_now(lambda tx: tx.cursor.execute(statement) and None)

    def close(self) -> None:
        for context in self._opened:
            context.close()
        self._opened.clear()


@contextmanager
def desk(folder: Path, browser: Browser, serving: Callable[..., Iterator[str]]) -> Iterator[Desk]:
    """Open an office with four people, one in each language, and serve its page."""
    with play(folder) as office:
        clara = staff.NewStaff("Clara", "coordinator", CLARA, PASSWORD, "+355690000012")
        office.office.db.write_now(lambda tx: staff.add(tx, office.clock(), clara))
        for language, code in CODES.items():
            office.enrol(language, code)
            office.office.db.write_now(lambda tx, code=code, name=NAMES[language]: _call(tx, code, name))
        office.tick()
        with serving(build_app(office.office)) as url:
            opened = Desk(office, url, browser)
            opened.second_factor = office.office.db.write_now(
                lambda tx: totp.enrol(tx, office.clock(), CLARA)
            )
            yield opened
            opened.close()


def _call(tx, code: str, name: str) -> None:  # type: ignore[no-untyped-def]
    tx.cursor.execute("SELECT id FROM cases WHERE code = ?", (code,))
    row = tx.cursor.fetchone()[0]
    sealed = tx.vault.seal(name, column="cases.alias", row=row)
    tx.cursor.execute("UPDATE cases SET alias = ? WHERE id = ?", (sealed, row))
