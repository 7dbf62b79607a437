"""The engine's two verbs: start a flow, and resume a session with one input.

Both are pure: (library, state, input) gives (state, effects). A stale timer gives no effects. Whatever
cannot be placed is handed to a human; nothing is guessed.
"""

from __future__ import annotations

from datetime import timedelta

from bot.engine.effects import Effect, Handoff, Note, RaiseSignal, Reason
from bot.engine.flow import Ask, Reaction, Wait
from bot.engine.inputs import Facts, Reader, Reading, Reply, Timeout
from bot.engine.library import Library
from bot.engine.repair import repair
from bot.engine.run import Run
from bot.engine.session import Frame, Session

MOST_PROMPTS = 2
ONE_ANSWER_IN_PIECES = timedelta(minutes=3)
SEPARATORS = ",;\n،؛"

Turn = tuple[Session, tuple[Effect, ...]]


def start(library: Library, flow_id: str, facts: Facts) -> Turn:
    """Begin a flow at its newest version.

    Raises:
        UnknownFlow: there is no such flow.
        FlowError: the flow loops without waiting.
    """
    flow = library.flow(flow_id)
    run = Run(library, Session((Frame(flow.id, flow.version, flow.steps[0].id),)), facts)
    run.walk()
    return run.session, tuple(run.effects)


def asked(library: Library, session: Session) -> Ask | None:
    """The question that stands, if one does.

    Raises:
        FlowError: the flow's version is unknown.
    """
    if session.state == "finished":
        return None
    step = Run(library, session, {}).step
    return step if isinstance(step, Ask) else None


def resume(library: Library, session: Session, event: Reply | Timeout, facts: Facts, reader: Reader) -> Turn:
    """Take one input. A lapsed session comes back to life with a reply; a finished one stays as it is.

    Raises:
        FlowError: the flow loops without waiting, or its version is unknown.
    """
    run = Run(library, session, facts, reader)
    if isinstance(event, Timeout):
        _wake(run, event)
    elif event.pressed:
        _press(run, event)
    elif session.state == "finished":
        _unplaced(run, event)
    else:
        run.change(state="waiting", outcome=None)
        _hear(run, event)
    return run.session, tuple(run.effects)


def _wake(run: Run, timeout: Timeout) -> None:
    session = run.session
    if session.state != "waiting" or timeout.turn != session.turn:
        return
    step = run.step
    if isinstance(step, Wait):
        run.advance(step.goto)
    elif isinstance(step, Ask):
        stages = run.flow.stages(step)
        if session.stage >= len(stages):
            return
        stage = stages[session.stage]
        run.change(stage=session.stage + 1)
        if stage.say:
            run.remind(stage.say)
        else:
            run.effects.append(Note(step.id, step.meaning, None, "unanswered"))
            run.finish("partial" if session.answers else stage.finish or "missed", state="lapsed")


def _press(run: Run, reply: Reply) -> None:
    """A button finds the question whose turn it names, however late it is pressed."""
    assert reply.pressed is not None
    frame = run.session.question_of(reply.pressed.turn)
    step = run.at(frame) if frame else None
    value = reply.pressed.value
    if frame is None or not isinstance(step, Ask) or value not in (set(step.choices) or {"yes", "no"}):
        run.effects.append(Handoff(Reason.UNPLACED))
    elif frame == run.session.here and run.session.state != "finished":
        run.change(state="waiting", outcome=None)
        run.answer(step, value)
    else:
        _revise(run, step, value)


def _revise(run: Run, step: Ask, value: str | int | float) -> None:
    """Change an answer that was already given. What it raises is raised; the talk goes on."""
    before = run.session.answers.get(step.id)
    if before == value:
        return
    over = run.session.state != "waiting"
    run.effects.append(Note(step.id, step.meaning, value, "late" if over else "corrected"))
    run.change(answers={**run.session.answers, step.id: value})
    reaction = step.on.get(str(value), Reaction())
    if reaction.signal:
        run.effects.append(RaiseSignal(reaction.signal.category, reaction.signal.level, step.id))
    run.effects.append(Handoff(Reason.CHANGED))


