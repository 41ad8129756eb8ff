"""Dagster's web interface behind a guard. By itself it obeys any page in a browser on the same machine.

Refused are: another name of the host than the machine's own (DNS rebinding), what a page from another origin
sends or frames, websockets included, and GraphQL by anything but a JSON POST, which a page elsewhere cannot
send without asking first. Nothing is loaded from elsewhere. A login can be asked for.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dagster_webserver.webserver import DagsterWebserver
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OWN_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_SHORTEST_TOKEN = 16
_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'; form-action 'self'"
)
"""Added to the interface's own policy, which is stricter on scripts; the browser holds both."""


class GuardedWebserver(DagsterWebserver[Any, Any]):
    """The web interface for its own pages, under the names `hosts`; with `token`, for who gives it."""

    def __init__(self, process_context: Any, hosts: list[str], token: str = "") -> None:
        self._hosts, self._token = hosts, token
        super().__init__(process_context)

    def build_middleware(self) -> list[Middleware]:
        """The guard stands before everything that the interface serves."""
        return [
            Middleware(SameOriginOnly),
            Middleware(TrustedHostMiddleware, allowed_hosts=self._hosts, www_redirect=False),
            *([Middleware(TokenLogin, token=self._token)] if self._token else []),
            *super().build_middleware(),
        ]

    async def graphql_http_endpoint(self, request: Request) -> Response:
        """By JSON POST alone: Dagster would run a mutation by GET, or by a form that any page can send."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.method != "POST" or kind != "application/json":
            return PlainTextResponse("GraphQL is taken as a POST of application/json only", status_code=405)
        return await super().graphql_http_endpoint(request)


class SameOriginOnly:
    """Refuses what a browser sends for a page from another origin, unless it is a link that was followed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on or refuse it; every answer says that it may not be framed or used elsewhere."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                headers.append("Content-Security-Policy", _POLICY)
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
            await send(message)

        headers = Headers(scope=scope)
        elsewhere = _from_another_origin(headers) and not _is_a_link(scope, headers)
        refusal = PlainTextResponse("Refused: asked for by a page from another origin", status_code=403)
        await (refusal if elsewhere else self._app)(scope, receive, guarded)


def _from_another_origin(headers: Headers) -> bool:
    """A browser says so by one header or both; a program that is no browser sends neither."""
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        return True
    return headers.get("sec-fetch-site", "none") not in ("same-origin", "none")


def _is_a_link(scope: Scope, headers: Headers) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and "origin" not in headers
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )


class TokenLogin:
    """Asks for the token as the password of HTTP's own login; the user's name is not looked at."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._token = app, token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request with the token on; ask for it otherwise."""
        if scope["type"] not in ("http", "websocket") or hmac.compare_digest(
            _password(Headers(scope=scope)), self._token
        ):
            await self._app(scope, receive, send)
            return
        ask = {"WWW-Authenticate": 'Basic realm="placecast", charset="UTF-8"'}
        await PlainTextResponse("A login is needed", status_code=401, headers=ask)(scope, receive, send)


def _password(headers: Headers) -> bytes:
    """What stands after the user's name in the header of HTTP's own login; empty without one."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(given, validate=True).partition(b":")[2]
    except binascii.Error:
        return b""


def allowed_hosts(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The machine's own names, and the name in PLACECAST_UI_ADDRESS by which a proxy in front is reached."""
    named = urlsplit(environment.get("PLACECAST_UI_ADDRESS", "")).hostname
    return sorted({*_OWN_HOSTS, *([named] if named else [])})


def login_token(environment: Mapping[str, str] = os.environ) -> str:
    """The token of the login, from the environment or a file it names; empty where none is asked for.

    Raises ValueError with the variable's name where it cannot be read or is short enough to be guessed.
    """
    name, token = "PLACECAST_UI_TOKEN", environment.get("PLACECAST_UI_TOKEN", "")
    if file := environment.get("PLACECAST_UI_TOKEN_FILE", ""):
        name = "PLACECAST_UI_TOKEN_FILE"
        try:
            token = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise ValueError(f"{name}: {file} cannot be read ({type(error).__name__})") from None
    elif not token:
        return ""
    if len(token) < _SHORTEST_TOKEN:
        raise ValueError(f"{name}: found {len(token)} characters; expected at least {_SHORTEST_TOKEN}")
    return token


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
