"""What commands open: the office of the settings, or its database alone."""

from __future__ import annotations

from bot.delivery.office import Office, open_office
from bot.settings import BadSetting, load_settings
from bot.store import migrate
from bot.store.database import Database
from bot.store.vault import Vault


def opened() -> Office:
    """The office of the settings."""
    return open_office(load_settings())


def database() -> Database:
    """The database of the settings, for what needs no programme."""
    settings = load_settings()
    try:
        vault = Vault.from_setting(settings.secret_keys.get_secret_value())
        migrate.check(settings.database_url)
        return Database.open(settings.database_url, vault)
    except ValueError as error:
        raise BadSetting(str(error)) from None
