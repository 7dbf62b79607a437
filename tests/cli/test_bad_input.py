"""Bad input: one line that names the place and the mend, exit 1; a wrong call is exit 2."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.endtoend.people import THREE, write_csv
from tests.endtoend.running import Besa

ROOT = Path(__file__).resolve().parents[2]


def refused(office: Besa, *arguments: str, typed: str = "", **settings: str | None) -> str:
    """The one line of a command that could not be done."""
    done = office.run(*arguments, typed=typed, **settings)
    assert done.code == 1, done
    (line,) = done.err.splitlines()
    assert "Traceback" not in line
    return line


@pytest.mark.parametrize("command", [("flows", "check"), ("tick",)], ids=" ".join)
def test_a_flow_with_an_unknown_step(office: Besa, tmp_path: Path, command: tuple[str, ...]) -> None:
    flows = shutil.copytree(ROOT / "flows", tmp_path / "edited")
    written = (flows / "checkin.yaml").read_text(encoding="utf-8")
    (flows / "checkin.yaml").write_text(written.replace("ask: choice", "aks: choice"), encoding="utf-8")
    line = refused(office, *command, flows_dir=str(flows))
    assert "checkin.yaml" in line
    assert "steps.wellbeing: unknown step" in line
    assert "a step is one of say, ask" in line


def test_a_flow_that_is_no_yaml(office: Besa, tmp_path: Path) -> None:
    flows = shutil.copytree(ROOT / "flows", tmp_path / "edited")
    (flows / "checkin.yaml").write_text("id: checkin\nsteps:\n  - {", encoding="utf-8")
    line = refused(office, "flows", "check", flows_dir=str(flows))
    assert "checkin.yaml" in line


@pytest.mark.parametrize(
    ("column", "value", "mend"),
    [
        ("timezone", "Europe/Tirana", "Europe/Tirane"),
        ("language", "de", "sq, ar, uk"),
        ("channel", "pigeon", "telegram"),
        ("address", "069 441", "+355"),
        ("return_date", "24.11.2026", "2026-11-24"),
        ("contact_from", "nine", "HH:MM"),
        ("caseworker_email", "nobody@office.invalid", "besa user add"),
        ("protocol", "none-such", "default"),
        ("country", "Albania", "AL, MA, UA"),
        ("consented_on", "2099-01-01", "has been"),
        ("return_date", "2099-01-01", "the return"),
    ],
)
def test_a_row_that_cannot_be_taken(office: Besa, tmp_path: Path, column: str, value: str, mend: str) -> None:
    file = write_csv(tmp_path / "cases.csv", THREE, **{column: value})
    line = refused(office, "case", "import", str(file))
    assert "line 2" in line
    assert column in line
    assert mend in line
    assert value not in line.replace(mend, "")
    assert office.rows("SELECT count(*) FROM cases") == [(0,)]


def test_the_last_row_refuses_all(office: Besa, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "cases.csv")
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[-1] = lines[-1].replace("Europe/Kyiv", "Kyiv")
    file.write_text("\n".join(lines), encoding="utf-8")
    assert "line 4: column timezone" in refused(office, "case", "import", str(file))
    assert office.rows("SELECT count(*) FROM cases") == [(0,)]


def test_a_file_without_a_column(office: Besa, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("code;alias\nC-1;Someone\n", encoding="utf-8")
    line = refused(office, "case", "import", str(file))
    assert "line 1" in line


def test_a_file_in_another_encoding(office: Besa, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "cases.csv")
    file.write_bytes(file.read_text(encoding="utf-8").encode("utf-16"))
    line = refused(office, "case", "import", str(file))
    assert "UTF-8" in line


@pytest.mark.parametrize("command", [("tick",), ("case", "list"), ("serve",), ("schedule",)], ids=" ".join)
def test_a_database_that_is_not_migrated(office: Besa, tmp_path: Path, command: tuple[str, ...]) -> None:
    line = refused(office, *command, database_url=f"sqlite:///{tmp_path / 'new.db'}")
    assert "besa migrate" in line


@pytest.mark.parametrize("command", [("keys", "rotate"), ("audit", "verify")], ids=" ".join)
def test_the_store_commands_want_a_migrated_database(
    office: Besa, tmp_path: Path, command: tuple[str, ...]
) -> None:
    line = refused(office, *command, database_url=f"sqlite:///{tmp_path / 'new.db'}")
    assert "besa migrate" in line


def test_a_folder_that_is_not_there(office: Besa, tmp_path: Path) -> None:
    line = refused(office, "migrate", database_url=f"sqlite:///{tmp_path / 'nowhere' / 'office.db'}")
    assert "BESA_DATABASE_URL" in line


@pytest.mark.parametrize(
    ("keys", "said"), [(None, "is missing"), ("", "32 bytes"), ("short", "32 bytes"), ("ключ", "32 bytes")]
)
def test_the_keys_are_missing_or_wrong(office: Besa, keys: str | None, said: str) -> None:
    line = refused(office, "tick", secret_keys=keys)
    assert "BESA_SECRET_KEYS" in line
    assert said in line
    assert not keys or keys not in line


def test_other_keys_than_the_databases(office: Besa, tmp_path: Path) -> None:
    office.do("case", "import", str(write_csv(tmp_path / "cases.csv")))
    line = refused(office, "case", "show", "AL-7", secret_keys="A" * 43 + "=")
    assert "BESA_SECRET_KEYS" in line


def test_a_setting_that_twilio_needs(office: Besa) -> None:
    line = refused(office, "tick", twilio_account_sid="AC" + "0" * 32, twilio_auth_token="x")
    assert "BESA_TWILIO_FROM" in line


def _not_utf8(po: Path) -> None:
    po.write_bytes(po.read_bytes().replace("ë".encode(), b"\xeb"))


def _cut(po: Path) -> None:
    po.write_text(po.read_text(encoding="utf-8") + '\nmsgid "Left open\nmsgstr "x"\n', encoding="utf-8")


def _gone(po: Path) -> None:
    po.unlink()


@pytest.mark.parametrize("spoil", [_not_utf8, _cut, _gone])
@pytest.mark.parametrize("command", [("flows", "check"), ("tick",)], ids=" ".join)
def test_an_unreadable_catalogue(
    office: Besa, tmp_path: Path, spoil: Callable[[Path], None], command: tuple[str, ...]
) -> None:
    locales = shutil.copytree(ROOT / "locales", tmp_path / "locales")
    (po,) = (locales / "sq").rglob("besa.po")
    spoil(po)
    line = refused(office, *command, locales_dir=str(locales))
    assert po.name in line or "locales/sq" in line


def test_a_file_with_semicolons_or_fields_too_many(office: Besa, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "cases.csv")
    written = file.read_text("utf-8")
    file.write_text(written.replace(",", ";"), "utf-8")
    assert "with commas" in refused(office, "case", "import", str(file))
    file.write_text(written.rstrip() + ",more\n", "utf-8")
    assert "line 4" in refused(office, "case", "import", str(file))


def test_a_password_that_is_too_short_leaves_nothing(office: Besa, tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    folder.mkdir()
    office.folder = folder
    database = f"sqlite:///{folder / 'besa.db'}"
    given = ("init", "--email", "lead@office.invalid", "--name", "n", "--password", "tiny-1")
    assert "password" in refused(office, *given, secret_keys=None, database_url=database)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--phone", "abc", "+355"),
        ("--email", "notmail", "name@office.org"),
        ("--telegram-chat", "@me", "number"),
    ],
)
def test_staff_that_nothing_could_be_sent_to(office: Besa, option: str, value: str, said: str) -> None:
    given = {"--email": "new@office.invalid", option: value}
    options = [word for pair in given.items() for word in pair]
    added = ("user", "add", "n", "--role", "caseworker", "--password-stdin", *options)
    line = refused(office, *added, typed="long enough words\n")
    assert option in line
    assert said in line
    assert value not in line


def test_staff_that_cannot_be_added(office: Besa) -> None:
    for role, password, said in (
        ("cook", "long enough words", "--role"),
        ("caseworker", "tiny-1", "password"),
    ):
        added = ("user", "add", "n", "--role", role, "--email", "n@office.invalid", "--password-stdin")
        line = refused(office, *added, typed=f"{password}\n")
        assert said in line
        assert password not in line


def test_risk_names_the_line(office: Besa) -> None:
    assert "line 2" in refused(office, "risk", typed='{"text": "po"}\nnot json\n')
    assert "line 1" in refused(office, "risk", typed='{"text": 5}\n')


def test_there_is_no_such_case_or_flow(office: Besa) -> None:
    assert "besa case list" in refused(office, "case", "show", "NONE")
    assert "nonesuch" in refused(office, "flows", "graph", "nonesuch")


@pytest.mark.parametrize(
    "arguments",
    [
        ("tick", "--at", "noon"),
        ("no-such-command",),
        ("case", "import", "/no/such/file.csv"),
        ("user", "add", "x"),
        ("serve", "--port", "many"),
        ("chat", "--language", "xx"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_exit_two(office: Besa, arguments: tuple[str, ...]) -> None:
    done = office.run(*arguments)
    assert done.code == 2, done
    assert "Traceback" not in done.err
