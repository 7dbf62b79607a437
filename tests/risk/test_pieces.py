import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.risk.pieces import WORD_START, Pieces, dump

NAMES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "ab", "▁a", "ba", "▁aba", "двер", "▁двер", "и", "لا"]
SCORES = [0, 0, 0, 0, -2.0, -3.0, -3.5, -4.0, -3.2, -4.4, -6.5, -7.0, -6.0, -3.0, -5.0]
PIECES = Pieces(NAMES, SCORES)


def names(text: str) -> list[str]:
    return [NAMES[number] for number in PIECES.cut(text)]


def test_a_word_is_cut_into_its_likeliest_pieces() -> None:
    assert names("двери") == ["▁двер", "и"]
    assert names("لا") == ["▁", "لا"]
    assert names("aba a") == ["▁aba", "▁a"]


def test_what_no_piece_covers_is_one_unknown_piece() -> None:
    assert names("axyaz") == ["▁a", "<unk>", "a", "<unk>"]
    assert names("") == []


def test_the_name_of_a_special_piece_is_no_special_piece() -> None:
    assert {PIECES.start, PIECES.end, PIECES.padding}.isdisjoint(PIECES.cut("<s> </s> <pad>"))


@given(st.text("abи", min_size=1, max_size=6))
def test_no_other_cut_is_likelier(word: str) -> None:
    marked = WORD_START + word
    unknown = min(SCORES) - 10
    score = dict(zip(NAMES[4:], SCORES[4:], strict=True))
    best = max(
        sum(score.get(part, unknown if len(part) == 1 else -1e9) for part in parts) for parts in cuts(marked)
    )
    assert sum(score.get(name, unknown) for name in names(word)) == pytest.approx(best)


def cuts(text: str) -> list[list[str]]:
    places = range(1, len(text))
    chosen = (c for size in range(len(text)) for c in itertools.combinations(places, size))
    return [[text[a:b] for a, b in itertools.pairwise([0, *c, len(text)])] for c in chosen]


@given(st.text("abи", max_size=400))
def test_a_long_word_keeps_every_character(word: str) -> None:
    assert "".join(names(word)).replace(WORD_START, "") == word


def test_a_vocabulary_read_back_cuts_the_same() -> None:
    again = Pieces.parse(dump(NAMES, SCORES))
    assert again.cut("aba двери لا x") == PIECES.cut("aba двери لا x") and len(again) == len(NAMES)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1", b'{"pieces": ["a"], "scores": [0]}'])
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises((KeyError, ValueError)):
        Pieces.parse(content)
