"""The table of rules: what is not in it does not start, and no rule can let in who reads nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI

from bot.api import access, rules
from bot.api.access import Who
from bot.api.rules import NoRule, Rule
from server import build_app
from tests.offices import Play


def test_every_route_has_a_rule_and_every_rule_a_route(office: Play) -> None:
    build_app(office.office)


def test_a_route_without_a_rule_does_not_start(office: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    left = {name: rule for name, rule in rules.RULES.items() if name != "GET /cases/{code}/messages"}
    monkeypatch.setattr(rules, "RULES", left)
    with pytest.raises(NoRule, match=re.escape("GET /api/v1/cases/{code}/messages")):
        build_app(office.office)


def test_a_rule_without_a_route_does_not_start(office: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    more = rules.RULES | {"GET /forgotten": Rule(("auditor",), "office")}
    monkeypatch.setattr(rules, "RULES", more)
    with pytest.raises(NoRule, match="forgotten"):
        build_app(office.office)


def test_a_route_that_asks_nobody_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    router = APIRouter(prefix="/api/v1")

    @router.get("/open")
    async def open_to_all() -> str:
        return ""

    app = FastAPI()
    app.include_router(router)
    monkeypatch.setattr(rules, "RULES", {"GET /open": Rule(("auditor",), "office")})
    with pytest.raises(NoRule, match="does not ask who is there"):
        rules.check(app, access.allowed)


def test_a_mount_under_the_api_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    app = FastAPI()
    app.mount("/api/v1/files", FastAPI())
    with pytest.raises(NoRule, match="/api/v1/files"):
        rules.check(app, access.allowed)


def test_a_guarded_route_with_a_rule_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    router = APIRouter(prefix="/api/v1")

    @router.get("/mine")
    async def mine(who: Who) -> str:
        return who.id

    app = FastAPI()
    app.include_router(router)
    monkeypatch.setattr(rules, "RULES", {"GET /mine": Rule(("auditor",), "self")})
    rules.check(app, access.allowed)


@pytest.mark.parametrize(
    ("roles", "reads"),
    [(("coordinator",), "texts"), (("auditor",), "counts"), (None, "counts")],
)
def test_no_rule_lets_in_a_role_that_reaches_nothing(roles: tuple[str, ...] | None, reads: str) -> None:
    with pytest.raises(NoRule):
        Rule(roles, "case", reads)  # type: ignore[arg-type]


def test_the_table_in_the_docs_is_the_table() -> None:
    written = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    held = written.partition("<!-- rules -->\n")[2].partition("\n<!-- /rules -->")[0]
    assert held == rules.table()
