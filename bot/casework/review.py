"""Texts that were not understood: one tap says what each is; what was said can teach the reader."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.casework import case_reading, checkins, labelling
from bot.casework.alerts import NewSignal, signal
from bot.casework.desk import Page
from bot.casework.programme import Programme
from bot.casework.staff import Signed
from bot.risk import Level
from bot.store import audit
from bot.store.queries import case_lists, review
from bot.store.tx import Tx

MOST = 1000
_NUMBERS = re.compile(r"\+?\d[\d\s().-]{5,}\d")
_SHORT = 4
_MAIL = re.compile(r"\S+@\S+\.\S+|https?://\S+|(?<!\w)@\w{3,}")


def label(
    tx: Tx,
    programme: Programme,
    now: datetime,
    who: Signed,
    message_id: str,
    level: str,
    categories: tuple[str, ...] = (),
) -> None:
    """Label a text; one that is dangerous joins the alert of its case, or opens one, unless it is known.

    Raises:
        NotFound: there is no such text from a person whose texts one may read.
    """
    labelling.label(tx, now, who, message_id, level, categories)
    grave = Level(level)
    row = case_lists.text_for.one(tx, who, message=message_id)
    person = checkins.case_person(tx, row.case_id)
    if grave is Level.NONE or Level(person.last_level).rank >= grave.rank:
        return
    body = review.text.one(tx, message=message_id)
    text = tx.vault.open_optional(body.body, column="message.body", row=message_id) or ""
    found = [NewSignal(each, level, "text", text) for each in categories or ("contact_request",)]
    signal(tx, programme, now, checkins.subject(person), found, message_id)


def export(tx: Tx, now: datetime, who: Signed) -> str:
    """All labels within reach as JSON lines that ``besa risk --report`` reads, without names and numbers."""
    lines = [json.dumps(each, ensure_ascii=False) for each in _labelled(tx, who)]
    audit.append(tx, now, f"staff:{who.id}", "label.export", f"staff:{who.id}", {"n": str(len(lines))})
    return "".join(f"{line}\n" for line in lines)


def _labelled(tx: Tx, who: Signed) -> Iterator[dict[str, Any]]:
    after = ""
    while rows := review.labelled.all(tx, who, after=after, most=MOST):
        after = rows[-1].id
        for row in rows:
            alias = tx.vault.open(row.alias, column="cases.alias", row=row.case_id)
            text = tx.vault.open_optional(row.body, column="message.body", row=row.id) or ""
            yield {
                "id": tx.vault.hash("label", row.id)[:16],
                "lang": row.language,
                "text": without_names(text, alias),
                "level": row.level,
                "categories": [each for each in row.categories.split(",") if each],
                "situation": tx.vault.hash("label case", row.case_id)[:16],
            }


def without_names(text: str, alias: str) -> str:
    """A text without what names the person or how they are reached."""
    text = _NUMBERS.sub("0000", _MAIL.sub("@", text))
    for word in alias.split():
        stem = word[:-1] if len(word) > _SHORT else word  # names are declined: Drita, Dritës
        if len(stem) > 1:
            text = re.sub(rf"\b{re.escape(stem)}\w{{0,4}}\b", "N.", text, flags=re.IGNORECASE)
    return text


def waiting(tx: Tx, who: Signed, after: str = "") -> Page:
    """Texts that nobody has labelled yet, the oldest first."""
    return case_reading.to_review(tx, who, after)
