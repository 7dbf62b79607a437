"""Changes: a request sent again changes nothing, and one that is based on an older version is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from bot.store.tx import Tx
from tests.api.conftest import Api

NOTE = "she will call on Monday"


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


def notes(api: Api, code: str) -> list[str]:
    items = api.get("ana", f"/cases/{code}/contacts").json()["items"]
    return [each["text"] for each in items]


def test_the_same_request_gets_the_same_answer_and_is_done_once(api: Api) -> None:
    first = api.post("ana", "/cases/OWN-1/notes", {"text": NOTE}, headers=keyed("k1"))
    second = api.post("ana", "/cases/OWN-1/notes", {"text": NOTE}, headers=keyed("k1"))
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, first.json())
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert notes(api, "OWN-1") == [NOTE]


def test_another_request_under_the_same_key_is_refused(api: Api) -> None:
    api.post("ana", "/cases/OWN-1/notes", {"text": NOTE}, headers=keyed("k1"))
    other_text = api.post("ana", "/cases/OWN-1/notes", {"text": "other"}, headers=keyed("k1"))
    other_path = api.post("ana", "/cases/KEPT-1/notes", {"text": NOTE}, headers=keyed("k1"))
    assert (other_text.status_code, other_path.status_code) == (422, 422)
    assert notes(api, "OWN-1") == [NOTE]
    assert notes(api, "KEPT-1") == []


def test_a_key_is_ones_own(api: Api) -> None:
    api.post("ana", "/cases/OWN-1/notes", {"text": NOTE}, headers=keyed("k1"))
    other = api.post("lea", "/cases/OWN-1/notes", {"text": NOTE}, headers=keyed("k1"))
    assert "idempotency-replayed" not in other.headers
    assert notes(api, "OWN-1") == [NOTE, NOTE]


def test_a_key_is_forgotten_after_a_day(api: Api) -> None:
    api.post("ana", "/cases/OWN-1/notes", {"text": NOTE}, headers=keyed("k1"))
    api.play.clock.now += timedelta(hours=24, seconds=1)
    api.tokens.clear()
    again = api.post("ana", "/cases/OWN-1/notes", {"text": "other"}, headers=keyed("k1"))
    assert again.status_code == 201


def test_many_at_once_are_one(api: Api) -> None:
    body = {"text": "Si je?"}
    api.token("ana")
    with ThreadPoolExecutor(12) as crowd:
        answers = list(
            crowd.map(
                lambda _: api.post("ana", "/cases/OWN-1/messages", body, headers=keyed("m1")), range(24)
            )
        )
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["id"] for each in answers}) == 1
    written = api.office.db.read_now(lambda tx: written_to(tx, api.case_id("OWN-1")))
    assert written == 1


def written_to(tx: Tx, case: str) -> int:
    sql = "SELECT count(*) FROM message WHERE case_id = :case AND staff_id IS NOT NULL"
    return int(tx.connection.execute(text(sql), {"case": case}).scalar_one())


def test_what_was_refused_may_be_sent_again(api: Api) -> None:
    number = api.alerts["OWN-1"]
    early = {"until": "2020-01-01T00:00:00Z"}
    assert api.post("ana", f"/alerts/{number}/snooze", early, headers=keyed("s1")).status_code == 409
    good = {"until": (api.play.clock() + timedelta(minutes=10)).isoformat()}
    assert api.post("ana", f"/alerts/{number}/snooze", good, headers=keyed("s1")).status_code == 200


def test_kept_answers_are_sealed(api: Api, tmp_path: Path) -> None:
    api.post("ana", "/cases/OWN-1/pause", {}, headers=keyed("p1"))
    kept = api.office.db.read_now(
        lambda tx: tx.connection.execute(text("SELECT answer FROM request_key")).scalar_one()
    )
    assert b"OWN-1" not in kept
    assert b"Alias" not in kept


@pytest.mark.parametrize("path", ["/alerts/{number}", "/cases/OWN-1"])
def test_a_resource_has_a_tag(api: Api, path: str) -> None:
    path = path.replace("{number}", str(api.alerts["OWN-1"]))
    first = api.get("ana", path)
    tag = first.headers["etag"]
    same = api.get("ana", path, headers={"If-None-Match": f'"other", {tag}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert api.get("ana", path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_change_based_on_an_older_version_is_refused(api: Api) -> None:
    number = api.alerts["OWN-1"]
    tag = api.get("ana", f"/alerts/{number}").headers["etag"]
    taken = api.post("ana", f"/alerts/{number}/acknowledge", {}, headers={"If-Match": tag})
    assert taken.status_code == 200
    assert taken.headers["etag"] != tag
    late = api.post("lea", f"/alerts/{number}/resolve", {}, headers={"If-Match": tag})
    assert (late.status_code, late.headers["content-type"]) == (412, "application/problem+json")
    assert api.get("ana", f"/alerts/{number}").json()["state"] == "acknowledged"
    new = taken.headers["etag"]
    assert api.get("ana", f"/alerts/{number}").headers["etag"] == new
    assert api.post("ana", f"/alerts/{number}/resolve", {}, headers={"If-Match": new}).status_code == 200


def test_a_change_of_a_case_may_name_its_version(api: Api) -> None:
    tag = api.get("ana", "/cases/OWN-1").headers["etag"]
    changed = api.ask("ana", "PATCH", "/cases/OWN-1", json={"privacy": "open"}, headers={"If-Match": tag})
    assert changed.json()["case"]["privacy"] == "open"
    late = api.ask("ana", "PATCH", "/cases/OWN-1", json={"privacy": "neutral"}, headers={"If-Match": tag})
    assert late.status_code == 412
    whatever = api.post("ana", "/cases/OWN-1/pause", {}, headers={"If-Match": "*"})
    assert whatever.status_code == 200


def test_a_key_and_a_version_together_are_done_once(api: Api) -> None:
    number = api.alerts["OWN-1"]
    tag = api.get("ana", f"/alerts/{number}").headers["etag"]
    headers = {"If-Match": tag, **keyed(uuid4().hex)}
    first = api.post("ana", f"/alerts/{number}/acknowledge", {}, headers=headers)
    again = api.post("ana", f"/alerts/{number}/acknowledge", {}, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert again.headers["etag"] == first.headers["etag"]
