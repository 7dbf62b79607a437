"""The engine alone, and with it the two other pure parts: what people type, and danger in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from bench.script import QUESTIONS, VALUES, Answers, Rate, conversations, repeated, unlike
from bot.casework.programme import Programme
from bot.casework.wording import reader
from bot.engine import Ask, Reply, Session, resume, start
from bot.language import intent, is_filler
from bot.risk import Level, assess

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
FACTS = {"language": "sq", "country": "AL", "privacy": "neutral", "phone": "own", "consent": "given"}


@dataclass(frozen=True)
class _Answer:
    value: str
    rest: str = ""
    exact: bool = True


class _Told:
    """A reader that need not read: the text is the answer."""

    def read(self, question: Ask, text: str) -> _Answer:
        return _Answer(text)

    def plain(self, text: str) -> bool:
        return not text


def engine(programme: Programme, seconds: float, *, as_json: bool) -> Rate:
    """Resume a session with answers that need no reading."""
    flows, told = programme.flows, _Told()
    replies = [Reply(text=value, at=NOW) for value in VALUES]

    def check_in() -> None:
        session, _ = start(flows, "checkin", FACTS)
        kept = session.to_json()
        for reply in replies:
            if as_json:
                session = Session.from_json(kept)
            session, _ = resume(flows, session, reply, FACTS, told)
            if as_json:
                kept = session.to_json()
        _finished(session)

    kind = "kept as JSON" if as_json else "kept as a value"
    return repeated(f"engine alone, session {kind}", seconds, check_in)


def pure_path(programme: Programme, seconds: float, *, repeat: bool) -> Rate:
    """Read each text for what it wishes and for danger, then resume with it."""
    flows = programme.flows
    readers = {language: reader(programme, language) for language in programme.catalogues}
    talks = conversations() if repeat else _unlike()

    def check_in() -> None:
        language, answers = next(talks)
        session, _ = start(flows, "checkin", FACTS)
        for text in answers:
            wish = intent(text)
            danger = assess(text).level
            reply = Reply(
                text=text,
                at=NOW,
                intent=wish.value if wish else None,
                grave=danger.rank >= Level.HIGH.rank,
                filler=is_filler(text),
            )
            session, _ = resume(flows, session, reply, FACTS, readers[language])
        _finished(session)

    for language, answers in (next(talks) for _ in range(9)):
        _understood(programme, language, answers)
    texts = "plain answers, as they come" if repeat else "plain answers, no text twice"
    return repeated(f"pure path, {texts}", seconds, check_in)


def _unlike() -> Iterator[tuple[str, Answers]]:
    for number, (language, answers) in zip(count(), conversations(), strict=False):
        yield language, unlike(answers, number)


def _understood(programme: Programme, language: str, answers: Answers) -> None:
    """Make sure that what is measured is the check-in and not its repair."""
    session, _ = start(programme.flows, "checkin", FACTS)
    for text in answers:
        session, _ = resume(
            programme.flows, session, Reply(text=text, at=NOW), FACTS, reader(programme, language)
        )
    given = tuple(session.answers.get(question) for question in QUESTIONS)
    if given != VALUES:
        raise SystemExit(f"the answers in {language} are no longer read as they were meant: {given}")


def _finished(session: Session) -> None:
    if session.outcome != "completed":
        raise SystemExit("a check-in did not end as it should")
