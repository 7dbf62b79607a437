"""What was read, in the terms of the Palermo Protocol's definition: act, means, purpose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.risk.resources import read_yaml
from bot.risk.taxonomy import Category


def palermo(categories: Iterable[Category]) -> dict[str, tuple[str, ...]]:
    """Return the elements of article 3 that categories speak of; empty where trafficking is not in play.

    A child needs no means: with a child as the victim, act and purpose alone make trafficking (article 3c).
    """
    named = set(categories)
    found = {
        element: tuple(rule["is"] for name, rule in rules.items() if _holds(name, rule, named))
        for element, rules in read_yaml("palermo.yaml").items()
    }
    return {element: terms for element, terms in found.items() if terms}


def _holds(name: str, rule: dict[str, Any], named: set[Category]) -> bool:
    beside = {Category(each) for each in rule.get("beside", ())}
    return Category(name) in named and (not beside or bool(beside & named))
