"""What is wrong with the shape of a flow, one flow for each kind of finding."""

import pytest

from bot.authoring.shape import check_protocols
from bot.authoring.yaml12 import read
from bot.engine.protocol import parse_protocol
from tests.authoring.flowing import PATIENCE, found, library

ASK = "{id: ask, ask: yes_no, text: Well, again: Well then%s}"

CASES = {
    "unreachable": (
        PATIENCE
        + "steps: [{id: one, say: One, goto: three}, {id: two, say: Two}, {id: three, finish: done}]",
        ("two", "no way leads to this step"),
    ),
    "dead end": (
        PATIENCE + f"steps: [{ASK % ', goto: ask'}]",
        ("ask", "no way from here comes to an end"),
    ),
    "loop": (
        PATIENCE
        + "steps: [{id: one, branch: [{when: {case.x: y}, goto: out}]}, {id: two, say: Two, goto: one},"
        " {id: out, finish: done}]",
        ("one", "one, two can run in a circle without waiting"),
    ),
    "loop past a question": (
        PATIENCE + "steps: [{id: one, say: One}, " + ASK % ", when: {case.x: y}" + ","
        " {id: two, branch: [{when: {case.x: z}, goto: out}], goto: one}, {id: out, finish: done}]",
        ("one", "one, ask, two can run in a circle without waiting"),
    ),
    "unknown call": (
        PATIENCE + "steps: [{id: one, call: nowhere}]",
        ("one", "there is no flow 'nowhere'"),
    ),
    "call of itself": (
        PATIENCE + f"steps: [{ASK % ''}, {{id: again, call: a}}]",
        ("again", "calling 'a' leads back into this flow"),
    ),
    "no patience": (f"steps: [{ASK % ''}]", ("patience", "a question can wait for ever")),
    "patience without end": (
        f"patience: [{{after: 4h, say: Hello}}]\nsteps: [{ASK % ''}]",
        ("patience", "a question can wait for ever"),
    ),
    "patience of a question": (
        PATIENCE + "steps: [" + ASK % ", patience: [{after: 1h, say: Hello}]" + "]",
        ("ask, patience", "a question can wait for ever"),
    ),
    "stages out of order": (
        f"patience: [{{after: 4h, say: Hello}}, {{after: 2h, finish: missed}}]\nsteps: [{ASK % ''}]",
        ("patience", "the stages are not in order of time"),
    ),
    "stage after the finish": (
        "patience: [{after: 1h, finish: missed}, {after: 4h, say: Hello}, {after: 5h, finish: missed}]\n"
        f"steps: [{ASK % ''}]",
        ("patience", "a stage stands after the finish"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fault_is_found_alone(name: str) -> None:
    body, (place, what) = CASES[name]
    assert found(library(body)) == [("a.yaml", place, what)]


@pytest.mark.parametrize(
    "body",
    [
        PATIENCE + f"steps: [{ASK % ', on: {no: {goto: ask}}'}, {{id: done, finish: done}}]",
        PATIENCE
        + "steps: [{id: one, wait: 2h}, {id: two, branch: [{when: {case.x: y}, goto: out}], goto: one},"
        " {id: out, finish: done}]",
        "steps: [{id: only, say: Hello}]",
    ],
)
def test_what_waits_and_ends_is_fine(body: str) -> None:
    assert found(library(body)) == []


def test_two_flows_that_call_each_other() -> None:
    flows = library("steps: [{id: there, call: b}]", "steps: [{id: back, call: a}]")
    assert [(file, place) for file, place, what in found(flows) if "leads back" in what] == [
        ("a.yaml", "there"),
        ("b.yaml", "back"),
    ]


def test_a_loop_over_a_flow_that_asks_is_fine() -> None:
    again = "steps: [{id: run, call: b}, {id: more, branch: [{when: {case.x: y}, goto: out}], goto: run},"
    flows = library(f"{again} {{id: out, finish: done}}]", PATIENCE + f"steps: [{ASK % ''}]")
    assert found(flows) == []


def test_a_protocol_that_starts_no_flow() -> None:
    protocol = parse_protocol(
        read("{id: p, version: 1, shift: 1m, steps: [{id: s, flow: nowhere, on: 1d, useful_for: 1d}]}"), "p"
    )
    findings = list(check_protocols({"p": protocol}, library("steps: [{id: only, say: Hello}]")))
    assert [(each.file, each.place, each.what) for each in findings] == [
        ("protocols/p.yaml", "s", "there is no flow 'nowhere'")
    ]
