"""What another reader found in a message that is kept already: it can only make it graver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.casework.alerts import NewSignal, signal
from bot.casework.checkins import case_person, subject
from bot.casework.programme import Programme
from bot.risk import Category, Level
from bot.store.queries import conversation
from bot.store.tx import Tx

SOURCE = "second_reader"


def raise_level(
    tx: Tx,
    programme: Programme,
    now: datetime,
    message_id: str,
    level: Level,
    categories: Sequence[Category],
) -> bool:
    """Raise a message to a level, with an alert; False where it stands as high already or has no case."""
    row = conversation.message_read.one(tx, message=message_id)
    if row is None or row.case_id is None or Level(row.level).rank >= level.rank:
        return False
    known = [Category(each) for each in row.categories.split(",") if each]
    named = [each for each in Category if each in (*known, *categories)] or [Category.CONTACT_REQUEST]
    conversation.mark_message.run(
        tx,
        message=message_id,
        new_level=level.value,
        new_categories=",".join(named),
        new_review=row.review,
    )
    signals = [NewSignal(each.value, level.value, SOURCE) for each in categories or named]
    signal(tx, programme, now, subject(case_person(tx, row.case_id)), signals, message_id)
    return True
