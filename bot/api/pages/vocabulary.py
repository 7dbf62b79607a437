"""What stands in rows as a key, said in words: levels, categories, states, kinds."""

from __future__ import annotations

from bot.api.pages.words import Words


class Vocabulary:
    """Says the keys of Besa in one language. A key that nobody has named is shown as it is."""

    def __init__(self, words: Words) -> None:
        _ = words.text
        in_context = words.pgettext
        self._levels = {
            "none": in_context("level", "None"),
            "low": in_context("level", "Low"),
            "high": in_context("level", "High"),
            "critical": in_context("level", "Critical"),
        }
        self._categories = {
            "violence": _("Violence"),
            "captivity": _("Captivity"),
            "trafficker_contact": _("Contact by a trafficker"),
            "exploitation": _("Exploitation"),
            "recruitment": _("Recruitment"),
            "self_harm": _("Self-harm"),
            "health": _("Health"),
            "basic_needs": _("Basic needs"),
            "money_work": _("Money and work"),
            "isolation_stigma": _("Loneliness and stigma"),
            "distress": _("Distress"),
            "child": _("A child"),
            "documents_legal": _("Papers and law"),
            "contact_request": _("Wants to be contacted"),
        }
        self._sources = {
            "answer": _("Her answer"),
            "text": _("Her words"),
            "silence": _("Silence"),
            "duress": _("Agreed word"),
            "delivery": _("Message not delivered"),
            "staff": _("Noted by staff"),
        }
        self._states = {
            "open": in_context("alert", "Open"),
            "acknowledged": in_context("alert", "In hand"),
            "resolved": in_context("alert", "Resolved"),
        }

    def level(self, key: str) -> str:
        """How grave something is."""
        return self._levels.get(key, key)

    def category(self, key: str) -> str:
        """What something is about."""
        return self._categories.get(key, key)

    def source(self, key: str) -> str:
        """Where a signal came from."""
        return self._sources.get(key, key)

    def state(self, key: str) -> str:
        """How far an alert has come."""
        return self._states.get(key, key)
