"""What happens when a flow is to start while the person is in another: nothing due vanishes."""

from __future__ import annotations

from enum import StrEnum

from bot.engine.flow import Flow, Rank


class Decision(StrEnum):
    """What to do with a start."""

    START = "start"
    QUEUE = "queue"
    SKIP = "skip"
    INTERRUPT = "interrupt"


def decide(flow: Flow, active: Flow | None) -> Decision:
    """Whether a flow starts now, waits its turn, is left out, or ends the one that runs.

    Only a flow of a higher rank interrupts. One that may not interrupt waits, with the expiry its start
    carries; only a flow that says ``skip`` is left out, which its caller records.
    """
    if active is None:
        return Decision.START
    if flow.when_busy == "skip":
        return Decision.SKIP
    if flow.when_busy == "interrupt" and Rank[flow.rank] > Rank[active.rank]:
        return Decision.INTERRUPT
    return Decision.QUEUE
