"""From a webhook to the notification that a provider gets: p50 and p99 at a steady rate, on both databases.

``python bench/alerts.py --seconds 60`` takes about three minutes. Everything is as an office runs it: ``besa
serve`` and ``besa schedule`` in processes of their own, signed forms coming in, SMS going out to a local
server that says yes at once. Of every ten messages one is alarming, each from a case of its own; the rest is
a word of thanks.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import httpx

from bot.casework.cases import COLUMNS
from tests.databases import postgres_database, postgres_server
from tests.endtoend.people import THREE
from tests.endtoend.running import Besa
from tests.peers.local_server import LocalServer, Reply, Request
from tests.peers.twilio_signing import signature

ACCOUNT, TOKEN, OURS = f"AC{0:032x}", "the token that signs", "+355694000001"
PATH = "/webhooks/twilio/messages"
THANKS = ("faleminderit", "شكرا", "дякую")
WORKERS = 4
ONE_IN = 10
PATIENCE = 30.0
_CODE = re.compile(r"\bB-\d+\b")
_sids = count(1)


class Sms(LocalServer):
    """A provider that takes every SMS at once and keeps when it came, by the case that it names."""

    def __init__(self) -> None:
        super().__init__()
        self.came: dict[str, float] = {}
        self.taken = 0

    def named(self, request: Request) -> str:
        """All calls are alike."""
        return request.method

    def answer(self, request: Request) -> Reply:
        """Take it, or say that nothing else has come in."""
        if request.method == "GET":
            return Reply.of(200, {"messages": [], "next_page_uri": None})
        now = time.perf_counter()
        self.taken += 1
        code = _CODE.search(request.fields["Body"])
        if code:
            self.came.setdefault(code[0], now)
        return Reply.of(201, {"sid": f"SM{next(_sids):032x}", "status": "queued", "to": request.fields["To"]})


def main() -> None:
    """Measure on SQLite and on PostgreSQL and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=50, help="messages a second that come in")
    options = parser.parse_args()
    print(f"{options.rate} messages a second for {options.seconds} s, one in {ONE_IN} alarming")
    print(f"{'':12}{'webhook answered':>22}{'notification handed over':>30}")
    print(f"{'':12}{'p50':>11}{'p99':>11}{'p50':>14}{'p99':>11}{'alerts':>9}")
    with tempfile.TemporaryDirectory(prefix="besa-bench-") as folder, postgres_server() as host:
        _measure("SQLite", Path(folder) / "sqlite", {}, options.rate, options.seconds)
        with postgres_database(host) as url:
            settings = {"database_url": url}
            _measure("PostgreSQL", Path(folder) / "postgres", settings, options.rate, options.seconds)


def _measure(name: str, folder: Path, settings: Mapping[str, str], rate: int, seconds: int) -> None:
    folder.mkdir()
    cases = len(THREE) + rate * seconds // ONE_IN
    with _office(folder, settings, cases) as (besa, sms):
        warm = [(n, THREE[n].alarm) for n in range(len(THREE))]
        _handed_over(sms, asyncio.run(_load(besa.url, warm, 1))[0])
        sent, answered = asyncio.run(_load(besa.url, _messages(range(len(THREE), cases)), rate))
        waits = _handed_over(sms, sent)
    figures = f"{_at(answered, 50)}{_at(answered, 99)}{'':3}{_at(waits, 50)}{_at(waits, 99)}{len(sent):9}"
    print(f"{name:12}{figures}", flush=True)


def _messages(cases: Iterable[int]) -> list[tuple[int, str]]:
    """Which case writes what: of each one alarming message, and then words of thanks."""
    return [(n, THREE[n % 3].alarm if turn == 0 else THANKS[n % 3]) for n in cases for turn in range(ONE_IN)]


def _handed_over(sms: Sms, sent: Mapping[str, float]) -> list[float]:
    """Wait until all is told, and give how long each took."""
    end = time.monotonic() + PATIENCE
    while sent.keys() - sms.came.keys() and time.monotonic() < end:
        time.sleep(0.05)
    if missing := sent.keys() - sms.came.keys():
        raise SystemExit(f"{len(missing)} of {len(sent)} alerts were told to nobody")
    return [sms.came[code] - at for code, at in sent.items()]


@contextmanager
def _office(folder: Path, settings: Mapping[str, str], cases: int) -> Iterator[tuple[Besa, Sms]]:
    sms = Sms()
    twilio = {
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_from": OURS,
        "twilio_api_base": sms.base,
    }
    besa = Besa(folder, **twilio, **settings)
    besa.do("migrate")
    for n in range(WORKERS):
        besa.hire(f"worker{n}", "caseworker", phone=f"+3556911100{n:02}")
    besa.do("case", "import", str(_people(folder / "cases.csv", cases)))
    with ExitStack() as running:
        sms.start()
        running.callback(sms.stop)
        running.enter_context(besa.serving())
        running.enter_context(besa.scheduling())
        yield besa, sms


def _people(path: Path, number: int) -> Path:
    today = datetime.now(UTC).date().isoformat()
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        for n in range(number):
            like = THREE[n % 3]
            rows.writerow(
                {
                    "code": f"B-{n}",
                    "alias": "Someone",
                    "language": like.language,
                    "country": like.country,
                    "timezone": like.timezone,
                    "channel": "twilio",
                    "address": _number(n),
                    "return_date": today,
                    "caseworker_email": f"worker{n % WORKERS}@office.invalid",
                    "consented_on": today,
                }
            )
    return path


async def _load(
    url: str, messages: Sequence[tuple[int, str]], rate: int
) -> tuple[dict[str, float], list[float]]:
    """Post at the rate, whatever the server does; when alarming ones were sent, and how long answers took."""
    sent: dict[str, float] = {}
    answered: list[float] = []

    async def post(client: httpx.AsyncClient, n: int, text: str) -> None:
        form = _form(_number(n), text)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature(f"{url}{PATH}", TOKEN, form),
        }
        begun = time.perf_counter()
        if text not in THANKS:
            sent[f"B-{n}"] = begun
        answer = await client.post(f"{url}{PATH}", content=urlencode(form), headers=headers)
        if answer.status_code != 200:
            raise SystemExit(f"a webhook was answered with {answer.status_code}")
        answered.append(time.perf_counter() - begun)

    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx.AsyncClient(timeout=PATIENCE, limits=limits) as client, asyncio.TaskGroup() as calls:
        begun = time.perf_counter()
        for turn, (n, text) in enumerate(messages):
            await asyncio.sleep(max(0.0, begun + turn / rate - time.perf_counter()))
            calls.create_task(post(client, n, text))
    return sent, answered


def _form(sender: str, text: str) -> dict[str, str]:
    sid = f"SM{next(_sids):032x}"
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": sender,
        "To": OURS,
        "Body": text,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }


def _number(n: int) -> str:
    return f"+35569{n + 5_000_000:07d}"


def _at(values: list[float], percent: int) -> str:
    """The value under which so many per cent lie, in milliseconds."""
    ordered = sorted(values)
    return f"{ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000:8.0f} ms"


if __name__ == "__main__":
    main()
