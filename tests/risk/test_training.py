from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from bot.risk.features import BUCKETS
from bot.risk.labelled import BadLabels, Labelled, read_folder, read_lines
from bot.risk.model import features_of
from bot.risk.normalise import fold
from bot.risk.readings import readings
from bot.risk.taxonomy import Category, Level
from bot.risk.training import fit as fitting
from bot.risk.training.corpus import split
from bot.risk.training.tune import sample, tune

CORPUS = Path(__file__).resolve().parents[2] / "data" / "risk" / "corpus"


@pytest.fixture(scope="module")
def messages() -> list[Labelled]:
    return read_folder(CORPUS)


def test_a_situation_and_its_harmless_twin_are_on_one_side(messages: list[Labelled]) -> None:
    parts = split(messages)
    sides: dict[str, set[int]] = defaultdict(set)
    for number, part in enumerate(parts):
        for message in part:
            sides[message.situation.removesuffix("-not")].add(number)
    assert all(len(side) == 1 for side in sides.values())
    assert sum(map(len, parts)) == len(messages)
    assert 0.05 < len(parts.test) / len(messages) < 0.12
    assert 0.03 < len(parts.tuning) / len(messages) < 0.08


def test_every_language_and_level_is_held_out(messages: list[Labelled]) -> None:
    held_out = split(messages).test
    assert {(m.language, m.level) for m in held_out} == {(x, y) for x in ("sq", "ar", "uk") for y in Level}


def test_a_row_without_text_is_refused() -> None:
    with pytest.raises(BadLabels, match="line 2"):
        list(read_lines('\n{"id": "x", "lang": "sq", "level": "none", "categories": []}'))


def test_a_separator_inside_a_text_does_not_split_the_row() -> None:
    line = '{"id": "x", "lang": "uk", "text": "так\u2028ні", "level": "none", "categories": []}'
    assert [row.text for row in read_lines(line)] == ["так\u2028ні"]


def test_training_twice_gives_the_same_and_learns(
    messages: list[Labelled], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "_EPOCHS", 4)
    some = [m for m in messages if m.language == "uk"][:240]
    first, buckets = fitting.fit(some)
    again, _ = fitting.fit(some)
    assert np.array_equal(first.weights, again.weights) and np.array_equal(first.bias, again.bias)
    right = sum(
        int(first.score(features_of(readings(fold(m.text), m.language))).levels[-1].argmax()) == m.level.rank
        for m in some
    )
    assert right / len(some) > 0.7
    fitting.save(first, buckets, tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz", allow_pickle=False) as stored:
        assert stored["weights"].dtype == np.int8
        assert len(stored["buckets"]) == len(stored["weights"]) and stored["buckets"].max() < BUCKETS


def test_thresholds_are_shares(messages: list[Labelled]) -> None:
    limits = tune(sample([split(messages).tuning[:400]], 0.5))
    assert all(0 < value < 1 for value in limits.values())
    assert limits["review"] <= limits["high"]
    assert len(limits) == 5 and len(Category) == 14
