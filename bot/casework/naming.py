"""The names of members of staff, opened for those who work with them."""

from __future__ import annotations

from collections.abc import Iterable

from bot.store.queries import alerts
from bot.store.tx import Tx


def names(tx: Tx, staff: Iterable[str | None]) -> dict[str, str]:
    """Names by the ids of staff."""
    wanted = sorted({each for each in staff if each})
    found = alerts.named.all(tx, staff=wanted) if wanted else []
    return {row.id: tx.vault.open(row.name, column="staff.name", row=row.id) for row in found}
