"""Catalogues: which entry is taken, what counts as missing, and how values are written in each language."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from bot.language.catalogue import Catalogue, CatalogueError, MissingTranslation

_PLURALS = {
    "sq": "nplurals=2; plural=(n != 1);",
    "uk": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<12 || n%100>14) ? 1 : 2);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5);",
}


def _catalogue(language: str, body: str) -> Catalogue:
    head = (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Plural-Forms: {_PLURALS[language]}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    )
    return Catalogue.parse(language, (head + body).encode(), "besa.po")


def _filled(language: str, value: Any) -> str:
    return _catalogue(language, 'msgid "On {x}."\nmsgstr "<{x}>"\n').text("On {x}.", params={"x": value})


ADDRESSED = """
msgctxt "wish|woman"
msgid "Dear"
msgstr "E dashur, urim"

msgctxt "woman"
msgid "Dear"
msgstr "E dashur"

msgctxt "wish"
msgid "Dear"
msgstr "Urim"

msgid "Dear"
msgstr "Përshëndetje"
"""


@pytest.mark.parametrize(
    ("context", "variant", "expected"),
    [
        ("wish", "woman", "E dashur, urim"),
        ("other", "woman", "E dashur"),
        (None, "woman", "E dashur"),
        ("wish", "man", "Urim"),
        ("wish", None, "Urim"),
        (None, "man", "Përshëndetje"),
        ("other", None, "Përshëndetje"),
    ],
)
def test_the_most_particular_entry_wins(context: str | None, variant: str | None, expected: str) -> None:
    assert _catalogue("sq", ADDRESSED).text("Dear", context=context, variant=variant) == expected


@pytest.mark.parametrize(
    "entry",
    [
        'msgid "Hello"\nmsgstr ""\n',
        '#, fuzzy\nmsgid "Hello"\nmsgstr "Ciao"\n',
        '#~ msgid "Hello"\n#~ msgstr "Tung"\n',
    ],
)
def test_empty_fuzzy_and_obsolete_entries_are_missing(entry: str) -> None:
    with pytest.raises(MissingTranslation):
        _catalogue("sq", entry).text("Hello")


def test_english_needs_no_entry() -> None:
    english = Catalogue("en")
    assert english.text("See you on {day}.", params={"day": date(2026, 3, 9)}) == "See you on March 9, 2026."
    assert english.plural("{n} day", "{n} days", 1) == "1 day"
    assert english.plural("{n} day", "{n} days", 2) == "2 days"


DAYS = {
    "sq": ["{n} ditë", "{n} ditë të gjata"],
    "uk": ["{n} день", "{n} дні", "{n} днів"],
    "ar": ["لا يوم", "يوم", "يومان", "{n} أيام", "{n} يوما", "{n} يوم"],
}


@pytest.mark.parametrize(
    ("language", "n", "expected"),
    [
        ("sq", 1, "1 ditë"),
        ("sq", 2, "2 ditë të gjata"),
        ("uk", 1, "1 день"),
        ("uk", 3, "3 дні"),
        ("uk", 11, "11 днів"),
        ("uk", 22, "22 дні"),
        ("ar", 0, "لا يوم"),
        ("ar", 2, "يومان"),
        ("ar", 7, "7 أيام"),
        ("ar", 14, "14 يوما"),
        ("ar", 100, "100 يوم"),
    ],
)
def test_plurals_follow_the_language(language: str, n: int, expected: str) -> None:
    forms = "".join(f'msgstr[{at}] "{form}"\n' for at, form in enumerate(DAYS[language]))
    catalogue = _catalogue(language, f'msgid "{{n}} day"\nmsgid_plural "{{n}} days"\n{forms}')
    assert catalogue.plural("{n} day", "{n} days", n) == expected


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("ar", date(2026, 11, 24), "<24 نونبر 2026>"),
        ("ar", 1250, "<1.250>"),
        ("sq", date(2026, 11, 24), "<24 nëntor 2026>"),
        ("sq", Decimal("1250.5"), "<1 250,5>"),
        ("sq", time(16, 5), "<16:05>"),
        ("uk", datetime(2026, 11, 24, 16, 5, tzinfo=UTC), "<24 листопада 2026\u202fр., 16:05>"),
        ("uk", "Олена", "<Олена>"),
    ],
)
def test_values_are_written_as_the_language_does(language: str, value: Any, expected: str) -> None:
    assert _filled(language, value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("+355 69 20", "\u200e+355 69 20\u200e"),
        ("Ana (2)", "\u200eAna (2)\u200e"),
        ("فاطمة", "\u200fفاطمة\u200f"),
        ("Ana\u202e\u2066", "\u200eAna\u200e"),
    ],
)
def test_a_value_in_arabic_stays_in_one_piece(value: str, expected: str) -> None:
    assert _filled("ar", value) == f"<{expected}>"


def test_a_file_is_utf_8_whatever_its_header_says() -> None:
    po = (
        '\ufeffmsgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=latin-1\\n"\n\nmsgid "a"\nmsgstr "ë"\n'
    )
    assert Catalogue.parse("sq", po.encode(), "besa.po").text("a") == "ë"


def test_a_missing_parameter_is_an_error() -> None:
    with pytest.raises(KeyError, match="x"):
        _catalogue("sq", 'msgid "On {x}."\nmsgstr "<{x}>"\n').text("On {x}.")


@pytest.mark.parametrize(
    ("po", "expected"),
    [
        (b'msgid "a"\nmsgstr "b"\nnonsense\n', r"^besa.po:3: .*; mend this entry"),
        (b'msgid "a"\nmsgstr "\xff"\n', r"^besa.po:2: this is not UTF-8; save"),
        (
            b'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(go);\\n"\n',
            r"^besa.po:1: .*; mend Plural",
        ),
        (b'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=x\\n"\n', r"^besa.po:1: .*; mend the header"),
        (b'msgid "a {x}"\nmsgstr "b {x"\n', r"^besa.po:1: a placeholder is broken; write"),
        (
            b'msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\nmsgstr[5] "c"\n',
            r"^besa.po:1: .* more translations than num_plurals .*; mend",
        ),
    ],
)
def test_a_broken_file_names_line_and_mend(po: bytes, expected: str) -> None:
    with pytest.raises(CatalogueError, match=expected):
        Catalogue.parse("sq", po, "besa.po")
