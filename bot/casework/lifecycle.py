"""The life of an alert: every state, every move, and what follows, in one table and its picture."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Move(StrEnum):
    """What can happen to an alert."""

    SIGNAL = "signal"
    """Another signal joins it, of no higher level."""
    RAISE = "raise"
    """A signal makes it graver: its clock begins anew."""
    ACKNOWLEDGE = "acknowledge"
    """Someone has it in hand, and says what comes next and when."""
    REMIND = "remind"
    """The moment of that next act is near."""
    LAPSE = "lapse"
    """The moment of that next act has passed."""
    SNOOZE = "snooze"
    """Someone has it in hand and will look again at a moment, or when she writes."""
    WAKE = "wake"
    """That moment has come, or she wrote."""
    REASSIGN = "reassign"
    """It becomes someone else's work."""
    RESOLVE = "resolve"
    """The work is done."""


class WrongMove(Exception):
    """The alert is in a state from which this cannot be done; ``state`` is the present one."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the alert is {state}")
        self.state = state


TABLE: dict[tuple[State, Move], State] = {
    (State.OPEN, Move.SIGNAL): State.OPEN,
    (State.OPEN, Move.RAISE): State.OPEN,
    (State.OPEN, Move.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.OPEN, Move.SNOOZE): State.ACKNOWLEDGED,
    (State.OPEN, Move.REASSIGN): State.OPEN,
    (State.OPEN, Move.RESOLVE): State.RESOLVED,
    (State.ACKNOWLEDGED, Move.SIGNAL): State.ACKNOWLEDGED,
    (State.ACKNOWLEDGED, Move.RAISE): State.OPEN,
    (State.ACKNOWLEDGED, Move.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.ACKNOWLEDGED, Move.REMIND): State.ACKNOWLEDGED,
    (State.ACKNOWLEDGED, Move.LAPSE): State.OPEN,
    (State.ACKNOWLEDGED, Move.SNOOZE): State.ACKNOWLEDGED,
    (State.ACKNOWLEDGED, Move.WAKE): State.OPEN,
    (State.ACKNOWLEDGED, Move.REASSIGN): State.OPEN,
    (State.ACKNOWLEDGED, Move.RESOLVE): State.RESOLVED,
    (State.RESOLVED, Move.RESOLVE): State.RESOLVED,
}
"""What follows each move; a pair that is missing cannot be. Nothing leaves the last state: a later signal
opens another alert."""


def after(state: str, move: Move) -> State:
    """The state after a move.

    Raises:
        WrongMove: it cannot be done in this state.
    """
    following = TABLE.get((State(state), move))
    if following is None:
        raise WrongMove(state)
    return following


def picture() -> str:
    """The table as a Mermaid state diagram."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for (before, move), following in TABLE.items():
        arrows.setdefault((before, following), []).append(move.value)
    lines = [f"    {a} --> {b}: {', '.join(moves)}" for (a, b), moves in arrows.items()]
    return "\n".join(
        ["stateDiagram-v2", f"    [*] --> {State.OPEN}", *lines, f"    {State.RESOLVED} --> [*]"]
    )
