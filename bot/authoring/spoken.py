"""Everything a flow can say, and where: each sentence with the choices that are sent below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.engine import Flow, Flows, Text
from bot.engine.flow import Ask, texts


@dataclass(frozen=True)
class Spoken:
    """One sentence as it is sent: its file and place, and the labels of its choices."""

    file: str
    place: str
    text: Text
    choices: tuple[Text, ...] = ()


def spoken(flow: Flow) -> Iterator[Spoken]:
    """Yield every message of a flow. The labels of choices come with their question, not by themselves."""
    file = f"{flow.id}.yaml"
    for stage in flow.patience:
        if stage.say:
            yield Spoken(file, "patience", stage.say)
    for step in flow.steps:
        for text, kind in texts(step):
            if kind == "message":
                asked = isinstance(step, Ask) and (text is step.text or text is step.again)
                choices = tuple(step.choices.values()) if asked and isinstance(step, Ask) else ()
                yield Spoken(file, step.id, text, choices)


def all_spoken(flows: Flows) -> Iterator[Spoken]:
    """Yield every message of every flow, and the standing replies."""
    for flow in flows.newest.values():
        yield from spoken(flow)
    for name, text in flows.replies.texts():
        yield Spoken("replies.yaml", name, text)
