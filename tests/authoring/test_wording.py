"""What is wrong with wording and translations, one sentence for each kind of finding."""

import pytest

from bot.authoring.check import check
from bot.authoring.wording import Telltale, plain
from bot.language import recognise
from bot.language.catalogue import Catalogue
from tests.authoring.flowing import PATIENCE, albanian, found, library

PO = "sq/LC_MESSAGES/besa.po"
SAY = "steps: [{id: only, say: %s}]"
CHOICE = PATIENCE + "steps: [{id: ask, ask: choice, text: Well, again: Well, choices: {one: Bad, two: %s}}]"


@pytest.mark.parametrize(
    ("say", "entry", "what"),
    [
        ("Hello", "", "'Hello' has no finished translation"),
        ("Hello", '#, fuzzy\nmsgid "Hello"\nmsgstr "Tung"\n', "'Hello' has no finished translation"),
        ('"Hi {name}"', 'msgid "Hi {name}"\nmsgstr "Tung"\n', "'Hi {name}' has lost {name}"),
        ("Hello", 'msgid "Hello"\nmsgstr "Tung {name}"\n', "'Hello' has {name} too much"),
        (
            "Hello",
            f'msgid "Hello"\nmsgstr "{"ë" * 135}"\n',
            "'Hello' takes 3 SMS in UCS-2 with its choices",
        ),
        ("Hello", 'msgid "Hello"\nmsgstr "Tung nga PROGRAMI"\n', "'program' gives the programme away"),
        ("Hello", 'msgid "Hello"\nmsgstr "Ka rrezik, strehëz"\n', "'rrezik' gives the programme away"),
    ],
)
def test_each_fault_is_found_alone(say: str, entry: str, what: str) -> None:
    assert found(library(SAY % say), {"sq": albanian(entry)}) == [(PO, "a, only", what)]


@pytest.mark.parametrize(
    ("variants", "count"), [("", 0), ('msgctxt "man"\nmsgid "Hello"\nmsgstr "I {x}"\n', 1)]
)
def test_every_way_of_addressing_is_checked(variants: str, count: int) -> None:
    flows = library(SAY % "{msgid: Hello, addressed: true}")
    assert len(found(flows, {"sq": albanian('msgid "Hello"\nmsgstr "Tung"\n', variants)})) == count


def test_english_is_checked_in_the_flow_itself() -> None:
    assert found(library(SAY % "The police is here")) == [
        ("a.yaml", "only", "'police' gives the programme away")
    ]


def test_the_choices_count_as_they_are_sent() -> None:
    fits, over = "a" * 306, "b" * 300
    body = (
        PATIENCE
        + f"steps: [{{id: ask, ask: choice, text: {over}, again: Well, choices: {{x: Good, y: Bad}}}}]"
    )
    assert found(library(SAY % fits)) == []
    assert found(library(body)) == [
        ("a.yaml", "ask", f"{over!r} takes 3 SMS in GSM-7 with its choices"),
    ]


def test_a_choice_that_cannot_be_chosen() -> None:
    findings = found(library(CHOICE % "{msgid: Bad, context: other}"))
    assert {(file, place) for file, place, _ in findings} == {("a.yaml", "ask")}
    assert any(what.startswith("'Bad', typed for") for _, _, what in findings)


def test_choices_that_differ_are_read_back() -> None:
    assert found(library(CHOICE % "Good")) == []


@pytest.mark.parametrize(
    ("text", "given_away"),
    [("والشرطة هنا", True), ("شرطة", True), ("كيف حالك", False), ("إدماجي", True)],
)
def test_arabic_words_are_found_behind_what_is_joined_to_them(text: str, given_away: bool) -> None:
    telltale = Telltale(before="[وفبلك]?(?:ال|ل)?", stems=("شرطة", "إدماج"))
    assert bool(telltale.pattern().search(plain(text))) is given_away


def test_whole_words_are_no_beginnings() -> None:
    flows = library(SAY % "Hello")
    ukrainian = Catalogue("uk", {(None, "Hello"): ("Гарний момент",), (None, "Thanks"): ("Дякую",)})
    assert found(flows, {"uk": ukrainian}) == []
    bare = Catalogue("uk", {(None, "Hello"): ("Це МОМ",), (None, "Thanks"): ("Дякую",)})
    assert len(found(flows, {"uk": bare})) == 1


def test_a_choice_that_twilio_takes_for_itself() -> None:
    assert ("a.yaml", "ask", "'Stop' is a word that Twilio takes for itself") in found(
        library(CHOICE % "Stop")
    )


def test_a_finding_reads_as_one_line() -> None:
    flows = library(SAY % "The police is here")
    (finding,) = check(flows, {"en": Catalogue("en")}, recognise)
    assert str(finding) == "a.yaml: only: 'police' gives the programme away; say it without"
