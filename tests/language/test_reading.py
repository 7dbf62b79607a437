"""What people type, in their language, is read as the tables in ``data/`` say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.language import intent, is_filler, recognise

DATA = Path(__file__).parent / "data"
LANGUAGES = ("sq", "ar", "uk", "en")
CHOICES = {
    "feeling": {
        "sq": {"fine": ["Mirë"], "so_so": ["Ashtu-ashtu"], "not_well": ["Jo mirë"]},
        "ar": {"fine": ["بخير"], "so_so": ["شوية"], "not_well": ["ماشي مزيان"]},
        "uk": {"fine": ["Добре"], "so_so": ["Так собі"], "not_well": ["Не добре"]},
        "en": {"fine": ["Fine"], "so_so": ["So-so"], "not_well": ["Not well"]},
    },
    "hours": {
        "sq": {
            "morning": ["Në mëngjes"],
            "afternoon": ["Pasdite"],
            "evening": ["Në mbrëmje"],
            "any": ["Kurdo"],
        },
        "ar": {
            "morning": ["الصباح"],
            "afternoon": ["العشية"],
            "evening": ["المساء"],
            "any": ["أي وقت"],
        },
        "uk": {"morning": ["Вранці"], "afternoon": ["Вдень"], "evening": ["Ввечері"], "any": ["Будь-коли"]},
        "en": {
            "morning": ["Morning"],
            "afternoon": ["Afternoon"],
            "evening": ["Evening"],
            "any": ["Any time"],
        },
    },
    "phone": {
        "sq": {"own": ["Vetëm imi"], "shared": ["I përbashkët"], "watched": ["Dikush e kontrollon"]},
        "ar": {"own": ["ديالي بوحدي"], "shared": ["مشترك"], "watched": ["شي حد كيشوفو"]},
        "uk": {"own": ["Тільки мій"], "shared": ["Спільний"], "watched": ["Хтось його перевіряє"]},
        "en": {"own": ["Only mine"], "shared": ["Shared"], "watched": ["Someone looks into it"]},
    },
}


def table(language: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DATA / f"{language}.yaml").read_text("utf-8"))
    return loaded


def texts(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, list):
            yield from map(str, entry)
        else:
            yield str(entry)


def rows(*kinds: str) -> list[Any]:
    found = []
    for language in LANGUAGES:
        known = table(language)
        for kind in kinds:
            for expected, entries in known[kind].items():
                for text in texts(entries):
                    name = f"{language}-{kind}-{expected}-{text}"
                    found.append(pytest.param(language, kind, text, expected, id=name))
    return found


def read(kind: str, text: str, language: str) -> Any:
    if kind == "yes_no":
        return recognise("yes_no", text, language=language)
    if kind == "scale":
        return recognise("scale", text, language=language, low=1, high=10)
    if kind == "number":
        return recognise("number", text, language=language, low=0)
    choices = dict(CHOICES[kind][language])
    if kind == "phone":
        choices["unknown"] = ["?"]
    return recognise("choice", text, language=language, choices=choices)


@pytest.mark.parametrize(
    ("language", "kind", "text", "expected"),
    rows("yes_no", "feeling", "hours", "phone", "scale", "number"),
)
def test_an_answer_is_read_or_left(language: str, kind: str, text: str, expected: str) -> None:
    reading = read(kind, text, language)
    assert (reading.value if reading else "unclear") == expected


def rests() -> list[Any]:
    return [
        pytest.param(language, kind.removesuffix("_rest"), *row, id=f"{language}-{row[0]}")
        for language in LANGUAGES
        for kind in ("yes_no_rest", "feeling_rest")
        for row in table(language)[kind]
    ]


@pytest.mark.parametrize(("language", "kind", "text", "value", "rest"), rests())
def test_what_an_answer_leaves_over(language: str, kind: str, text: str, value: Any, rest: str) -> None:
    reading = read(kind, text, language)
    assert (reading.value, reading.rest, reading.exact) == (value, rest, False) if value else reading is None


@pytest.mark.parametrize(("language", "kind", "text", "expected"), rows("intent"))
def test_an_intent_is_the_purpose_of_the_text(language: str, kind: str, text: str, expected: str) -> None:
    found = intent(text)
    assert (found.value if found else "none") == expected


@pytest.mark.parametrize(("language", "kind", "text", "expected"), rows("filler"))
def test_filler_is_nothing_to_act_on(language: str, kind: str, text: str, expected: str) -> None:
    assert is_filler(text) is (expected == "yes")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_table_is_long_enough(language: str) -> None:
    known = table(language)
    kinds = ("yes_no", "feeling", "hours", "phone", "scale", "number", "intent", "filler")
    assert sum(1 for kind in kinds for entries in known[kind].values() for _ in texts(entries)) > 200
