"""Moments that people write in their own time: a date and an hour in a zone, kept in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class BadMoment(Exception):
    """A moment that cannot be read or never comes; says what is wrong and the mend."""


def zone_named(name: str) -> ZoneInfo:
    """The zone of this name.

    Raises:
        BadMoment: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadMoment(f"the zone {name!r} is unknown; write it as Europe/Tirane") from None


def wall_time(text: str) -> datetime:
    """A date and an hour as they stand on a wall, without a zone.

    Raises:
        BadMoment: it cannot be read, or names an offset of its own.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise BadMoment(f"{text!r} is no moment; write it as 2026-11-24T20:00") from None
    if read.tzinfo is not None:
        raise BadMoment(f"{text!r} names an offset; write the local time, and the zone in --zone")
    return read


def instant(wall: datetime, zone: ZoneInfo, *, ends: bool = False) -> datetime:
    """The moment in UTC at which a wall shows this. An hour that comes twice begins with its first, ends with
    its second, so that nothing between two spans is left out.

    Raises:
        BadMoment: the clocks skip it.
    """
    at = wall.replace(tzinfo=zone, fold=int(ends)).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != wall:
        raise BadMoment(f"{wall:%Y-%m-%d %H:%M} never comes in {zone.key}: the clocks skip it")
    return at


def spans(start: str, end: str, zone_name: str, weeks: int = 1) -> list[tuple[datetime, datetime]]:
    """From one local moment to another, in so many weeks one after the other at the same local hours.

    Raises:
        BadMoment: see ``wall_time`` and ``instant``; or the end is not after the start.
    """
    zone, first, last = zone_named(zone_name), wall_time(start), wall_time(end)
    if last <= first:
        raise BadMoment("--to is not after --from; give a later end")
    found = []
    for week in range(weeks):
        shift = timedelta(weeks=week)
        found.append((instant(first + shift, zone), instant(last + shift, zone, ends=True)))
    return found
