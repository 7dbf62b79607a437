"""Signing in: slowed after failures, the same whether there is an account, with a second factor."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest

from bot.api.limits import Limits
from bot.casework import page_session, sign_in, staff, totp
from bot.casework.sign_in import FREE_FOR_ACCOUNT, FREE_FOR_PLACE, LONGEST_WAIT, TooSoon, wait_after
from bot.store import audit
from bot.store.tx import Tx
from tests.api.conftest import MANY, PASSWORD, Api, Opening

WRONG = "not the password"


@pytest.fixture
def strict(opening: Opening, tmp_path: Path) -> Iterator[Api]:
    """The office where coordinators must have a second factor, as by default."""
    with opening(tmp_path, require_totp="coordinator") as found:
        yield found


def sign(api: Api, who: str, password: str = PASSWORD, code: str | None = None) -> httpx.Response:
    given = {"email": f"{who}@office.invalid", "password": password} | ({"code": code} if code else {})
    return api.post(None, "/token", given)


def later(api: Api, by: timedelta) -> None:
    api.play.clock.now += by


def secret_of(api: Api, who: str) -> str:
    now = api.play.clock()
    uri = api.office.db.write_now(lambda tx: totp.enrol(tx, now, f"{who}@office.invalid"))
    return parse_qs(urlsplit(uri).query)["secret"][0]


def code_at(api: Api, secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(api.play.clock() + timedelta(seconds=30 * steps))


def test_a_token_says_who_it_is_for_an_hour(api: Api) -> None:
    answer = sign(api, "ana")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    given = answer.json()
    assert (given["token_type"], given["expires_in"]) == ("bearer", 3600)
    headers = {"Authorization": f"Bearer {given['access_token']}"}
    me = api.get(None, "/me", headers=headers).json()
    assert (me["name"], me["email"], me["role"]) == ("ana", "ana@office.invalid", "caseworker")
    later(api, timedelta(minutes=59))
    assert api.get(None, "/me", headers=headers).status_code == 200
    later(api, timedelta(minutes=1))
    assert api.get(None, "/me", headers=headers).status_code == 401


def test_a_token_is_ended(api: Api) -> None:
    tokens = [sign(api, "ana").json()["access_token"] for _ in range(2)]
    headers = [{"Authorization": f"Bearer {each}"} for each in tokens]
    assert api.ask(None, "DELETE", "/token", headers=headers[0]).status_code == 204
    assert api.get(None, "/me", headers=headers[0]).status_code == 401
    assert api.ask(None, "DELETE", "/token", headers=headers[0]).status_code == 401
    assert api.get(None, "/me", headers=headers[1]).status_code == 200


def test_the_session_of_a_page_is_no_token(api: Api) -> None:
    now = api.play.clock()
    session = api.office.db.write_now(lambda tx: page_session.begin(tx, now, api.ids["ana"]))
    assert api.get(None, "/me", headers={"Authorization": f"Bearer {session}"}).status_code == 401


def test_failures_slow_the_next_try_whether_or_not_there_is_an_account(api: Api) -> None:
    answers = {}
    for who in ("ana", "nobody"):
        tries = [sign(api, who, WRONG) for _ in range(FREE_FOR_ACCOUNT + 1)]
        answers[who] = [(each.status_code, each.json(), each.headers.get("retry-after")) for each in tries]
    assert answers["ana"] == answers["nobody"]
    assert [status for status, _, _ in answers["ana"]] == [401] * FREE_FOR_ACCOUNT + [429]
    assert sign(api, "ana").status_code == 429
    later(api, timedelta(seconds=int(answers["ana"][-1][2] or 0)))
    assert sign(api, "ana").status_code == 200
    assert sign(api, "ana", WRONG).status_code == 401


def test_waiting_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [wait_after(failures, 5) for failures in range(20)]
    assert waits[:5] == [timedelta()] * 5
    assert waits[5:8] == [timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=4)]
    assert waits[-1] == LONGEST_WAIT
    assert waits == sorted(waits)


def test_many_at_once_are_slowed_like_many_in_a_row(api: Api) -> None:
    with ThreadPoolExecutor(20) as crowd:
        found = list(crowd.map(lambda _: sign(api, "ana", WRONG).status_code, range(20)))
    assert found.count(401) == FREE_FOR_ACCOUNT
    assert found.count(429) == 20 - FREE_FOR_ACCOUNT


def test_a_place_that_tries_many_accounts_is_slowed(api: Api) -> None:
    found = [sign(api, f"guess{each}", WRONG).status_code for each in range(FREE_FOR_PLACE + 1)]
    assert found == [401] * FREE_FOR_PLACE + [429]


def test_nobody_is_kept_out_by_failures_elsewhere(api: Api) -> None:
    now = api.play.clock()
    email = "ana@office.invalid"

    def begin(place: str) -> sign_in.Try:
        return api.office.db.write_now(lambda tx: sign_in.begin(tx, now, email, place))

    made = begin("home")
    api.office.db.write_now(lambda tx: sign_in.finish(tx, now, made, email, True, None, ()))
    for _ in range(FREE_FOR_ACCOUNT):
        begin("elsewhere")
    with pytest.raises(TooSoon):
        begin("elsewhere")
    with pytest.raises(TooSoon):
        begin("a third place")
    begin("home")


def test_a_role_that_needs_a_second_factor_must_have_one(strict: Api) -> None:
    answer = sign(strict, "cora")
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert "besa user totp" in answer.json()["title"]
    assert sign(strict, "cora", WRONG).status_code == 401
    assert sign(strict, "ana").status_code == 200


def test_a_code_counts_once(strict: Api) -> None:
    secret = secret_of(strict, "cora")
    assert sign(strict, "cora").status_code == 401
    assert sign(strict, "cora", code="000000").status_code == 401
    code = code_at(strict, secret)
    assert sign(strict, "cora", WRONG, code).status_code == 401
    assert sign(strict, "cora", code=code).status_code == 200
    assert sign(strict, "cora", code=code).status_code == 401
    assert sign(strict, "cora", code=code_at(strict, secret, -1)).status_code == 401
    assert sign(strict, "cora", code=code_at(strict, secret, 1)).status_code == 200


def test_a_code_counts_once_even_at_once(strict: Api) -> None:
    secret = secret_of(strict, "cora")
    code = code_at(strict, secret)
    with ThreadPoolExecutor(4) as crowd:
        found = list(crowd.map(lambda _: sign(strict, "cora", code=code).status_code, range(4)))
    assert sorted(found) == [200, 401, 401, 401]


def test_a_code_is_good_a_step_before_and_after_and_no_longer(strict: Api) -> None:
    secret = secret_of(strict, "cora")
    assert sign(strict, "cora", code=code_at(strict, secret, -2)).status_code == 401
    assert sign(strict, "cora", code=code_at(strict, secret, 2)).status_code == 401
    assert sign(strict, "cora", code=code_at(strict, secret, -1)).status_code == 200


def test_who_has_a_second_factor_uses_it_whatever_their_role(strict: Api) -> None:
    secret = secret_of(strict, "ana")
    assert sign(strict, "ana").status_code == 401
    assert sign(strict, "ana", code=code_at(strict, secret)).status_code == 200


def test_a_new_second_factor_ends_the_old_one_and_every_session(strict: Api) -> None:
    old = secret_of(strict, "ana")
    token = sign(strict, "ana", code=code_at(strict, old)).json()["access_token"]
    new = secret_of(strict, "ana")
    assert strict.get(None, "/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert sign(strict, "ana", code=code_at(strict, old, 1)).status_code == 401
    assert sign(strict, "ana", code=code_at(strict, new)).status_code == 200


def test_nobody_who_has_left_signs_in(api: Api) -> None:
    token = sign(api, "sara").json()["access_token"]

    def leave(tx: Tx) -> None:
        tx.cursor.execute("UPDATE staff SET active = 0 WHERE id = ?", (api.ids["sara"],))

    api.office.db.write_now(leave)
    assert sign(api, "sara").json() == sign(api, "nobody").json()
    assert api.get(None, "/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_signing_in_and_out_is_in_the_audit_log(api: Api) -> None:
    token = sign(api, "ana").json()["access_token"]
    api.ask(None, "DELETE", "/token", headers={"Authorization": f"Bearer {token}"})
    entries = api.get("aud", "/audit").json()["items"]
    mine = [each["action"] for each in entries if each["actor"] == f"staff:{api.ids['ana']}"]
    assert mine[:2] == ["staff.sign_out", "staff.sign_in"]
    assert api.office.db.read_now(audit.verify) == []
    assert PASSWORD not in str(entries)


def test_who_asks_too_often_waits(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path, limits=Limits(per_token=5, per_client=MANY.per_client)) as api:
        found = [api.get("ana", "/me") for _ in range(6)]
        assert [each.status_code for each in found] == [200] * 5 + [429]
        assert 1 <= int(found[-1].headers["retry-after"]) <= 61
        assert api.get("nik", "/me").status_code == 200


def test_a_password_is_never_kept_or_shown(api: Api) -> None:
    answer = api.post(None, "/token", {"email": "ana@office.invalid", "password": {"a": PASSWORD}})
    assert answer.status_code == 422
    assert PASSWORD not in answer.text
    assert staff.check_password(None, PASSWORD) is False
