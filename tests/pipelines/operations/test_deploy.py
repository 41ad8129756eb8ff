"""What deploy/ ships fits together: folders that are written, variables, ports, rights, units."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

UNITS = ("placecast-daemon", "placecast-web", "placecast-night", "placecast-watch")
SECRET = re.compile(r"(PASSWORD|TOKEN|postgresql\S*:[^@$\s{]+@)", re.IGNORECASE)


@pytest.fixture
def compose(root: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((root / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def test_every_folder_a_container_writes_is_the_services_own_before_a_volume_covers_it(
    root: Path, compose: dict[str, Any]
) -> None:
    image = (root / "deploy" / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    made = next(
        line for line in image.splitlines() if "chown -R placecast:placecast /var/lib/placecast" in line
    )
    for name in ("daemon", "web", "watch"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        for volume in service["volumes"]:
            path = volume.split(":")[1]
            assert path.startswith("/var/lib/placecast/")
            assert re.search(rf"\b{path.removeprefix('/var/lib/placecast/')}\b", made), path
    written = dict(re.findall(r"(PLACECAST_[A-Z]+)=(\S+)", image))
    covered = [volume.split(":")[1] for volume in compose["services"]["daemon"]["volumes"]]
    for variable in ("PLACECAST_OUTPUTS", "PLACECAST_INBOX", "PLACECAST_DATA", "PLACECAST_TRAJECTORIES"):
        assert any(written[variable].startswith(path) for path in covered), variable


def test_containers_are_reached_from_their_machine_only_and_hold_no_secret(
    root: Path, compose: dict[str, Any]
) -> None:
    for service in compose["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    for value in compose["services"]["daemon"]["environment"].values():
        if SECRET.search(str(value)):
            assert "${" in str(value), value
    assert compose["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${")
    example = (root / "deploy" / "environment.example").read_text(encoding="utf-8")
    secrets = [line for line in example.splitlines() if SECRET.search(line) and "=" in line]
    assert secrets
    assert all("CHANGE-ME" in line for line in secrets), secrets


def test_every_variable_that_is_documented_is_read_somewhere(root: Path) -> None:
    text = "".join(
        path.read_text(encoding="utf-8")
        for room in ("assets", "pipelines", "deploy")
        for path in (root / room).rglob("*")
        if path.suffix in (".py", ".yaml") and path.is_file()
    )
    example = (root / "deploy" / "environment.example").read_text(encoding="utf-8")
    names = set(re.findall(r"^#?(PLACECAST_[A-Z_]+)=", example, re.MULTILINE))
    assert len(names) > 8
    for name in names:
        assert name in text, name


def test_a_shell_and_systemd_read_the_same_from_the_environment(root: Path, tmp_path: Path) -> None:
    """`as_placecast` sources the file that systemd reads: what a shell would act on stands in quotes."""
    awkward = "p&w x$HOME#1;`id`"
    lines = []
    for line in (root / "deploy" / "environment.example").read_text(encoding="utf-8").splitlines():
        if found := re.match(r"#?(PLACECAST_[A-Z_]+)=(.*)", line):
            name, value = found[1], found[2].replace("CHANGE-ME", awkward).replace("…", awkward)
            lines.append((name, value))
    path = tmp_path / "environment"
    path.write_text("".join(f"{name}={value}\n" for name, value in lines), encoding="utf-8")
    told = subprocess.run(
        ["bash", "-c", 'set -a; . "$0"; env -0', str(path)],
        env={"PATH": os.environ["PATH"], "HOME": "/nowhere"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stderr == ""
    read = dict(entry.split("=", 1) for entry in told.stdout.split("\0") if "=" in entry)
    assert len(lines) > 8
    for name, value in lines:
        assert read[name] == value.removeprefix("'").removesuffix("'"), name


def test_the_install_page_makes_every_folder_that_the_service_writes(root: Path) -> None:
    page = (root / "docs" / "operations" / "README.md").read_text(encoding="utf-8")
    install = page[page.index("## Install") : page.index("## Alerts")]
    made = next(line for line in install.splitlines() if line.startswith("install -d -o placecast"))
    made = made.replace("{dagster,outputs,inputs/inbox}", "dagster /var/lib/placecast/outputs inputs/inbox")
    unit = (root / "deploy" / "systemd" / "placecast-daemon.service").read_text(encoding="utf-8")
    example = (root / "deploy" / "environment.example").read_text(encoding="utf-8")
    folders = {*re.findall(r"(?:DIR|HOME|OUTPUTS|INBOX)=(/var/\S+)", unit + example)} - {"/var/lib/placecast"}
    assert len(folders) > 3
    for folder in folders:
        assert folder.removeprefix("/var/lib/placecast/") in made, folder


def test_no_command_of_the_upgrade_makes_files_of_roots_under_the_services_folders(root: Path) -> None:
    page = (root / "docs" / "operations" / "README.md").read_text(encoding="utf-8")
    for part in ("## Install", "## Upgrade", "## Restore"):
        commands = page[page.index(part) :].split("```")[1::2]
        for line in "\n".join(commands[:4]).splitlines():
            if re.search(r"\b(make (night|doctor|releases|rollback)|bin/dagster|pipelines\.)", line):
                assert line.startswith("as_placecast "), line


@pytest.mark.parametrize("unit", UNITS)
def test_units_see_the_system_read_only_and_gain_nothing(root: Path, unit: str) -> None:
    text = (root / "deploy" / "systemd" / f"{unit}.service").read_text(encoding="utf-8")
    for line in (
        "User=placecast",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=\n",
        "PrivateTmp=yes",
        "EnvironmentFile=/etc/placecast/environment",
        "StateDirectory=placecast",
    ):
        assert line in text, line
    assert not SECRET.search(text)


@pytest.mark.parametrize(
    "unit", [*(f"{unit}.service" for unit in UNITS), "placecast-night.timer", "placecast-watch.timer"]
)
def test_systemd_understands_every_line_of_the_units(root: Path, tmp_path: Path, unit: str) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("needs systemd-analyze, which is not here")
    for path in (root / "deploy" / "systemd").iterdir():
        # A program that is there, for the project is not installed under /opt on this machine.
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text(), flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text)
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / unit)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    about_us = [line for line in said.stderr.splitlines() if unit in line]
    assert about_us == []


def test_the_web_interface_is_served_behind_the_guard_and_to_readers_read_only(
    root: Path, compose: dict[str, Any]
) -> None:
    unit = (root / "deploy" / "systemd" / "placecast-web.service").read_text(encoding="utf-8")
    assert "/python -m pipelines ui --read-only\n" in unit
    assert "--host" not in unit
    assert compose["services"]["web"]["command"][:5] == ["python", "-m", "pipelines", "ui", "--read-only"]
    recipe = (root / "Makefile").read_text(encoding="utf-8").partition("\nui: ")[2].partition("\n\n")[0]
    assert "-m pipelines ui --daemon" in recipe
    for path in (root / "Makefile", *(root / "deploy").rglob("*")):
        if path.is_file():
            bare = re.search(r"dagster-webserver|dagster dev", path.read_text(encoding="utf-8"))
            assert not bare, f"{path} starts it without the guard"


def test_a_servers_home_of_dagster_is_the_one_its_nights_and_doctor_use(root: Path) -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("needs make")

    def last_line(target: str, **given: str) -> str:
        environment = {"PATH": os.environ["PATH"], **given}
        command = [make, "--no-print-directory", "-n", "-o", ".venv/.ready", target]
        run = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
        return run.stdout.strip().splitlines()[-1]

    assert last_line("night").startswith("env -u DAGSTER_HOME ")
    assert "DAGSTER_HOME" not in last_line("night", DAGSTER_HOME="/var/lib/placecast/dagster")
    shown = subprocess.run(
        [make, "--no-print-directory", "-f", "-", "shown"],
        input="include Makefile\nshown:\n\t@echo $$DAGSTER_HOME\n",
        cwd=root,
        env={"PATH": os.environ["PATH"], "DAGSTER_HOME": "/var/lib/placecast/dagster"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.strip().splitlines()[-1] == "/var/lib/placecast/dagster"
