"""The same on PostgreSQL: who gets what, changes sent again at once, signing in."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from bot.delivery.office import open_office
from bot.settings import Settings
from bot.store import migrate
from bot.store.vault import new_key
from tests.api import test_answers, test_changes, test_matrix, test_sign_in
from tests.api.conftest import MANY, Api, fill, serving
from tests.databases import postgres_database, postgres_server
from tests.offices import Clock, Play


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as host:
        yield host


@pytest.fixture
def api(server: str) -> Iterator[Api]:
    with postgres_database(server) as url:
        settings = Settings(
            _env_file=None, database_url=url, secret_keys=SecretStr(new_key()), require_totp=""
        )
        migrate.upgrade(url)
        clock = Clock()
        office = open_office(settings, clock=clock, sandbox=True)
        try:
            play = Play(office, clock)
            ids, alerts = fill(play)
            with serving(office, MANY) as at, httpx.Client(base_url=at, timeout=30) as client:
                yield Api(play, at, client, ids, alerts)
        finally:
            office.close()


def test_who_gets_what(api: Api) -> None:
    for name in sorted(test_matrix.ABOUT_ONE, key=test_matrix.order):
        test_matrix.test_what_names_a_case_or_an_alert(api, name)
    for name in test_matrix.WITHOUT:
        test_matrix.test_what_names_none(api, name)
    test_matrix.test_lists_counts_and_searches_agree(api)
    test_matrix.test_a_search_finds_nothing_of_others(api)
    test_matrix.test_many_at_once_moves_nothing_of_others(api)
    test_matrix.test_ids_in_a_body_are_no_way_round(api)


def test_changes_sent_again_at_once(api: Api) -> None:
    test_changes.test_many_at_once_are_one(api)
    test_changes.test_a_change_based_on_an_older_version_is_refused(api)


def test_many_tries_at_once(api: Api) -> None:
    test_sign_in.test_many_at_once_are_slowed_like_many_in_a_row(api)


def test_a_code_counts_once(api: Api) -> None:
    test_sign_in.test_a_code_counts_once_even_at_once(api)


def test_pages(api: Api) -> None:
    api.office.db.write_now(lambda tx: test_answers.crowd(tx, api))
    test_answers.test_pages_give_everything_once(api)
    test_answers.test_searches_and_filters(api)
    test_answers.test_many_at_once(api, 1001, "resolve")
