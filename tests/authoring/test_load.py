"""Loading: a wrong file is refused in one line with its place and the mend."""

from pathlib import Path

import pytest

from bot.authoring.load import load_catalogues, load_flows, load_protocols
from bot.engine import FlowError
from bot.engine.library import Replies
from bot.language.catalogue import CatalogueError
from tests.authoring.flowing import HEAD, PATIENCE

ASK = f"""id: a
{HEAD}{PATIENCE}steps:
  - id: ask
    ask: yes_no
    text: Well
    again: Well
    on:
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    replies = "".join(f"{name}: Thanks\n" for name in Replies.model_fields)
    (tmp_path / "replies.yaml").write_text(replies, "utf-8")
    return tmp_path


def test_yes_and_no_need_no_quotes(folder: Path) -> None:
    body = "      yes: {say: Good}\n      no: {raise: {category: distress, level: low}}\n"
    (folder / "a.yaml").write_text(ASK + body, "utf-8")
    assert set(load_flows(folder).flow("a").steps[0].model_dump()["on"]) == {"yes", "no"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (ASK + "      true: {say: Good}\n", r'^a.yaml:12: the key true .* put it in quotes: "true"$'),
        (ASK + "      1: {say: Good}\n", r'^a.yaml:12: the key 1 .* put it in quotes: "1"$'),
        (ASK + "      no: {say: A}\n      no: {say: B}\n", r"^a.yaml:13: the key no stands here twice; "),
        (ASK + "      no: {say: A\n", r"^a.yaml:\d+: .*; mend the YAML$"),
        (ASK + "      maybe: {say: A}\n", r"^a.yaml: steps.ask.ask: 'on' names \['maybe'\]"),
        (f"id: b\n{HEAD}steps: [{{id: one, say: Hello}}]", r"^a.yaml: id: .*call the file b.yaml$"),
        ("", r"^a.yaml: "),
    ],
)
def test_a_wrong_flow_is_refused(folder: Path, body: str, expected: str) -> None:
    (folder / "a.yaml").write_text(body, "utf-8")
    with pytest.raises(FlowError, match=expected):
        load_flows(folder)


def test_bytes_that_are_no_text(folder: Path) -> None:
    (folder / "a.yaml").write_bytes(b"id: \xff")
    with pytest.raises(FlowError, match=r"^a.yaml:1: .* UTF-8"):
        load_flows(folder)


def test_replies_are_needed(tmp_path: Path) -> None:
    with pytest.raises(FlowError, match=r"^replies.yaml: "):
        load_flows(tmp_path)


def test_a_wrong_protocol_is_refused(folder: Path) -> None:
    assert load_protocols(folder) == {}
    (folder / "protocols").mkdir()
    (folder / "protocols/p.yaml").write_text("id: p\nversion: 1\nshift: 1m\nsteps: []\n", "utf-8")
    with pytest.raises(FlowError, match=r"^p.yaml: steps: "):
        load_protocols(folder)


def test_a_wrong_catalogue_names_its_language(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"^sq/LC_MESSAGES/besa.po: missing"):
        load_catalogues(tmp_path)
    (tmp_path / "uk/LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "uk/LC_MESSAGES/besa.po").write_text('msgid "a"\nmsgstr "b"\nnonsense\n', "utf-8")
    with pytest.raises(CatalogueError, match=r"^uk/LC_MESSAGES/besa.po:3: "):
        load_catalogues(tmp_path)
