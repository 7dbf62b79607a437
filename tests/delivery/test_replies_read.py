"""What staff type and press: what is a command, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.casework.replies import Act, Command, parse, pressed


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("A 7", Command(Act.ACKNOWLEDGE, 7)),
        ("a7", Command(Act.ACKNOWLEDGE, 7)),
        ("  A\u00a07. ", Command(Act.ACKNOWLEDGE, 7)),
        ("А 7", Command(Act.ACKNOWLEDGE, 7)),
        ("а17", Command(Act.ACKNOWLEDGE, 17)),
        ("A ٧", Command(Act.ACKNOWLEDGE, 7)),
        ("A ۱۲", Command(Act.ACKNOWLEDGE, 12)),
        ("\u200fA 7\u200f", Command(Act.ACKNOWLEDGE, 7)),
        ("\u2067A\u2069 \u20667\u2069", Command(Act.ACKNOWLEDGE, 7)),
        ("Ａ７", Command(Act.ACKNOWLEDGE, 7)),
        ("“A 7”", Command(Act.ACKNOWLEDGE, 7)),
        ("A: #7!", Command(Act.ACKNOWLEDGE, 7)),
        ("C 7", Command(Act.CALL, 7)),
        ("с 7", Command(Act.CALL, 7)),
        ("P-7", Command(Act.PASS_ON, 7)),
        ("Р 7", Command(Act.PASS_ON, 7)),
        ("a 999999999", Command(Act.ACKNOWLEDGE, 999999999)),
    ],
)
def test_a_command_in_any_script(text: str, command: Command) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "", "7", "A", "R 7", "A 7 8", "A 7 ok", "AA 7", "A 7A", "ok A 7", "C-17 CRITICAL A 7", "A 1000000000",
        "п 7", "А як сім", "A" + " " * 40 + "7", "A seven", "Po 7", "A 7\nP 8", "A ½",
    ],
)  # fmt: skip
def test_what_is_no_command(text: str) -> None:
    assert parse(text) is None


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    found = parse(text)
    assert found is None or 0 <= found.number <= 999_999_999


@given(st.sampled_from("aApPcC"), st.integers(0, 999_999_999), st.sampled_from(["", " ", "  ", ".", ": "]))
def test_every_number_is_read(letter: str, number: int, between: str) -> None:
    found = parse(f"{letter}{between}{number}")
    assert found is not None
    assert found.number == number


def test_a_button_says_alert_and_act() -> None:
    assert pressed("alert:7:ack") == Command(Act.ACKNOWLEDGE, 7)
    assert pressed("alert:7:call") == Command(Act.CALL, 7)
    assert pressed("alert:7:pass") == Command(Act.PASS_ON, 7)


@given(st.text())
def test_other_buttons_are_not_ours(data: str) -> None:
    found = pressed(data)
    assert found is None or data == f"alert:{found.number}:{found.act}" or data.startswith("alert:0")
