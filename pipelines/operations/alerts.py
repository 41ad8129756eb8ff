"""Telling somebody: one alert, sent by log file, by mail and by webhook, whichever are set up.

Senders are set up by environment variables, so that no password or address of a webhook stands in a file of
the project, in a log or in a manifest. A sender that fails is tried again and never keeps the others from
sending. What is wrong is found elsewhere (pipelines/operations/watch.py, the night itself).
"""

from __future__ import annotations

import http.client
import json
import os
import smtplib
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_chain, wait_fixed

from housing_trajectories.plain_text import for_chat, printable
from pipelines.nightly.last_run import write_durably

LOG = "nights/alerts.log"
TOLD = "nights/alerts_told.json"
WAITING = "nights/alerts_waiting.json"
PAGES = "docs/operations/alerts.md"
KINDS = (
    "failed_night",
    "missing_night",
    "unfinished_night",
    "long_night",
    "no_release",
    "low_disk",
    "spoilt_release",
    "clock",
    "quarantined_file",
    "refused_input",
    "accepted_with_warnings",
    "test",
)
_TIMEOUT_SECONDS = 20
_PAUSES_SECONDS = (1.0, 5.0)
_ATTEMPTS = len(_PAUSES_SECONDS) + 1
_KEPT = 500


@dataclass(frozen=True)
class Alert:
    """What is wrong, in a line and in full. `key` names the event, so that it is told once."""

    kind: str
    key: str
    title: str
    text: str

    def page(self) -> str:
        """Where the person on call reads what to do."""
        return f"{PAGES}#{self.kind}"


@dataclass(frozen=True)
class LogFile:
    """A line of JSON an alert, for whatever reads logs; always set up."""

    path: Path
    name: str = "log file"

    def send(self, alert: Alert) -> None:
        """Append it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        at = datetime.now(UTC).replace(microsecond=0).isoformat()
        line = {"at": at, "kind": alert.kind, "title": alert.title, "text": alert.text, "do": alert.page()}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


@dataclass(frozen=True)
class Mail:
    """Mail over SMTP. `security` is starttls, tls or none; none is for a relay on this machine."""

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    name: str = "mail"

    def send(self, alert: Alert) -> None:
        """Send it; whatever SMTP does not like is an OSError too."""
        message = EmailMessage()
        message["Subject"] = f"placecast: {alert.title}"
        message["From"] = self.sender
        message["To"] = ", ".join(self.recipients)
        message.set_content(f"{alert.text}\n\nWhat to do: {alert.page()}\n")
        trusted = ssl.create_default_context()
        if self.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=_TIMEOUT_SECONDS, context=trusted
            )
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_SECONDS)
        with connection:
            if self.security == "starttls":
                connection.starttls(context=trusted)
            if self.user:
                connection.login(self.user, self.password)
            connection.send_message(message)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token and the alert to another host than the one that was set up."""

    def redirect_request(self, *_: object) -> None:
        """None: the answer counts as the error that it is."""


_OPENER = urllib.request.build_opener(_NoRedirects)


@dataclass(frozen=True)
class Webhook:
    """JSON posted to an address, as chat and incident services take it (`text` is what they show)."""

    address: str = field(repr=False)
    token: str = field(default="", repr=False)
    name: str = "webhook"

    def send(self, alert: Alert) -> None:
        """Post it. The address may itself be a secret: errors name its host only."""
        body = json.dumps(
            {
                "text": for_chat(f"placecast: {alert.title}\n{alert.text}\nWhat to do: {alert.page()}"),
                "kind": alert.kind,
                "key": alert.key,
            }
        ).encode()
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        host = urlsplit(self.address).hostname
        try:
            request = urllib.request.Request(self.address, data=body, headers=headers, method="POST")  # noqa: S310
            with _OPENER.open(request, timeout=_TIMEOUT_SECONDS):
                return
        except urllib.error.HTTPError as error:
            moved = " (a redirect, which is not followed)" if 300 <= error.code < 400 else ""
            raise OSError(f"{host} answered {error.code}{moved}") from None
        except OSError as error:
            raise OSError(f"{host} cannot be reached: {getattr(error, 'reason', error)}") from None
        except (http.client.HTTPException, ValueError) as error:
            # Such as a blank in the address; their own words would show it.
            raise OSError(f"{host}: no address or no answer of HTTP ({type(error).__name__})") from None


Sender = LogFile | Mail | Webhook
"""What can carry an alert to a person: raises OSError when it could not."""


