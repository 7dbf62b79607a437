"""The check-in that everything here runs: what is answered, and how a rate is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

QUESTIONS = ("moment", "wellbeing", "safety", "trouble", "need", "call")
VALUES = ("yes", "fine", "yes", "no", "no", "no")
TURNS = len(QUESTIONS)
LANGUAGES = ("sq", "ar", "uk")

Answers = tuple[str, ...]

ANSWERS: dict[str, tuple[Answers, ...]] = {
    "sq": (
        ("po", "mirë", "po", "jo", "jo faleminderit", "jo"),
        ("Po, mund", "mir", "po jam", "Jo", "jo", "jo flm"),
        ("po po", "Jam mirë", "Po", "jo askush", "Jo", "jo tani"),
    ),
    "ar": (
        ("نعم", "بخير", "نعم", "لا", "لا شكرا", "لا"),
        ("اه", "لاباس", "ايه", "لا", "لا", "لا شكرا"),
        ("na3am", "labas", "ah", "la", "la chokran", "la"),
    ),
    "uk": (
        ("так", "добре", "так", "ні", "ні, дякую", "ні"),
        ("та так", "нормально", "да", "нет", "не треба нічого", "ні дякую"),
        ("Так", "все добре", "так", "ні", "нічого не треба", "не треба"),
    ),
}


@dataclass(frozen=True)
class Rate:
    """How many turns were done in how many seconds, and seconds of processor time."""

    name: str
    turns: int
    seconds: float
    cpu: float

    @property
    def per_second(self) -> float:
        """Turns per second."""
        return self.turns / self.seconds

    @property
    def processor(self) -> float:
        """Microseconds of processor time per turn, all threads together."""
        return self.cpu / self.turns * 1e6


class Watch:
    """Begins to count when it is made; what is busy elsewhere on the machine tells less in processor time."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self._wall

    def rate(self, name: str, turns: int) -> Rate:
        """What was done until now."""
        return Rate(name, turns, self.seconds, time.process_time() - self._cpu)


def conversations() -> Iterator[tuple[str, Answers]]:
    """Language after language, wording after wording, without end."""
    for number in count():
        language = LANGUAGES[number % len(LANGUAGES)]
        wordings = ANSWERS[language]
        yield language, wordings[number // len(LANGUAGES) % len(wordings)]


def unlike(answers: Answers, number: int) -> Answers:
    """The same answers, ended as no other conversation ends them, so that no cache knows the text."""
    ending = "".join(".! "[number // 3**place % 3] for place in range(9))
    return tuple(f"{answer} {ending}." for answer in answers)


def repeated(name: str, seconds: float, check_in: Callable[[], None]) -> Rate:
    """Do whole check-ins until the time is over."""
    check_in()
    done, watch = 0, Watch()
    while watch.seconds < seconds:
        check_in()
        done += TURNS
    return watch.rate(name, done)
