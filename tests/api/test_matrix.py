"""Who gets what: every route, asked by every role about a case or alert of every relation to them.

What is expected is worked out here from who works where, not from the rules or the reach of the office.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.api.rules import RULES
from bot.store.queries import alerts
from bot.store.tx import Tx
from tests.api.conftest import CASES, STAFF, TEXTS, Api, Opening

CODES = [code for code, _ in CASES]
UNKNOWN = "NO-SUCH-1"
NOBODY = "0" * 32
#: Whose cases each of them may see.
REACH = {
    "ana": {"OWN-1", "KEPT-1"},
    "lea": {"OWN-1", "KEPT-1", "TEAM-1"},
    "sara": {"OTHER-1"},
    "cora": set(CODES),
    "aud": set(),
}
ROLES = {name: role for name, role, _ in STAFF}
#: Who may use a route at all, where it is not caseworkers, supervisors and coordinators.
READERS = ("caseworker", "supervisor")
ONLY = {
    "DELETE /token": tuple(set(ROLES.values())),
    "GET /me": tuple(set(ROLES.values())),
    "GET /team": ("supervisor", "coordinator"),
    "GET /users": ("coordinator",),
    "GET /audit": ("auditor",),
    "GET /review": READERS,
    "POST /review/{message}": READERS,
} | {
    name: READERS
    for name in RULES
    if "/cases/{code}" in name and name not in ("GET /cases/{code}", "GET /cases/{code}/checkins")
}
LATER = "2026-03-04T12:00:00Z"
#: A body that each changing route takes.
BODIES: dict[str, Any] = {
    "POST /alerts/{number}/acknowledge": {"act": {"what": "I call", "at": LATER}},
    "POST /alerts/{number}/snooze": {"until": LATER},
    "POST /alerts/{number}/resolve": {},
    "POST /cases/{code}/messages": {"text": "Si je?"},
    "POST /cases/{code}/pause": {},
    "POST /cases/{code}/close": {"reason": "moved"},
    "POST /cases/{code}/contacts": {"kind": "call", "reached": True, "happened_at": "2026-03-04T08:00:00Z"},
    "POST /cases/{code}/notes": {"text": "seen"},
    "PATCH /cases/{code}": {"privacy": "open"},
    "POST /review/{message}": {"level": "high", "categories": ["violence"]},
}
ABOUT_ONE = [name for name in RULES if "{" in name]
WITHOUT = [name for name in RULES if "{" not in name and name not in ("POST /token", "DELETE /token")]
#: In this order what is done to a case leaves as much as can be for what follows.
LAST = ("resolve", "close", "transfer", "resume")


@pytest.fixture(scope="module")
def api(opening: Opening, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with opening(tmp_path_factory.mktemp("matrix")) as found:
        yield found


def order(name: str) -> int:
    return next((place for place, each in enumerate(LAST, 1) if name.endswith(each)), 0)


@pytest.mark.parametrize("name", sorted(ABOUT_ONE, key=order))
def test_what_names_a_case_or_an_alert(api: Api, name: str) -> None:
    done = set()
    for who, code in product(REACH, [*CODES, UNKNOWN]):
        before = rows_about(api, code)
        answer = asked(api, who, name, code)
        told = f"{who} {name} {code}: {answer.status_code} {answer.text}"
        if may(who, name) and code in REACH[who]:
            assert answer.status_code in (200, 201, 409), told
            assert answer.status_code != 409 or "reason" in answer.json() or "state" in answer.json(), told
        else:
            assert answer.status_code == 404, told
            assert rows_about(api, code) == before, told
        no_leak(api, who, answer.text)
        done |= {ROLES[who]} if answer.is_success else set()
    if not name.endswith("/close"):
        assert done == {ROLES[who] for who in REACH if may(who, name)}


@pytest.mark.parametrize("name", WITHOUT)
def test_what_names_none(api: Api, name: str) -> None:
    for who in REACH:
        method, _, path = name.partition(" ")
        body = {"ids": [*api.alerts.values(), 999], "move": "acknowledge"} if path.endswith("bulk") else None
        answer = api.ask(who, method, path, json=body)
        told = f"{who} {name}: {answer.status_code} {answer.text}"
        assert answer.status_code == (200 if may(who, name) else 403), told
        no_leak(api, who, answer.text)


def test_lists_counts_and_searches_agree(api: Api) -> None:
    for who, seen in REACH.items():
        if ROLES[who] == "auditor":
            continue
        listed = {each["code"] for each in api.get(who, "/cases").json()["items"]}
        listed_alerts = {each["case"] for each in api.get(who, "/alerts").json()["items"]}
        counted = api.get(who, "/counts").json()
        assert listed == seen
        assert listed_alerts <= seen
        assert sum(each["count"] for each in counted["cases"]) == len(seen)
        assert sum(each["count"] for each in counted["alerts"]) == len(listed_alerts)


def test_a_search_finds_nothing_of_others(api: Api) -> None:
    for who, code in product(REACH, CODES):
        if ROLES[who] == "auditor":
            continue
        for sought in (code, code[:3], f"alias {code.lower()}", code.lower()[1:]):
            found = {each["code"] for each in api.get(who, "/cases", params={"q": sought}).json()["items"]}
            assert found <= REACH[who]
        by_code = api.get(who, "/cases", params={"q": code}).json()["items"]
        assert [each["code"] for each in by_code] == ([code] if code in REACH[who] else [])
        by_alias = api.get(who, "/cases", params={"q": f"alias {code.lower()}"}).json()["items"]
        mine = code in REACH[who] and ROLES[who] in READERS
        assert [each["code"] for each in by_alias] == ([code] if mine else [])


def test_many_at_once_moves_nothing_of_others(api: Api) -> None:
    theirs = [api.alerts[code] for code in CODES if code not in REACH["sara"]]
    before = [rows_about(api, code) for code in CODES]
    answer = api.post("sara", "/alerts/bulk", {"ids": [*theirs, 999], "move": "resolve"}).json()
    assert answer == {"done": [], "refused": [], "not_found": [*theirs, 999]}
    assert [rows_about(api, code) for code in CODES] == before


def test_ids_in_a_body_are_no_way_round(api: Api) -> None:
    contact = BODIES["POST /cases/{code}/contacts"]
    foreign = api.post("ana", "/cases/OWN-1/contacts", {**contact, "alert": api.alerts["OTHER-1"]})
    unknown = api.post("ana", "/cases/OWN-1/contacts", {**contact, "alert": 999})
    assert (foreign.status_code, foreign.json()) == (unknown.status_code, unknown.json())
    assert foreign.status_code == 409
    stranger = api.post("ana", "/cases/OWN-1/contacts", {**contact, "by": api.ids["sara"]})
    nobody = api.post("ana", "/cases/OWN-1/contacts", {**contact, "by": NOBODY})
    assert (stranger.status_code, stranger.json()) == (nobody.status_code, nobody.json())
    assert stranger.status_code == 409


def test_without_a_token_nothing_is_told(api: Api) -> None:
    for name in RULES:
        if RULES[name].roles is None:
            continue
        method, _, path = name.partition(" ")
        for code in ("OWN-1", UNKNOWN):
            answer = api.client.request(method, "/api/v1" + filled(api, path, code), json=BODIES.get(name))
            assert answer.status_code == 401, name
            assert answer.headers["www-authenticate"] == "Bearer"


def may(who: str, name: str) -> bool:
    return ROLES[who] in ONLY.get(name, ("caseworker", "supervisor", "coordinator"))


def asked(api: Api, who: str, name: str, code: str) -> Any:
    method, _, path = name.partition(" ")
    body = BODIES.get(name)
    if name.endswith(("transfer", "reassign")):
        worker = dict(CASES).get(code, "ana")
        body = {"to": api.ids[worker]}
    return api.ask(who, method, filled(api, path, code), json=body)


def filled(api: Api, path: str, code: str) -> str:
    message = NOBODY
    if code in CODES:
        shown = api.office.db.read_now(lambda tx: first_heard(tx, code))
        message = str(shown)
    number = str(api.alerts.get(code, 999))
    return path.replace("{code}", code).replace("{number}", number).replace("{message}", message)


def first_heard(tx: Tx, code: str) -> str:
    sql = (
        "SELECT message.id FROM message JOIN cases ON cases.id = case_id "
        "WHERE cases.code = :code AND direction = 'in' ORDER BY message.id LIMIT 1"
    )
    return str(tx.connection.execute(text(sql), {"code": code}).scalar_one())


def no_leak(api: Api, who: str, body: str) -> None:
    """Nothing of what is out of reach stands in an answer, and no text for whoever reads none."""
    for code in CODES:
        if code not in REACH[who] and ROLES[who] != "auditor":
            assert code not in body
            assert f"Alias {code}" not in body
        if code not in REACH[who] or ROLES[who] not in READERS:
            assert TEXTS[code] not in body
            assert "sekret" not in body.replace(TEXTS.get(code, ""), "") or ROLES[who] in READERS


def rows_about(api: Api, code: str) -> str:
    """Everything that stands about a case, as one mark."""

    def job(tx: Tx) -> str:
        found = []
        for sql in (
            "SELECT * FROM cases WHERE code = :code",
            "SELECT a.* FROM alert a JOIN cases c ON c.id = a.case_id WHERE c.code = :code",
            "SELECT m.* FROM message m JOIN cases c ON c.id = m.case_id WHERE c.code = :code",
            "SELECT m.* FROM contact m JOIN cases c ON c.id = m.case_id WHERE c.code = :code",
            "SELECT m.* FROM checkin m JOIN cases c ON c.id = m.case_id WHERE c.code = :code",
            "SELECT m.* FROM label m JOIN cases c ON c.id = m.case_id WHERE c.code = :code",
        ):
            found += [tuple(row) for row in tx.connection.execute(text(sql), {"code": code})]
        return hashlib.sha256(repr(sorted(map(repr, found))).encode()).hexdigest()

    return api.office.db.read_now(job)


def test_a_supervisor_reaches_what_they_hold_for_another_team(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path) as api:
        number = api.alerts["OWN-1"]
        assert api.get("tom", f"/alerts/{number}").status_code == 404
        now, tom = api.play.clock(), api.ids["tom"]
        api.office.db.write_now(
            lambda tx: alerts.give_alert.run(tx, alert=number, owner=tom, next_step=now + timedelta(days=1))
        )
        assert api.get("tom", f"/alerts/{number}").status_code == 200
        assert api.get("tom", "/cases/OWN-1/messages").status_code == 200
        assert api.get("tom", "/cases/KEPT-1").status_code == 404
        assert {each["case"] for each in api.get("tom", "/alerts").json()["items"]} == {"OWN-1", "OTHER-1"}
        assert api.post("tom", f"/alerts/{number}/resolve", {}).status_code == 200
        assert api.get("tom", "/cases/OWN-1").status_code == 404
