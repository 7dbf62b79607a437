"""Segments, against what Twilio's calculator says (data/segments.jsonl, from sms-segments-calculator 1.2)."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.choices import with_choices
from bot.language.segments import segments

_ROWS = [json.loads(line) for line in (Path(__file__).parent / "data/segments.jsonl").open(encoding="ascii")]


def test_counts_as_twilio_does() -> None:
    differing = [
        row
        for row in _ROWS
        if (row["encoding"], row["segments"])
        != (segments(row["text"]).encoding, segments(row["text"]).segments)
    ]
    assert len(_ROWS) > 250
    assert differing == []


@pytest.mark.parametrize(
    ("text", "encoding", "count", "forced_by"),
    [
        ("a" * 160, "GSM-7", 1, ()),
        ("a" * 161, "GSM-7", 2, ()),
        ("a" * 158 + "€", "GSM-7", 1, ()),
        ("a" * 159 + "€", "GSM-7", 2, ()),
        ("a" * 152 + "€" * 77, "GSM-7", 3, ()),
        ("Si je, Çelo?", "GSM-7", 1, ()),
        ("Përshëndetje! Çfarë të duhet, çupë?", "UCS-2", 1, ("ë", "ç")),
        ("ë" * 134, "UCS-2", 2, ("ë",)),
        ("ë" * 135, "UCS-2", 3, ("ë",)),
        ("я" * 66 + "😀" + "я" * 66, "UCS-2", 3, ("я", "😀")),
        ("كيف", "UCS-2", 1, ("ك", "ي", "ف")),
    ],
)
def test_edges(text: str, encoding: str, count: int, forced_by: tuple[str, ...]) -> None:
    found = segments(text)
    assert (found.encoding, found.segments, found.forced_by) == (encoding, count, forced_by)


@given(st.text(max_size=400), st.text(max_size=40))
def test_more_text_never_takes_fewer_segments(text: str, more: str) -> None:
    assert segments(text).segments >= 1
    assert segments(text + "a" + more).segments >= segments(text + "a").segments


def test_choices_stand_below_their_question() -> None:
    assert with_choices("كيف حالك؟", ["بخير", "بين بين"]) == "كيف حالك؟\n1 بخير\n2 بين بين"
    assert with_choices("How are you?", []) == "How are you?"
