"""The ways through a flow: from each step, where it can go next and what is said on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.engine.flow import UNANSWERED, Ask, Branch, Finish, Flow, Reaction, Step, Text


@dataclass(frozen=True)
class Way:
    """One way on from a step. ``to`` is None at the end of the flow; ``label`` is the answer or condition."""

    label: str
    to: str | None
    says: Text | None = None


def ways(flow: Flow, step: Step) -> tuple[Way, ...]:
    """Return every way on from a step, in the order of the file."""
    return (*_taken(flow, step), *passed_over(flow, step))


def passed_over(flow: Flow, step: Step) -> tuple[Way, ...]:
    """Return the way past a step whose condition does not hold; none if it has no condition."""
    return (Way("passed over", below(flow, step)),) if step.when else ()


def below(flow: Flow, step: Step) -> str | None:
    """Return the step that stands below, None for the last one."""
    at = flow.positions[step.id] + 1
    return flow.steps[at].id if at < len(flow.steps) else None


def reach(start: Iterable[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    """Return everything that can be reached from ``start``, itself included."""
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting.extend(following(each))
    return seen


def _taken(flow: Flow, step: Step) -> Iterator[Way]:
    onward = step.goto or below(flow, step)
    if isinstance(step, Finish):
        yield Way(step.finish, None)
    elif isinstance(step, Ask):
        for answer, reaction in _reactions(step):
            yield Way(answer, reaction.goto or onward, reaction.say)
    else:
        if isinstance(step, Branch):
            for case in step.branch:
                yield Way(", ".join(f"{name} is {wanted}" for name, wanted in case.when.items()), case.goto)
        yield Way("", onward)


def _reactions(step: Ask) -> Iterator[tuple[str, Reaction]]:
    closed = {"yes_no": ("yes", "no"), "choice": tuple(step.choices)}.get(step.ask)
    for answer in closed or tuple(step.on):
        yield answer, step.on.get(answer, Reaction())
    if closed is None:
        yield "answer", Reaction()
    yield UNANSWERED, step.unanswered
