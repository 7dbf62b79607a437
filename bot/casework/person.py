"""One case and the address it is spoken with at, as a turn sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.engine.hours import Hours


@dataclass(frozen=True)
class Person:
    """One case and the address it is spoken with at, as a turn sees them."""

    id: str
    code: str
    team_id: str
    caseworker_id: str
    language: str
    country: str
    timezone: str
    gender: str | None
    return_date: date
    protocol: str
    privacy: str
    contact_from: int
    contact_to: int
    phone: str
    high_risk: bool
    state: str
    consent: str
    held_until: datetime | None
    paused_until: datetime | None
    safe_word_hash: str | None
    cover_word_hash: str | None
    silences: int
    last_level: str
    address_id: str
    address_state: str
    linked: bool
    channel: str

    @classmethod
    def of(cls, row: Any, channel: str) -> Person:
        """Make the value of a row of the store."""
        fields = row._asdict()
        fields["channel"] = channel
        return cls(**fields)

    @property
    def hours(self) -> Hours:
        """The hours in which something may be sent."""
        return Hours(self.timezone, self.contact_from, self.contact_to)

    @property
    def facts(self) -> dict[str, str]:
        """What a flow may branch on."""
        return {
            "language": self.language,
            "country": self.country,
            "privacy": self.privacy,
            "phone": self.phone,
            "consent": self.consent,
            "high_risk": "yes" if self.high_risk else "no",
        }

    def quiet_until(self, now: datetime) -> datetime | None:
        """Until when nothing is begun by itself: a human and the person talk, or check-ins rest."""
        return max(
            (each for each in (self.held_until, self.paused_until) if each and each > now), default=None
        )

    def may_be_written_to(self, now: datetime, *, welcome: bool = False) -> bool:
        """Whether anything may be sent by itself: open, agreed, not watched, nobody talking just now.

        Check-ins that rest are no reason not to answer what the person writes.
        """
        agreed = self.consent == "given" or (welcome and self.consent == "none")
        talking = self.held_until is not None and self.held_until > now
        return (
            agreed
            and not talking
            and self.state == "open"
            and self.phone != "watched"
            and self.address_state == "open"
            and self.linked
        )
