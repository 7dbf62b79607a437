"""Golden conversations: one file each, input and expected events, in the language of the person.

``pytest tests/conversations --update`` writes the expectations anew; the difference in review shows how a
conversation changed, as people would read it.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.authoring.yaml12 import read
from tests.conversations.talk import Talk
from tests.offices import Play

FILES = sorted((Path(__file__).parent).glob("*/*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_conversation(path: Path, office: Play, request: pytest.FixtureRequest) -> None:
    golden = read(path.read_text("utf-8"))
    talk = Talk(office, golden["language"], golden.get("case") or {})
    played = [_turn(talk, turn) for turn in golden["talk"]]
    if request.config.getoption("--update"):
        text = yaml.safe_dump({**golden, "talk": played}, allow_unicode=True, sort_keys=False, width=100)
        path.write_text(text, "utf-8")
    assert played == golden["talk"]


def test_enough_in_each_language() -> None:
    found = Counter(path.parent.name for path in FILES)
    assert {language: found[language] >= 12 for language in ("sq", "ar", "uk")} == dict.fromkeys(
        ("sq", "ar", "uk"), True
    )


def _turn(talk: Talk, turn: dict[str, Any]) -> dict[str, Any]:
    talk.do(turn)
    done = {name: value for name, value in turn.items() if name not in ("us", "events")}
    return {**done, "us": talk.saw(), "events": talk.happened()}
