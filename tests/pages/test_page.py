"""The page in a browser: leaving it, others at it, what is typed while it changes, and who may read what."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.pages.desks import ALARMING, CLARA, CODES, LEAD, NAMES, PHONE, UNCLEAR, WIDE, Desk

GRAVE = ("serious", "critical")


def faults(page: Page) -> list[str]:
    """What axe-core finds that is serious, with the places."""
    page.evaluate(
        "document.querySelectorAll('details').forEach(each => { if (!each.name) each.open = true })"
    )
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:140]}"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]


@pytest.mark.parametrize(("language", "dark"), [("en", False), ("sq", True), ("ar", False), ("uk", True)])
def test_nothing_is_in_the_way_of_anyone(desk: Desk, language: str, dark: bool) -> None:
    desk.hear(language, ALARMING[language])
    desk.hear("en", UNCLEAR)
    page = desk.open(language, WIDE, dark=dark)
    assert faults(page) == []
    desk.sign_in(page, LEAD)
    page.locator(f".alert:has-text('{CODES[language]}') [id^=take-] > summary").click()
    assert faults(page) == []
    for path in ("/cases", f"/cases/{CODES[language]}", "/review", "/team", "/cases/none"):
        page.goto(f"{desk.url}{path}")
        assert faults(page) == [], path
    desk.complaints[:] = [each for each in desk.complaints if "404" not in each]


@pytest.mark.parametrize("language", CODES)
def test_nothing_runs_over_on_a_small_phone(desk: Desk, language: str) -> None:
    desk.hear(language, ALARMING[language])
    page = desk.open(language, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    desk.sign_in(page, LEAD)
    for path in ("/inbox", "/cases", f"/cases/{CODES[language]}", "/review", "/team"):
        page.goto(f"{desk.url}{path}")
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], path
        small = page.evaluate(
            """[...document.querySelectorAll('button, .button, .places a, .chips a, summary')]
            .filter(each => each.checkVisibility() && !each.closest('.way, .unseen'))
            .filter(each => each.getBoundingClientRect().height < 43.5)
            .map(each => each.outerHTML.slice(0, 90))"""
        )
        assert small == [], path


@pytest.mark.parametrize("way", ["button", "key"])
def test_leaving_quickly_leaves_nothing(desk: Desk, way: str) -> None:
    desk.end_sessions()
    page = desk.seated()
    page.goto(f"{desk.url}/cases/{CODES['sq']}")
    assert desk.office.office.db.read_now(desk.sessions) == 1
    with page.expect_request("**/leave"):
        if way == "button":
            page.click("#leave button")
        else:
            page.keyboard.press("Escape")
            page.keyboard.press("Escape")
    page.wait_for_url("about:blank")
    assert page.inner_text("body") == ""
    assert page.title() == ""
    desk.until(lambda tx: desk.sessions(tx) == 0)
    page.goto(f"{desk.url}/inbox")
    expect(page.locator("input[type=password]")).to_be_visible()


def test_leaving_works_without_a_script(desk: Desk) -> None:
    page = desk.open(scripts=False)
    desk.sign_in(page)
    page.click("#leave button")
    page.wait_for_url("about:blank")
    page.goto(f"{desk.url}/inbox")
    expect(page.locator("input[type=password]")).to_be_visible()


def test_what_is_typed_stays_while_the_page_changes(desk: Desk) -> None:
    desk.hear("uk", ALARMING["uk"])
    page = desk.seated()
    alert = page.locator(".alert", has_text=CODES["uk"])
    alert.locator("[id^=note-] > summary").click()
    field = alert.locator("[id^=note-] textarea")
    field.fill("half a thought")
    desk.hear("uk", "допоможіть мені будь ласка, він мене б'є")
    expect(alert.locator(".why")).to_contain_text("допоможіть")
    expect(field).to_have_value("half a thought")
    expect(field).to_be_focused()
    desk.hear("ar", ALARMING["ar"])
    expect(page.locator(".alert", has_text=CODES["ar"])).to_be_visible()
    expect(field).to_have_value("half a thought")


def test_a_colleague_is_seen_and_a_draft_is_kept(desk: Desk) -> None:
    page = desk.seated()
    page.goto(f"{desk.url}/cases/{CODES['sq']}")
    with page.expect_response("**/draft"):
        page.fill("#text", "Mirëmëngjes, si")
    lead = desk.seated(email=LEAD)
    lead.goto(f"{desk.url}/cases/{CODES['sq']}")
    expect(lead.locator(".eyes").first).to_contain_text("worker")
    expect(lead.locator("#text")).to_have_value("")
    page.reload()
    expect(page.locator("#text")).to_have_value("Mirëmëngjes, si")
    page.click("#canned > summary")
    page.locator("[data-canned]").first.click()
    expect(page.locator("#text")).to_have_value(
        page.locator("[data-canned]").first.get_attribute("data-canned") or ""
    )
    expect(page.locator("#price")).to_contain_text("SMS")


def test_a_contact_takes_two_taps(desk: Desk) -> None:
    page = desk.seated()
    page.goto(f"{desk.url}/cases/{CODES['en']}")
    page.click("#how-visit > summary")
    page.click("button[name=how][value=visit_reached]")
    expect(page.locator("#done")).not_to_be_empty()
    expect(page.locator("#timeline li").first).to_contain_text("Visit: met")
    expect(page.locator("#facts")).to_contain_text("just now")


def test_a_text_is_labelled_with_one_tap(desk: Desk) -> None:
    desk.hear("sq", UNCLEAR)
    page = desk.seated()
    page.click(".places a[href='/review']")
    texts = page.locator("#texts li", has_text=CODES["sq"])
    before = texts.count()
    assert before
    texts.first.locator("button[value=none]").click()
    expect(texts).to_have_count(before - 1)
    with page.expect_download() as exported:
        page.click("form[action='/review/export'] button")
    lines = exported.value.path().read_text("utf-8")
    assert '"level": "none"' in lines
    assert NAMES["sq"] not in lines


def test_check_ins_rest_and_go_on_and_hours_change(desk: Desk) -> None:
    page = desk.seated()
    page.goto(f"{desk.url}/cases/{CODES['en']}")
    page.click("#rest > summary")
    page.click("button[name=rest][value=open]")
    expect(page.locator("#facts .state")).to_contain_text("Check-ins rest")
    page.click("form[action$='/resume'] button")
    expect(page.locator("#facts .state")).to_contain_text("Check-ins run")
    page.click("#change > summary")
    page.fill("#change input[name=from]", "10:30")
    page.locator("#change form button").first.click()
    expect(page.locator("#facts")).to_contain_text("10:30")


def test_the_language_that_was_chosen_stays(desk: Desk) -> None:
    page = desk.seated("en", email=LEAD)
    page.click(".me summary")
    page.click(".menu button[lang=uk]")
    expect(page.locator("html")).to_have_attribute("lang", "uk")
    other = desk.seated("sq", email=LEAD)
    expect(other.locator("html")).to_have_attribute("lang", "uk")
    other.click(".me summary")
    other.click(".menu button[lang=en]")


def test_a_coordinator_reads_no_word(desk: Desk) -> None:
    desk.hear("ar", ALARMING["ar"])
    page = desk.seated(email=CLARA)
    for path in ("/inbox", "/cases", f"/cases/{CODES['ar']}", "/team"):
        page.goto(f"{desk.url}{path}")
        shown = page.content()
        assert CODES["ar"] in shown or path == "/team"
        assert "الباسبور" not in shown
        assert NAMES["ar"] not in shown
    assert page.locator(".places a[href='/review']").count() == 0


def test_the_keyboard_is_enough(desk: Desk) -> None:
    desk.hear("en", ALARMING["en"])
    page = desk.seated()
    alert = page.locator(".alert", has_text=CODES["en"])
    alert.locator("h3 a").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(alert.locator(".hand q")).to_be_visible()
