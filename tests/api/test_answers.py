"""How the API answers: errors as problems that repeat nothing, limits, headers, pages, many at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.casework import cases
from bot.casework.cases import NewCase
from bot.store.queries import alerts, people
from bot.store.tx import Tx
from tests.api.conftest import Api, Opening
from tests.offices import START

SECRET = "Drita 355690000001"
MANY = 1001


@pytest.fixture(scope="module")
def api(opening: Opening, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One server for all of these: they change nothing that another one looks at."""
    with opening(tmp_path_factory.mktemp("answers")) as found:
        yield found


def is_problem(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert SECRET not in answer.text


def test_every_error_is_a_problem_and_repeats_nothing(api: Api) -> None:
    is_problem(api.get("ana", f"/nothing/{SECRET}"), 404)
    is_problem(api.get("ana", f"/cases/{SECRET}"), 404)
    is_problem(api.get("ana", "/alerts", params={"state": SECRET}), 422)
    is_problem(api.get("ana", "/cases", params={"cursor": SECRET}), 400)
    is_problem(api.post("ana", "/cases/OWN-1/notes", {"text": "x", SECRET: 1}), 422)
    is_problem(api.post("ana", "/cases/OWN-1/notes", {"text": {SECRET: SECRET}}), 422)
    is_problem(api.post("ana", "/cases/OWN-1/transfer", {"to": SECRET}), 422)
    is_problem(api.ask("ana", "POST", "/cases/OWN-1/notes", content=SECRET), 415)
    json = {"Content-Type": "application/json"}
    is_problem(api.ask("ana", "POST", "/cases/OWN-1/notes", content=SECRET, headers=json), 422)
    is_problem(api.ask("ana", "POST", "/cases/OWN-1/notes", content=b"\xff{", headers=json), 400)
    is_problem(api.post("ana", "/cases/OWN-1/notes", {"text": "x" * 70_000}), 413)
    is_problem(api.ask("ana", "PUT", "/cases/OWN-1"), 405)


def test_a_body_without_a_length_is_cut_off_too(api: Api) -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(100):
            yield b"x" * 1024
        yield b'"}'

    json = {"Content-Type": "application/json"}
    is_problem(api.ask("ana", "POST", "/cases/OWN-1/notes", content=endless(), headers=json), 413)


def test_a_path_names_all_its_methods(api: Api) -> None:
    assert api.ask("ana", "PUT", "/cases/OWN-1").headers["allow"] == "GET, PATCH"
    assert api.ask("ana", "PUT", "/cases/OWN-1/messages").headers["allow"] == "GET, POST"
    assert api.ask("ana", "GET", "/alerts/bulk").headers["allow"] == "POST"


def test_what_breaks_inside_is_a_problem_without_a_word_of_it(
    opening: Opening, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with opening(tmp_path) as api:
        drop = "UPDATE message SET body = x'00'"
        api.office.db.write_now(lambda tx: tx.cursor.execute(drop) and None)
        is_problem(api.get("ana", "/cases/OWN-1/messages"), 500)
        is_problem(api.client.post("/webhooks/twilio/messages", content=b"x" * 2_000_000), 413)
    assert "OWN-1" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("path", ["/me", "/cases/OWN-1", "/nothing", "/token"])
def test_nothing_is_kept_on_the_way(api: Api, path: str) -> None:
    headers = api.get("ana", path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_the_description_tells_every_error_and_who_may(api: Api) -> None:
    schema = api.client.get("/openapi.json").json()
    operations = [each for path in schema["paths"].values() for each in path.values()]
    assert len(operations) > 25
    for each in operations:
        assert "429" in each["responses"]
        assert each.get("security") == [{"bearer": []}] or each["tags"] == ["access"]
        for status, told in each["responses"].items():
            if status >= "400":
                assert list(told["content"]) == ["application/problem+json"]
    assert all("/demo" not in path and "/inbox" not in path for path in schema["paths"])


def all_pages(api: Api, who: str, path: str, **params: str) -> tuple[list[dict[str, object]], int]:
    items, cursor, pages = [], "", 0
    while pages < 100:
        page = api.get(who, path, params=params | ({"cursor": cursor} if cursor else {})).json()
        items += page["items"]
        pages += 1
        if page["next"] is None:
            break
        cursor = page["next"]
    return items, pages


@pytest.fixture(scope="module")
def crowded(opening: Opening, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The office with a thousand and one more cases of ana, and as many of sara, each with an alert."""
    with opening(tmp_path_factory.mktemp("crowded")) as found:
        found.office.db.write_now(lambda tx: crowd(tx, found))
        yield found


def crowd(tx: Tx, api: Api) -> None:
    for worker in ("ana", "sara"):
        for number in range(MANY):
            new = NewCase(
                code=f"{worker.upper()}-{number:04d}",
                alias=f"Alias {worker} {number}",
                language="sq",
                country="AL",
                timezone="Europe/Tirane",
                channel="sandbox",
                address=f"+35568{len(worker)}{number:06d}",
                return_date=START.date() - timedelta(days=2),
                caseworker_email=f"{worker}@office.invalid",
                protocol="default",
                privacy="neutral",
                contact_from=8 * 60,
                contact_to=20 * 60,
                consented_on=None,
            )
            cases.add(tx, api.office.programme, api.play.clock(), new)
            case = people.case_with_code.one(tx, code=new.code)
            _alert(tx, api, case)


def _alert(tx: Tx, api: Api, case: object) -> None:
    now = api.play.clock()
    alerts.insert_alert.run(
        tx,
        case_id=case.id,  # type: ignore[attr-defined]
        team_id=case.team_id,  # type: ignore[attr-defined]
        owner_id=case.caseworker_id,  # type: ignore[attr-defined]
        level="low",
        state="open",
        opened_at=now,
        started_at=now,
        due_at=now + timedelta(hours=24),
        policy=api.office.programme.policy.model_dump_json(),
        next_step_at=now + timedelta(hours=1),
    )


def test_pages_give_everything_once(crowded: Api) -> None:
    for path, name in (("/cases", "code"), ("/alerts", "id")):
        items, pages = all_pages(crowded, "ana", path)
        assert len(items) == len({each[name] for each in items}) == MANY + 2
        assert pages == 21
    by_level = [each["level"] for each in all_pages(crowded, "ana", "/alerts")[0]]
    order = ["critical", "high", "low"]
    assert by_level == sorted(by_level, key=order.index)


def test_a_cursor_is_taken_only_as_it_was_given(crowded: Api) -> None:
    cursor = crowded.get("ana", "/cases").json()["next"]
    assert crowded.get("ana", "/cases", params={"cursor": cursor}).status_code == 200
    changed = ("A" if cursor[30] != "A" else "B").join((cursor[:30], cursor[31:]))
    for wrong in (changed, cursor[:-4], "x", "", "é"):
        assert crowded.get("ana", "/cases", params={"cursor": wrong}).status_code == 400
    assert crowded.get("ana", "/alerts", params={"cursor": cursor}).status_code == 400


def test_searches_and_filters(crowded: Api) -> None:
    found, _ = all_pages(crowded, "ana", "/cases", q="ANA-010")
    assert [each["code"] for each in found] == [f"ANA-010{each}" for each in range(10)]
    assert all_pages(crowded, "ana", "/cases", q="SARA-010")[0] == []
    by_alias, _ = all_pages(crowded, "ana", "/cases", q="ANA 777")
    assert [each["code"] for each in by_alias] == ["ANA-0777"]
    assert len(all_pages(crowded, "ana", "/cases", level="low")[0]) == MANY
    assert all_pages(crowded, "ana", "/cases", level="none")[0] == []
    assert all_pages(crowded, "ana", "/cases", country="UA")[0] == []
    assert len(all_pages(crowded, "ana", "/cases", language="sq", state="open")[0]) == MANY + 2
    assert all_pages(crowded, "ana", "/cases", q="%")[0] == []


@pytest.mark.parametrize(("many", "move"), [(11, "acknowledge"), (MANY, "resolve")])
def test_many_at_once(crowded: Api, many: int, move: str) -> None:
    mine = [each["id"] for each in all_pages(crowded, "ana", "/alerts", level="low")[0]][:many]
    theirs = [each["id"] for each in all_pages(crowded, "sara", "/alerts", level="low")[0]][:many]
    before = crowded.get("sara", "/counts").json()
    theirs = theirs[: 2000 - many]
    asked = [*mine[:5], *theirs, *mine[5:]]
    answer = crowded.post("ana", "/alerts/bulk", {"ids": asked, "move": move})
    assert answer.status_code == 200
    assert answer.json() == {"done": mine, "refused": [], "not_found": theirs}
    states = {each["id"]: each["state"] for each in all_pages(crowded, "ana", "/alerts", level="low")[0]}
    assert {states[each] for each in mine} == {f"{move}d"}
    assert crowded.get("sara", "/counts").json() == before


def test_one_that_is_refused_stops_no_other(crowded: Api) -> None:
    number = crowded.alerts["OWN-1"]
    crowded.post("ana", f"/alerts/{number}/resolve", {})
    answer = crowded.post(
        "ana", "/alerts/bulk", {"ids": [number, crowded.alerts["KEPT-1"], number], "move": "acknowledge"}
    )
    assert answer.json() == {
        "done": [crowded.alerts["KEPT-1"]],
        "refused": [{"id": number, "state": "resolved"}],
        "not_found": [],
    }
