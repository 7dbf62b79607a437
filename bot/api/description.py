"""The API's description (OpenAPI): who must be signed in where, and what every error looks like."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from bot.api.problems import ProblemBody
from bot.api.rules import PREFIX, RULES

ABOUT = """Case work for those who look after people who have returned home.

Every list comes in pages: ask again with `next` as `cursor` until it is null. What you may not see is as if
it were not there: 404. Errors are `application/problem+json` and never repeat what was sent. A change may
name the version that it is based on (`If-Match`), and a `POST` a key under which it can be sent again
(`Idempotency-Key`)."""


def install(app: FastAPI) -> None:
    """Let an app describe its API, and nothing else of it."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["ProblemBody"] = ProblemBody.model_json_schema()
    parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    schema["paths"] = {path: each for path, each in schema["paths"].items() if path.startswith(PREFIX)}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            for each in operation.get("parameters", ()):
                each["schema"] = _without_null(each["schema"])
            rule = RULES[f"{method.upper()} {path.removeprefix(PREFIX)}"]
            if rule.roles is not None:
                operation["security"] = [{"bearer": []}]
                operation["x-roles"] = list(rule.roles)
    return schema


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """What a parameter may be: one that is left out is not null, it is not there."""
    kinds = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**kinds[0], **rest} if len(kinds) == 1 else schema
