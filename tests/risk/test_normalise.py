"""Folding joins the spellings of one word and keeps the way back to the original."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.risk.normalise import BREAK, Letters, fold, transliterate
from bot.risk.readings import Kind, readings, skeleton


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NDIHMËËË", "ndihme"), ("çelës", "celes"), ("s'më lë", "sme le"), ("s’më", "sme"),
        ("إِلَى", "الي"), ("السلاااام", "السلام"), ("مـــرحبا", "مرحبا"), ("٣٤", "34"), ("б’є", "бе"),
        ("Ёлка", "елка"), ("їжа", "ижа"), ("п'ять", "пят"), ("ﻻ", "لا"), ("nooooo", "no"),
        ("hhhh. he", "h. he"),
        ("ßtraße", "sstrasse"), ("💀po💀", "po"), ("🆘", " sos"),
    ],
)  # fmt: skip
def test_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    assert fold(one).text == fold(other).text


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_the_form_of_the_characters_does_not_matter(form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    text = "Më ka zënë; їй й ё; آه إلى"
    assert fold(unicodedata.normalize(form, text)).text == fold(text).text


@pytest.mark.parametrize(
    ("latin", "script"),
    [
        ("khna9ni", "خنقني"),
        ("5na9ni", "خنقني"),
        ("7absni", "حابسني"),
        ("l3a2ila", "العائلة"),
        ("chrebt", "شربت"),
    ],
)
def test_arabizi_and_arabic_have_one_skeleton(latin: str, script: str) -> None:
    assert skeleton(fold(latin)).text == skeleton(fold(script)).text


def test_latin_ukrainian_reads_as_cyrillic() -> None:
    found = {reading.kind: reading.folded.text for reading in readings(fold("vin mene dushyv"), "uk")}
    assert found[Kind.CYRILLIC] == fold("він мене душив").text


@given(st.text(max_size=200))
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    for reading in readings(fold(text), None):
        folded = reading.folded
        assert len(folded.text) == len(folded.origin)
        assert list(folded.origin) == sorted(folded.origin)
        assert all(0 <= place < len(text) for place in folded.origin)
        assert folded.text.count(BREAK) == fold(text).text.count(BREAK)


def test_the_longest_key_wins_and_the_end_of_a_word_is_a_key() -> None:
    letters = Letters({"s": "1", "sh": "2", "h$": ""})
    assert transliterate(fold("shs sah"), letters).text == "21 1a"
