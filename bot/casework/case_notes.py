"""What the page keeps while someone works on a case: who looks at it, and what they have begun to write."""

from __future__ import annotations

from datetime import datetime

from bot.casework.desk import NotFound
from bot.casework.staff import Signed
from bot.store.ids import new_id
from bot.store.queries import cases, desk
from bot.store.tx import Tx


def look(tx: Tx, now: datetime, who: Signed, code: str) -> None:
    """Someone looks at a case, and at no other.

    Raises:
        NotFound: there is none that this person may see.
    """
    case_id = _case(tx, who, code, texts=False)
    desk.gone.run(tx, me=who.id, case=case_id)
    if not desk.seen_again.run(tx, case=case_id, me=who.id, now=now):
        desk.first_seen.run(tx, case_id=case_id, staff_id=who.id, at=now)


def keep_draft(tx: Tx, now: datetime, who: Signed, code: str, text: str) -> None:
    """Keep what is not sent yet; an empty text forgets it.

    Raises:
        NotFound: there is none that this person may read.
    """
    case_id = _case(tx, who, code, texts=True)
    if not text.strip():
        desk.drop_draft.run(tx, me=who.id, case=case_id)
        return
    found = desk.draft.one(tx, me=who.id, case=case_id)
    row = found.id if found else new_id()
    sealed = tx.vault.seal(text, column="draft.text", row=row)
    if found:
        desk.change_draft.run(tx, draft=row, new_text=sealed, now=now)
    else:
        desk.insert_draft.run(tx, id=row, case_id=case_id, staff_id=who.id, text=sealed, at=now)


def drop_draft(tx: Tx, who: Signed, code: str) -> None:
    """Forget what was begun; it has been sent."""
    desk.drop_draft.run(tx, me=who.id, case=_case(tx, who, code, texts=True))


def _case(tx: Tx, who: Signed, code: str, *, texts: bool) -> str:
    row = (cases.with_code_to_read if texts else cases.with_code).one(tx, who, code=code)
    if row is None:
        raise NotFound
    return str(row.id)
