"""Reading is quick for what people send, and ends soon whatever anyone sends."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pytest

from bot.language import fold, intent, intent_language, is_filler, recognise
from bot.language.recognising import KINDS

FEELING = {"fine": ["Mirë"], "so_so": ["Ashtu-ashtu"], "not_well": ["Jo mirë"]}
LONG = {
    "answers": "po jo " * 1700,
    "one word": "a" * 10_000,
    "arabic": "نعم لا، " * 700,
    "cyrillic": "так ні? " * 700,
    "numbers": "7/10 " * 2000,
    "harakat": "نِ" * 2500,
    "emoji": "👍🏽" * 1250,
    "apostrophes": "'" * 10_000,
    "stops": "stop " * 2000,
    "every plane": "".join(map(chr, range(0x1000, 0x110000, 443))),
}


def read(kind: str, text: str) -> object:
    return recognise(kind, text, language="ar", choices=FEELING, low=0, high=10)


READERS: dict[str, Callable[[str], object]] = {
    "fold": fold,
    "intent": intent,
    "intent_language": intent_language,
    "is_filler": is_filler,
    **{kind: partial(read, kind) for kind in KINDS},
}


def fastest(reader: Callable[[str], object], texts: list[str]) -> float:
    """Seconds of processor time one text takes, in the best of a few rounds."""
    rounds = []
    for _ in range(5):
        begun = time.process_time()
        for text in texts:
            reader(text)
        rounds.append((time.process_time() - begun) / len(texts))
    return min(rounds)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("text", LONG)
def test_ten_kilobytes_take_less_than_ten_milliseconds(reader: str, text: str) -> None:
    assert fastest(READERS[reader], [LONG[text]]) < 0.01


@pytest.mark.parametrize("reader", ["intent", "yes_no", "choice", "scale"])
def test_a_plain_answer_is_read_in_no_time(reader: str) -> None:
    plain = ["po", "jo", "Po!", "نعم", "لا", "واخا", "mire", "بخير", "1", "٢", "stop", "так", "Добре."]
    assert fastest(READERS[reader], plain * 20) < 0.0002
