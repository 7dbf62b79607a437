"""The words of a notice in the language of who is told: a case's code, a level, how to answer; nothing else.

Pure. A sentence without a translation is said in English: a notice in the wrong language is better than none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.language.catalogue import SOURCE_LANGUAGE, Catalogue, MissingTranslation


def N_(msgid: str) -> str:  # noqa: N802 - the mark by which Babel finds a sentence
    """Mark a sentence for the translators."""
    return msgid


LEVELS = {"low": N_("LOW"), "high": N_("HIGH"), "critical": N_("CRITICAL")}
"""Levels as labels, which agree with nothing."""

ALERT = N_("{case} {level}")
OF_REASON = {
    "handed_over": N_("{case} {level}, passed on to you"),
    "reminder": N_("{case} {level}, what you said you would do is due soon"),
}
"""How an alert is told where the reason is more than its clock."""

UNKNOWN_NUMBER = N_("Unknown number")
OPEN_BESA = N_("Open Besa to answer.")
MORE = N_("More in Besa.")
HOW = N_("Write A and the number of an alert to take it, C to say that you call, P to pass it on: A 7.")
NOT_YOURS = N_("Nothing was changed: no alert with this number was sent to you.")
RESOLVED = N_("{case} is resolved already.")
CANNOT_PASS = N_("{case} stays with you: nobody else is there to take it.")

INCIDENTS = {
    "channel_down": N_("Nothing gets through: {subject}."),
    "scheduler_late": N_("What is due was done late: {subject}."),
    "clock_off": N_("Clocks differ: {subject}."),
    "catalogue_broken": N_("A file cannot be read: {subject}."),
    "roster_gap": N_("Nobody is on duty for a time ahead: {subject}."),
    "nobody_reachable": N_("Nobody could be told: {subject}."),
    "no_keeper": N_("Nobody is there who may read texts: {subject}."),
    "notification_undelivered": N_("A notice did not arrive: {subject}."),
}
INCIDENT = N_("Something is wrong: {subject}.")
OVER = N_("All is well again: {subject}.")

BUTTONS = (("ack", N_("Acknowledge")), ("call", N_("I'll call")), ("pass", N_("Pass on")))

BY_COLLEAGUE = {
    "acknowledged": N_("{case} — acknowledged by a colleague {time}"),
    "resolved": N_("{case} — resolved by a colleague {time}"),
    "open": N_("{case} — open again, {level} {time}"),
    "reassigned": N_("{case} — passed on {time}"),
}
BY_YOU = {
    "acknowledged": N_("{case} — acknowledged by you {time}"),
    "resolved": N_("{case} — resolved by you {time}"),
}
DEALT_WITH = N_("{case} — dealt with {time}")


@dataclass(frozen=True)
class Told:
    """An alert as a notice names it. ``code`` is None for a number that nobody knows."""

    number: int
    code: str | None
    level: str


class Words:
    """Sentences for one member of staff."""

    def __init__(self, catalogues: Mapping[str, Catalogue], language: str | None) -> None:
        self._english = catalogues.get(SOURCE_LANGUAGE) or Catalogue(SOURCE_LANGUAGE)
        self._catalogue = catalogues.get(language or SOURCE_LANGUAGE, self._english)

    def gettext(self, msgid: str, **params: Any) -> str:
        """A sentence, its placeholders filled."""
        try:
            return self._catalogue.text(msgid, params=params)
        except MissingTranslation:
            return self._english.text(msgid, params=params)

    def ngettext(self, singular: str, plural: str, n: int, **params: Any) -> str:
        """The form of a sentence that a number takes."""
        try:
            return self._catalogue.plural(singular, plural, n, params)
        except MissingTranslation:
            return self._english.plural(singular, plural, n, params)

    def alert(self, told: Told, reason: str, *, by_reply: bool) -> str:
        """One alert. Where a reply is read it ends with the one that acknowledges."""
        line = self.gettext(
            OF_REASON.get(reason, ALERT), case=self._case(told), level=self._level(told.level)
        )
        return f"{line} A {told.number}" if by_reply else f"{line}\n{self.gettext(OPEN_BESA)}"

    def bundle(self, levels: Mapping[str, int]) -> str:
        """Several alerts at once: how many of each level."""
        return f"{self._counted(levels)}\n{self.gettext(OPEN_BESA)}"

    def notice(self, msgid: str, params: Mapping[str, Any]) -> str:
        """What is no alert: any sentence of the catalogue, said in English where it is none."""
        return f"{self.gettext(msgid, **params)}\n{self.gettext(MORE)}"

    def about(self, msgid: str, told: Told) -> str:
        """A sentence about an alert's case."""
        return self.gettext(msgid, case=self._case(told))

    def buttons(self, number: int) -> list[list[str]]:
        """What can be pressed under an alert: data and label."""
        return [[f"alert:{number}:{act}", self.gettext(label)] for act, label in BUTTONS]

    def became(self, told: Told, shown: str, at: datetime, zone: str, *, by_you: bool) -> str:
        """What an alert that was told shows after it is dealt with. Names the role of who did it, no name."""
        ways = {**BY_COLLEAGUE, **(BY_YOU if by_you else {})}
        moment = at.astimezone(ZoneInfo(zone)).strftime("%H:%M")
        return self.gettext(
            ways.get(shown, DEALT_WITH), case=self._case(told), level=self._level(told.level), time=moment
        )

    def _case(self, told: Told) -> str:
        return told.code or self.gettext(UNKNOWN_NUMBER)

    def _level(self, level: str) -> str:
        return self.gettext(LEVELS.get(level, LEVELS["high"]))

    def _counted(self, levels: Mapping[str, int]) -> str:
        n, low = sum(levels.values()), levels.get("low", 0)
        if low == n:
            return self.ngettext("{n} alert, low", "{n} alerts, all low", n)
        high, critical = levels.get("high", 0), levels.get("critical", 0)
        if not critical:
            return self.ngettext(
                "{n} alert: {high} high, {low} low",
                "{n} alerts: {high} high, {low} low",
                n,
                high=high,
                low=low,
            )
        return self.ngettext(
            "{n} alert: {critical} critical, {high} high, {low} low",
            "{n} alerts: {critical} critical, {high} high, {low} low",
            n,
            critical=critical,
            high=high,
            low=low,
        )
