"""The pure parts of the page: marked words, presets, trends, ready replies, labels without names."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.wording import MOST_SEGMENTS, _telltale, plain
from bot.casework.feeling import Trend
from bot.casework.highlight import pieces, spans
from bot.casework.inbox_acts import moment
from bot.casework.replies_canned import canned, in_language
from bot.casework.review import without_names
from bot.language import segments

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@given(st.text(), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40))))
def test_pieces_make_up_the_whole_text(text: str, marked: list[tuple[int, int]]) -> None:
    found = pieces(text, marked)
    assert "".join(piece.text for piece in found) == text
    assert all(piece.text for piece in found)
    wanted = {at for start, end in marked for at in range(start, min(end, len(text)))}
    shown, at = set(), 0
    for piece in found:
        if piece.marked:
            shown |= set(range(at, at + len(piece.text)))
        at += len(piece.text)
    assert shown == wanted
    assert not any(a.marked and b.marked for a, b in itertools.pairwise(found))


def test_spans_are_read_as_they_are_kept_and_rubbish_is_none() -> None:
    assert spans("0,9,violence;12,15,captivity") == [(0, 9), (12, 15)]
    assert spans(None) == spans("") == spans("a,b,c;;") == []


@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize("zone", ["Europe/Tirane", "Africa/Casablanca", "Europe/Kyiv"])
def test_presets_are_to_come_and_never_too_far_off(hour: int, zone: str) -> None:
    now = NOW.replace(hour=hour)
    hours, today, tomorrow = (moment(each, now, zone) for each in ("hour", "today", "tomorrow"))
    assert hours == now + timedelta(hours=1)
    assert now < today <= now + timedelta(hours=24)
    assert now < tomorrow < now + timedelta(days=1)
    local = tomorrow.astimezone(ZoneInfo(zone))
    assert local.hour == 10 or tomorrow == now + timedelta(days=1) - timedelta(minutes=1)


def test_a_trend_says_where_it_goes() -> None:
    assert Trend().way == Trend(("fine",)).way == "none"
    assert Trend(("fine", "not_well")).way == "worse"
    assert Trend(("not_well", "so_so")).way == "better"
    assert Trend(("so_so", "so_so")).way == "same"
    assert Trend(("fine", "not_well")).points() == ((4, 4), (16, 20))


@pytest.mark.parametrize("language", ["en", "sq", "ar", "uk"])
def test_ready_replies_are_short_and_give_nothing_away(language: str) -> None:
    texts = in_language(language)
    assert list(texts) == [each.id for each in canned()]
    for text in texts.values():
        assert segments(text).segments <= MOST_SEGMENTS, text
        assert not _telltale(language).search(plain(text)), text


def test_labels_go_out_without_names_and_numbers() -> None:
    text = "Drita jam, Dritës i thuaj në +355 69 000 0001 ose drita@mail.al, https://x.al/a"
    found = without_names(text, "Drita Hoxha")
    assert "drit" not in found.lower()
    assert "355" not in found and "mail" not in found and "x.al" not in found
    assert without_names("سلمى هنا 0600000002", "سلمى") == "N. هنا 0000"
