"""What a member of staff writes or presses to answer an alert. Pure.

``A 7`` takes alert 7, ``C 7`` says that they call, ``P 7`` passes it on. Anything more is no command: a
sentence that happens to begin like one must not change an alert.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What is to be done with an alert."""

    ACKNOWLEDGE = "ack"
    CALL = "call"
    PASS_ON = "pass"


@dataclass(frozen=True)
class Command:
    """An act, and the number of the alert."""

    act: Act
    number: int


#: The letters, and those that look like them on a Cyrillic or Greek keyboard.
_LETTERS = {"aаα": Act.ACKNOWLEDGE, "cсϲ": Act.CALL, "pрρ": Act.PASS_ON}
_ACTS = {letter: act for letters, act in _LETTERS.items() for letter in letters}
_COMMAND = re.compile(rf"[\W_]*([{''.join(_ACTS)}])[\W_]*([0-9]{{1,9}})[\W_]*")
_PRESSED = re.compile(rf"alert:([0-9]{{1,9}}):({'|'.join(Act)})")
_LONGEST = 30


def parse(text: str) -> Command | None:
    """Read a text as a command; None if it is anything else, or more than that.

    Case, spaces, punctuation and marks of direction do not matter; digits may be of any script.
    """
    if len(text) > _LONGEST:
        return None
    found = _COMMAND.fullmatch("".join(map(_plain, unicodedata.normalize("NFKC", text).casefold())))
    return Command(_ACTS[found[1]], int(found[2])) if found else None


def pressed(button: str) -> Command | None:
    """Read what came back from a button under an alert; None if it is another's."""
    found = _PRESSED.fullmatch(button)
    return Command(Act(found[2]), int(found[1])) if found else None


def _plain(letter: str) -> str:
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.digit(letter))
    return "" if unicodedata.category(letter) == "Cf" else letter
