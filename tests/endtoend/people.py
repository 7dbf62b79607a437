"""The three people of the end-to-end tests, and the CSV that takes them in."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.casework.cases import COLUMNS


@dataclass(frozen=True)
class Returnee:
    """A person with a phone; ``alarm`` is something critical to write."""

    code: str
    alias: str
    language: str
    country: str
    timezone: str
    number: str
    yes: str
    alarm: str


DRITA = Returnee(
    "AL-7", "Zambak Kodra", "sq", "AL", "Europe/Tirane", "+355694417301", "po",
    "me ka marre pasaporten dhe celesat, me ka mbyllur brenda zambakkodra",
)  # fmt: skip
AMAL = Returnee(
    "MA-8", "وردة الريف", "ar", "MA", "Africa/Casablanca", "+212612447302", "إيه",
    "خدا ليا الباسبور و سد عليا الباب بالساروت",
)  # fmt: skip
OKSANA = Returnee(
    "UA-9", "Волошка Степова", "uk", "UA", "Europe/Kyiv", "+380501447303", "так",
    "він забрав мій паспорт і замкнув мене в хаті",
)  # fmt: skip
THREE = (DRITA, AMAL, OKSANA)


def yesterday_noon() -> datetime:
    """Twelve o'clock yesterday in Tirana."""
    return datetime.combine(datetime.now(UTC).date() - timedelta(days=1), time(11), UTC)


def returned() -> date:
    """The day of return of which yesterday was day 2."""
    return yesterday_noon().date() - timedelta(days=2)


def write_csv(path: Path, people: tuple[Returnee, ...] = THREE, **columns: str) -> Path:
    """Write a file for ``besa case import``; ``columns`` are the same for all rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        for person in people:
            rows.writerow(
                {
                    "code": person.code,
                    "alias": person.alias,
                    "language": person.language,
                    "country": person.country,
                    "timezone": person.timezone,
                    "channel": "twilio",
                    "address": person.number,
                    "return_date": returned().isoformat(),
                    "caseworker_email": "worker@office.invalid",
                    "contact_from": "09:00",
                    "contact_to": "20:00",
                    "consented_on": returned().isoformat(),
                    **columns,
                }
            )
    return path
