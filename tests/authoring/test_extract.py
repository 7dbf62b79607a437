"""Extraction for translators: by itself, and by Babel's own command in a round trip."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po

from bot.authoring.extract import extract_flow
from bot.authoring.load import load_catalogues, load_flows
from bot.authoring.spoken import all_spoken
from bot.data_files import directory

ROOT = Path(__file__).parents[2]

FLOW = b"""id: hello
patience:
  - after: 4h
    say: "Whenever you like."
steps:
  - id: ask
    ask: choice
    text: {msgid: "Well, dear?", addressed: true}
    again: "Well?"
    choices:
      fine: {msgid: "Fine", context: choice}
    on:
      fine:
        say: {msgid: "Good, dear.", context: praise, addressed: true}
"""


def test_messages_come_with_line_context_and_place() -> None:
    assert list(extract_flow(BytesIO(FLOW), {}, (), {})) == [
        (4, "gettext", "Whenever you like.", ["hello, patience, message"]),
        (8, "gettext", "Well, dear?", ["hello, ask, message"]),
        (8, "pgettext", ("woman", "Well, dear?"), ["hello, ask, message"]),
        (8, "pgettext", ("man", "Well, dear?"), ["hello, ask, message"]),
        (9, "gettext", "Well?", ["hello, ask, message"]),
        (11, "pgettext", ("choice", "Fine"), ["hello, ask, choice"]),
        (14, "pgettext", ("praise", "Good, dear."), ["hello, ask, message"]),
        (14, "pgettext", ("praise|woman", "Good, dear."), ["hello, ask, message"]),
        (14, "pgettext", ("praise|man", "Good, dear."), ["hello, ask, message"]),
    ]


def test_replies_are_messages() -> None:
    found = list(extract_flow(BytesIO(b"who: A friend.\nlater: {msgid: Fine, context: bye}\n"), {}, (), {}))
    assert found == [
        (1, "gettext", "A friend.", ["replies, who, message"]),
        (2, "pgettext", ("bye", "Fine"), ["replies, later, message"]),
    ]


def _pybabel(*arguments: str) -> None:
    code = "import sys; from babel.messages.frontend import main; sys.exit(main())"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, env=environment, check=True)


def _extract(to: Path) -> bytes:
    options = ("--omit-header", "--no-wrap", "--add-location=file")
    _pybabel("-q", "extract", "-F", "babel.cfg", *options, "-o", str(to), ".")
    return to.read_bytes()


def test_every_sentence_of_a_flow_is_extracted(tmp_path: Path) -> None:
    template = read_po(BytesIO(_extract(tmp_path / "besa.pot")))
    extracted = {(message.context, message.id) for message in template}
    for each in all_spoken(load_flows(directory("flows"))):
        for text in (each.text, *each.choices):
            assert (text.context, text.msgid) in extracted


def test_what_is_shipped_is_what_the_flows_say(tmp_path: Path) -> None:
    fresh = _extract(tmp_path / "besa.pot")
    assert fresh == (ROOT / "locales/besa.pot").read_bytes()
    assert str(ROOT).encode() not in fresh


def test_an_update_keeps_every_translation(tmp_path: Path) -> None:
    for language in ("sq", "ar", "uk"):
        po = tmp_path / language / "LC_MESSAGES/besa.po"
        po.parent.mkdir(parents=True)
        po.write_bytes((ROOT / "locales" / language / "LC_MESSAGES/besa.po").read_bytes())
    _extract(tmp_path / "besa.pot")
    options = ("--no-wrap", "--ignore-pot-creation-date")
    _pybabel("-q", "update", "-D", "besa", "-i", str(tmp_path / "besa.pot"), "-d", str(tmp_path), *options)
    updated, shipped = load_catalogues(tmp_path), load_catalogues(ROOT / "locales")
    for language in ("sq", "ar", "uk"):
        assert updated[language].entries == shipped[language].entries
