"""The table of an alert's life, its picture in the manual, and who is told and why."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from bot.casework.lifecycle import TABLE, Move, State, WrongMove, after, picture
from bot.casework.policy import Role
from bot.casework.telling import AlertFacts, PersonFacts, Reason, why_reminded, why_told

MANUAL = Path(__file__).parents[2] / "docs" / "alerts.md"
EVERYONE: tuple[Role, ...] = ("assigned", "stand_in", "supervisor", "coordinator", "roster")
OPEN = AlertFacts("critical", "open", EVERYONE)
WORKER = PersonFacts("caseworker", active=True, same_team=True)


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_every_pair_is_a_move_or_is_refused_with_the_present_state(state: State, move: Move) -> None:
    if (state, move) in TABLE:
        assert after(state, move) is TABLE[state, move]
        return
    with pytest.raises(WrongMove) as refused:
        after(state, move)
    assert refused.value.state == state


def test_nothing_leaves_the_last_state_and_everything_reaches_it() -> None:
    assert {following for (state, _), following in TABLE.items() if state is State.RESOLVED} == {
        State.RESOLVED
    }
    for state in (State.OPEN, State.ACKNOWLEDGED):
        assert after(state, Move.RESOLVE) is State.RESOLVED
        assert after(state, Move.RAISE) is State.OPEN


def test_what_was_promised_comes_back() -> None:
    assert after(State.ACKNOWLEDGED, Move.REMIND) is State.ACKNOWLEDGED
    assert {after(State.ACKNOWLEDGED, move) for move in (Move.LAPSE, Move.WAKE, Move.REASSIGN)} == {
        State.OPEN
    }


def test_the_manual_shows_the_picture_of_the_table() -> None:
    manual = MANUAL.read_text("utf-8")
    assert f"<!-- lifecycle -->\n```mermaid\n{picture()}\n```\n<!-- /lifecycle -->" in manual


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (replace(WORKER, assigned=True), Reason.ASSIGNED),
        (replace(WORKER, stands_in=True), Reason.STAND_IN),
        (replace(WORKER, on_duty=True), Reason.ON_DUTY),
        (replace(WORKER, role="supervisor"), Reason.SUPERVISOR),
        (replace(WORKER, role="supervisor", same_team=False), None),
        (replace(WORKER, role="coordinator", same_team=False), Reason.COORDINATOR),
        (replace(WORKER, role="supervisor", assigned=True), Reason.ASSIGNED),
        (replace(WORKER, fallback=True), None),
        (WORKER, None),
    ],
)
def test_who_is_told_at_a_step(person: PersonFacts, reason: Reason | None) -> None:
    assert why_told(OPEN, person) is reason


@pytest.mark.parametrize("role", EVERYONE)
def test_only_those_whom_the_step_names_are_told(role: Role) -> None:
    step = replace(OPEN, tell=(role,))
    people: dict[Role, PersonFacts] = {
        "assigned": replace(WORKER, assigned=True),
        "stand_in": replace(WORKER, stands_in=True),
        "supervisor": replace(WORKER, role="supervisor"),
        "coordinator": replace(WORKER, role="coordinator"),
        "roster": replace(WORKER, on_duty=True),
    }
    assert [each for each, person in people.items() if why_told(step, person)] == [role]


def test_a_critical_alert_in_a_gap_goes_to_the_fallback_at_whatever_step() -> None:
    fallback = replace(WORKER, role="supervisor", same_team=False, fallback=True)
    first = replace(OPEN, tell=("assigned",), gap=True)
    assert why_told(first, fallback) is Reason.FALLBACK
    assert why_told(replace(first, gap=False), fallback) is None
    assert why_told(replace(first, level="high"), fallback) is None


@pytest.mark.parametrize(
    "change", [{"active": False}, {"away": True}, {"told": True}, {"role": "auditor"}], ids=str
)
def test_who_has_left_or_is_away_or_was_just_told_is_not_told(change: dict[str, object]) -> None:
    person = replace(WORKER, assigned=True, on_duty=True, fallback=True, promised=True, **change)  # type: ignore[arg-type]
    assert why_told(replace(OPEN, gap=True), person) is None
    assert why_told(replace(OPEN, handed_over=True), person) is None
    assert why_reminded(AlertFacts("high", "acknowledged", ()), person) is None


@pytest.mark.parametrize("state", ["acknowledged", "resolved"])
def test_nobody_is_told_of_what_someone_has_in_hand(state: str) -> None:
    assert why_told(replace(OPEN, state=state), replace(WORKER, assigned=True)) is None


def test_an_alert_that_changes_hands_is_told_to_its_new_holder_alone() -> None:
    given = replace(OPEN, handed_over=True)
    assert why_told(given, replace(WORKER, assigned=True)) is Reason.HANDED_OVER
    assert why_told(given, replace(WORKER, role="supervisor")) is None


def test_who_promised_is_reminded_and_who_holds_it_now() -> None:
    rests = AlertFacts("high", "acknowledged", ())
    assert why_reminded(rests, replace(WORKER, promised=True)) is Reason.REMINDER
    assert why_reminded(rests, replace(WORKER, assigned=True)) is Reason.REMINDER
    assert why_reminded(rests, WORKER) is None
    assert why_reminded(OPEN, replace(WORKER, promised=True)) is None
