"""One turn at a time: answers, repair, late and double answers, danger, silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.authoring.load import load_flows
from bot.data_files import directory
from bot.engine import FlowError, Flows, Pressed, Reply, Session, Timeout, parse_flow, resume, start
from bot.engine.effects import Arm, Close, Effect, Fact, Handoff, Note, Postpone, RaiseSignal, Reason, Speak
from tests.engine.reading import PlainReader

FLOWS = load_flows(directory("flows"))
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
FACTS = {"language": "en", "consent": "given", "phone": "own", "privacy": "neutral"}


class Talk:
    def __init__(self, flow: str = "checkin", library: Flows = FLOWS) -> None:
        self.library = library
        self.at = NOW
        self.session, self.effects = start(library, flow, FACTS)

    def say(self, text: str, **more: Any) -> tuple[Effect, ...]:
        self.at += timedelta(seconds=more.pop("later", 30))
        return self._take(Reply(text, self.at, **more))

    def time_out(self, turn: int | None = None) -> tuple[Effect, ...]:
        return self._take(Timeout(self.session.turn if turn is None else turn))

    def _take(self, event: Reply | Timeout) -> tuple[Effect, ...]:
        kept = Session.from_json(self.session.to_json())
        assert kept == self.session
        self.session, self.effects = resume(self.library, kept, event, FACTS, PlainReader())
        return self.effects

    @property
    def question(self) -> str:
        return self.session.here.step


def notes(effects: tuple[Effect, ...]) -> list[tuple[str, object, str]]:
    return [(each.question, each.value, each.state) for each in effects if isinstance(each, Note)]


def said(effects: tuple[Effect, ...]) -> list[str]:
    return [each.text.msgid for each in effects if isinstance(each, Speak)]


def reasons(effects: tuple[Effect, ...]) -> list[Reason]:
    return [each.reason for each in effects if isinstance(each, Handoff)]


def test_a_checkin_from_hello_to_goodbye() -> None:
    talk = Talk()
    for answer in ("yes", "fine", "yes", "no", "no", "no"):
        talk.say(answer)
    assert talk.session.outcome == "completed"
    assert "Take good care" in said(talk.effects)[-1]


def test_a_list_answers_several_questions_at_once() -> None:
    talk = Talk()
    effects = talk.say("yes, fine, yes")
    assert [note[:2] for note in notes(effects)] == [
        ("moment", "yes"),
        ("wellbeing", "fine"),
        ("safety", "yes"),
    ]
    assert talk.question == "trouble"


def test_what_is_left_of_a_list_goes_to_a_human() -> None:
    effects = Talk().say("yes, the neighbour came")
    assert reasons(effects) == [Reason.UNPLACED]
    assert notes(effects) == [("moment", "yes", "given")]


def test_an_answer_that_is_not_understood_is_asked_once_more_and_then_left() -> None:
    talk = Talk()
    talk.say("yes")
    first = talk.say("hm hm")
    assert said(first) == ["Just a word is enough: fine, so-so or not well?"]
    second = talk.say("la la")
    assert ("wellbeing", None, "unanswered") in notes(second)
    assert talk.question == "safety"
    assert reasons(first) == reasons(second) == [Reason.NOT_UNDERSTOOD]


def test_an_answer_in_two_pieces_is_read_as_one() -> None:
    class Pieces(PlainReader):
        def read(self, question: Any, text: str) -> Any:
            return super().read(question, {"not well at": "x", "not well": "not_well"}.get(text, text))

    session, _ = start(FLOWS, "checkin", FACTS)
    for text in ("yes", "not", "well"):
        reply = Reply(text, NOW)
        session, effects = resume(FLOWS, session, reply, FACTS, Pieces())
    assert notes(effects) == [("wellbeing", "not_well", "given")]


def test_a_stale_timer_changes_nothing() -> None:
    talk = Talk()
    stale = talk.session.turn
    talk.say("yes")
    before = talk.session
    assert talk.time_out(stale) == ()
    assert talk.session == before


def test_silence_reminds_twice_and_lapses_and_a_late_answer_still_finds_its_question() -> None:
    talk = Talk()
    first, second = said(talk.time_out()), said(talk.time_out())
    assert first != second
    assert [each.after for each in talk.effects if isinstance(each, Arm)] == [timedelta(hours=24)]
    assert talk.time_out()[-1] == Close("missed")
    assert talk.session.state == "lapsed"
    assert notes(talk.say("yes", later=86_400)) == [("moment", "yes", "given")]
    assert talk.question == "wellbeing"


def test_an_old_button_finds_its_question() -> None:
    talk = Talk()
    talk.say("yes")
    turn = talk.session.turn
    talk.say("fine")
    effects = talk.say("", pressed=Pressed(turn, "not_well"))
    assert notes(effects) == [("wellbeing", "not_well", "corrected")]
    assert any(isinstance(each, RaiseSignal) for each in effects)
    assert talk.question == "safety"


def test_a_button_of_nowhere_goes_to_a_human() -> None:
    assert reasons(Talk().say("", pressed=Pressed(99, "yes"))) == [Reason.UNPLACED]


def test_a_choice_of_an_earlier_question_belongs_there() -> None:
    talk = Talk()
    talk.say("yes")
    talk.say("fine")
    effects = talk.say("not_well")
    assert notes(effects) == [("wellbeing", "not_well", "corrected")]
    assert said(effects) == ["Thank you, I've changed it.", "Do you feel all right where you are staying?"]
    assert talk.question == "safety"


def test_a_plain_rest_of_an_answer_is_for_nobody_and_any_other_for_a_human() -> None:
    for rest, handed in (("fine", []), ("a man came", [Reason.UNPLACED])):
        talk = Talk()
        talk.say("yes")
        talk.say("fine")
        assert reasons(talk.say(f"yes, {rest}")) == handed


def test_danger_ends_the_questions_and_keeps_the_answer() -> None:
    talk = Talk()
    for answer in ("yes", "fine", "yes"):
        talk.say(answer)
    effects = talk.say("yes, he is at the door", grave=True)
    assert notes(effects) == [("trouble", "yes", "given")]
    assert said(effects) == [FLOWS.replies.heard.msgid]
    assert talk.session.outcome == "handed_over"


@pytest.mark.parametrize(
    ("intent", "question"),
    [("repeat", "wellbeing"), ("skip", "safety"), ("who", "wellbeing"), ("call_me", "wellbeing")],
)
def test_wishes_leave_the_person_where_they_should_be(intent: str, question: str) -> None:
    talk = Talk()
    talk.say("yes")
    talk.say("please", intent=intent)
    assert talk.question == question
    assert talk.session.state == "waiting"


def test_not_now_moves_the_checkin_and_says_nothing_more() -> None:
    talk = Talk()
    effects = talk.say("not now", intent="later")
    assert Postpone(timedelta(days=1)) in effects
    assert len(said(effects)) == 1
    assert talk.session.outcome == "postponed"


def test_correcting_goes_back_to_the_last_answer() -> None:
    talk = Talk()
    talk.say("yes")
    talk.say("fine")
    talk.say("wrong", intent="correct")
    assert talk.question == "wellbeing"
    assert ("wellbeing", "not_well", "given") in notes(talk.say("not_well"))


def test_another_language_is_kept_and_the_question_put_again() -> None:
    effects = Talk().say("english please", intent="language", language="en")
    assert Fact("language", "en") in effects
    assert len(said(effects)) == 2


def test_a_voice_note_is_a_sign_of_life_for_a_human() -> None:
    talk = Talk()
    assert reasons(talk.say("", kind="voice")) == [Reason.MEDIA]
    assert talk.question == "moment"


def test_a_session_ends_on_the_version_it_began_with() -> None:
    old = FLOWS.flow("checkin")
    talk = Talk()
    new = old.model_copy(update={"version": 2, "steps": old.steps[:1]})
    talk.library = replace(FLOWS, newest={**FLOWS.newest, "checkin": new}, older={("checkin", 1): old})
    talk.say("yes")
    assert talk.question == "wellbeing"
    assert start(talk.library, "checkin", FACTS)[0].here.version == 2


def test_a_flow_that_loops_without_waiting_is_stopped() -> None:
    looping = parse_flow(
        {
            "id": "loop",
            "version": 1,
            "useful_for": "1d",
            "postpone": "1d",
            "steps": [{"id": "a", "say": "Again"}, {"id": "b", "say": "and again", "goto": "a"}],
        },
        "loop.yaml",
    )
    with pytest.raises(FlowError, match="loops without waiting"):
        start(replace(FLOWS, newest={"loop": looping}), "loop", FACTS)


def test_an_unknown_step_is_named() -> None:
    data = {
        "id": "x",
        "version": 1,
        "useful_for": "1d",
        "postpone": "1d",
        "steps": [{"id": "a", "shout": "Hi"}],
    }
    with pytest.raises(FlowError, match=r"x\.yaml: steps\.a: unknown step"):
        parse_flow(data, "x.yaml")
