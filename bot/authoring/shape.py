"""Checks the shape of flows: every step can be reached and left, nothing runs in circles, every wait ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.authoring.finding import Finding
from bot.authoring.ways import passed_over, reach, ways
from bot.engine import Flow, Flows
from bot.engine.flow import Ask, Call, Stage, Step, Wait
from bot.engine.protocol import Protocol


def check_shape(flows: Flows) -> Iterator[Finding]:
    """Yield what is wrong with the shape of each flow."""
    for flow in flows.newest.values():
        yield from _unreachable(flow)
        yield from _dead_ends(flow)
        yield from _silent_loops(flow, flows.newest)
        yield from _calls(flow, flows.newest)
        yield from _patience(flow)


def check_protocols(protocols: Mapping[str, Protocol], flows: Flows) -> Iterator[Finding]:
    """Yield the steps of protocols that start a flow nobody has."""
    for protocol in protocols.values():
        for step in protocol.steps:
            if step.flow not in flows.newest:
                yield Finding(
                    f"protocols/{protocol.id}.yaml",
                    step.id,
                    f"there is no flow {step.flow!r}",
                    f"name one of {', '.join(sorted(flows.newest))}",
                )


def _unreachable(flow: Flow) -> Iterator[Finding]:
    def following(name: str) -> list[str]:
        return [way.to for way in ways(flow, flow.steps[flow.positions[name]]) if way.to]

    reached = reach([flow.steps[0].id], following)
    for step in flow.steps:
        if step.id not in reached:
            yield _found(flow, step.id, "no way leads to this step", "point a goto at it, or take it out")


def _dead_ends(flow: Flow) -> Iterator[Finding]:
    ending = {step.id for step in flow.steps if any(way.to is None for way in ways(flow, step))}

    def leading(name: str) -> list[str]:
        return [step.id for step in flow.steps if any(way.to == name for way in ways(flow, step))]

    ends = reach(ending, leading)
    for step in flow.steps:
        if step.id not in ends:
            yield _found(flow, step.id, "no way from here comes to an end", "let one lead to a finish")


def _silent_loops(flow: Flow, flows: Mapping[str, Flow]) -> Iterator[Finding]:
    """Yield circles of steps none of which waits for the person or for time."""

    def following(name: str) -> list[str]:
        step = flow.steps[flow.positions[name]]
        taken = passed_over(flow, step) if _waits(step, flows) else ways(flow, step)
        return [way.to for way in taken if way.to]

    after = {step.id: reach(following(step.id), following) for step in flow.steps}
    told: set[str] = set()
    for step in flow.steps:
        circle = [each.id for each in flow.steps if each.id in after[step.id] and step.id in after[each.id]]
        if circle and step.id not in told:
            told.update(circle)
            what = f"{', '.join(circle)} can run in a circle without waiting"
            yield _found(flow, step.id, what, "put a question, a wait or an end into the circle")


def _waits(step: Step, flows: Mapping[str, Flow]) -> bool:
    if isinstance(step, Call) and step.call in flows:
        return any(isinstance(each, Ask | Wait) and not each.when for each in flows[step.call].steps)
    return isinstance(step, Ask | Wait)


def _calls(flow: Flow, flows: Mapping[str, Flow]) -> Iterator[Finding]:
    def called(name: str) -> list[str]:
        return [step.call for step in flows[name].steps if isinstance(step, Call) and step.call in flows]

    for step in flow.steps:
        if not isinstance(step, Call):
            continue
        if step.call not in flows:
            mend = f"call one of {', '.join(sorted(flows))}"
            yield _found(flow, step.id, f"there is no flow {step.call!r}", mend)
        elif flow.id in reach([step.call], called):
            what = f"calling {step.call!r} leads back into this flow"
            yield _found(flow, step.id, what, "use goto within the flow instead")


def _patience(flow: Flow) -> Iterator[Finding]:
    asks = [step for step in flow.steps if isinstance(step, Ask)]
    if any(step.patience is None for step in asks):
        yield from _stages(flow, "patience", flow.patience)
    for step in asks:
        if step.patience is not None:
            yield from _stages(flow, f"{step.id}, patience", step.patience)


def _stages(flow: Flow, place: str, stages: tuple[Stage, ...]) -> Iterator[Finding]:
    if not stages or stages[-1].finish is None:
        yield _found(flow, place, "a question can wait for ever", "add a last stage that finishes")
    times = [stage.after for stage in stages]
    if times != sorted(set(times)):
        yield _found(flow, place, "the stages are not in order of time", "let each come later than the last")
    if any(stage.finish for stage in stages[:-1]):
        yield _found(flow, place, "a stage stands after the finish", "let only the last stage finish")


def _found(flow: Flow, place: str, what: str, mend: str) -> Finding:
    return Finding(f"{flow.id}.yaml", place, what, mend)
