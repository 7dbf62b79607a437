"""The commands of the roster and of staff, each as a process of its own."""

from __future__ import annotations

import json

from tests.endtoend.running import Besa

FROM, TO = "2031-03-28T20:00", "2031-03-29T20:00"


def test_an_office_plans_who_is_there(office: Besa) -> None:
    staff = json.loads(office.do("user", "list", "--json"))
    assert "@" not in json.dumps(staff)
    ids = {row["role"]: row["id"] for row in staff}
    worker, lead = ids["caseworker"], ids["supervisor"]
    given = ("--from", FROM, "--to", TO, "--zone", "Europe/Tirane")
    first, second = office.do("roster", "add", worker, *given, "--weeks", "2").split()
    other = office.do(
        "roster", "add", lead, "--from", TO, "--to", "2031-03-30T20:00", "--zone", "UTC"
    ).strip()
    assert "swapped" in office.do("roster", "swap", first, other)
    assert office.do("roster", "fallback", lead).strip() == "named"
    assert len(json.loads(office.do("roster", "gaps", "--json"))) == 1
    shown = office.do("roster", "link", worker).strip()
    assert shown.endswith(".ics")
    assert second not in shown
    office.do("user", "absence", worker, "--stand-in", lead)
    away = {row["id"]: row["away"] for row in json.loads(office.do("user", "list", "--json"))}
    assert away == {**dict.fromkeys(away, False), worker: True}
    assert office.do("user", "back", worker).strip() == "back"
    assert "changed hands" in office.do("user", "role", worker, "supervisor")
    assert "changed hands" in office.do("user", "remove", worker, "--to", lead)
    assert office.do("audit", "verify").strip() == "the audit log is whole"


def test_what_cannot_be_planned_says_why(office: Besa) -> None:
    for said, command in (
        ("besa user list", ("roster", "add", "nobody", "--from", FROM, "--to", TO, "--zone", "UTC")),
        ("Europe/Tirane", ("roster", "gaps", "--zone", "Europe/Nowhere")),
        ("there is no team", ("roster", "list", "--team", "nowhere")),
        ("besa user list", ("user", "absence", "nobody")),
    ):
        done = office.run(*command)
        assert done.code == 1
        assert said in done.err
        assert len(done.err.splitlines()) == 1
