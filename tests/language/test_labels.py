"""Every label of the shipped questions reads back as its own choice, however it is typed."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from bot.language import Catalogue, Intent, Reading, intent, intent_language, recognise

LOCALES = Path(__file__).parents[2] / "locales"
QUESTIONS = {
    "choice": {"fine": "Fine", "so_so": "So-so", "not_well": "Not well"},
    "time": {"morning": "Morning", "afternoon": "Afternoon", "evening": "Evening", "any": "Any time"},
    "phone": {"own": "Only mine", "shared": "Shared", "watched": "Someone looks into it"},
    "language": {"sq": "Albanian", "ar": "Arabic", "uk": "Ukrainian", "en": "English"},
}
DIGITS = ("{}", "{}.", "{})", "({})", "{}\ufe0f\u20e3", "\u200f{}")
NAMES = {
    "sq": ["shqip", "Shqip, ju lutem", "SHQIP", "albanian"],
    "ar": ["arabisht", "عربية", "العربية", "بالعربية من فضلكم", "darija", "arabe"],
    "en": ["english", "in english please", "anglisht", "англійською"],
    "uk": ["українською", "Українською будь ласка", "українська", "ukrainian"],
    "ru": ["по-русски", "русский"],
    "fr": ["français", "بالفرنسية"],
}
ARABIC_DIGITS = str.maketrans("1234", "١٢٣٤")


def labels(language: str, question: str) -> dict[str, list[str]]:
    if language == "en":
        return {key: [label] for key, label in QUESTIONS[question].items()}
    path = LOCALES / language / "LC_MESSAGES" / "besa.po"
    catalogue = Catalogue.parse(language, path.read_bytes(), path.name)
    return {
        key: [catalogue.text(label, context=question), label] for key, label in QUESTIONS[question].items()
    }


def bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("language", ["sq", "ar", "uk", "en"])
def test_a_label_reads_back(language: str, question: str) -> None:
    offered = labels(language, question)
    for key, (label, *_) in offered.items():
        forms = [
            label,
            label.upper(),
            label.lower(),
            f" {label}! ",
            f"{label}.",
            f"{label} 🙏",
            label + label[-1] * 3,
        ]
        forms += [
            label.replace("-", " "),
            bare(label),
            bare(label).upper(),
            unicodedata.normalize("NFD", label),
        ]
        for form in forms:
            reading = recognise("choice", form, language=language, choices=offered)
            assert reading is not None, form
            assert (reading.value, reading.rest, reading.exact) == (key, "", True), form


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("language", ["sq", "ar", "uk", "en"])
def test_a_number_names_its_choice(language: str, question: str) -> None:
    offered = labels(language, question)
    for number, key in enumerate(offered, 1):
        for form in [shape.format(number) for shape in DIGITS] + [str(number).translate(ARABIC_DIGITS)]:
            reading = recognise("choice", form, language=language, choices=offered)
            assert reading is not None, form
            assert (reading.value, reading.exact) == (key, True), form
        line = f"{number} {offered[key][0]}"
        assert recognise("choice", line, language=language, choices=offered) == Reading(key), line
        other = offered[next(name for name in offered if name != key)][0]
        assert recognise("choice", f"{number} {other}", language=language, choices=offered) is None
    for beyond in (0, len(offered) + 1, 11, -1):
        assert recognise("choice", str(beyond), language=language, choices=offered) is None


@pytest.mark.parametrize("language", ["sq", "ar", "uk"])
def test_no_label_is_taken_for_another_wish(language: str) -> None:
    for question in ("choice", "time", "phone"):
        for label, *_ in labels(language, question).values():
            assert intent(label) is None, label


@pytest.mark.parametrize(
    ("language", "text"), [(key, name) for key, names in NAMES.items() for name in names]
)
def test_a_language_is_asked_for_by_name(language: str, text: str) -> None:
    assert intent(text) is Intent.LANGUAGE
    assert intent_language(text) == language


@pytest.mark.parametrize(
    "text",
    ["po", "mire", "mesova shqip ne shkolle", "вчу українську мову", "I learn english at school", "", "?"],
)
def test_a_language_only_mentioned_is_not_asked_for(text: str) -> None:
    assert intent_language(text) is None
