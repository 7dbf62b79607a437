"""Who may use which route of the API: one table, and whatever is not in it is refused.

The scope and what a route reads are those of :mod:`bot.store.queries.reach`: a route about cases or alerts
is asked within the reach of whoever asks, and one that reads texts lets in nobody whose role reads none. A
rule that says otherwise cannot be made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from bot.casework.staff import ROLES
from bot.store.queries import reach

PREFIX = "/api/v1"
Scope = Literal["case", "alert", "team", "office", "self"]


class NoRule(Exception):
    """A route and the table of rules do not fit; the app must not start."""


@dataclass(frozen=True)
class Rule:
    """Who may use a route, what it is about, and whether texts or only counts and states are read.

    ``roles`` None means anybody, without a token.
    """

    roles: tuple[str, ...] | None
    scope: Scope
    reads: Literal["texts", "counts"] | None = None

    def __post_init__(self) -> None:
        allowed = reach.READS_TEXTS if self.reads == "texts" else reach.REACHES
        if self.scope in ("case", "alert") and not set(self.roles or ("",)) <= set(allowed):
            raise NoRule(f"a rule lets in a role that reaches no {self.scope}, or reads no texts")

    def lets_in(self, role: str) -> bool:
        """Whether a role may use the route at all."""
        return self.roles is None or role in self.roles

    def rows(self, role: str) -> reach.Clause | None:
        """The rows that a role reaches through the route, where it is about cases or alerts."""
        scopes: dict[str, Callable[[str], reach.Clause]] = {"case": reach.cases, "alert": reach.alerts}
        return scopes[self.scope](role) if self.scope in scopes else None


_READERS, _REACHING = reach.READS_TEXTS, reach.REACHES
_CASE, _ALERT = Rule(_REACHING, "case", "counts"), Rule(_REACHING, "alert", "counts")
_TEXTS = Rule(_READERS, "case", "texts")
_SELF = Rule(ROLES, "self")

RULES = {
    "POST /token": Rule(None, "self"),
    "DELETE /token": _SELF,
    "GET /me": _SELF,
    "GET /alerts": _ALERT,
    "POST /alerts/bulk": _ALERT,
    "GET /alerts/{number}": _ALERT,
    "POST /alerts/{number}/acknowledge": _ALERT,
    "POST /alerts/{number}/resolve": _ALERT,
    "POST /alerts/{number}/reassign": _ALERT,
    "POST /alerts/{number}/snooze": _ALERT,
    "GET /cases": _CASE,
    "GET /cases/{code}": _CASE,
    "PATCH /cases/{code}": _TEXTS,
    "GET /cases/{code}/messages": _TEXTS,
    "POST /cases/{code}/messages": _TEXTS,
    "GET /cases/{code}/checkins": _CASE,
    "POST /cases/{code}/checkins": _TEXTS,
    "GET /cases/{code}/scores": _TEXTS,
    "GET /cases/{code}/contacts": _TEXTS,
    "POST /cases/{code}/contacts": _TEXTS,
    "POST /cases/{code}/notes": _TEXTS,
    "POST /cases/{code}/pause": _TEXTS,
    "POST /cases/{code}/resume": _TEXTS,
    "POST /cases/{code}/close": _TEXTS,
    "POST /cases/{code}/transfer": _TEXTS,
    "GET /review": _TEXTS,
    "POST /review/{message}": _TEXTS,
    "GET /counts": _CASE,
    "GET /team": Rule(("supervisor", "coordinator"), "team", "counts"),
    "GET /users": Rule(("coordinator",), "office"),
    "GET /audit": Rule(("auditor",), "office"),
}


def rule_of(method: str, path: str) -> Rule:
    """The rule of a route, named by its method and the template of its path.

    Raises:
        NoRule: it has none.
    """
    rule = RULES.get(f"{method} {path.removeprefix(PREFIX)}")
    if rule is None:
        raise NoRule(f"{method} {path} has no rule; add it to bot/api/rules.py")
    return rule


def table() -> str:
    """The rules as a Markdown table."""
    rows = [
        f"| `{name}` | {', '.join(rule.roles) if rule.roles else 'anyone'} | {rule.reads or ''} |"
        for name, rule in RULES.items()
    ]
    return "\n".join(["| route | roles | reads |", "|---|---|---|", *rows])


def methods(path: str) -> list[str]:
    """The methods that a path of the API may be asked with."""
    found = [name.split(" ") for name in RULES]
    return sorted({method for method, template in found if _fits(template, path.removeprefix(PREFIX))})


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = (r"[0-9]+" if part == "{number}" else r"[^/]+" if part[:1] == "{" else re.escape(part)
             for part in template.split("/"))  # fmt: skip
    return re.compile("/".join(parts))


def _fits(template: str, path: str) -> bool:
    return _pattern(template).fullmatch(path) is not None


def check(app: FastAPI, guard: Callable[..., object]) -> None:
    """Hold the app to the table: every route of the API has a rule and asks ``guard``, every rule a route.

    Raises:
        NoRule: names the route.
    """
    seen = set()
    for route in _routes(app.routes):
        path = getattr(route, "path_format", getattr(route, "path", ""))
        if not path.startswith(PREFIX):
            continue
        if not isinstance(route, APIRoute):
            raise NoRule(f"{path} is no route of the API's kind; nothing can guard it")
        for method in route.methods or ():
            rule = rule_of(method, path)
            seen.add(f"{method} {path.removeprefix(PREFIX)}")
            if rule.roles is not None and not any(
                each.call is guard for each in route.dependant.dependencies
            ):
                raise NoRule(f"{method} {path} does not ask who is there; give it an argument of type Who")
    if missing := sorted(set(RULES) - seen):
        raise NoRule(f"{missing[0]} has a rule and no route; take it out of bot/api/rules.py")


def _routes(routes: Iterable[BaseRoute]) -> Iterable[BaseRoute]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        yield from _routes(inner.routes) if inner is not None else [route]
