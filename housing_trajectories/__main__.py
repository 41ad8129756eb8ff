"""Command line of the housing trajectories: `python -m housing_trajectories --help`.

Only reading of arguments and printing; what a command does stands in its own module.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from housing_trajectories.findings import BadInput
from housing_trajectories.phased_files import read_published, write_trajectories

_ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it went through, 1 when its input cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m housing_trajectories", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    phase = commands.add_parser(
        "phase", help="write the shipped trajectories from published totals and sites"
    )
    phase.add_argument("--data", type=Path, default=_ROOT / "data", help="folder of the published figures")
    phase.add_argument(
        "--to", type=Path, default=_ROOT / "housing_trajectories" / "blmk", help="folder to write"
    )
    chosen = parser.parse_args(arguments)
    try:
        for finding in write_trajectories(read_published(chosen.data), chosen.to):
            print(f"{finding.severity}: {finding.sentence()}")
    except BadInput as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
