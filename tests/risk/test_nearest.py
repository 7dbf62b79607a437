"""The known examples that explain a reading: near in meaning, in the language, with their labels."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli.language import app
from bot.risk import Category, Level, assess
from bot.risk.explain import explain
from bot.risk.nearest import nearest

NO_PAY = {
    "sq": "shefi nuk më ka paguar këtë muaj",
    "ar": "الباطرون ما خلصنيش هاد الشهر",
    "uk": "хазяїн не заплатив за цей місяць",
}


@pytest.mark.parametrize(("language", "text"), NO_PAY.items())
def test_an_example_about_the_same_is_found_in_the_language(language: str, text: str) -> None:
    found = nearest(text, language=language)
    assert found
    assert all(each.language == language for each in found)
    assert Category.MONEY_WORK in found[0].categories


def test_no_more_are_given_than_wanted() -> None:
    assert len(nearest(NO_PAY["sq"], most=2)) == 2
    assert nearest(NO_PAY["sq"], most=0) == ()


@pytest.mark.parametrize("text", ["", " ", "\u202e"])
def test_nothing_is_near_to_nothing(text: str) -> None:
    assert nearest(text) == ()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_taken(text: str) -> None:
    assert all(each.level is not Level.NONE for each in nearest(text))


def test_a_sign_explains_itself() -> None:
    found = assess("ai ka thikë dhe është te dera", language="sq")
    assert found.by_sign
    assert explain(found, "ai ka thikë dhe është te dera", language="sq").like == ()


@pytest.mark.parametrize(("language", "text"), NO_PAY.items())
def test_the_command_explains_a_wording_by_examples(language: str, text: str) -> None:
    row = json.dumps({"id": "1", "lang": language, "text": text})
    done = CliRunner().invoke(app, ["risk", "--explain"], input=row)
    told = json.loads(done.stdout)
    assert told["level"] != "none"
    assert told["like"] or any("." in reason for reason in told["reasons"])
    assert all(each["level"] != "none" for each in told["like"])


def test_what_is_harmless_needs_no_explanation() -> None:
    text = "gjithçka mirë, faleminderit"
    told = explain(assess(text, language="sq"), text, language="sq")
    assert told.like == ()
    assert told.palermo == {}