def senders(outputs: Path, environment: Mapping[str, str] = os.environ) -> list[Sender]:
    """The senders that are set up. Raises ValueError with the variable's name where one is half set up."""
    found: list[Sender] = [LogFile(outputs / LOG)]
    host = environment.get("PLACECAST_ALERT_SMTP_HOST", "")
    if host:
        security = environment.get("PLACECAST_ALERT_SMTP_SECURITY", "starttls")
        if security not in ("starttls", "tls", "none"):
            raise ValueError("PLACECAST_ALERT_SMTP_SECURITY must be starttls, tls or none")
        port = environment.get("PLACECAST_ALERT_SMTP_PORT", "587")
        if not port.isdecimal():
            raise ValueError("PLACECAST_ALERT_SMTP_PORT must be a number")
        found.append(
            Mail(
                host,
                int(port),
                _needed(environment, "PLACECAST_ALERT_FROM"),
                tuple(part.strip() for part in _needed(environment, "PLACECAST_ALERT_TO").split(",")),
                security,
                environment.get("PLACECAST_ALERT_SMTP_USER", ""),
                environment.get("PLACECAST_ALERT_SMTP_PASSWORD", ""),
            )
        )
    address = environment.get("PLACECAST_ALERT_WEBHOOK_URL", "")
    if address:
        if urlsplit(address).scheme not in ("http", "https"):
            raise ValueError("PLACECAST_ALERT_WEBHOOK_URL must begin with https:// (or http://)")
        found.append(Webhook(address, environment.get("PLACECAST_ALERT_WEBHOOK_TOKEN", "")))
    return found


def tell(
    alert: Alert,
    outputs: Path,
    to: Iterable[Sender] | None = None,
    *,
    pause: Callable[[float], None] = time.sleep,
    attempts: int = _ATTEMPTS,
) -> list[str]:
    """Send an alert by every sender that is set up, once for its key; what failed, a sentence each.

    An event that somebody has been told of is not told again. An alert that a sender could not carry is kept
    and sent again by that one alone, at the next look that finds it or by `tell_again`.
    """
    told, waiting = _read(outputs / TOLD), _read(outputs / WAITING)
    if alert.key in told:
        return []
    alert = replace(alert, title=_one_line(alert.title), text=printable(alert.text))
    failed = []
    sent = list(waiting.get(alert.key, {}).get("sent", ()))
    try:
        by = list(senders(outputs) if to is None else to)
    except ValueError as error:
        by = [LogFile(outputs / LOG)]
        failed.append(f"the settings for alerts are incomplete or wrong: {error}")
    for sender in by:
        if sender.name in sent:
            continue
        if problem := _sent(sender, alert, pause, attempts):
            failed.append(f"{sender.name}: {problem}")
        else:
            sent.append(sender.name)
    try:
        if failed:
            _write(outputs / WAITING, {**waiting, alert.key: {**asdict(alert), "sent": sent}})
        else:
            _write(outputs / TOLD, {**told, alert.key: alert.kind})
            if waiting.pop(alert.key, None):
                _write(outputs / WAITING, waiting)
    except OSError as error:
        done = "this cannot be kept" if failed else "sent, but not recorded: it will be sent again"
        failed.append(f"{done}: {error.strerror}")
    return failed


def tell_again(outputs: Path, to: Iterable[Sender] | None = None) -> list[str]:
    """Send what could not be sent before, one attempt each, until one fails; what failed, a sentence each."""
    for entry in _read(outputs / WAITING).values():
        alert = Alert(*(str(entry.get(name, "")) for name in ("kind", "key", "title", "text")))
        if failed := tell(alert, outputs, to, attempts=1):
            return failed
    return []


def _sent(sender: Sender, alert: Alert, pause: Callable[[float], None], most: int) -> str:
    """Empty when it was sent; else why not, after the last attempt."""
    attempts = Retrying(
        retry=retry_if_exception_type(OSError),
        wait=wait_chain(*(wait_fixed(seconds) for seconds in _PAUSES_SECONDS)),
        stop=stop_after_attempt(most),
        sleep=pause,
        reraise=True,
    )
    try:
        attempts(sender.send, alert)
    except OSError as error:
        return _one_line(str(error))
    except Exception as error:
        # Whatever it was, the others must still be told; its words may hold what is secret.
        return f"could not be used as it is set up ({type(error).__name__})"
    return ""


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _write(path: Path, by_key: Mapping[str, Any]) -> None:
    write_durably(path, json.dumps(dict(list(by_key.items())[-_KEPT:]), indent=1) + "\n")


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise ValueError(f"{name} is not set")
    return value


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())[:300]
