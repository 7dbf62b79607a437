"""What a human says of a text that was not understood; it leaves the list, and may teach the reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.casework.desk import NotFound
from bot.casework.staff import Signed
from bot.store import audit
from bot.store.queries import case_lists
from bot.store.tx import Tx


def label(tx: Tx, now: datetime, who: Signed, message_id: str, level: str, categories: Sequence[str]) -> None:
    """Label a text within reach; a later label replaces it.

    Raises:
        NotFound: there is no such text from a person whose texts one may read.
    """
    row = case_lists.text_for.one(tx, who, message=message_id)
    if row is None:
        raise NotFound
    kept = {"level": level, "categories": ",".join(dict.fromkeys(categories))}
    if not case_lists.change_label.run(
        tx, message=message_id, new_level=level, new_categories=kept["categories"], by=who.id, now=now
    ):
        case_lists.insert_label.run(
            tx, message_id=message_id, case_id=row.case_id, staff_id=who.id, at=now, **kept
        )
    audit.append(tx, now, f"staff:{who.id}", "message.label", f"message:{message_id}", {"level": level})
