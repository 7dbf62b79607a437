"""Cases: added one by one or from a CSV file, of which a bad row refuses all."""

from __future__ import annotations

import csv
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale

from bot.casework import checkins, consent, handover, staff
from bot.casework.addresses import link_hash
from bot.casework.programme import Programme
from bot.language import SPOKEN
from bot.phone import NotANumber, e164
from bot.store import audit
from bot.store.ids import new_id
from bot.store.queries import people
from bot.store.tx import Tx

COLUMNS = (
    "code", "alias", "language", "country", "timezone", "channel", "address", "return_date",
    "caseworker_email", "protocol", "privacy", "contact_from", "contact_to", "consented_on",
)  # fmt: skip
LONGEST_AHEAD = timedelta(days=366)
CHANNELS = ("twilio", "whatsapp", "telegram", "sandbox")


class BadCase(Exception):
    """A case that cannot be taken; names line and column and what to write, never the value."""


@dataclass(frozen=True)
class NewCase:
    """A case to be added, every field checked."""

    code: str
    alias: str
    language: str
    country: str
    timezone: str
    channel: str
    address: str
    return_date: date
    caseworker_email: str
    protocol: str
    privacy: str
    contact_from: int
    contact_to: int
    consented_on: date | None
    gender: str | None = None


def read_csv(lines: Iterable[str], programme: Programme) -> Iterator[NewCase]:
    """Read the rows of a CSV file.

    Raises:
        BadCase: the first thing that is wrong, with its line and column.
    """
    rows = csv.DictReader(lines)
    names = rows.fieldnames or ()
    missing = [name for name in COLUMNS if name not in names]
    if missing and len(names) == 1 and ";" in names[0]:
        raise BadCase("line 1: the columns are parted by semicolons; save the file with commas")
    if missing:
        raise BadCase(f"line 1: column {missing[0]} is missing; the columns are {','.join(COLUMNS)}")
    for row in rows:
        if None in row or None in row.values():
            raise BadCase(
                f"line {rows.line_num}: not as many fields as columns; put texts with commas in quotes"
            )
        yield parse({name: (row[name] or "").strip() for name in COLUMNS}, programme, f"line {rows.line_num}")


def parse(row: dict[str, str], programme: Programme, where: str) -> NewCase:
    """Check the fields of one case.

    Raises:
        BadCase: names the place, the column and what to write.
    """

    def wrong(column: str, mend: str) -> BadCase:
        return BadCase(f"{where}: column {column}: {mend}")

    if not row["code"]:
        raise wrong("code", "write the case's code")
    if row["country"] not in Locale("en").territories or not row["country"].isalpha():
        raise wrong("country", "write two letters such as AL, MA, UA")
    for column, allowed in (
        ("language", SPOKEN),
        ("channel", CHANNELS),
        ("privacy", ("neutral", "open", "")),
        ("protocol", (*programme.protocols, "")),
    ):
        if row[column] not in allowed:
            raise wrong(column, f"write one of {', '.join(each for each in allowed if each)}")
    if row["timezone"] not in available_timezones():
        raise wrong("timezone", "write a zone name such as Europe/Tirane")
    if not row["address"] and row["channel"] != "telegram":
        raise wrong("address", "write the number as +355…; only Telegram may be empty")
    if "@" not in row["caseworker_email"]:
        raise wrong("caseworker_email", "write the e-mail address of a caseworker")
    return NewCase(
        code=row["code"],
        alias=row["alias"],
        language=row["language"],
        country=row["country"],
        timezone=row["timezone"],
        channel=row["channel"],
        address=_address(row, wrong("address", "write the number in international form, +355…")),
        return_date=_date(row["return_date"], wrong("return_date", "write a date as 2026-11-24")),
        caseworker_email=row["caseworker_email"],
        protocol=row["protocol"] or "default",
        privacy=row["privacy"] or "neutral",
        contact_from=_minutes(row["contact_from"] or "09:00", wrong("contact_from", "write HH:MM")),
        contact_to=_minutes(row["contact_to"] or "20:00", wrong("contact_to", "write HH:MM")),
        consented_on=_date(row["consented_on"], wrong("consented_on", "write a date as 2026-11-24"))
        if row["consented_on"]
        else None,
    )


def add(tx: Tx, programme: Programme, now: datetime, new: NewCase, where: str = "") -> str | None:
    """Add a case and plan its first occurrence. Gives the token that links a Telegram chat, if one is needed.

    Raises:
        BadCase: the code is taken, nobody has the caseworker's e-mail address, or a date is to come.
    """
    prefix = f"{where}: " if where else ""
    worker = staff.find_by_email(tx, new.caseworker_email)
    if worker is None:
        raise BadCase(f"{prefix}column caseworker_email: nobody has it; add them with `besa user add`")
    if worker.role not in handover.READS_TEXTS:
        raise BadCase(f"{prefix}column caseworker_email: this is no caseworker; name one, or a supervisor")
    if people.case_with_code.one(tx, code=new.code):
        raise BadCase(f"{prefix}column code: it is taken; every case has a code of its own")
    today = now.astimezone(ZoneInfo(new.timezone)).date()
    if new.consented_on and new.consented_on > today:
        raise BadCase(f"{prefix}column consented_on: nobody has agreed yet; write a day that has been")
    if new.return_date > today + LONGEST_AHEAD:
        raise BadCase(f"{prefix}column return_date: more than a year ahead; write the day of the return")
    row = new_id()
    keeper = handover.keeper(tx, now, worker.id, worker.team_id)
    people.insert_case.run(
        tx,
        id=row,
        code=new.code,
        team_id=worker.team_id,
        caseworker_id=worker.id,
        keeper_id=keeper.id if keeper.reads else worker.id,
        alias=tx.vault.seal(new.alias, column="cases.alias", row=row),
        language=new.language,
        country=new.country,
        timezone=new.timezone,
        gender=new.gender,
        return_date=new.return_date,
        protocol=new.protocol,
        privacy=new.privacy,
        contact_from=new.contact_from,
        contact_to=new.contact_to,
        created_at=now,
    )
    token = _add_address(tx, row, new)
    if not keeper.reads:
        handover.mend(tx, now, "command", programme=programme)
    audit.append(tx, now, "command", "case.add", f"case:{new.code}", {"channel": new.channel})
    person = checkins.case_person(tx, row)
    if new.consented_on:
        agreed = datetime.combine(new.consented_on, time(12), ZoneInfo(new.timezone))
        person = consent.record(tx, agreed, person, "given", "in person", "caseworker")
    checkins.plan_first(tx, programme, person)
    return token


def _add_address(tx: Tx, case_id: str, new: NewCase) -> str | None:
    row = new_id()
    token = None if new.address else secrets.token_urlsafe(24)
    people.insert_address.run(
        tx,
        id=row,
        case_id=case_id,
        channel=new.channel,
        address=tx.vault.seal(new.address, column="address.address", row=row) if new.address else None,
        address_hash=tx.vault.hash("address", new.address) if new.address else None,
        link_hash=link_hash(token) if token else None,
    )
    return token


def _address(row: dict[str, str], wrong: BadCase) -> str:
    text = row["address"].replace(" ", "")
    if row["channel"] == "telegram":
        if text and not text.lstrip("-").isdigit():
            raise wrong
        return text
    try:
        return e164(text)
    except NotANumber:
        raise wrong from None


def _date(text: str, wrong: BadCase) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong from None


def _minutes(text: str, wrong: BadCase) -> int:
    try:
        at = time.fromisoformat(text)
    except ValueError:
        raise wrong from None
    return at.hour * 60 + at.minute
