"""The page's words: all of them extracted, all of them translated, none of them broken."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.api.pages.vocabulary import Vocabulary
from bot.api.pages.words import load, preferred
from bot.language.catalogue import placeholders

ROOT = Path(__file__).parents[2]
TRANSLATED = ("sq", "ar", "uk")
KEYWORDS = ("text", "pgettext:1c,2", "in_context:1c,2", "plural:1,2", "Trouble:2")


def test_what_is_shipped_is_what_the_page_says(tmp_path: Path) -> None:
    code = "import sys; from babel.messages.frontend import main; sys.exit(main())"
    options = ["--omit-header", "--no-wrap", "--add-location=file", "-o", str(tmp_path / "page.pot")]
    for keyword in KEYWORDS:
        options += ["-k", keyword]
    command = [sys.executable, "-c", code, "-q", "extract", "-F", "babel-page.cfg", *options, "."]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    assert (tmp_path / "page.pot").read_bytes() == (ROOT / "locales/page.pot").read_bytes()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_of_the_page_is_translated_with_its_placeholders(language: str) -> None:
    entries = load(ROOT / "locales")[language].catalogue.entries
    wanted = [each for each in read_po(BytesIO((ROOT / "locales/page.pot").read_bytes())) if each.id]
    assert len(wanted) > 200
    for each in wanted:
        singular = each.id if isinstance(each.id, str) else each.id[0]
        found = entries.get((each.context or None, singular))
        assert found, f"{language}: {each.context or ''} {singular!r} is not translated"
        if isinstance(each.id, str):
            assert placeholders(found[0]) == placeholders(singular), singular
        else:
            assert all(placeholders(form) <= placeholders(singular) for form in found), singular
    assert len(entries) == len(wanted)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_keys_of_rows_have_words_of_their_own(language: str) -> None:
    words = load(ROOT / "locales")
    english, other = Vocabulary(words["en"]), Vocabulary(words[language])
    for kind in ("level", "category", "source", "group", "outcome", "case", "filter", "happened", "done"):
        said = english.all(kind)
        assert set(other.all(kind)) == set(said)
        assert all(other(kind, key) != word for key, word in said.items()), kind
        assert len(set(other.all(kind).values())) == len(set(said.values())), kind


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("sq-AL,sq;q=0.9,en;q=0.5", "sq"),
        ("ar-MA", "ar"),
        ("fr-FR,fr;q=0.9,uk;q=0.3,en;q=0.2", "uk"),
        ("de", "en"),
        ("", "en"),
        ("en;q=0,sq;q=nonsense,uk;q=0.1", "uk"),
        ("*", "en"),
    ],
)
def test_the_language_is_the_one_the_browser_likes_best(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


def test_times_are_written_as_the_language_writes_them() -> None:
    words, now = load(ROOT / "locales"), datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert words["en"].away(now + timedelta(minutes=15), now) == "in 15 minutes"
    assert words["sq"].away(now - timedelta(hours=3), now) == "3 orë më parë"
    assert words["uk"].moment(now, "Europe/Kyiv") == "вт 24 лист., 17:00"
    assert words["ar"].moment(now, "Africa/Casablanca") == "الثلاثاء 24 نونبر، 16:00"
    assert words["ar"].direction == "rtl"
    assert words["en"].away(now, now) == "just now"
