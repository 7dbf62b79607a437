"""One request to the page: who is there, in which language, whether a form came from the page itself."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.api import work
from bot.api.pages.rendering import Rendering
from bot.api.pages.words import NAMES, Words, preferred
from bot.casework import page_session
from bot.casework.page_session import Visitor
from bot.casework.sign_in import required_roles
from bot.casework.staff import Signed
from bot.delivery.office import Office
from bot.store.tx import Tx

T = TypeVar("T")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
LONGEST = 5_000
"""The most characters that a field of a form may hold."""


class Trouble(Exception):
    """What was asked for cannot be done; ``said`` is a sentence of the page's catalogue."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status
        self.said = said


@dataclass
class Visit:
    """What a handler of the page works with."""

    request: Request
    office: Office
    rendering: Rendering
    words: Words
    now: datetime
    token: str
    """The session's, or of a visit that is not signed in yet."""
    visitor: Visitor | None
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def who(self) -> Signed:
        """Who is signed in."""
        assert self.visitor is not None
        return self.visitor.who

    @property
    def place(self) -> str:
        """From where it is asked, for counting tries to sign in."""
        return self.request.client.host if self.request.client else ""

    @property
    def needs_code(self) -> frozenset[str]:
        """The roles that must give a second factor."""
        return required_roles(self.office.settings.require_totp)

    @property
    def chosen_language(self) -> str:
        """The language that was chosen at the door, if any was."""
        return _chosen(self.request, self.fields)

    @property
    def mark(self) -> str:
        """What every form of this visit carries, and nobody else can know."""
        return hmac.digest(self.token.encode(), b"form", "sha256").hex()

    async def read(self, job: Callable[[Tx], T]) -> T:
        """Run a reading job."""
        return await work.read(self.office, job)

    async def write(self, job: Callable[[Tx], T]) -> T:
        """Run a writing job; back after its commit."""
        return await work.write(self.office, job)

    async def take_form(self) -> None:
        """Read the form that was sent.

        Raises:
            Trouble: it was not sent by this page.
        """
        if not from_here(self.request):
            raise Trouble(403, "This did not come from the page itself. Nothing was changed.")
        form = await self.request.form(max_files=0, max_fields=60)
        self.fields = {name: str(value)[:LONGEST] for name, value in form.items()}
        if not hmac.compare_digest(self.fields.get("mark", "").encode(), self.mark.encode()):
            raise Trouble(403, "The page was open for too long. Load it again; nothing was changed.")

    def given(self, name: str) -> str | None:
        """What stands in a field; None if it is empty."""
        return self.fields.get(name, "").strip() or None

    def wants(self, part: str) -> bool:
        """Whether a script of the page asks for a part of it alone."""
        headers = self.request.headers
        return "hx-request" in headers and headers.get("hx-target") == part

    def page(self, name: str, status: int = 200, **values: Any) -> Response:
        """A page from a template."""
        body = self.rendering.render(name, self, values)
        answer = HTMLResponse(body, status, HEADERS)
        if self.visitor is None:
            remember(answer, self.office, VISIT, self.token, None)
        return answer


VISIT, SESSION = "besa_visit", "besa"


async def arrive(request: Request, rendering: Rendering) -> Visit:
    """Find out who is there and in which language they read."""
    at = work.office(request)
    now = at.clock()
    session = request.cookies.get(cookie(at, SESSION), "")
    found = await work.read(at, lambda tx: page_session.visitor(tx, now, session)) if session else None
    own = found.language if found else _chosen(request, {})
    language = own or preferred(request.headers.get("accept-language", ""))
    token = session if found else request.cookies.get(cookie(at, VISIT)) or secrets.token_urlsafe(32)
    words = rendering.words.get(language) or rendering.words["en"]
    return Visit(request, at, rendering, words, now, token, found)


def _chosen(request: Request, fields: Mapping[str, str]) -> str:
    """A language that was chosen while signed out; a link that names one changes nothing but the form."""
    named = fields.get("language") or request.query_params.get("language", "")
    return named if named in NAMES else ""


def from_here(request: Request) -> bool:
    """Whether the browser says that its own page sent this; one that says nothing has the form's mark."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def secure(at: Office) -> bool:
    """Whether the page is reached by https."""
    return at.settings.public_url.startswith("https://")


def cookie(at: Office, name: str) -> str:
    """The name of a cookie; the prefix keeps other hosts of the domain from setting it."""
    return f"__Host-{name}" if secure(at) else name


def remember(answer: Response, at: Office, name: str, value: str, seconds: int | None) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send."""
    answer.set_cookie(
        cookie(at, name), value, seconds, path="/", secure=secure(at), httponly=True, samesite="strict"
    )


def away() -> Response:
    """Send a page that asked by script, but whose session is over, to the door."""
    return Response(status_code=401, headers={**HEADERS, "HX-Redirect": "/"})


def to(path: str) -> Response:
    """Go on to another page of ours after a form was taken."""
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})
