"""`ui`: Dagster's web interface behind the guard, and on a desk its daemon beside it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click

from assets.inputs.defaults import OUTPUTS_DIRECTORY
from housing_trajectories.plain_text import say
from pipelines import ROOT
from pipelines.commands.options import chosen_area, outputs_option, set_environment

WORKSPACE = ROOT / "workspace.yaml"
_DATABASE_SECONDS = 15
_DAEMON_SECONDS = 60


@click.command()
@click.option("--host", default="127.0.0.1", help="address to listen on")
@click.option("--port", type=click.IntRange(1, 65535), default=3000, help="port to listen on")
@click.option("--read-only", is_flag=True, help="show everything, start and change nothing")
@click.option("--daemon", "with_daemon", is_flag=True, help="run Dagster's daemon beside it")
@outputs_option
@click.option("--workspace", type=click.Path(path_type=Path, exists=True), default=WORKSPACE, hidden=True)
def command(host: str, port: int, read_only: bool, with_daemon: bool, workspace: Path, outputs: Path) -> int:
    """Show Dagster's web interface, guarded against pages from elsewhere, until it is interrupted.

    Reached from this machine only. Another --host needs a login (PLACECAST_UI_TOKEN) or --read-only. Ends
    with exit code 0, or 1 when it could not start or the daemon ended by itself.
    """
    from pipelines.operations.web_guard import is_loopback, login_token

    if chosen := chosen_area():
        set_environment(chosen)
    elif outputs != OUTPUTS_DIRECTORY:
        os.environ["PLACECAST_OUTPUTS"] = str(outputs.resolve())
    try:
        token = login_token()
        if not (is_loopback(host) or token or read_only):
            raise ValueError(
                f"--host {host} is reached from other machines: set PLACECAST_UI_TOKEN for a login, or give "
                "--read-only"
            )
        if not os.environ.get("DAGSTER_HOME"):
            raise ValueError("DAGSTER_HOME names no folder for the run history: make ui sets it")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except (ValueError, OSError) as error:
        say(f"The web interface did not start. {error}", error=True)
        return 1
    # A service is ended by SIGTERM: as at Ctrl-C, the daemon ends first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with listening:
        try:
            return _serve(f"http://{host}:{port}", listening, workspace, read_only, token, with_daemon)
        except KeyboardInterrupt:
            return 0


def _serve(
    address: str, listening: socket.socket, workspace: Path, read_only: bool, token: str, with_daemon: bool
) -> int:
    import dagster as dg
    import uvicorn
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import WorkspaceFileTarget

    from pipelines.operations.web_guard import GuardedWebserver, allowed_hosts

    with dg.DagsterInstance.get() as instance:
        instance.optimize_for_webserver(_DATABASE_SECONDS * 1000, pool_recycle=3600, max_overflow=20)
        target = WorkspaceFileTarget([str(workspace)])
        version = dg.__version__
        with WorkspaceProcessContext(instance, target, version=version, read_only=read_only) as context:
            app = GuardedWebserver(context, allowed_hosts(), token).create_asgi_app()
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5))
            say(f"The web interface is on {address}{' (read-only)' if read_only else ''}")
            with _daemon(workspace, server) if with_daemon else nullcontext() as daemon:
                server.run(sockets=[listening])
                if daemon is None or daemon.poll() is None:
                    return 0
    say("Dagster's daemon ended by itself, and the web interface with it.", error=True)
    return 1


@contextmanager
def _daemon(workspace: Path, server: object) -> Iterator[subprocess.Popen[bytes]]:
    """Dagster's daemon as long as the web interface, which ends with it."""
    arguments = ["-m", "dagster._daemon", "run", "--workspace", str(workspace)]
    process = subprocess.Popen([sys.executable, *arguments])

    def follow() -> None:
        process.wait()
        server.should_exit = True  # type: ignore[attr-defined]

    threading.Thread(target=follow, daemon=True).start()
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_DAEMON_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
