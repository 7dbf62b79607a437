"""One turn under way: walks the steps of a flow until it has to wait or is over, and collects effects."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.effects import Arm, Close, Effect, Fact, Note, Postpone, RaiseSignal, Speak, Value
from bot.engine.errors import FlowError
from bot.engine.flow import (
    UNANSWERED,
    Ask,
    Branch,
    Call,
    Condition,
    Finish,
    Flow,
    Raise,
    Reaction,
    Record,
    Say,
    Step,
    Text,
    Wait,
)
from bot.engine.inputs import Facts, Reader
from bot.engine.library import Library
from bot.engine.session import REMEMBERED_QUESTIONS, Asked, Frame, Session

MOST_STEPS = 200
DEEPEST_CALL = 8
POSTPONED = "postponed"


class Run:
    """The session and the effects of a turn, while it is taken."""

    def __init__(
        self, library: Library, session: Session, facts: Facts, reader: Reader | None = None
    ) -> None:
        self.library = library
        self.session = session
        self.facts = facts
        self.reader = reader
        self.effects: list[Effect] = []
        self.carry = ""

    def change(self, **fields: object) -> None:
        """Change fields of the session."""
        self.session = replace(self.session, **fields)  # type: ignore[arg-type]

    def say(self, text: Text) -> None:
        """Add a text to what is sent."""
        self.effects.append(Speak(text))

    @property
    def flow(self) -> Flow:
        """The flow in which the session stands."""
        return self.library.flow(self.session.here.flow, self.session.here.version)

    @property
    def step(self) -> Step:
        """The step at which the session stands."""
        return self.at(self.session.here)

    def at(self, frame: Frame) -> Step:
        """The step at a place."""
        flow = self.library.flow(frame.flow, frame.version)
        return flow.steps[flow.positions[frame.step]]

    def advance(self, goto: str | None) -> None:
        """Go to a named step, or to the one below, and walk on from there."""
        self._move(goto)
        self.walk()

    def walk(self) -> None:
        """Take steps from where the session stands until it waits or is over."""
        for _ in range(MOST_STEPS):
            if self.session.state != "waiting" or not self._walk():
                return
        raise FlowError(f"flow {self.session.here.flow!r} loops without waiting")

    def answer(self, step: Ask, value: Value) -> None:
        """Take an answer to the question that stands, and walk on."""
        self.effects.append(Note(step.id, step.meaning, value, "given"))
        if step.fact:
            self.effects.append(Fact(step.fact, value))
        self.change(answers={**self.session.answers, step.id: value}, tries=0, stage=0, fragment=None)
        reaction = step.on.get(str(value), Reaction())
        self.react(step.id, reaction)
        self.advance(reaction.goto or step.goto)

    def react(self, question: str | None, reaction: Reaction) -> None:
        """Say and raise what an answer calls for."""
        if reaction.signal:
            self.effects.append(RaiseSignal(reaction.signal.category, reaction.signal.level, question))
        if reaction.say:
            self.say(reaction.say)

    def leave(self, step: Ask, state: str) -> None:
        """Leave the question that stands, marked, and walk on."""
        self.effects.append(
            Note(step.id, step.meaning, None, "skipped" if state == "skipped" else "unanswered")
        )
        self.change(answers={**self.session.answers, step.id: UNANSWERED}, tries=0, stage=0, fragment=None)
        self.react(step.id, step.unanswered)
        self.advance(step.unanswered.goto or step.goto)

    def put(self, step: Ask, text: Text) -> None:
        """Put the question that stands in these words, and wait."""
        turn = self._next_turn()
        self.effects.append(Speak(text, step, turn))
        self.change(tries=self.session.tries + 1)
        self.arm()

    def repeat(self, step: Ask) -> None:
        """Put the question that stands once more because the person wished it; this uses up no try."""
        turn = self._next_turn()
        self.effects.append(Speak(step.text, step, turn))
        self.arm()

    def remind(self, text: Text) -> None:
        """Remind of the question that stands, under a new turn, and wait on."""
        turn = self._next_turn()
        self.effects.append(Speak(text, None, turn))
        self.arm()

    def arm(self) -> None:
        """Set the timer for the stage of patience at which the question stands."""
        step = self.step
        if isinstance(step, Ask):
            stages = self.flow.stages(step)
            if self.session.stage < len(stages):
                earlier = stages[self.session.stage - 1].after if self.session.stage else None
                after = stages[self.session.stage].after
                self.effects.append(Arm(self.session.turn, after - earlier if earlier else after))

    def finish(self, outcome: str, state: str = "finished") -> None:
        """End the session. One that is put off starts again when its flow says."""
        if outcome == POSTPONED:
            self.effects.append(Postpone(self.flow.postpone))
        self.change(state=state, outcome=outcome)
        self.effects.append(Close(outcome))

    def holds(self, condition: Condition | None) -> bool:
        """Whether every part of a condition holds: ``case.x`` is a fact, anything else an answer."""
        for name, wanted in (condition or {}).items():
            if name.startswith("case."):
                have = self.facts.get(name.removeprefix("case."), "")
            else:
                have = str(self.session.answers.get(name, UNANSWERED))
            if have not in (wanted if isinstance(wanted, list) else [wanted]):
                return False
        return True

    def _move(self, goto: str | None) -> None:
        flow, here = self.flow, self.session.here
        if goto is None:
            below = flow.positions[here.step] + 1
            if below == len(flow.steps):
                self._return("completed")
                return
            goto = flow.steps[below].id
        self.change(frames=(*self.session.frames[:-1], Frame(here.flow, here.version, goto)))

    def _return(self, outcome: str) -> None:
        """End the innermost flow; the caller goes on below its call."""
        if len(self.session.frames) == 1:
            self.finish(outcome)
            return
        self.change(frames=self.session.frames[:-1])
        self._move(self.step.goto)

    def _next_turn(self) -> int:
        turn = self.session.turn + 1
        asked = (*self.session.asked, Asked(turn, self.session.here))[-REMEMBERED_QUESTIONS:]
        self.change(turn=turn, asked=asked)
        return turn

    def _walk(self) -> bool:
        """Take one step. False when the session waits or is over."""
        step = self.step
        if not self.holds(step.when):
            self._move(None)
            return self.session.state == "waiting"
        if isinstance(step, Ask):
            return self._arrive(step)
        if isinstance(step, Wait):
            self.change(turn=self.session.turn + 1)
            self.effects.append(Arm(self.session.turn, step.wait))
            return False
        if isinstance(step, Finish):
            self._return(step.finish)
        elif isinstance(step, Call):
            self._enter(step)
        else:
            self._move(self._take(step))
        return self.session.state == "waiting"

    def _take(self, step: Step) -> str | None:
        """Do a step that neither waits nor leaves the flow; gives the step to go to."""
        if isinstance(step, Say):
            self.say(step.say)
        elif isinstance(step, Record):
            self.effects.append(Fact(step.record, step.value))
        elif isinstance(step, Raise):
            self.effects.append(RaiseSignal(step.signal.category, step.signal.level))
        elif isinstance(step, Branch):
            chosen = next((case.goto for case in step.branch if self.holds(case.when)), None)
            if chosen:
                return chosen
        return step.goto

    def _enter(self, step: Call) -> None:
        if len(self.session.frames) == DEEPEST_CALL:
            raise FlowError(f"flow {self.session.here.flow!r} calls flows too deep")
        called = self.library.flow(step.call)
        self.change(frames=(*self.session.frames, Frame(called.id, called.version, called.steps[0].id)))

    def _arrive(self, step: Ask) -> bool:
        """Put a question, unless the rest of the text that brought us here answers it already."""
        self.change(tries=0, stage=0, fragment=None)
        if self.carry and self.reader and step.ask != "text":
            reading = self.reader.read(step, self.carry)
            if reading:
                self.carry = reading.rest
                self._next_turn()
                self.answer(step, reading.value)
                return False
        self.put(step, step.text)
        return False
