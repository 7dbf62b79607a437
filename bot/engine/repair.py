"""Wishes that may come at any moment of a conversation: ask again, skip, not now, who is this, call me.

The words people use for them are data of each language, the replies are data of the flows; this file is
only what each wish does to the session.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.engine.effects import Fact, Handoff, RaiseSignal, Reason
from bot.engine.flow import UNANSWERED, Ask
from bot.engine.inputs import Reply
from bot.engine.run import POSTPONED, Run


def repair(run: Run, step: Ask | None, reply: Reply) -> bool:
    """Do what the text wishes, with the question that stands or none. False if it wishes nothing known."""
    wish = _WISHES.get(reply.intent or "")
    if wish is None or (step is None and wish in _NEED_A_QUESTION):
        return False
    wish(run, step, reply)
    return True


def _again(run: Run, step: Ask | None, reply: Reply) -> None:
    assert step is not None
    run.repeat(step)


def _skip(run: Run, step: Ask | None, reply: Reply) -> None:
    assert step is not None
    run.say(run.library.replies.skip)
    run.leave(step, "skipped")


def _later(run: Run, step: Ask | None, reply: Reply) -> None:
    run.say(run.library.replies.later)
    if run.session.state == "waiting":
        run.finish(POSTPONED)


def _who(run: Run, step: Ask | None, reply: Reply) -> None:
    run.say(run.library.replies.who)
    run.arm()


def _call_me(run: Run, step: Ask | None, reply: Reply) -> None:
    run.effects.append(RaiseSignal("contact_request", "low"))
    run.say(run.library.replies.call_me)
    run.arm()


def _help(run: Run, step: Ask | None, reply: Reply) -> None:
    run.effects.append(RaiseSignal("contact_request", "high"))
    run.say(run.library.replies.help)
    run.arm()


def _language(run: Run, step: Ask | None, reply: Reply) -> None:
    if reply.language is None:
        run.effects.append(Handoff(Reason.UNPLACED))
        run.arm()
        return
    run.effects.append(Fact("language", reply.language))
    run.say(run.library.replies.language)
    if step:
        run.repeat(step)


def _wrong_person(run: Run, step: Ask | None, reply: Reply) -> None:
    """Somebody else has this number: apologise, stop asking, let a human look."""
    run.effects.append(Handoff(Reason.WRONG_PERSON))
    run.say(run.library.replies.wrong_person)
    if run.session.state == "waiting":
        run.finish("wrong_person")


def _correct(run: Run, step: Ask | None, reply: Reply) -> None:
    """Go back to the question answered last and put it again."""
    assert step is not None
    answered = run.session.answers
    for asked in reversed(run.session.asked):
        earlier = run.at(asked.frame)
        same_flow = asked.frame.flow == run.session.here.flow
        if isinstance(earlier, Ask) and same_flow and answered.get(earlier.id, UNANSWERED) != UNANSWERED:
            run.say(run.library.replies.correct)
            run.change(
                frames=(*run.session.frames[:-1], asked.frame),
                answers={name: value for name, value in answered.items() if name != earlier.id},
                tries=0,
                stage=0,
                fragment=None,
            )
            run.put(earlier, earlier.text)
            return
    run.repeat(step)


_WISHES: dict[str, Callable[[Run, Ask | None, Reply], None]] = {
    "repeat": _again,
    "skip": _skip,
    "later": _later,
    "who": _who,
    "call_me": _call_me,
    "help": _help,
    "language": _language,
    "unknown_number": _wrong_person,
    "correct": _correct,
}
_NEED_A_QUESTION = {_again, _skip, _correct}
