"""The only way in: read for danger first, then taken in once, in one transaction."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.casework import addresses, staff_replies, turns
from bot.casework.programme import Programme
from bot.casework.received import Received
from bot.channels.protocol import Inbound
from bot.language import Intent, fold, intent, intent_language, is_filler, says_only_an_intent
from bot.risk import Assessment, Level, assess
from bot.store.database import Database
from bot.store.tx import Tx

log = structlog.get_logger(__name__)
_UNREAD_KINDS = ("delete", "left", "link")
_NOTHING = Assessment(Level.NONE, (), False, (), ())


@dataclass(frozen=True)
class Read:
    """A message and what was read in it before any transaction was open."""

    inbound: Inbound
    assessment: Assessment
    intent: Intent | None
    filler: bool
    language: str | None


def read(inbound: Inbound) -> Read:
    """Read a text for danger and for what it wishes. It sees the text alone and may take milliseconds."""
    if inbound.kind in _UNREAD_KINDS or inbound.button is not None or not inbound.text:
        return Read(inbound, _NOTHING, None, False, None)
    wish = Intent.STOP if inbound.opt_out == "STOP" else intent(inbound.text)
    found = _assess(inbound.text)
    if wish and not found.by_sign and says_only_an_intent(inbound.text):
        found = _NOTHING
    return Read(
        inbound,
        found,
        wish,
        is_filler(inbound.text),
        intent_language(inbound.text) if wish is Intent.LANGUAGE else None,
    )


def _assess(text: str) -> Assessment:
    """Read for danger. A reader that fails loses nothing: a human reads the text then."""
    try:
        return assess(text)
    except Exception as error:
        log.error("reading for danger failed", kind=type(error).__name__)
        return Assessment(Level.LOW, (), True, (), ("reader_failed",))


def accept(db: Database, programme: Programme, now: datetime, one: Read) -> Future[str | None]:
    """Take a message in. The future is done after the commit; it gives None for one that was here before."""
    return db.write(lambda tx: _take(tx, programme, now, one))


def _take(tx: Tx, programme: Programme, now: datetime, one: Read) -> str | None:
    inbound = one.inbound
    if inbound.kind == "link":
        return addresses.link(tx, now, inbound.channel, inbound.text, inbound.address)
    got = Received(
        channel=inbound.channel,
        provider_id=inbound.provider_id,
        address=inbound.address,
        kind=inbound.kind,
        text=inbound.text,
        at=inbound.at or now,
        assessment=one.assessment,
        intent=one.intent,
        filler=one.filler,
        language=one.language,
        button=inbound.button,
        word_hash=tx.vault.hashes("word", fold(inbound.text)) if len(inbound.text) < 40 else (),
    )
    if member := staff_replies.sender(tx, got):
        staff_replies.take(tx, programme, now, got, member)
        return None
    if staff_replies.is_press_of_alert(got):
        return None
    message_id = turns.receive(tx, programme, now, got)
    if inbound.kind == "left" and message_id is not None:
        addresses.left(tx, programme, now, inbound.channel, inbound.address)
    return message_id
