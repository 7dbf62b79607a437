"""Whatever comes in whatever order: the engine does not break, lose its place, nag, or forget its timer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.authoring.load import load_flows
from bot.data_files import directory
from bot.engine import Ask, Pressed, Reply, Session, Timeout, resume, start
from bot.engine.effects import Arm, Close, Handoff, Note, Speak
from bot.engine.repair import _WISHES
from tests.engine.reading import PlainReader

FLOWS = load_flows(directory("flows"))
FACTS = {"language": "en", "consent": "given", "phone": "own", "privacy": "neutral"}
WORDS = st.sampled_from(["yes", "no", "fine", "not_well", "so_so", "hm", "yes, fine", "", "own", "🙂", "لا"])


class Conversation(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 3, 4, 9, tzinfo=UTC)
        self.session, effects = start(FLOWS, "checkin", FACTS)
        self.prompts: list[str] = []
        self.timer: int | None = None
        self._look(effects)

    @rule(
        text=WORDS,
        intent=st.sampled_from([None, None, None, *_WISHES]),
        grave=st.booleans(),
        kind=st.sampled_from(["text", "text", "voice"]),
        minutes=st.integers(0, 600),
    )
    def reply(self, text: str, intent: str | None, grave: bool, kind: str, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        before = self.session
        wishes = intent == "repeat" or intent in ("correct", "language")
        event = Reply(text, self.now, intent=intent, grave=grave and not intent, kind=kind, language="en")
        effects = self._take(event)
        if wishes:
            self.prompts.clear()
        placed = any(isinstance(each, Note | Handoff | Speak) for each in effects)
        assert placed or before.state == "finished" or not text

    @rule(turn=st.integers(0, 12), value=st.sampled_from(["yes", "no", "fine", "nonsense"]))
    def press(self, turn: int, value: str) -> None:
        self._take(Reply("", self.now, pressed=Pressed(turn, value)))

    @rule()
    def time_out(self) -> None:
        self._take(Timeout(self.session.turn))

    @rule(back=st.integers(1, 5))
    def stale_timer(self, back: int) -> None:
        assert self._take(Timeout(self.session.turn - back)) == ()

    @invariant()
    def survives_as_json(self) -> None:
        assert Session.from_json(self.session.to_json()) == self.session

    @invariant()
    def a_question_that_waits_has_its_timer(self) -> None:
        flow = FLOWS.flow(self.session.here.flow)
        step = flow.steps[flow.positions[self.session.here.step]]
        if self.session.state == "waiting" and isinstance(step, Ask):
            assert self.timer is not None and self.timer <= self.session.turn

    @invariant()
    def no_more_than_two_equal_prompts_in_a_row(self) -> None:
        assert all(len(set(self.prompts[at : at + 3])) > 1 for at in range(len(self.prompts) - 2))

    def _take(self, event: Reply | Timeout) -> tuple[object, ...]:
        self.session, effects = resume(FLOWS, self.session, event, FACTS, PlainReader())
        self._look(effects)
        return effects

    def _look(self, effects: tuple[object, ...]) -> None:
        for each in effects:
            if isinstance(each, Speak) and each.question:
                self.prompts.append(each.text.msgid)
            if isinstance(each, Arm):
                self.timer = each.turn
            if isinstance(each, Close):
                assert self.session.state in ("finished", "lapsed")


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
