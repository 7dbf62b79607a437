"""Where only the moment is asked after, "good" is a yes."""

from __future__ import annotations

import pytest

from bot.language import recognise


@pytest.mark.parametrize(
    ("language", "text", "value", "rest"),
    [
        ("sq", "mire", "yes", ""),
        ("sq", "po, mirë", "yes", ""),
        ("sq", "po, jam mire", "yes", "jam mire"),
        ("uk", "добре, так", "yes", ""),
        ("uk", "ок добре", "yes", ""),
        ("uk", "так, все нормально", "yes", "все нормально"),
        ("ar", "واخا مزيان", "yes", ""),
        ("ar", "tamam", "yes", ""),
        ("en", "yes, fine", "yes", ""),
        ("sq", "jo", "no", ""),
    ],
)
def test_good_agrees_where_the_moment_is_asked_after(language: str, text: str, value: str, rest: str) -> None:
    reading = recognise("agreement", text, language=language)
    assert reading is not None
    assert (reading.value, reading.rest) == (value, rest)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sq", "jo mire"),
        ("sq", "mire por jo tani"),
        ("sq", "mire?"),
        ("uk", "не добре"),
        ("ar", "ماشي مزيان"),
    ],
)
def test_good_with_a_doubt_agrees_to_nothing(language: str, text: str) -> None:
    assert recognise("agreement", text, language=language) is None
