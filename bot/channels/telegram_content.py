"""What a Telegram message holds: words, a voice note, a picture, a place. Pure parsing."""

import re
from collections.abc import Mapping
from typing import Any

_KINDS = {
    "voice": "voice",
    "audio": "voice",
    "photo": "picture",
    "video": "picture",
    "video_note": "picture",
    "animation": "picture",
    "document": "file",
    "location": "place",
    "contact": "contact",
}
_COMMAND = re.compile(r"/([A-Za-z0-9_]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)

Json = Mapping[str, Any]


def content(message: Json) -> tuple[str, str]:
    """Return the kind of a message and its words."""
    text = message.get("text")
    if text is not None:
        return _words(text)
    caption = message.get("caption") or ""
    for name, kind in _KINDS.items():
        if name in message:
            return kind, caption or _shared(message)
    sticker = message.get("sticker")
    return "other", caption or (sticker.get("emoji") or "" if sticker else "")


def _words(text: str) -> tuple[str, str]:
    command = _COMMAND.fullmatch(text.strip())
    if command is None:
        return "text", text
    name, rest = command.group(1), (command.group(2) or "").strip()
    if name == "start" and rest:
        return "link", rest
    return "text", f"{name} {rest}".strip()


def _shared(message: Json) -> str:
    contact = message.get("contact")
    if contact is None:
        return place(message)
    parts = (contact.get("first_name"), contact.get("last_name"), contact.get("phone_number"))
    return " ".join(str(part) for part in parts if part)


def place(message: Json) -> str:
    """Return the latitude and longitude of a place, or an empty string."""
    at = message.get("location")
    return f"{at['latitude']}, {at['longitude']}" if at else ""


def media(message: Json) -> str | None:
    """Return Telegram's id of the attached file, if there is one."""
    if message.get("photo"):
        return str(message["photo"][-1]["file_id"])
    for name in ("voice", "audio", "video", "video_note", "animation", "document"):
        if name in message:
            return str(message[name]["file_id"])
    return None
