"""Context raises and never lowers: answers beside their question, and what was said before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.risk import TAKEN_BACK, Assessment, Category, Level, assess, in_context

CRITICAL = Assessment(Level.CRITICAL, (Category.VIOLENCE,), reasons=("sq.strangled",))
UNREAD = Assessment(review=True, reasons=("unknown words",))
QUESTIONS = ["moment", "wellbeing", "safety", "trouble", "need", "call", "open", None]
ANSWERS = [
    "yes",
    "no",
    "fine",
    "so_so",
    "not_well",
    "sometimes",
    "unsure",
    "here",
    "unread",
    TAKEN_BACK,
    None,
]


@pytest.mark.parametrize(
    ("asked", "answer", "level", "category"),
    [
        ("safety", "no", Level.HIGH, Category.VIOLENCE),
        ("trouble", "yes", Level.HIGH, Category.TRAFFICKER_CONTACT),
        ("safety", "sometimes", Level.HIGH, Category.VIOLENCE),
        ("trouble", "here", Level.CRITICAL, Category.TRAFFICKER_CONTACT),
        ("trouble", "unsure", Level.LOW, Category.TRAFFICKER_CONTACT),
        ("need", "money_work", Level.LOW, Category.MONEY_WORK),
        ("open", "health", Level.LOW, Category.HEALTH),
        ("wellbeing", "not_well", Level.LOW, Category.DISTRESS),
        ("need", "yes", Level.LOW, Category.BASIC_NEEDS),
        ("call", "yes", Level.LOW, Category.CONTACT_REQUEST),
    ],
)
def test_an_answer_means_something_beside_its_question(
    asked: str, answer: str, level: Level, category: Category
) -> None:
    told = in_context(Assessment(), asked=asked, answer=answer)
    assert (told.level, told.categories) == (level, (category,))


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("moment", "no"), ("moment", "yes"), ("safety", "yes"), ("trouble", "no"), ("need", "no"),
     ("open", "yes"), ("wellbeing", "fine"), ("call", "no"), (None, "yes"), ("safety", None)],
)  # fmt: skip
def test_a_good_answer_raises_nothing(asked: str | None, answer: str | None) -> None:
    assert in_context(Assessment(), asked=asked, answer=answer) == Assessment()


def test_an_answer_that_was_not_read_keeps_its_review() -> None:
    assert in_context(UNREAD, asked="safety", answer=None).review


@pytest.mark.parametrize("text", ["ok", "po faleminderit", "واخا", "дякую", "👍"])
def test_a_bare_acknowledgement_keeps_the_level_before_it(text: str) -> None:
    told = in_context(assess(text), recent=[CRITICAL])
    assert (told.level, told.categories) == (Level.CRITICAL, (Category.VIOLENCE,))


def test_a_text_of_its_own_does_not_inherit() -> None:
    own = Assessment(Level.LOW, (Category.MONEY_WORK,), reasons=("wording",))
    assert in_context(own, recent=[CRITICAL]).level is Level.LOW


@pytest.mark.parametrize(
    ("language", "left", "control", "hits", "followed"),
    [
        (
            "sq",
            "ika nga burri para dy javesh",
            "ai ma kontrollon telefonin",
            "burri me rreh",
            "me ndjek nje makine",
        ),
        ("ar", "هربت من راجلي", "كيقلب تيليفوني", "راجلي كيضربني", "كاين واحد كيتبعني"),
        ("uk", "пішла від чоловіка", "він перевіряє мій телефон", "чоловік мене б'є", "за мною стежать"),
        ("en", "I left my husband", "he checks my phone", "he hits me", "a man follows me"),
    ],
)
def test_signals_of_several_texts_add_up(
    language: str, left: str, control: str, hits: str, followed: str
) -> None:
    def told(text: str) -> Assessment:
        return assess(text, language=language)

    assert in_context(told(hits), recent=[told(left), told(control)]).level is Level.CRITICAL
    assert in_context(told(followed), recent=[told(left)]).level is Level.CRITICAL


def test_a_cluster_that_ended_does_not_raise_what_has_no_part_in_it() -> None:
    left = assess("ika nga burri", language="sq")
    followed = assess("me ndjek nje makine", language="sq")
    assert in_context(
        Assessment(Level.LOW, (Category.HEALTH,), reasons=("x",)), recent=[left, followed]
    ).level is (Level.LOW)


def test_what_was_low_stays_with_its_own_text() -> None:
    low = Assessment(Level.LOW, (Category.MONEY_WORK,), reasons=("wording",))
    assert in_context(Assessment(), recent=[low]) == Assessment()


def test_a_text_that_takes_back_a_grave_one_keeps_its_level() -> None:
    high = Assessment(Level.HIGH, (Category.VIOLENCE,), reasons=("wording",))
    assert in_context(high, answer=TAKEN_BACK, recent=[CRITICAL]).level is Level.CRITICAL


def test_low_texts_of_despair_add_up() -> None:
    low = Assessment(Level.LOW, (Category.DISTRESS,), reasons=("wording",))
    assert in_context(low, recent=[low, low]).level is Level.LOW
    assert in_context(low, recent=[low, low, low]).level is Level.HIGH
    assert in_context(Assessment(), recent=[low, low, low]).level is Level.NONE


@pytest.mark.parametrize("asked", ["trouble", "safety"])
def test_a_few_words_that_answer_nothing_are_looked_at(asked: str) -> None:
    told = in_context(Assessment(), asked=asked, answer="unread")
    assert (told.level, told.review) == (Level.NONE, True)


@given(
    st.builds(
        Assessment,
        st.sampled_from(Level),
        st.lists(st.sampled_from(Category), unique=True).map(tuple),
        st.booleans(),
        reasons=st.lists(st.sampled_from(["sq.left_him", "ar.control", "uk.hits", "wording"])).map(tuple),
    ),
    st.sampled_from(QUESTIONS),
    st.sampled_from(ANSWERS),
    st.lists(st.sampled_from([CRITICAL, UNREAD, Assessment()])),
)
def test_danger_only_rises(
    before: Assessment, asked: str | None, answer: str | None, recent: list[Assessment]
) -> None:
    after = in_context(before, asked=asked, answer=answer, recent=recent)
    assert after.level.rank >= before.level.rank
    assert set(after.categories) >= set(before.categories)
    assert after.review >= before.review
