"""What stands in rows as a key, said in words: levels, categories, states, kinds of things."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.api.pages.words import Words

Named = Mapping[str, str]


class Vocabulary:
    """Says the keys of Besa in one language. A key that nobody has named is shown as it is."""

    def __init__(self, words: Words) -> None:
        self._kinds: dict[str, Named] = {kind: build(words) for kind, build in _KINDS.items()}

    def __call__(self, kind: str, key: str) -> str:
        """The word for a key of a kind."""
        return self._kinds[kind].get(key, key)

    def all(self, kind: str) -> Named:
        """Every key of a kind with its word."""
        return self._kinds[kind]


def _levels(words: Words) -> Named:
    in_context = words.pgettext
    return {
        "none": in_context("level", "No danger"),
        "low": in_context("level", "Low"),
        "high": in_context("level", "High"),
        "critical": in_context("level", "Critical"),
    }


def _categories(words: Words) -> Named:
    _ = words.text
    return {
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
        "contact_request": _("Contact wanted"),
    }


def _sources(words: Words) -> Named:
    _ = words.text
    return {
        "answer": _("An answer"),
        "text": _("A message"),
        "silence": _("Silence"),
        "duress": _("The agreed word"),
        "delivery": _("Message not delivered"),
    }


def _groups(words: Words) -> Named:
    _ = words.text
    in_context = words.pgettext
    return {
        "now": _("To do now"),
        "overdue": _("Overdue"),
        "due": _("Due"),
        "me": _("Waiting for me"),
        "her": _("Waiting for the person"),
        "partner": _("Waiting for a partner"),
        "snoozed": in_context("group", "Put aside"),
    }


def _alert_states(words: Words) -> Named:
    in_context = words.pgettext
    return {
        "open": in_context("alert", "Open"),
        "acknowledged": in_context("alert", "In hand"),
        "resolved": in_context("alert", "Resolved"),
    }


def _outcomes(words: Words) -> Named:
    _ = words.text
    return {
        "helped": _("Helped"),
        "referred": _("Referred to a partner"),
        "safe": _("Spoken with: safe"),
        "false_alarm": _("Nothing was behind it"),
        "not_reached": _("Could not be reached"),
        "other": _("Something else"),
        "done": _("Done"),
    }


def _case_states(words: Words) -> Named:
    _ = words.text
    return {
        "open": _("Check-ins run"),
        "closed": _("Closed"),
        "stopped": _("Has said stop"),
        "declined": _("Has declined"),
        "not_agreed": _("Has not agreed yet"),
        "watched": _("Phone is watched"),
        "paused": _("Check-ins rest"),
        "talking": _("You are talking"),
    }


def _barriers(words: Words) -> Named:
    _ = words.text
    return {
        "case_closed": _("The case is closed: nothing can be sent."),
        "stopped": _("The person has said stop. Only their START, or consent given anew, takes it back."),
        "declined": _("The person has declined to be written to."),
        "not_agreed": _("The person has not agreed yet to be written to."),
        "phone_watched": _("Someone may be watching the phone: nothing is sent. Find another way."),
        "address_closed": _("Messages do not reach this address any more. Find another way."),
        "not_linked": _("The chat has not been opened yet: nothing can be sent."),
        "paused": _("Check-ins rest. Let them go on first."),
        "alert_not_resolved": _("An alert of this case is not resolved yet."),
    }


def _filters(words: Words) -> Named:
    _ = words.text
    return {
        "all": _("All open"),
        "alert": _("With an alert"),
        "no_contact": _("No contact for 30 days"),
        "silent": _("Silent"),
        "paused": _("Check-ins rest"),
        "stopped": _("Stopped or declined"),
        "closed": _("Closed"),
    }


def _channels(words: Words) -> Named:
    _ = words.text
    return {
        "twilio": _("SMS"),
        "whatsapp": "WhatsApp",
        "telegram": "Telegram",
        "sandbox": _("Practice phone"),
    }


def _deliveries(words: Words) -> Named:
    in_context = words.pgettext
    return {
        "queued": in_context("message", "Waiting to be sent"),
        "sending": in_context("message", "Being sent"),
        "sent": in_context("message", "Sent"),
        "delivered": in_context("message", "Delivered"),
        "read": in_context("message", "Read"),
        "failed": in_context("message", "Failed"),
        "undelivered": in_context("message", "Not delivered"),
        "unknown": in_context("message", "Perhaps sent"),
        "cancelled": in_context("message", "Called off"),
        "expired": in_context("message", "Too late, not sent"),
        "received": in_context("message", "Received"),
        "accepted": in_context("message", "Taken by the provider"),
    }


def _message_kinds(words: Words) -> Named:
    _ = words.text
    return {
        "voice": _("A voice message"),
        "picture": _("A picture"),
        "place": _("A place"),
        "file": _("A file"),
        "contact": _("A contact card"),
        "edit": _("Changed a message"),
        "delete": _("Deleted a message"),
        "left": _("Has left the chat"),
        "joined": _("Has joined the chat"),
        "other": _("Something that is no text"),
    }


def _happenings(words: Words) -> Named:
    _ = words.text
    return {
        "checkin.started": _("Check-in began"),
        "checkin.completed": _("Check-in answered"),
        "checkin.partial": _("Check-in answered in part"),
        "checkin.missed": _("Check-in not answered"),
        "checkin.cancelled": _("Check-in called off"),
        "alert.opened": _("Alert {number} opened", number="{number}"),
        "alert.acknowledged": _("Alert {number} taken in hand", number="{number}"),
        "alert.resolved": _("Alert {number} resolved", number="{number}"),
        "signal.answer": _("Signal in an answer"),
        "signal.text": _("Signal in a message"),
        "signal.silence": _("Signal: silence"),
        "signal.duress": _("Signal: the agreed word"),
        "signal.delivery": _("Signal: message not delivered"),
        "contact.call.reached": _("Call: spoken with"),
        "contact.call.not_reached": _("Call: not reached"),
        "contact.visit.reached": _("Visit: met"),
        "contact.visit.not_reached": _("Visit: nobody there"),
        "contact.message.reached": _("Message elsewhere: answered"),
        "contact.message.not_reached": _("Message elsewhere: no answer"),
        "contact.other.reached": _("Other contact: reached"),
        "contact.other.not_reached": _("Other contact: not reached"),
        "note": _("Note"),
        "consent.given": _("Consent given"),
        "consent.withdrawn": _("Consent taken back"),
        "consent.declined": _("Consent declined"),
    }


def _feelings(words: Words) -> Named:
    in_context = words.pgettext
    return {
        "fine": in_context("feeling", "fine"),
        "so_so": in_context("feeling", "so-so"),
        "not_well": in_context("feeling", "not well"),
        "better": in_context("feeling", "better than before"),
        "worse": in_context("feeling", "worse than before"),
        "same": in_context("feeling", "as before"),
        "none": in_context("feeling", "not known yet"),
    }


def _roles(words: Words) -> Named:
    _ = words.text
    return {
        "caseworker": _("Caseworker"),
        "supervisor": _("Supervisor"),
        "coordinator": _("Coordinator"),
        "auditor": _("Auditor"),
    }


def _notices(words: Words) -> Named:
    _ = words.text
    return {
        "acknowledged": _("In hand. It comes back when its time passes."),
        "resolved": _("Resolved."),
        "snoozed": _("Put aside. It comes back at its time, or when the person writes."),
        "noted": _("Noted."),
        "contact": _("The contact is recorded."),
        "written": _("The message is on its way."),
        "later": _("The message leaves when the contact hours begin."),
        "draft": _("The draft is kept."),
        "checkin": _("A check-in is planned."),
        "paused": _("Check-ins rest now."),
        "resumed": _("Check-ins go on."),
        "changed": _("Changed."),
        "labelled": _("Labelled. Thank you."),
        "language": _("The language is changed."),
    }


_KINDS: dict[str, Callable[[Words], Named]] = {
    "level": _levels,
    "category": _categories,
    "source": _sources,
    "group": _groups,
    "alert": _alert_states,
    "outcome": _outcomes,
    "case": _case_states,
    "barrier": _barriers,
    "filter": _filters,
    "channel": _channels,
    "delivery": _deliveries,
    "kind": _message_kinds,
    "happened": _happenings,
    "feeling": _feelings,
    "role": _roles,
    "done": _notices,
}
