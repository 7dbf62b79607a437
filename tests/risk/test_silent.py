"""No critical message of the test part goes silent that did not before."""

from __future__ import annotations

from pathlib import Path

from bot.risk.labelled import read_folder
from bot.risk.measuring import read_all, silent
from bot.risk.taxonomy import Level
from bot.risk.training.corpus import split

CORPUS = Path(__file__).resolve().parents[2] / "data" / "risk" / "corpus"
KNOWN = Path(__file__).with_name("silent.txt")


def test_no_critical_message_goes_silent_that_did_not_before() -> None:
    critical = [row for row in split(read_folder(CORPUS)).test if row.level is Level.CRITICAL]
    assert len(critical) > 600
    known = set(KNOWN.read_text("utf-8").split())
    assert set(silent(read_all(critical))) <= known
