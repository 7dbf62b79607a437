"""A reading may be missed but is never turned round: negation, doubt, strange texts, offered labels."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import Intent, fold, intent, intent_language, is_filler, recognise, segments
from bot.language.folding import keys, words
from bot.language.lexicon import folded, languages, view
from bot.language.recognising import KINDS
from tests.language.test_reading import CHOICES, LANGUAGES

ANYTHING = st.text(st.characters(categories=None), max_size=200)
PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "po",
                "jo",
                "так",
                "ні",
                "نعم",
                "لا",
                "la",
                "mire",
                "s'",
                "не",
                "ما",
                "STOP",
                "?",
                ",",
                ".",
                "1",
            ),
            *("٢", "3️⃣", "👍🏽", "\u200f", "ـ", "e", "و", "двадцять", "por", "але", "/", "10", "من", "flm"),
        ]
    ),
    max_size=14,
).map(" ".join)


@settings(max_examples=400, deadline=None)
@given(ANYTHING | PIECES, st.sampled_from([*LANGUAGES, "ru", "fr", "xx"]))
def test_nothing_that_is_typed_breaks_reading(text: str, language: str) -> None:
    for kind in KINDS:
        reading = recognise(kind, text, language=language, choices=CHOICES["feeling"]["sq"], low=0, high=10)
        if reading and kind == "choice":
            assert reading.value in CHOICES["feeling"]["sq"]
        if reading and kind in ("scale", "number"):
            assert 0 <= float(reading.value) <= 10
        if reading and reading.exact:
            assert not reading.rest
    assert intent(text) in {None, *Intent}
    assert is_filler(text) in (True, False)
    assert intent_language(text) in {None, *languages()}
    assert segments(text).segments >= 1


@settings(max_examples=1000, deadline=None)
@given(ANYTHING)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
def test_words_stand_where_they_say(text: str) -> None:
    found = words(text)
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert all(fold(text[word.start : word.end]) == word.key for word in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mirë", "mire"),
        ("ÇFARË", "cfare"),
        ("poooo", "po"),
        ("نَعَـــم", "نعم"),
        ("أنا إلى آخر", "انا الي اخر"),
        ("مدرسة", "مدرسه"),
        ("کیف", "كيف"),
        ("گاع", "كاع"),
        ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
        ("۴۵۶", "456"),
        ("п'ять", "пять"),
        ("п’ять", "пʼять"),
        ("ґанок", "ганок"),
        ("Тобi", "тобі"),
        ("s’jam", "sjam"),
        ("\u202bنعم\u202c", "نعم"),
        ("p\u200bo", "po"),
        ("❤️", "❤"),
        ("👍🏿", "👍"),
        ("5️⃣", "5"),
        ("🔟", "10"),
        ("ﻻ", "لا"),
        ("نعم؟", "نعم?"),
    ],
)
def test_ways_of_typing_one_thing_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def typed(label: str) -> list[str]:
    plain = label.translate(str.maketrans("ëçËÇ", "ecEC"))
    return [
        label,
        plain,
        plain.lower(),
        plain.upper(),
        f"{plain}.",
        f" {label}! ",
        f"{label} {label[-1]}"[:-2],
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", CHOICES)
def test_every_offered_choice_is_read_back(question: str, language: str) -> None:
    choices = CHOICES[question][language]
    for number, (key, terms) in enumerate(choices.items(), 1):
        arabic = str(number).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
        numbered = [
            str(number),
            f"{number}.",
            f"{number})",
            f"{number}\ufe0f\u20e3",
            arabic,
            f"{number} {terms[0]}",
        ]
        for text in [*typed(terms[0]), *numbered[:5]]:
            reading = recognise("choice", text, language=language, choices=choices)
            assert reading is not None and (reading.value, reading.exact) == (key, True), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_names_of_languages_are_read_in_each_of_them(language: str) -> None:
    choices = {"sq": ["Albanian"], "ar": ["Arabic"], "uk": ["Ukrainian"], "en": ["English"]}
    for key, name in {"sq": "Shqip", "ar": "العربية", "uk": "українська", "en": "english please"}.items():
        reading = recognise("choice", name, language=language, choices=choices)
        assert reading is not None and reading.value == key
        assert intent_language(name) == key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_negator_never_leaves_a_positive_reading(language: str) -> None:
    data, choices = languages()[language], CHOICES["feeling"][language]
    for negator, fine in itertools.product(data.negators, [*data.choices["fine"], *choices["fine"]]):
        for text in (f"{negator} {fine}", f"{fine} {negator}", f"{fine}, {negator} {fine}"):
            reading = recognise("choice", text, language=language, choices=choices)
            assert reading is None or reading.value != "fine", text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_negator_never_leaves_a_yes(language: str) -> None:
    data = languages()[language]
    for negator, word in itertools.product(data.negators, data.yes):
        for text in (f"{negator} {word}", f"{word} {negator}"):
            reading = recognise("yes_no", text, language=language)
            assert reading is None or reading.value != "yes", text


@pytest.mark.parametrize("language", LANGUAGES)
def test_doubt_is_never_an_answer(language: str) -> None:
    data = languages()[language]
    listed = {*folded(data.yes), *folded(data.no)}
    for doubt, word in itertools.product([*data.doubt, *data.but], [*data.yes[:12], *data.no[:12]]):
        for text in (f"{word} {doubt}", f"{word}, {doubt}", f"{doubt} {word}"):
            reading = recognise("yes_no", text, language=language)
            assert reading is None or keys(text) in listed, text


@pytest.mark.parametrize("language", [*LANGUAGES, "ru", "fr"])
def test_no_word_means_two_opposite_things(language: str) -> None:
    data, known = languages()[language], view(language)
    yes, no = set(folded(data.yes)), set(folded(data.no))
    assert not yes & no
    assert not no & set(known.skipped.table)
    assert not set(folded(data.negators)) & (yes | set(known.skipped.table))
    assert not (yes | set(known.skipped.table)) & set(known.doubt.table)
    groups = (
        ("fine", "so_so", "not_well"),
        ("morning", "afternoon", "evening", "any"),
        ("own", "shared", "watched"),
    )
    for group in groups:
        for one, other in itertools.combinations(group, 2):
            assert not set(folded(data.choices[one])) & set(folded(data.choices[other]))


def test_no_phrase_is_two_intents_or_an_intent_and_an_answer() -> None:
    seen: dict[tuple[str, ...], str] = {}
    for data in languages().values():
        for name, terms in data.intents.items():
            assert name in set(Intent)
            for phrase in folded([*terms.whole, *terms.clause, *terms.edge]):
                assert seen.setdefault(phrase, name) == name, phrase
    for data in languages().values():
        answers = set(folded([*data.yes, *data.no, *data.fillers]))
        assert {seen[phrase] for phrase in answers & set(seen)} <= {"LATER"}


@pytest.mark.parametrize(
    "word", ["STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"]
)
def test_what_twilio_obeys_is_stop_here_too(word: str) -> None:
    assert intent(word) is intent(word.lower()) is Intent.STOP


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "'",
        "a\u0301",
        "\ud800\x00",
        "po ",
        "po, ",
        "stop ",
        "نعم، ",
        "👍",
        "\u0301",
        "a'",
        "1 ",
        "\u200f",
        "1.1 ",
    ],
)
def test_ten_thousand_characters_are_read_without_harm(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    for kind in KINDS:
        recognise(kind, text, language="sq", choices=CHOICES["feeling"]["sq"], low=0, high=10)
    intent(text)
    is_filler(text)
    fold(text)
    assert len(fold(text)) <= 10 * len(text)
