"""The command that gives a second factor."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.endtoend.running import Besa


def test_a_second_factor_is_shown_once_and_kept_sealed(office: Besa) -> None:
    uri = office.do("user", "totp", "Worker@Office.invalid").strip()
    assert uri.startswith("otpauth://totp/Besa:worker%40office.invalid?")
    (secret,) = parse_qs(urlsplit(uri).query)["secret"]
    assert len(secret) == 32
    database = {name: kept for name, kept in office.files().items() if name.startswith(str(office.file))}
    assert database
    assert all(secret.encode() not in kept for kept in database.values())
    assert secret not in office.do("user", "totp", "worker@office.invalid")
    assert office.do("audit", "verify").strip() == "the audit log is whole"


def test_nobody_gets_none(office: Besa) -> None:
    done = office.run("user", "totp", "nobody@office.invalid")
    assert done.code == 1
    assert "besa user add" in done.err
    assert "nobody@" not in done.err


def test_a_role_that_is_none_stops_the_start(office: Besa) -> None:
    office.environment["BESA_REQUIRE_TOTP"] = "coordinators"
    done = office.run("tick")
    assert done.code == 1
    assert "BESA_REQUIRE_TOTP" in done.err
    assert len(done.err.strip().splitlines()) == 1
