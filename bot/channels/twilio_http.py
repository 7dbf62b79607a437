"""The HTTP side of the Twilio client: where it connects, how long it waits, and what a failure means."""

import ssl
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]
from twilio.http import HttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from urllib3.exceptions import MaxRetryError, NewConnectionError

from bot.channels import provider_clock
from bot.channels.codes import codes
from bot.channels.protocol import Failed

_CONNECT_SECONDS = 5.0
_T = TypeVar("_T")


class TooManyRequests(Exception):
    """Twilio answered 429; `retry_after` is the seconds it asked us to wait, if it said."""

    def __init__(self, retry_after: float | None) -> None:
        super().__init__("429")
        self.retry_after = retry_after


class TwilioHttp(HttpClient):  # type: ignore[misc]
    """Sends the client's requests to `base` (scheme and host), once each, without following redirects."""

    def __init__(self, base: str, seconds: float) -> None:
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("Twilio's API base must be a URL such as https://api.twilio.com")
        self._base = parts
        self._seconds = seconds
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=0, pool_maxsize=16))

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Make one request; raises requests' exceptions and TooManyRequests."""
        answer = self._session.request(
            method.upper(),
            urlunsplit(urlsplit(uri)._replace(scheme=self._base.scheme, netloc=self._base.netloc)),
            params=params,
            data=data,
            headers=headers,
            auth=auth,
            timeout=(_CONNECT_SECONDS, timeout or self._seconds),
            allow_redirects=False,
        )
        provider_clock.heard("twilio", answer.headers.get("Date"))
        if answer.status_code == 429:
            raise TooManyRequests(_seconds(answer.headers.get("Retry-After")))
        return Response(answer.status_code, answer.text, answer.headers)

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()


def attempt(call: Callable[[], _T]) -> _T | Failed:
    """What `call` gives, or why the provider did not answer; what can't be told is act UNKNOWN."""
    try:
        return call()
    except TooManyRequests as error:
        return _failed("20429", 429, error.retry_after)
    except TwilioRestException as error:
        return _failed(str(error.code or error.status), int(error.status))
    except requests.RequestException as error:
        return _failed("not_reached" if _unwritten(error) else "no_answer")
    except (TwilioException, ValueError, KeyError, TypeError, AttributeError):
        return _failed("unreadable")


def _failed(code: str, status: int = 400, retry_after: float | None = None) -> Failed:
    return Failed(code, codes("twilio").act(code, status), retry_after)


def _unwritten(error: requests.RequestException) -> bool:
    """Only what surely came before the request; other faults of TLS may come while the answer is read."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    if not isinstance(cause, MaxRetryError):
        return False
    reason = cause.reason
    causes = reason.args[:1] if reason else ()
    untrusted = any(isinstance(each, ssl.SSLCertVerificationError) for each in causes)
    return untrusted or isinstance(reason, NewConnectionError)


def _seconds(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None
