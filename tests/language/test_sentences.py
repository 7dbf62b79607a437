"""A sentence that only begins like an answer is not read as one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.language import recognise
from tests.language.test_reading import CHOICES

SENTENCES = yaml.safe_load((Path(__file__).parent / "data" / "sentences.yaml").read_text("utf-8"))
ROWS = [
    pytest.param(kind, language, text, id=f"{language}-{kind}-{text}")
    for kind, languages in SENTENCES.items()
    for language, texts in languages.items()
    for text in texts
]


@pytest.mark.parametrize(("kind", "language", "text"), ROWS)
def test_a_sentence_is_no_answer(kind: str, language: str, text: str) -> None:
    choices = CHOICES["feeling"][language] if kind == "feeling" else {}
    asked = "choice" if kind == "feeling" else kind
    assert recognise(asked, text, language=language, choices=choices) is None
