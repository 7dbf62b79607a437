from importlib.resources import files

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.risk.model import CATEGORIES, LEVELS, LONGEST_RUN, Runs, features_of, load
from bot.risk.normalise import fold
from bot.risk.readings import readings
from bot.risk.resources import read_yaml
from bot.risk.taxonomy import Level

DANGER = {
    "sq": "me ka mbyllur ne dhome dhe me ka marre pasaporten",
    "ar": "سد عليا الباب وخدا ليا الباسبور وكيضربني",
    "uk": "він замкнув мене в кімнаті забрав паспорт і б'є",
}
HARMLESS = {
    "sq": "sot piva kafe me shoqet dhe bleva mollë në treg",
    "ar": "اليوم شربنا أتاي مع الجيران وكان الجو زوين",
    "uk": "сьогодні пили каву з подругою і гуляли в парку",
}


def score(text: str, language: str) -> Runs:
    return load().score(features_of(readings(fold(text), language)))


def danger(text: str, language: str) -> float:
    return float(score(text, language).levels[:, Level.HIGH.rank :].sum(axis=1).max())


@pytest.mark.parametrize("language", ["sq", "ar", "uk"])
def test_danger_scores_above_a_quiet_day(language: str) -> None:
    limit = float(read_yaml("thresholds.yaml")["any"]["high"])
    assert danger(DANGER[language], language) > limit > danger(HARMLESS[language], language)


@pytest.mark.parametrize("language", ["sq", "ar", "uk"])
@given(before=st.text(max_size=200))
@example(before="0\nA")
@settings(max_examples=40, deadline=None)
def test_a_sentence_more_never_lowers_the_gravest_run(language: str, before: str) -> None:
    alone, grave = danger(before, language), danger(DANGER[language], language)
    assert danger(f"{before}\n{DANGER[language]}", language) >= max(alone, grave) - 1e-4


@given(st.text())
@settings(max_examples=60, deadline=None)
def test_any_text_gets_shares(text: str) -> None:
    runs = score(text, "sq")
    assert runs.levels.shape == (len(runs.first), len(LEVELS))
    assert runs.categories.shape == (len(runs.first), len(CATEGORIES))
    assert np.allclose(runs.levels.sum(axis=1), 1, atol=1e-4)
    assert (runs.last - runs.first < LONGEST_RUN).all()


def test_words_never_met_are_unknown() -> None:
    model = load()
    strange = features_of(readings(fold("qwxzk vvbnmq zzxqp kjwqx wqqzt xkkwv"), "sq"))
    assert model.unknown_share(strange) > 0.8
    assert model.unknown_share(features_of(readings(fold(HARMLESS["sq"]), "sq"))) < 0.5


def test_the_shipped_model_is_small_and_holds_no_pickle() -> None:
    packed = files("bot.risk") / "data" / "model.npz"
    assert len(packed.read_bytes()) < 10_000_000
