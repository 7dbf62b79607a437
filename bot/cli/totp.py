"""The command that gives a member of staff a second factor."""

from __future__ import annotations

import typer

from bot.casework import totp
from bot.cli.opening import database
from bot.delivery.office import real_clock


def enrol(email: str) -> None:
    """Give a member of staff a new second factor; what is printed is shown this once, for their telephone.

    It is an otpauth address: show it as a QR code on a screen that nobody else sees, or type its secret. A
    factor that they had counts no more, and they are signed out everywhere.
    """
    with database() as opened:
        typer.echo(opened.write_now(lambda tx: totp.enrol(tx, real_clock(), email)))
