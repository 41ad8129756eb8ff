"""`python -m pipelines COMMAND`: what a person or a timer runs. Each command is a module of `commands`.

Only the module of the command that is asked for is imported: a night without news ends within a second.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from housing_trajectories.findings import inert
from housing_trajectories.plain_text import say

_NOT_TO_BE_WRITTEN = frozenset(
    {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT, errno.ENOTDIR, errno.EEXIST}
)
"""A disk or folder that takes nothing: what whoever started a command must hear of in a sentence."""

COMMANDS = (
    "ages",
    "areas",
    "compare",
    "contribution",
    "doctor",
    "england",
    "england-forecast",
    "forecast",
    "inbox",
    "inputs-status",
    "new-area",
    "night",
    "read-official-file",
    "rebuild",
    "releases",
    "sensitivity",
    "summary",
    "ui",
    "validate-areas",
    "watch",
)


IN_FOLDERS = {"contribution": "estates", "validate-areas": "estates"}
"""The folder of `commands` in which a command's module stands, where it is in one."""


class Commands(click.Group):
    """Imports a command's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, for the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        if name not in COMMANDS:
            return None
        within = ".".join(filter(None, (IN_FOLDERS.get(name), name.replace("-", "_"))))
        command: click.Command = import_module(f"pipelines.commands.{within}").command
        return command


app = Commands(help="placecast: projections of people, services, staff and buildings from housing plans.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name and return its exit code; 2 where they are not understood."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with app.make_context("python -m pipelines", given) as context:
            code: int = app.invoke(context)
            return code
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and error.ctx:
            say(error.ctx.get_usage(), error=True)
        say(error.format_message(), error=True)
        return error.exit_code
    except OSError as error:
        if error.errno not in _NOT_TO_BE_WRITTEN:
            raise
        where = inert(str(error.filename or "a file"))
        say(
            f"{where} cannot be written or read: {error.strerror}. Readers still see what they saw.",
            error=True,
        )
        return 1


def _leave(code: int) -> NoReturn:
    """End this process at once: to take a gigabyte of objects apart one by one is two seconds of nothing.

    All files are closed by now.
    """
    if beside := sys.modules.get("assets.publication.side_process"):
        beside.SIDE_PROCESS.end()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = 0
    os._exit(code)


if __name__ == "__main__":
    try:
        exit_code = main()
    except BrokenPipeError:
        # Nobody listens any more (`| head -1`): what was made stands.
        exit_code = 0
    _leave(exit_code)
