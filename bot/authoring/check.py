"""Checks flows, translations and protocols before anybody is written to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal
from typing import Protocol as Shape

from bot.authoring.finding import Finding
from bot.authoring.shape import check_protocols, check_shape
from bot.authoring.wording import check_wording, place, plain
from bot.engine import Ask, Flows, Reading
from bot.engine.protocol import Protocol
from bot.language.catalogue import Catalogue, MissingTranslation

# Twilio answers these by itself, on the person's screen, when they come alone:
# https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
TAKEN_BY_TWILIO = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"}
    | {"START", "YES", "UNSTOP", "HELP", "INFO"}
)


class Recognise(Shape):
    """Reads a typed answer in a language; ``bot.language.recognise`` is one."""

    def __call__(
        self, kind: Literal["choice"], text: str, /, *, language: str, choices: Mapping[str, Sequence[str]]
    ) -> Reading | None:
        """Return the answer, or None where it cannot be told."""


def check(
    flows: Flows,
    catalogues: Mapping[str, Catalogue],
    recognise: Recognise,
    protocols: Mapping[str, Protocol] | None = None,
) -> list[Finding]:
    """Return everything an author has to mend, in the order of the flows; an empty list is what to ship."""
    return [
        *check_shape(flows),
        *check_protocols(protocols or {}, flows),
        *check_wording(flows, catalogues),
        *_check_choices(flows, catalogues, recognise),
    ]


def _check_choices(
    flows: Flows, catalogues: Mapping[str, Catalogue], recognise: Recognise
) -> Iterator[Finding]:
    """Yield the choices that are offered but not understood when someone types them."""
    for catalogue in catalogues.values():
        for flow in flows.newest.values():
            for step in flow.steps:
                if isinstance(step, Ask) and step.choices:
                    for what in _unread(step, catalogue, recognise):
                        mend = "word the choices so that each stands for itself"
                        yield Finding(*place(catalogue, f"{flow.id}.yaml", step.id), what, mend)


def _unread(step: Ask, catalogue: Catalogue, recognise: Recognise) -> Iterator[str]:
    try:
        labels = {
            key: catalogue.sentence(text.msgid, context=text.context) for key, text in step.choices.items()
        }
    except MissingTranslation:
        return
    choices = {key: (label,) for key, label in labels.items()}
    for number, (key, label) in enumerate(labels.items(), 1):
        if label.upper() in TAKEN_BY_TWILIO:
            yield f"{label!r} is a word that Twilio takes for itself"
        for typed in dict.fromkeys((label, label.lower(), plain(label), str(number))):
            reading = recognise("choice", typed, language=catalogue.language, choices=choices)
            if reading is None or reading.value != key:
                taken = "nothing" if reading is None else repr(reading.value)
                yield f"{typed!r}, typed for {key!r}, is read as {taken}"
