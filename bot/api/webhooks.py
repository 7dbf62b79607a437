"""What providers call. 200 only after the commit; a wrong signature is 403 and changes nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.api.problems import problem
from bot.api.work import office
from bot.channels import telegram, twilio
from bot.channels.protocol import Inbound
from bot.delivery import inbox, outbox
from bot.delivery.office import Office
from bot.store.errors import StoreError

T = TypeVar("T")

LONG_READ = 24
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


async def twilio_message(request: Request) -> Response:
    """A message from Twilio."""
    inbound = await _signed(request, twilio.parse_message)
    if isinstance(inbound, Response):
        return inbound
    return await _take(office(request), [inbound], Response(EMPTY_TWIML, media_type="application/xml"))


async def twilio_status(request: Request) -> Response:
    """What became of a message that was sent through Twilio."""
    update = await _signed(request, twilio.parse_status)
    if isinstance(update, Response):
        return update
    at = office(request)
    now = at.clock()
    try:
        await asyncio.wrap_future(at.db.write(lambda tx: outbox.status(tx, at.programme, now, update)))
    except StoreError:
        return problem(503, "the store is away, try again")
    return Response(status_code=204)


async def telegram_update(request: Request) -> Response:
    """An update of Telegram's Bot API."""
    at = office(request)
    expected = at.settings.telegram_webhook_secret.get_secret_value()
    if not expected or not telegram.secret_valid(
        expected, request.headers.get("X-Telegram-Bot-Api-Secret-Token")
    ):
        return problem(403, "the secret token is wrong")
    try:
        update = json.loads(await request.body())
        inbounds = telegram.parse_update(update)
    except ValueError:
        return problem(400, "the update cannot be read")
    answer = await _take(at, inbounds, Response())
    channel = at.channels.get("telegram")
    callback = telegram.callback_id(update)
    if callback and isinstance(channel, telegram.TelegramChannel):
        _ = asyncio.get_running_loop().run_in_executor(None, channel.answer_callback, callback)
    return answer


routes = [
    Route("/webhooks/twilio/messages", twilio_message, methods=["POST"]),
    Route("/webhooks/twilio/status", twilio_status, methods=["POST"]),
    Route("/webhooks/telegram", telegram_update, methods=["POST"]),
]


async def _signed(request: Request, parse: Callable[[Mapping[str, str]], T]) -> T | Response:
    """What a signed form of Twilio's says, or the answer to one that is not signed or cannot be read."""
    form = await _signed_form(request, office(request))
    if form is None:
        return problem(403, "the signature is wrong")
    try:
        return parse(form)
    except ValueError as error:
        return problem(400, str(error))


async def _signed_form(request: Request, at: Office) -> Mapping[str, str] | None:
    body = await request.body()
    form = twilio.parse_form(body)
    token = at.settings.twilio_auth_token.get_secret_value()
    if not token:
        return None
    base = at.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    query = f"?{request.url.query}" if request.url.query else ""
    url = f"{base}{request.url.path}{query}"
    signature = request.headers.get("X-Twilio-Signature")
    return form if twilio.signature_valid(token, url, form, signature) else None


async def _take(at: Office, inbounds: Sequence[Inbound], done: Response) -> Response:
    """Read and take in, in order. Short texts are read at once, long ones beside the loop."""
    try:
        for inbound in inbounds:
            if len(inbound.text) > LONG_READ:
                one = await asyncio.to_thread(inbox.read, inbound)
            else:
                one = inbox.read(inbound)
            await asyncio.wrap_future(at.take(one))
    except StoreError:
        return problem(503, "the store is away, try again")
    return done
