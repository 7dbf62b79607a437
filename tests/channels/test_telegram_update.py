"""Reading what Telegram posts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram import callback_id, parse_update, secret_valid
from tests.channels.tables import cases, shown

CHAT = {"id": 700100200, "type": "private"}


def filled(update: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"update_id": 5}
    for name, content in update.items():
        if name.endswith("message"):
            made[name] = whole(content)
        elif name == "callback_query" and "message" in content:
            made[name] = {**content, "message": whole(content["message"])}
        else:
            made[name] = content
    return made


def whole(message: dict[str, Any]) -> dict[str, Any]:
    return {"message_id": 11, "date": 1_790_000_000, "chat": CHAT, **message}


@cases("telegram_updates", "update", "read")
def test_updates(update: dict[str, Any], read: list[dict[str, Any]]) -> None:
    found = parse_update(filled(update))
    assert len(found) == len(read)
    for inbound, expected in zip(found, read, strict=True):
        assert shown(inbound, expected) == expected
        assert inbound.channel == "telegram"


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"update_id": "700100200x", "message": whole({})},
        {"update_id": 5, "message": {"text": "700100200"}},
        {"update_id": 5, "message": "700100200"},
        {"update_id": 5, "my_chat_member": {"chat": CHAT}},
        {"update_id": 5, "message": whole({"date": 10**30})},
    ],
)
def test_what_is_no_update_is_refused_without_a_word_of_it(update: dict[str, Any]) -> None:
    with pytest.raises(ValueError) as caught:
        parse_update(update)
    assert str(caught.value) == "this is not a Telegram update"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    ["message", "edited_message", "callback_query", "my_chat_member", "deleted_business_messages"]
)


@given(names, json_values)
def test_any_other_json_is_read_or_refused(name: str, content: Any) -> None:
    try:
        assert isinstance(parse_update({"update_id": 5, name: content}), list)
    except ValueError as error:
        assert str(error) == "this is not a Telegram update"


def test_the_id_to_answer_a_press_by() -> None:
    assert callback_id({"update_id": 5, "callback_query": {"id": "42"}}) == "42"
    assert callback_id({"update_id": 5, "message": whole({"text": "x"})}) is None


@pytest.mark.parametrize(
    ("expected", "got", "valid"),
    [
        ("hook-5ecret", "hook-5ecret", True),
        ("hook-5ecret", "hook-5ecres", False),
        ("hook-5ecret", "", False),
        ("hook-5ecret", None, False),
        ("hook-5ecret", "сéкрет", False),
        ("", "", False),
    ],
)
def test_the_secret_of_the_webhook(expected: str, got: str | None, valid: bool) -> None:
    assert secret_valid(expected, got) is valid