def _hear(run: Run, reply: Reply) -> None:
    step = run.step
    if reply.kind != "text":
        run.effects.append(Handoff(Reason.MEDIA))
        run.say(run.library.replies.received)
        run.arm()
    elif reply.grave:
        _hear_danger(run, step, reply)
    elif isinstance(step, Ask):
        _hear_answer(run, step, reply)
    elif not repair(run, None, reply) and not reply.filler:
        run.effects.append(Handoff(Reason.UNPLACED))


def _hear_danger(run: Run, step: object, reply: Reply) -> None:
    """Someone speaks of danger: keep what answers the question, ask nothing more, hand over."""
    if isinstance(step, Ask) and step.ask != "text" and run.reader:
        reading = run.reader.read(step, reply.text)
        if reading:
            run.effects.append(Note(step.id, step.meaning, reading.value, "given"))
            run.change(answers={**run.session.answers, step.id: reading.value})
            run.react(step.id, Reaction(signal=step.on.get(str(reading.value), Reaction()).signal))
    elif isinstance(step, Ask):
        run.effects.append(Note(step.id, step.meaning, reply.text, "given"))
    run.effects.append(Handoff(Reason.DANGER))
    run.say(run.library.replies.heard)
    run.finish("handed_over")


def _hear_answer(run: Run, step: Ask, reply: Reply) -> None:
    reading = _read(run, step, reply)
    if reply.intent and not _answers_anyway(step, reply, reading) and repair(run, step, reply):
        return
    if reading:
        run.carry = _carried(reading, reply)
        run.answer(step, reading.value)
        if run.carry and run.reader and not run.reader.plain(run.carry):
            run.effects.append(Handoff(Reason.UNPLACED))
        return
    if not _answers_earlier(run, step, reply):
        _not_understood(run, step, reply)


def _read(run: Run, step: Ask, reply: Reply) -> Reading | None:
    """Read a text together with the piece before it, then alone. Where the two differ, a human looks."""
    assert run.reader is not None
    alone = run.reader.read(step, reply.text)
    session = run.session
    recent = session.fragment_at and reply.at - session.fragment_at <= ONE_ANSWER_IN_PIECES
    if not session.fragment or not recent:
        return alone
    whole = run.reader.read(step, f"{session.fragment} {reply.text}")
    if whole is None:
        if alone:
            run.effects.append(Handoff(Reason.UNPLACED))
        return alone
    if alone and alone.value != whole.value:
        run.effects.append(Handoff(Reason.CHANGED))
    return whole


def _answers_anyway(step: Ask, reply: Reply, reading: Reading | None) -> bool:
    """Whether a wish such as "call me" or "later" is just what the question asked about."""
    if step.meaning == "call" and reply.intent == "call_me":
        return reading is not None
    if step.meaning == "moment" and reply.intent == "later":
        return reading is not None and reading.value == "no"
    return reading is not None and reading.exact and step.ask != "text" and reply.intent != "correct"


def _carried(reading: Reading, reply: Reply) -> str:
    """What of a text may answer the next question: only the rest of a list, never of a sentence."""
    if any(sign in reply.text for sign in SEPARATORS):
        return reading.rest
    return ""


def _answers_earlier(run: Run, step: Ask, reply: Reply) -> bool:
    """A text that names a choice of an earlier question, and nothing else, belongs there."""
    assert run.reader is not None
    for asked in reversed(run.session.asked):
        earlier = run.at(asked.frame)
        if earlier.id == step.id or not isinstance(earlier, Ask) or earlier.ask != "choice":
            continue
        reading = run.reader.read(earlier, reply.text)
        if reading and reading.exact and not reply.text.strip().isdigit():
            _revise(run, earlier, reading.value)
            run.say(run.library.replies.corrected)
            run.repeat(step)
            return True
    return False


def _not_understood(run: Run, step: Ask, reply: Reply) -> None:
    if reply.filler:
        run.arm()
        return
    run.effects.append(Handoff(Reason.NOT_UNDERSTOOD))
    if run.session.tries >= MOST_PROMPTS:
        run.leave(step, "unanswered")
        return
    run.change(fragment=reply.text, fragment_at=reply.at)
    run.put(step, step.again)


def _unplaced(run: Run, reply: Reply) -> None:
    if not repair(run, None, reply) and not reply.filler:
        run.effects.append(Handoff(Reason.UNPLACED))
