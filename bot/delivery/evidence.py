"""Evidence that only the scheduler's process has: its own gaps, clocks that differ, files that are broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.casework import incidents
from bot.channels import provider_clock
from bot.delivery.office import Office
from bot.delivery.reading import read_programme
from bot.delivery.tick import HEARTBEAT
from bot.engine import FlowError
from bot.language.catalogue import CatalogueError
from bot.store import moment
from bot.store.queries import incidents as rows
from bot.store.queries import schedule, watch
from bot.store.tx import Tx

LATE = timedelta(minutes=2)
OFF = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
"""Longer than any pause between two tries to send."""


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is wrong, and what shows it."""

    kind: incidents.Kind
    subject: str
    wrong: bool
    evidence: str


def look_at_time(office: Office, now: datetime) -> None:
    """Before a tick: was the scheduler away, did its clock go back, do other clocks agree?"""
    last = office.db.read_now(lambda tx: schedule.last_beat.one(tx, name=HEARTBEAT))
    gap = now - last.at if last else timedelta(0)
    if -gap > OFF:
        office.db.write_now(lambda tx: bring_back(tx, now))
    found = [
        Finding("scheduler_late", "scheduler", gap > LATE, f"gap {_seconds(gap)}"),
        Finding("clock_off", "scheduler", -gap > OFF, f"back {_seconds(-gap)}"),
    ]
    found += [
        Finding("clock_off", name, abs(ahead) > OFF, f"ahead {_seconds(ahead)}")
        for name, ahead in _other_clocks(office).items()
    ]
    _settle(office, now, found)


def bring_back(tx: Tx, now: datetime) -> None:
    """The clock went back: what was put off by the wrong time is due now rather than when it comes again."""
    watch.hasten_alerts.run(tx, now=now)
    watch.hasten_messages.run(tx, now=now, beyond=now + LONGEST_PAUSE)
    watch.end_leases.run(tx, now=now, beyond=now + LONGEST_PAUSE)


class Files:
    """Looks whether the programme's files, where they have changed, could still be read at the next start."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._seen: frozenset[tuple[str, int]] | None = None

    def look(self, now: datetime) -> None:
        """Read what has changed; what cannot be read is an incident until it can."""
        settings = self._office.settings
        found = _fingerprint(settings.flows, settings.locales)
        if found == self._seen:
            return
        fault = _fault(lambda: read_programme(settings.flows, settings.locales))
        finding = Finding("catalogue_broken", "files", fault is not None, fault or "read again")
        _settle(self._office, now, [finding])
        self._seen = found


def _settle(office: Office, now: datetime, found: Sequence[Finding]) -> None:
    """Open and close what has changed; where nothing has, nothing is written."""
    standing = {(row.kind, row.subject) for row in office.db.read_now(lambda tx: rows.open_incidents.all(tx))}
    changed = [each for each in found if each.wrong != ((each.kind, each.subject) in standing)]
    for each in changed:
        move = incidents.open_incident if each.wrong else incidents.close_incident
        office.db.write_now(
            lambda tx, e=each, m=move: m(tx, office.programme, now, e.kind, e.subject, e.evidence)  # type: ignore[misc]
        )


def _other_clocks(office: Office) -> dict[str, timedelta]:
    """How far other clocks are ahead of ours."""
    found = provider_clock.offsets()
    before = office.clock()
    at = office.db.read_now(moment.database_time)
    if at is not None:
        found["database"] = at - before
    return found


def _seconds(span: timedelta) -> str:
    return f"{span // timedelta(seconds=1)} s"


def _fingerprint(*folders: Path) -> frozenset[tuple[str, int]]:
    files = (file for folder in folders for file in folder.rglob("*") if file.suffix in (".yaml", ".po"))
    return frozenset((str(file), file.stat().st_mtime_ns) for file in files)


def _fault(read: Callable[[], object]) -> str | None:
    """The kind of fault and the file's name; a fault's own words may quote the file."""
    try:
        read()
    except (FlowError, CatalogueError, OSError) as error:
        name = Path(str(error).partition(":")[0]).name
        return f"{type(error).__name__} {name}"
    return None
