"""What Telegram calls us with, read by hand so that one odd update can't stop the others. Pure parsing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.protocol import Inbound
from bot.channels.telegram_content import content, media, place

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "callback_query",
    "message_reaction",
    "my_chat_member",
)
_SERVICE = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "chat_background_set",
)
Json = Mapping[str, Any]


def parse_update(update: Json) -> list[Inbound]:
    """Read one update: what came of it from a person in a private chat, usually one thing.

    Raises ValueError, without anything of the update, if it is not made as Telegram makes them.
    """
    try:
        return _parse(update)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, OSError, IndexError):
        pass
    raise ValueError("this is not a Telegram update")


def callback_id(update: Json) -> str | None:
    """The id by which the press of a button is answered, or None if the update is no press."""
    query = update.get("callback_query")
    return str(query["id"]) if isinstance(query, dict) and "id" in query else None


def message_id(number: int) -> str:
    """The provider id of a message in a chat; it says nothing about the chat."""
    return f"m{number}"


def _parse(update: Json) -> list[Inbound]:
    provider_id = f"u{int(update['update_id'])}"
    for name in ("message", "business_message"):
        if name in update:
            return _message(provider_id, update[name], own=name == "business_message")
    for name in ("edited_message", "edited_business_message"):
        if name in update:
            return _edit(provider_id, update[name], own=name == "edited_business_message")
    if "deleted_business_messages" in update:
        return _deleted(provider_id, update["deleted_business_messages"])
    if "callback_query" in update:
        return _press(provider_id, update["callback_query"])
    if "message_reaction" in update:
        return _reaction(provider_id, update["message_reaction"])
    if "my_chat_member" in update:
        return _member(provider_id, update["my_chat_member"])
    return []


def _message(provider_id: str, message: Json, *, own: bool) -> list[Inbound]:
    if not _from_person(message, own=own) or any(name in message for name in _SERVICE):
        return []
    kind, text = content(message)
    return [
        Inbound(
            channel="telegram",
            provider_id=provider_id,
            address=str(message["chat"]["id"]),
            kind=kind,
            text=text,
            at=_time(message.get("date")),
            refers_to=_replied(message),
            own_id=message_id(message["message_id"]),
            media=media(message),
        )
    ]


def _edit(provider_id: str, message: Json, *, own: bool) -> list[Inbound]:
    if not _from_person(message, own=own):
        return []
    changed = message_id(message["message_id"])
    words = message.get("text") or message.get("caption") or ""
    moved = place(message) if not words else ""
    return [
        Inbound(
            channel="telegram",
            provider_id=provider_id,
            address=str(message["chat"]["id"]),
            kind="place" if moved else "edit",
            text=words or moved,
            at=_time(message.get("edit_date") or message.get("date")),
            refers_to=changed,
            own_id=changed,
        )
    ]


def _deleted(provider_id: str, deleted: Json) -> list[Inbound]:
    if not _private(deleted["chat"]):
        return []
    return [
        Inbound(
            channel="telegram",
            provider_id=f"{provider_id}-{place}" if place else provider_id,
            address=str(deleted["chat"]["id"]),
            kind="delete",
            text="",
            at=None,
            refers_to=message_id(number),
        )
        for place, number in enumerate(deleted["message_ids"])
    ]


def _press(provider_id: str, query: Json) -> list[Inbound]:
    message = query.get("message")
    chat = message["chat"] if message else query["from"]
    if not _private(chat):
        return []
    return [
        Inbound(
            channel="telegram",
            provider_id=provider_id,
            address=str(chat["id"]),
            kind="button",
            text="",
            at=None,
            button=query.get("data") or "",
            refers_to=message_id(message["message_id"]) if message else None,
        )
    ]


def _reaction(provider_id: str, reaction: Json) -> list[Inbound]:
    """Read an emoji put under one of our messages, or taken away: a sign of life, never an answer."""
    if not _private(reaction["chat"]):
        return []
    return [
        Inbound(
            channel="telegram",
            provider_id=provider_id,
            address=str(reaction["chat"]["id"]),
            kind="other",
            text="".join(each.get("emoji", "") for each in reaction["new_reaction"]),
            at=_time(reaction.get("date")),
            refers_to=message_id(reaction["message_id"]),
        )
    ]


def _member(provider_id: str, change: Json) -> list[Inbound]:
    if not _private(change["chat"]) or change["new_chat_member"]["status"] not in ("kicked", "left"):
        return []
    return [
        Inbound(
            channel="telegram",
            provider_id=provider_id,
            address=str(change["chat"]["id"]),
            kind="left",
            text="",
            at=_time(change.get("date")),
        )
    ]


def _replied(message: Json) -> str | None:
    replied = message.get("reply_to_message")
    return message_id(replied["message_id"]) if replied else None


def _from_person(message: Json, *, own: bool) -> bool:
    """In a business chat (`own`) both sides' messages come; only those of the other side count."""
    chat = message["chat"]
    return _private(chat) and (not own or message.get("from", {}).get("id") == chat["id"])


def _private(chat: Json) -> bool:
    return bool(chat.get("type", "private") == "private")


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
