"""The processes that stay: serve, schedule, and the demo, which is both in one."""

from __future__ import annotations

import signal
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from bot.channels.protocol import ChannelUnavailable
from bot.channels.telegram import TelegramChannel
from bot.cli.demo import open_demo
from bot.cli.opening import opened
from bot.delivery.office import Office
from bot.risk import assess
from scheduler import build_scheduler, poll_telegram
from server import build_app

app = typer.Typer()

Host = Annotated[str, typer.Option()]
Port = Annotated[int, typer.Option(min=1, max=65535)]


@app.command("serve")
def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Answer webhooks and the API."""
    office = opened()
    _announce(office)
    try:
        _answer(build_app(office), host, port, "Besa answers at")
    finally:
        office.close()


@app.command("schedule")
def schedule() -> None:
    """Start what is due, remind, escalate and send, until told to stop."""
    office = opened()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    rounds = build_scheduler(office)
    rounds.start()
    typer.echo("Besa starts and sends what is due (Ctrl-C ends it)")
    if not office.settings.public_url:
        threading.Thread(target=poll_telegram, args=(office, stop), daemon=True).start()
    stop.wait()
    rounds.shutdown(wait=True)
    office.close()


@app.command("demo")
def demo(port: Port = 8000) -> None:
    """Server, scheduler and three people in one process, on a file in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="besa-demo-") as folder:
        office, app = open_demo(Path(folder))
        rounds = build_scheduler(office)
        rounds.start()
        try:
            _answer(app, "127.0.0.1", port, "Besa's demo is at")
        finally:
            rounds.shutdown(wait=True)
            office.close()


def _answer(app: FastAPI, host: str, port: int, told: str) -> None:
    """Serve until told to stop; the address is printed once it is ours."""
    assess("loads what reading for danger needs")
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False)
    listening = config.bind_socket()
    typer.echo(f"{told} http://{host}:{port}/ (Ctrl-C ends it)")
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def _announce(office: Office) -> None:
    """Tell Telegram where Besa listens, so that it need not be set by hand."""
    channel, settings = office.channels.get("telegram"), office.settings
    secret = settings.telegram_webhook_secret.get_secret_value()
    if not isinstance(channel, TelegramChannel) or not settings.public_url or not secret:
        return
    try:
        channel.set_webhook(f"{settings.public_url.rstrip('/')}/webhooks/telegram", secret)
    except ChannelUnavailable as error:
        typer.echo(f"{error}; Telegram was not told the webhook's address", err=True)
