"""An alert reaches a person by every way that is set up, once, and no secret goes where it should not."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from pipelines.nightly.night_log import FAILED, NOTHING_CHANGED, PUBLISHED, begin, end
from pipelines.nightly.run_lock import run_lock
from pipelines.operations import alerts, watch
from pipelines.operations.alerts import Alert, LogFile, Mail, Webhook, senders, tell, tell_again

FAILED_NIGHT = Alert(
    "failed_night", "failed_night 1", "the nightly run of 2026-11-22 failed", "luton.csv, row 3"
)


class _Mailbox(Message):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[object] = []

    def handle_message(self, message: object) -> None:
        self.messages.append(message)


@pytest.fixture
def mail_server() -> Iterator[Controller]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(_Mailbox(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def web_server() -> Iterator[HTTPServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.server.received.append((self.headers.get("Authorization"), None))  # type: ignore[attr-defined]
            self.send_response(200)
            self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.received.append((self.headers.get("Authorization"), json.loads(body)))  # type: ignore[attr-defined]
            self.send_response(self.server.answers.pop(0) if self.server.answers else 200)  # type: ignore[attr-defined]
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.received, server.answers = [], []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def no_pause(_: float) -> None:
    pass


def test_mail_is_delivered_by_a_real_server(mail_server: Controller, tmp_path: Path) -> None:
    mail = Mail(
        "127.0.0.1", mail_server.port, "placecast@example.org", ("on@example.org", "call@example.org"), "none"
    )
    hostile = Alert("failed_night", "k", "a title\r\nBcc: thief@example.org", "what broke")
    assert tell(hostile, tmp_path, [mail]) == []
    [message] = mail_server.handler.messages
    assert message["Subject"] == "placecast: a title Bcc: thief@example.org"
    assert message["Bcc"] is None
    assert message["To"] == "on@example.org, call@example.org"
    body = message.get_payload(decode=True).decode()
    assert "what broke" in body
    assert "docs/operations/alerts.md#failed_night" in body


def test_a_webhook_is_posted_to_a_real_server_and_tried_again_when_it_stumbles(
    web_server: HTTPServer, tmp_path: Path
) -> None:
    web_server.answers = [503, 200]  # type: ignore[attr-defined]
    hook = Webhook(f"http://127.0.0.1:{web_server.server_port}/hooks/x", "token-of-the-hook")
    assert tell(FAILED_NIGHT, tmp_path, [hook], pause=no_pause) == []
    received = web_server.received  # type: ignore[attr-defined]
    assert len(received) == 2
    assert received[1][0] == "Bearer token-of-the-hook"
    assert "luton.csv, row 3" in received[1][1]["text"]


def test_no_redirect_is_followed_so_that_the_token_stays_with_its_host(
    web_server: HTTPServer, tmp_path: Path
) -> None:
    class Moved(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(self.server.code)  # type: ignore[attr-defined]
            self.send_header("Location", f"http://localhost:{web_server.server_port}/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    moved = HTTPServer(("127.0.0.1", 0), Moved)
    threading.Thread(target=moved.serve_forever, daemon=True).start()
    try:
        hook = Webhook(f"http://127.0.0.1:{moved.server_port}/hooks/x", "token-of-the-hook")
        for code in (301, 302, 303, 307, 308):
            moved.code = code  # type: ignore[attr-defined]
            [problem] = tell(FAILED_NIGHT, tmp_path, [hook], pause=no_pause)
            assert problem == f"webhook: 127.0.0.1 answered {code} (a redirect, which is not followed)"
    finally:
        moved.shutdown()
        moved.server_close()
    assert web_server.received == []  # type: ignore[attr-defined]


def test_a_hostile_name_is_shown_as_it_stands_by_every_sender(
    web_server: HTTPServer, mail_server: Controller, tmp_path: Path
) -> None:
    name = "Luton\x1b[31m\x9b2J\u202e <!channel> [pay](http://127.0.0.1/)"
    hook = Webhook(f"http://127.0.0.1:{web_server.server_port}/hooks/x")
    mail = Mail("127.0.0.1", mail_server.port, "a@example.org", ("b@example.org",), "none")
    alert = Alert("failed_night", "k", name, f"row 3: found {name}\nrow 4")
    assert tell(alert, tmp_path, [hook, mail, LogFile(tmp_path / "log")]) == []
    [message] = mail_server.handler.messages
    body = message.get_payload(decode=True).decode()
    [(_, posted)] = web_server.received  # type: ignore[attr-defined]
    logged = json.loads((tmp_path / "log").read_text())
    for text in (body, posted["text"], logged["title"] + logged["text"]):
        assert "[31m" in text
        assert all(character.isprintable() or character in "\r\n" for character in text)
    assert "row 4" in body
    assert "<!channel>" not in posted["text"]
    assert "](" not in posted["text"]


def test_an_event_is_told_once_and_a_failing_sender_keeps_no_other_from_sending(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "alerts.log")
    dead = Mail("127.0.0.1", 1, "a@example.org", ("b@example.org",), "none")
    [problem] = tell(FAILED_NIGHT, tmp_path, [dead, log], pause=no_pause)
    assert problem.startswith("mail: ")
    assert tell(FAILED_NIGHT, tmp_path, [log]) == []
    assert tell(FAILED_NIGHT, tmp_path, [log]) == [], "told already"
    lines = [json.loads(line) for line in (tmp_path / "alerts.log").read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["failed_night"], "once by each sender"


def test_what_could_not_be_sent_is_kept_and_sent_again_by_whoever_could_not(tmp_path: Path) -> None:
    sent: list[str] = []

    class Server:
        """A mail server that is away at first."""

        name = "mail"
        away = True

        def send(self, alert: Alert) -> None:
            if self.away:
                raise ConnectionRefusedError("Connection refused")
            sent.append(f"{alert.kind} {alert.key} {alert.title} {alert.text}")

    mail, log = Server(), LogFile(tmp_path / "alerts.log")
    to: list[Any] = [mail, log]
    other = Alert("quarantined_file", "quarantined x", "x quarantined", "x, row 3")
    for alert in (FAILED_NIGHT, other):
        assert tell(alert, tmp_path, to, pause=no_pause) == ["mail: Connection refused"]
    assert tell_again(tmp_path, to) == ["mail: Connection refused"]
    mail.away = False
    assert tell_again(tmp_path, to) == []
    assert [line.split()[0] for line in sent] == ["failed_night", "quarantined_file"]
    assert sent[1] == "quarantined_file quarantined x x quarantined x, row 3"
    assert tell_again(tmp_path, to) == []
    assert tell(other, tmp_path, to) == []
    assert len(sent) == 2
    assert len((tmp_path / "alerts.log").read_text().splitlines()) == 2


def test_a_wrong_address_is_told_of_and_keeps_no_other_from_sending(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "alerts.log")
    hook = Webhook("http://127.0.0.1:9/hooks/secret?a=two words")
    mail = Mail("127.0.0.1", 25, "a@exa\nmple.org", ("b@example.org",), "none")
    problems = tell(FAILED_NIGHT, tmp_path, [hook, mail, log], pause=no_pause)
    assert problems[0].startswith("webhook: 127.0.0.1: no address or no answer of HTTP (InvalidURL)")
    assert problems[1].startswith("mail: could not be used as it is set up")
    assert len(problems) == 2
    assert not any("secret" in problem for problem in problems)
    assert (tmp_path / "alerts.log").exists()


def test_no_secret_shows_in_what_is_printed_or_written(tmp_path: Path) -> None:
    environment = {
        "PLACECAST_ALERT_SMTP_HOST": "127.0.0.1",
        "PLACECAST_ALERT_SMTP_PORT": "1",
        "PLACECAST_ALERT_SMTP_USER": "user",
        "PLACECAST_ALERT_SMTP_PASSWORD": "secret-of-the-mail",
        "PLACECAST_ALERT_FROM": "a@example.org",
        "PLACECAST_ALERT_TO": "b@example.org",
        "PLACECAST_ALERT_WEBHOOK_URL": "http://127.0.0.1:1/secret-of-the-hook",
        "PLACECAST_ALERT_WEBHOOK_TOKEN": "secret-of-the-token",
    }
    by = senders(tmp_path, environment)
    assert [sender.name for sender in by] == ["log file", "mail", "webhook"]
    problems = tell(FAILED_NIGHT, tmp_path, by, pause=no_pause)
    assert len(problems) == 2
    written = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert "secret-of" not in repr(by) + "".join(problems) + written


@pytest.mark.parametrize(
    ("environment", "variable"),
    [
        ({"PLACECAST_ALERT_SMTP_HOST": "h"}, "PLACECAST_ALERT_FROM"),
        ({"PLACECAST_ALERT_SMTP_HOST": "h", "PLACECAST_ALERT_SMTP_PORT": "x"}, "PLACECAST_ALERT_SMTP_PORT"),
        ({"PLACECAST_ALERT_WEBHOOK_URL": "file:///etc/passwd"}, "PLACECAST_ALERT_WEBHOOK_URL"),
    ],
)
def test_half_a_setting_names_what_is_missing(
    tmp_path: Path, environment: dict[str, str], variable: str
) -> None:
    with pytest.raises(ValueError, match=variable):
        senders(tmp_path, environment)


def test_every_alert_has_a_page_that_says_what_to_do(root: Path) -> None:
    page = (root / alerts.PAGES).read_text(encoding="utf-8")
    for kind in alerts.KINDS:
        assert f"\n## {kind}\n" in page, kind


MORNING = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
AT_TWO = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    folder = tmp_path / "releases" / "20261122T020000Z-47b61080"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text('{"inputs": {}, "tables": {}}')
    (tmp_path / "current").symlink_to(folder)
    return tmp_path


def kinds(outputs: Path) -> list[str]:
    return [alert.kind for alert in watch.problems(outputs, MORNING)]


def test_a_night_that_was_never_held_is_noticed(outputs: Path) -> None:
    assert kinds(outputs) == ["missing_night"]
    end(outputs, begin(outputs, [], "hand", now=AT_TWO, keep=False), NOTHING_CHANGED, now=AT_TWO)
    assert kinds(outputs) == []


def test_a_failed_night_is_noticed_until_one_ends_well(outputs: Path) -> None:
    end(outputs, begin(outputs, [], "hand", now=AT_TWO), FAILED, message="luton.csv", now=AT_TWO)
    [alert] = watch.problems(outputs, MORNING)
    assert alert.kind == "failed_night"
    assert alert.text == "luton.csv\nReaders still see release 20261122T020000Z-47b61080."
    end(outputs, begin(outputs, [], "hand", now=AT_TWO), PUBLISHED, now=AT_TWO)
    assert kinds(outputs) == []


def test_a_night_that_was_killed_and_one_that_does_not_end_are_told_apart(outputs: Path) -> None:
    begin(outputs, ["y"], "the schedule", now=AT_TWO)
    assert kinds(outputs) == ["unfinished_night"]
    with run_lock(outputs, "a night"):
        assert kinds(outputs) == ["long_night"]


def test_the_night_that_is_due_follows_londons_clock() -> None:
    assert watch.last_due(datetime(2026, 7, 1, 2, 59, tzinfo=UTC)).isoformat() == "2026-06-30"
    assert watch.last_due(datetime(2026, 7, 1, 3, 1, tzinfo=UTC)).isoformat() == "2026-07-01"
    assert watch.last_due(datetime(2026, 12, 1, 3, 59, tzinfo=UTC)).isoformat() == "2026-11-30"
