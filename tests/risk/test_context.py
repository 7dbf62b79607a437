"""Context raises and never lowers: answers beside their question, and what was said before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.risk import Assessment, Category, Level, assess, in_context

CRITICAL = Assessment(Level.CRITICAL, (Category.VIOLENCE,), reasons=("sq.strangled",))
UNREAD = Assessment(review=True, reasons=("unknown words",))
QUESTIONS = ["moment", "wellbeing", "safety", "trouble", "need", "call", "open", None]
ANSWERS = ["yes", "no", "fine", "so_so", "not_well", None]


@pytest.mark.parametrize(
    ("asked", "answer", "level", "category"),
    [
        ("safety", "no", Level.HIGH, Category.VIOLENCE),
        ("trouble", "yes", Level.HIGH, Category.TRAFFICKER_CONTACT),
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
