"""A caseworker's morning, in each language, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.offices import NUMBERS
from tests.pages.desks import ALARMING, CODES, PHONE, WIDE, Desk

REPLY = {
    "en": "I will call you at three.",
    "sq": "Të marr në telefon në orën tre.",
    "ar": "غادي نعيط ليك مع الثلاثة.",
    "uk": "Зателефоную о третій.",
}
RIGHT_AWAY = 2_000 + 1_000
"""Milliseconds until a new alert is seen: the page promises two seconds, a busy machine may draw it later."""


def no_scroll(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("window.innerWidth"), f"{page.url} is {width} wide"


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", CODES)
def test_a_morning(desk: Desk, language: str, size: tuple[int, int]) -> None:
    page = desk.seated(language, size)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    no_scroll(page)

    alert = page.locator(".alert", has_text=CODES[language])
    expect(alert).to_have_count(0)
    desk.hear(language, ALARMING[language])
    expect(alert).to_be_visible(timeout=RIGHT_AWAY)
    expect(page.locator("#news")).to_contain_text(CODES[language])
    expect(alert.locator("mark").first).to_be_visible()
    expect(alert).to_have_attribute("data-level", "critical")

    alert.locator("h3 a").click()
    page.wait_for_url(f"**/cases/{CODES[language]}")
    no_scroll(page)
    expect(page.locator(".bubble mark").first).to_be_visible()

    page.locator("[id^=take-] > summary").click()
    page.click("button[name=act][value=hour]")
    expect(page.locator("#done")).not_to_be_empty()
    expect(page.locator(".alert .hand q")).to_be_visible()
    expect(page.locator(".alert")).to_have_attribute("data-group", "me")

    page.fill("#text", REPLY[language])
    expect(page.locator("#price")).not_to_be_empty()
    page.click("#compose button.primary")
    expect(page.locator(".bubble.mine").last).to_contain_text(REPLY[language])
    expect(page.locator("#text")).to_have_value("")
    desk.office.tick()
    assert desk.office.sandbox.sent(NUMBERS[language])[-1].text == REPLY[language]

    page.locator("[id^=resolve-] > summary").click()
    page.click("button[name=outcome][value=helped]")
    expect(page.locator(".alert")).to_have_count(0)
    page.click(".places a[href='/inbox']")
    expect(page.locator(".alert", has_text=CODES[language])).to_have_count(0)
    no_scroll(page)


@pytest.mark.parametrize("language", CODES)
def test_acknowledge_and_resolve_without_a_script(desk: Desk, language: str) -> None:
    desk.hear(language, ALARMING[language])
    page = desk.open(language, PHONE, scripts=False)
    desk.sign_in(page)
    alert = page.locator(".alert", has_text=CODES[language])
    alert.locator("[id^=take-] > summary").click()
    alert.locator("button[name=act][value=today]").click()
    expect(page.locator("#done")).not_to_be_empty()
    expect(alert.locator(".hand q")).to_be_visible()
    alert.locator("[id^=resolve-] > summary").click()
    alert.locator("button[name=outcome][value=safe]").click()
    expect(page.locator("#done")).not_to_be_empty()
    expect(alert).to_have_count(0)
