"""The commands that read, show and mend, each as a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.store.vault import new_key
from tests.endtoend.people import THREE, write_csv
from tests.endtoend.running import Besa


@pytest.fixture
def taken_in(office: Besa, tmp_path: Path) -> Besa:
    office.do("case", "import", str(write_csv(tmp_path / "cases.csv")))
    return office


def test_risk_gives_one_line_for_each(office: Besa) -> None:
    rows = [{"id": str(n), "text": each.alarm, "lang": each.language} for n, each in enumerate(THREE)]
    rows.append({"id": "fine", "text": "po, jam mirë faleminderit", "lang": "sq"})
    rows.append({"id": "asked", "text": "jo", "lang": "sq", "asked": "safety"})
    typed = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    found = {row["id"]: row for row in map(json.loads, office.do("risk", typed=typed).splitlines())}
    assert list(found) == ["0", "1", "2", "fine", "asked"]
    assert [found[str(n)]["level"] for n in range(3)] == ["critical"] * 3
    assert found["fine"]["level"] == "none"
    assert found["asked"]["level"] == "high"
    for number, person in enumerate(THREE):
        for span in found[str(number)]["evidence"]:
            assert person.alarm[span["start"] : span["end"]].strip()


def test_segments_count_as_a_phone_does(office: Besa) -> None:
    typed = "\n".join(["a" * 160, "a" * 161, "ë", "ç" * 71, "так" * 24, "[" * 81])
    found = [json.loads(line) for line in office.do("segments", "--json", typed=typed).splitlines()]
    assert [(row["encoding"], row["segments"]) for row in found] == [
        ("GSM-7", 1),
        ("GSM-7", 2),
        ("UCS-2", 1),
        ("UCS-2", 2),
        ("UCS-2", 2),
        ("GSM-7", 2),
    ]
    assert found[2]["forced_by"] == ["ë"]
    assert found[0]["forced_by"] == []


def test_the_shipped_flows_are_sound(office: Besa) -> None:
    assert "sound" in office.do("flows", "check")


def test_a_flow_is_drawn_and_priced(office: Besa) -> None:
    drawn = office.do("flows", "graph", "checkin")
    assert drawn.startswith(("flowchart", "graph"))
    for step in ("moment", "wellbeing", "safety", "trouble", "goodbye"):
        assert step in drawn
    priced = json.loads(office.do("flows", "segments", "checkin"))
    assert {"sq", "ar", "uk"} <= set(priced)


def test_cases_are_listed_without_and_shown_with_their_alias(taken_in: Besa) -> None:
    listed = [json.loads(line) for line in taken_in.do("case", "list").splitlines()]
    assert {row["code"] for row in listed} == {person.code for person in THREE}
    for person in THREE:
        assert person.alias not in json.dumps(listed, ensure_ascii=False)
        shown = json.loads(taken_in.do("case", "show", person.code))
        assert (shown["alias"], shown["language"]) == (person.alias, person.language)
        assert person.number not in json.dumps(shown)


def test_a_case_can_be_added_by_itself(office: Besa) -> None:
    said = office.do(
        "case", "add", "code=T-1", "alias=x", "language=uk", "country=UA", "timezone=Europe/Kyiv",
        "channel=telegram", "return_date=2026-11-20", "caseworker_email=worker@office.invalid",
    )  # fmt: skip
    assert "/start " in said
    assert [json.loads(line)["code"] for line in office.do("case", "list").splitlines()] == ["T-1"]


def test_old_keys_may_go_after_the_rotation(taken_in: Besa) -> None:
    old, new = taken_in.environment["BESA_SECRET_KEYS"], new_key()
    taken_in.environment["BESA_SECRET_KEYS"] = f"{new},{old}"
    assert "newest key" in taken_in.do("keys", "rotate")
    taken_in.environment["BESA_SECRET_KEYS"] = new
    for person in THREE:
        assert json.loads(taken_in.do("case", "show", person.code))["alias"] == person.alias
    assert taken_in.do("audit", "verify").strip() == "the audit log is whole"


def test_an_audit_entry_that_was_changed_is_found(taken_in: Besa) -> None:
    assert taken_in.run("audit", "verify").code == 0
    for (trigger,) in taken_in.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        taken_in.change(f"DROP TRIGGER {trigger}")
    taken_in.change("UPDATE audit SET actor = 'nobody' WHERE id = 2")
    done = taken_in.run("audit", "verify")
    assert done.code == 1
    assert "entry 2" in done.out


def test_a_conversation_in_the_terminal(office: Besa) -> None:
    shown = office.do("chat", "--language", "sq", typed="po\nmirë\npo\njo\njo\njo\n")
    assert "completed" in shown
