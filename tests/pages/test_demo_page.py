"""What the demo's page shows, in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.channels.sandbox import SandboxChannel
from bot.language import fold
from tests.pages.conftest import Demo
from tests.pages.test_demo_time import ALARMING, EVERYONE, STOP, YES

Look = Callable[[int, int], Page]
WIDE, NARROW = (1280, 900), (390, 844)


def card(page: Page, code: str) -> Locator:
    return page.locator(f'.alert:has-text("{code}")')


def box(found: Locator) -> dict[str, float]:
    placed = found.bounding_box()
    assert placed is not None
    x, y = placed["x"], placed["y"]
    return {"x": x, "y": y, "right": x + placed["width"], "bottom": y + placed["height"]}


def agree_on(word: str, night: Demo) -> None:
    statement = "UPDATE cases SET safe_word_hash = ? WHERE code = 'AL-001'"
    night.office.db.write_now(lambda tx: tx.cursor.execute(statement, (tx.vault.hash("word", fold(word)),)))


@pytest.mark.parametrize("code", EVERYONE)
def test_a_pressed_answer_stands_in_the_bubble(night: Demo, look: Look, code: str) -> None:
    night.say(code, YES[code])
    page = look(*WIDE)
    page.click(f'[data-person="{code}"]')
    button = page.locator("#choices button").first
    label = button.inner_text()
    button.click()
    expect(page.locator(".bubble.mine p").last).to_have_text(label)


def test_what_a_signal_is_is_said_by_where_it_came_from(night: Demo, look: Look) -> None:
    sandbox = night.office.channels["sandbox"]
    assert isinstance(sandbox, SandboxChannel)
    sandbox.switch_off("+212600000002")
    agree_on("lule e kuqe", night)
    night.say("AL-001", "zvrk plmt drqx")
    night.say("AL-001", "lule e kuqe")
    night.later(3 * 1440)
    page = look(*WIDE)
    expect(card(page, "AL-001").locator(".why")).to_contain_text("Not understood: please read")
    expect(card(page, "AL-001").locator(".why")).to_contain_text("Agreed word, critical")
    expect(card(page, "UA-003").locator(".why")).to_contain_text("Silence, low")
    expect(card(page, "MA-002").locator(".why")).to_contain_text("Message not delivered, low")
    expect(page.locator("#alerts")).not_to_contain_text("Contact request")


def test_a_raised_alert_shows_when_and_the_worst_and_newest_first(night: Demo, look: Look) -> None:
    night.say("MA-002", "zvrk plmt drqx")
    night.later(60)
    night.say("MA-002", ALARMING["MA-002"])
    page = look(*WIDE)
    found = card(page, "MA-002")
    expect(found.locator(".raised")).to_have_text("Raised to critical at Tue 24 Nov, 02:11")
    expect(found.locator(".left")).to_have_text("Due in 15 min")
    levels = found.locator(".why li").evaluate_all("items => items.map(item => item.dataset.level)")
    assert levels == sorted(levels) and levels[0] == "critical" and levels[-1] == "low"
    night.say("MA-002", ALARMING["MA-002"] + " دابا")
    night.later(5)
    night.say("MA-002", "ضربني و بغا يقتلني")
    expect(found.locator(".why li").first.locator("blockquote")).to_contain_text("ضربني")


def test_who_was_told_and_when_last(night: Demo, look: Look) -> None:
    night.say("UA-003", ALARMING["UA-003"])
    page = look(*WIDE)
    expect(card(page, "UA-003").locator(".whom")).to_have_text("Told: caseworker Ana; last Tue 24 Nov, 01:11")
    page.click('[data-clock="15"]')
    expect(card(page, "UA-003").locator(".whom")).to_have_text(
        "Told: caseworker Ana (4 times), supervisor Besa (2 times), coordinator Clara; last Tue 24 Nov, 01:26"
    )
    expect(page.locator("#notifications li").first).to_contain_text("coordinator Clara, Tue 24 Nov, 01:26")


def test_who_stopped_is_said_to_have_stopped(look: Look) -> None:
    page = look(*WIDE)
    expect(page.locator("#silent")).to_be_hidden()
    page.fill("#compose", STOP["AL-001"])
    page.click("#send")
    expect(page.locator("#silent")).to_contain_text("Drita has stopped; nothing more is sent")
    expect(card(page, "AL-001")).to_contain_text("Drita has stopped; nothing more is sent")
    expect(page.locator("#to-checkin")).to_be_disabled()
    page.click('[data-person="UA-003"]')
    expect(page.locator("#silent")).to_be_hidden()
    expect(page.locator("#to-checkin")).to_be_enabled()


def test_the_next_check_in_is_there_at_one_press(look: Look) -> None:
    page = look(*WIDE)
    page.fill("#compose", "jo")
    page.click("#send")
    expect(page.locator(".bubble")).to_have_count(3)
    page.click("#to-checkin")
    expect(page.locator(".bubble")).to_have_count(4)
    told = page.locator(".bubble time").last.inner_text()
    assert told == page.locator("#phone-time").inner_text()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_first_screen_shows_the_message_and_both_clocks_agree(look: Look, size: tuple[int, int]) -> None:
    page = look(*size)
    first = page.locator(".bubble").first
    visible = page.viewport_size["height"] - (52 if size == NARROW else 0)  # type: ignore[index]
    assert box(first)["bottom"] < visible
    assert box(page.locator("#send"))["bottom"] < visible
    assert (
        first.locator("time").inner_text() == page.locator("#phone-time").inner_text() == "Tue 24 Nov, 02:11"
    )


def test_the_alarming_example_is_on_the_first_screen_and_an_arabic_one_at_its_own_edge(look: Look) -> None:
    page = look(*WIDE)
    assert box(page.locator("#examples button").last)["bottom"] < 900
    page.click('[data-person="MA-002"]')
    alarming = page.locator("#examples button").last
    expect(alarming).to_have_attribute("dir", "rtl")
    assert abs(box(alarming)["right"] - box(page.locator("#examples"))["right"]) < 2
    text, meaning = alarming.locator("span"), alarming.locator("small")
    assert abs(box(text)["right"] - box(meaning)["right"]) < 2


def test_new_messages_are_counted_once_and_move_nothing(night: Demo, look: Look) -> None:
    page = look(*WIDE)
    other = page.locator('[data-person="UA-003"]')
    expect(other.locator(".fresh")).to_have_text("1 new")
    place = box(page.locator("#phone"))["y"]
    other.click()
    page.click('[data-person="AL-001"]')
    expect(other.locator(".fresh")).to_be_empty()
    assert box(page.locator("#phone"))["y"] == place
    page.reload()
    page.wait_for_selector("#messages .bubble")
    expect(other.locator(".fresh")).to_be_empty()
    night.say("UA-003", YES["UA-003"])
    expect(other.locator(".fresh")).to_have_text("1 new")


def test_who_acknowledged_stands_where_the_button_was(night: Demo, look: Look) -> None:
    night.say("MA-002", ALARMING["MA-002"])
    page = look(*NARROW)
    acknowledge = card(page, "MA-002").locator("[data-act=acknowledge]")
    resolve = card(page, "MA-002").locator("[data-act=resolve]")
    left, right = box(acknowledge)["x"], box(resolve)["x"]
    acknowledge.click()
    named = card(page, "MA-002").locator(".in-hand")
    expect(named).to_have_text("Acknowledged by Ana")
    assert (box(named)["x"], box(resolve)["x"]) == (left, right)


def test_nothing_that_the_page_asks_for_is_missing(look: Look) -> None:
    page = look(*WIDE)
    missing: list[str] = []
    page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    page.reload()
    page.wait_for_selector("#messages .bubble")
    icon = page.locator("link[rel=icon]").get_attribute("href")
    assert icon
    assert page.evaluate("href => fetch(href).then(answer => answer.headers.get('content-type'))", icon) == (
        "image/svg+xml"
    )
    assert not missing


def test_the_caseworkers_page_opens_as_the_demos_caseworker(night: Demo, look: Look) -> None:
    night.say("UA-003", ALARMING["UA-003"])
    page = look(*WIDE)
    page.click(".to-desk button")
    page.wait_for_url("**/inbox")
    expect(page.locator(".alert", has_text="UA-003")).to_be_visible()
    expect(page.locator(".me .name")).to_have_text("Ana")
    assert night.client.post("/demo/desk", headers={"sec-fetch-site": "cross-site"}).status_code == 403
