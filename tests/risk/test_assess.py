"""What the detector says of whole texts: plain answers, unmistakable texts, hostile input, promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.risk import Assessment, Category, Level, assess
from bot.risk.detector import LONGEST_TEXT

TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "unmistakable.yaml").read_text("utf-8"))
CRITICAL = [(language, text) for language, texts in TABLE["critical"].items() for text in texts]
HARMLESS = [(language, text) for language, texts in TABLE["harmless"].items() for text in texts]
PLAIN = [
    "po", "Po, jam mirë, faleminderit!", "JO", "joo", "mir", "poooo", "8", "faleminderit 🙏❤️", "ckemi",
    "نعم", "لا", "بخير الحمد لله", "شكرا بزاف", "wakha", "labas hamdolah", "oui merci", "٧", "السلام عليكم",
    "واااخا",
    "так", "ні", "Все добре, дякую!", "нє", "да", "норм", "спасибо", "vse dobre dyakuyu", "добрий день",
    "yes", "no thanks", "I'm fine", "ok", "👍", "❤️", "10", "7.",
]  # fmt: skip
NOT_PLAIN = [
    "jo mire",
    "ні добре",
    "не добре",
    "nuk jam mire",
    "لا بخير لا",
    "112",
    "no ok fine",
    "😭",
    "112!",
]
DANGER = ["me zuri per fyti", "خنقني البارح", "він мене душив", "khna9ni rajli", "he strangled me"]
ANYTHING = st.text(st.characters(), max_size=300)


@pytest.mark.parametrize("text", PLAIN)
@pytest.mark.parametrize("language", ["sq", "ar", "uk", None])
def test_a_plain_answer_is_none_without_review(text: str, language: str | None) -> None:
    assert assess(text, language=language) == Assessment()


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_what_may_mean_more_is_not_a_plain_answer(text: str) -> None:
    assert assess(text) != Assessment()


@pytest.mark.parametrize(("language", "text"), CRITICAL)
def test_the_unmistakable_is_critical(language: str, text: str) -> None:
    assert assess(text, language=language).level is Level.CRITICAL


@pytest.mark.parametrize(("language", "text"), HARMLESS)
def test_alarming_words_without_danger_raise_no_alarm(language: str, text: str) -> None:
    assert assess(text, language=language).level.rank < Level.HIGH.rank


def test_the_language_need_not_be_told() -> None:
    for language, text in CRITICAL:
        told = assess(text)
        assert told.level.rank >= Level.HIGH.rank or told.review, (language, text)


def test_a_level_of_none_has_no_categories_and_any_other_has_some() -> None:
    for language, text in CRITICAL + HARMLESS:
        told = assess(text, language=language)
        assert bool(told.categories) is (told.level is not Level.NONE)
        assert told.categories == tuple(sorted(told.categories, key=list(Category).index))


@pytest.mark.parametrize("around", ["❤️", "🙏 ", "…", "  ", "!!!", "😭"])
@pytest.mark.parametrize(("language", "text"), CRITICAL[::7] + HARMLESS[::9])
def test_case_and_emoji_around_change_nothing(language: str, text: str, around: str) -> None:
    told = assess(text, language=language)
    assert assess(around + text.upper() + around, language=language).level is told.level


@pytest.mark.parametrize(
    "greeting",
    [
        "Përshëndetje!",
        "السلام عليكم.",
        "Добрий день.",
        "Hello.",
        "Jam mirë.",
        "كلشي مزيان.",
        "Все добре.",
        "Haha!",
    ],
)
@pytest.mark.parametrize("danger", DANGER)
def test_greetings_thanks_and_jokes_hide_nothing(greeting: str, danger: str) -> None:
    assert assess(f"{greeting} {danger}. {greeting}").level is Level.CRITICAL


@pytest.mark.parametrize(
    ("danger", "language"),
    [
        ("vin mene dushyv", "uk"),
        ("khna9ni rajli", "ar"),
        ("me zuri per fyti", "sq"),
        ("he strangled me", "uk"),
    ],
)
def test_a_longer_harmless_sentence_in_another_script_hides_nothing(danger: str, language: str) -> None:
    for other in (
        "Дякую вам дуже за допомогу, гарного дня і всього найкращого",
        "شكرا بزاف على المساعدة ديالكم كاملين",
    ):
        assert assess(f"{danger}. {other}", language=language).level is Level.CRITICAL
        assert assess(f"{other}. {danger}", language=language).level is Level.CRITICAL


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n", "\x00", "\ud800", "\udfff a", "\u202emë\u202c", "a" + "\u0301" * 10_000, "ﷺ" * 1000,
     "ﷺ" * 20_000, "💀" * 5000, "a " * 10_000, ". " * 10_000, "a. " * 7_000, "\u200d" * 100, "漢字" * 50,
     "é" * 3000, "{{7*7}}", "%s%n", "\t\r\v\f", "I\u0307\u0130ıß" * 50, "1" * 5000, "٣" * 10, "Ω" * 20,
     "me " * 6_000],
)  # fmt: skip
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(assess(text), Assessment)


def test_what_cannot_be_read_goes_to_review() -> None:
    for text in ["漢字漢字漢字", "x" * (LONGEST_TEXT + 1), "💀💀", "ﷺ" * 1000, "mire " * 400]:
        assert assess(text).review, text[:20]


def test_danger_behind_unreadable_signs_is_seen() -> None:
    hidden = "\x00" * 50 + "me zuri\u200b per\u00ad fy\u0301ti" + "\u202e" * 9
    assert assess(hidden, language="sq").level is Level.CRITICAL


@given(ANYTHING, st.sampled_from(["sq", "ar", "uk", "en", "xx", None]))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_a_word_and_evidence_inside_it(text: str, language: str | None) -> None:
    told = assess(text, language=language)
    assert all(0 <= item.start < item.end <= len(text) for item in told.evidence)
    assert {item.category for item in told.evidence} == set(told.categories)


@given(st.sampled_from(CRITICAL + HARMLESS), st.sampled_from(DANGER), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_danger_sentence_added_never_lowers(row: tuple[str, str], danger: str, before: bool) -> None:
    language, text = row
    both = f"{danger}. {text}" if before else f"{text}. {danger}"
    alone = max(assess(text, language=language).level.rank, assess(danger, language=language).level.rank)
    assert assess(both, language=language).level.rank >= alone


def test_reasons_never_repeat_the_text() -> None:
    for language, text in CRITICAL:
        assert not any(text in reason for reason in assess(text, language=language).reasons)
