"""Dates as people type them, read as ISO dates."""

from __future__ import annotations

import datetime

import pytest

from bot.language import recognise

TODAY = datetime.date(2026, 3, 4)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("sq", "12.3.2026", "2026-03-12"),
        ("sq", "12/03/2026", "2026-03-12"),
        ("sq", "2026-03-12", "2026-03-12"),
        ("sq", "12 mars 2026", "2026-03-12"),
        ("ar", "١٢/٣/٢٠٢٦", "2026-03-12"),
        ("ar", "12 مارس 2026", "2026-03-12"),
        ("uk", "12 березня 2026", "2026-03-12"),
        ("uk", "12.03.26", "2026-03-12"),
        ("en", "12 march 2026", "2026-03-12"),
        ("en", "29.2.2028", "2028-02-29"),
    ],
)
def test_a_date_with_its_year(language: str, text: str, expected: str) -> None:
    reading = recognise("date", text, language=language)
    assert reading is not None
    assert reading.value == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("sq", "neser", "2026-03-05"),
        ("ar", "غدا", "2026-03-05"),
        ("ar", "ghda", "2026-03-05"),
        ("uk", "завтра", "2026-03-05"),
        ("uk", "вчора", "2026-03-03"),
        ("en", "tomorrow", "2026-03-05"),
        ("uk", "у п'ятницю", "2026-03-06"),
        ("sq", "12 mars", "2026-03-12"),
        ("en", "31.12", "2025-12-31"),
    ],
)
def test_a_date_told_from_today(language: str, text: str, expected: str) -> None:
    reading = recognise("date", text, language=language, today=TODAY)
    assert reading is not None
    assert reading.value == expected
    assert recognise("date", text, language=language) is None


@pytest.mark.parametrize(
    "text",
    ["31.2.2026", "2026-13-01", "12", "12.3.2026?", "12.3.2026 ose 13.3.2026", "s'e di", "", "99/99/9999"],
)
def test_what_is_no_date(text: str) -> None:
    assert recognise("date", text, language="sq", today=TODAY) is None
