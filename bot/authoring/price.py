"""What a flow costs in SMS, per language: the dearest way through it, each question put once."""

from __future__ import annotations

from collections.abc import Mapping

from bot.authoring.ways import ways
from bot.engine import Ask, Flow, Flows, Text
from bot.engine.flow import Call, Say, Step
from bot.language.catalogue import Catalogue
from bot.language.choices import with_choices
from bot.language.segments import segments


def price(flows: Flows, catalogues: Mapping[str, Catalogue]) -> Mapping[str, Mapping[str, int]]:
    """Return the segments of each flow in each language. A way that comes round again is counted once.

    Raises:
        MissingTranslation: a sentence has no finished translation.
    """
    return {
        name: {language: _dearest(flow, flows, catalogue) for language, catalogue in catalogues.items()}
        for name, flow in flows.newest.items()
    }


def _dearest(flow: Flow, flows: Flows, catalogue: Catalogue, calling: frozenset[str] = frozenset()) -> int:
    known: dict[str, int] = {}

    def from_step(name: str | None, walked: frozenset[str]) -> int:
        if name is None or name in walked:
            return 0
        if name not in known:
            step = flow.steps[flow.positions[name]]
            on = [
                (_segments(catalogue, way.says) if way.says else 0) + from_step(way.to, walked | {name})
                for way in ways(flow, step)
            ]
            known[name] = _own(step, flows, catalogue, calling | {flow.id}) + max(on, default=0)
        return known[name]

    return from_step(flow.steps[0].id, frozenset())


def _own(step: Step, flows: Flows, catalogue: Catalogue, calling: frozenset[str]) -> int:
    if isinstance(step, Ask):
        return _segments(catalogue, step.text, tuple(step.choices.values()))
    if isinstance(step, Say):
        return _segments(catalogue, step.say)
    if isinstance(step, Call) and step.call not in calling:
        return _dearest(flows.flow(step.call), flows, catalogue, calling)
    return 0


def _segments(catalogue: Catalogue, text: Text, choices: tuple[Text, ...] = ()) -> int:
    """Count one message as it is sent; for an addressed one the general form stands for all."""
    sentence, *labels = (catalogue.sentence(each.msgid, context=each.context) for each in (text, *choices))
    return segments(with_choices(sentence, labels)).segments
