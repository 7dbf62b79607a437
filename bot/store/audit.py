"""The audit log: append-only, each entry chained to the one before, the end kept under a key.

An entry's digest covers the entry before it, so that a change, a removal or another order shows. The head
row holds the number of entries and the last digest with a keyed mark, so that a cut tail shows as well. Who
puts back the whole file as it once was, head included, is not found by this: backups elsewhere are for that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.store.prepared import Prepared, inserting
from bot.store.tables import Audit, AuditHead, Case
from bot.store.tx import Tx
from bot.store.types import EPOCH, MILLISECOND
from bot.store.vault import Vault

BATCH = 1000
MOST_FINDINGS = 100
_NAME = "audit"


@dataclass(frozen=True)
class Finding:
    """What is wrong with the log, and at which entry."""

    entry: int
    what: str


def append(tx: Tx, now: datetime, actor: str, action: str, subject: str, detail: Mapping[str, str]) -> None:
    """Add an entry. It must hold ids, codes and names of states only, nothing personal.

    Writers wait here for each other until the transaction ends, so it is best called last.
    """
    head = _lock_head(tx)
    number = head.entries + 1
    text = json.dumps(dict(detail), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = _digest(head.digest, number, now, actor, action, subject, text)
    _insert.run(
        tx,
        id=number,
        at=now,
        actor=actor,
        action=action,
        subject=subject,
        detail=text,
        previous=head.digest,
        digest=digest,
    )
    _move_head.run(tx, entries=number, digest=digest, mark=tx.vault.hash(*_mark_of(number, digest)))


def verify(tx: Tx) -> list[Finding]:
    """Read the whole log and return what is wrong with it, the first 100 findings; empty if nothing is.

    No log at all is wrong where there is a case, because adding one is an entry.
    """
    findings: list[Finding] = []
    number, previous = 0, ""
    while len(findings) < MOST_FINDINGS and (entries := _after.all(tx, last=number)):
        for entry in entries:
            findings += _check(entry, number, previous)
            number, previous = entry.id, entry.digest
    head = _head.one(tx)
    if head is not None and head.entries:
        findings += _check_head(tx.vault, head, number, previous)
    elif number or _any_case.one(tx):
        findings.append(Finding(1, "the head is missing"))
    return findings[:MOST_FINDINGS]


def mark_again(tx: Tx) -> None:
    """Put the head's mark under the newest key; a head whose mark is wrong is left as it is."""
    head = _lock_head(tx)
    if head.mark in tx.vault.hashes(*_mark_of(head.entries, head.digest)):
        mark = tx.vault.hash(*_mark_of(head.entries, head.digest))
        _move_head.run(tx, entries=head.entries, digest=head.digest, mark=mark)


def _check(entry: Any, last: int, previous: str) -> list[Finding]:
    findings = []
    if entry.id != last + 1:
        findings.append(Finding(last + 1, "missing"))
    elif entry.previous != previous:
        findings.append(Finding(entry.id, "not the successor of the entry before it"))
    digest = _digest(
        entry.previous, entry.id, entry.at, entry.actor, entry.action, entry.subject, entry.detail
    )
    if entry.digest != digest:
        findings.append(Finding(entry.id, "changed"))
    return findings


def _check_head(vault: Vault, head: Any, number: int, previous: str) -> list[Finding]:
    if head.mark not in vault.hashes(*_mark_of(head.entries, head.digest)):
        return [Finding(head.entries, "the head was changed, or its key is gone")]
    if head.entries != number:
        return [Finding(min(head.entries, number) + 1, "cut off" if number < head.entries else "added")]
    return [] if head.digest == previous else [Finding(number, "changed")]


def _lock_head(tx: Tx) -> Any:
    head = _head_for_update.one(tx)
    if head is None:
        _insert_head.run(tx, name=_NAME, entries=0, digest="", mark="")
        head = _head_for_update.one(tx)
    return head


def _digest(
    previous: str, number: int, at: datetime, actor: str, action: str, subject: str, detail: str
) -> str:
    moment = (at - EPOCH) // MILLISECOND
    entry = json.dumps([number, moment, actor, action, subject, detail], ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{entry}".encode()).hexdigest()


def _mark_of(entries: int, digest: str) -> tuple[str, str]:
    return "audit head", f"{entries}:{digest}"


_log: Any = Audit.__table__  # type: ignore[attr-defined]
_ends: Any = AuditHead.__table__  # type: ignore[attr-defined]
_cases: Any = Case.__table__  # type: ignore[attr-defined]
_insert = inserting(Audit)
_insert_head = inserting(AuditHead, ignore=True)
_head = Prepared(select(_ends).where(_ends.c.name == _NAME))
_head_for_update = Prepared(select(_ends).where(_ends.c.name == _NAME).with_for_update())
_move_head = Prepared(
    update(_ends)
    .where(_ends.c.name == _NAME)
    .values({name: bindparam(name) for name in ("entries", "digest", "mark")})
)
_any_case = Prepared(select(_cases.c.id).limit(1))
_after = Prepared(select(_log).where(_log.c.id > bindparam("last")).order_by(_log.c.id).limit(BATCH))
