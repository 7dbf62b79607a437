"""The words of notices: whole in every language, short enough for an SMS, with code and level alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.load import load_catalogues
from bot.casework import notice_wording
from bot.casework.notice_wording import Told, Words
from bot.data_files import directory
from bot.language import segments

CATALOGUES = load_catalogues(directory("locales"))
LANGUAGES = ("sq", "ar", "uk")
MSGIDS = re.findall(r'N_\("((?:[^"\\]|\\.)*)"\)', Path(notice_wording.__file__).read_text("utf-8"))
REASONS = ("assigned", "handed_over", "reminder")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    assert len(MSGIDS) > 25
    for msgid in MSGIDS:
        assert CATALOGUES[language].sentence(msgid) != "", msgid


@pytest.mark.parametrize("language", [*LANGUAGES, "en"])
@pytest.mark.parametrize("level", ["low", "high", "critical"])
@pytest.mark.parametrize("reason", REASONS)
def test_an_alert_is_one_sms_or_two(language: str, level: str, reason: str) -> None:
    words = Words(CATALOGUES, language)
    for code in ("AL-12345", None):
        text = words.alert(Told(123456, code, level), reason, by_reply=True)
        assert text.endswith(" A 123456")
        assert segments(text).segments <= (1 if reason == "assigned" else 2), text


@given(
    st.sampled_from([*LANGUAGES, "en", None, "xx"]),
    st.dictionaries(st.sampled_from(["low", "high", "critical"]), st.integers(1, 2000), min_size=1),
)
def test_a_bundle_counts_and_says_how_to_answer(language: str | None, levels: dict[str, int]) -> None:
    words = Words(CATALOGUES, language)
    counted, how = words.bundle(levels).split("\n")
    numbers = [int(re.sub(r"\D", "", each)) for each in re.findall(r"\d[\d., ]*", counted)]
    assert numbers[0] == sum(levels.values())
    if set(levels) != {"low"}:
        assert sorted(each for each in numbers[1:] if each) == sorted(levels.values())
    assert "Bes" in how


@given(st.text(min_size=1, max_size=12), st.sampled_from(LANGUAGES))
def test_a_code_stands_in_any_text_whatever_is_in_it(code: str, language: str) -> None:
    text = Words(CATALOGUES, language).alert(Told(7, code, "high"), "assigned", by_reply=True)
    assert text.endswith(" A 7")
