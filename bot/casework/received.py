"""A message as the inbox hands it over, already read for danger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.language import Intent
from bot.risk import Assessment


@dataclass(frozen=True)
class Received:
    """One inbound message, and what was read in it before any transaction was open."""

    channel: str
    provider_id: str
    address: str
    kind: str
    text: str
    at: datetime
    assessment: Assessment
    intent: Intent | None = None
    filler: bool = False
    language: str | None = None
    button: str | None = None
    word_hash: tuple[str, ...] = ()
