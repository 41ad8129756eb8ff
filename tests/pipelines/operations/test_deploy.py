"""What deploy/ ships fits together: folders that are written, variables, ports, rights, units."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml

UNITS = ("placecast-daemon", "placecast-web", "placecast-night", "placecast-watch")
SECRET = re.compile(r"(PASSWORD|TOKEN|postgresql\S*:[^@$\s{]+@)", re.IGNORECASE)


ENVIRONMENTS = ("settings", "database", "alerts", "web")
"""The files of /etc/placecast, each for the services that need it."""
NEEDS = {
    "daemon": {"settings", "database", "alerts"},
    "night": {"settings", "database", "alerts"},
    "watch": {"settings", "alerts"},
    "web": {"settings", "database", "web"},
}


def example(root: Path, *names: str) -> str:
    """What deploy/environment holds of these files, of all without a name."""
    folder = root / "deploy" / "environment"
    return "".join((folder / name).read_text(encoding="utf-8") for name in names or ENVIRONMENTS)


def variables(text: str) -> set[str]:
    return set(re.findall(r"^#?(PLACECAST_[A-Z_]+)=", text, re.MULTILINE))


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
        for name, value in service["environment"].items():
            if SECRET.search(f"{name}={value}"):
                assert "${" in str(value), value
    secrets = [line for line in example(root).splitlines() if SECRET.search(line) and "=" in line]
    assert len(secrets) > 4
    assert not SECRET.search(example(root, "settings"))
    assert all("CHANGE-ME" in line for line in secrets), secrets


def test_each_service_is_given_what_it_needs_and_no_other_secret(root: Path, compose: dict[str, Any]) -> None:
    held = {name: variables(example(root, name)) for name in ENVIRONMENTS}
    assert sum(len(names) for names in held.values()) == len(set().union(*held.values()))
    for service, needs in NEEDS.items():
        unit = (root / "deploy" / "systemd" / f"placecast-{service}.service").read_text(encoding="utf-8")
        assert set(re.findall(r"^EnvironmentFile=-?/etc/placecast/(\S+)$", unit, re.MULTILINE)) == needs
        if service in compose["services"]:
            given = set(compose["services"][service]["environment"])
            assert given <= set().union(*(held[name] for name in needs)), service
            for name in set(ENVIRONMENTS) - needs:
                assert not given & held[name], f"{service} is given {name}"
    assert set(compose["services"]["postgres"]["environment"]) == {
        "POSTGRES_PASSWORD",
        "PLACECAST_POSTGRES_PASSWORD",
    }
    page = (root / "docs" / "operations" / "README.md").read_text(encoding="utf-8")
    assert "install -m 600 deploy/environment/* /etc/placecast/" in page


def test_every_container_has_a_limit_of_memory_and_processes_that_of_its_unit(
    root: Path, compose: dict[str, Any]
) -> None:
    for name, service in compose["services"].items():
        assert service["mem_limit"].endswith("g")
        assert 0 < service["pids_limit"] <= 512
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        if name in NEEDS:
            unit = (root / "deploy" / "systemd" / f"placecast-{name}.service").read_text(encoding="utf-8")
            assert f"\nMemoryMax={service['mem_limit'].upper()}\n" in unit, name
            assert f"\nTasksMax={service['pids_limit']}\n" in unit, name


def images(folder: Path) -> list[str]:
    """The images of Containerfile and compose.yaml, with their digests where they have one."""
    built = re.findall(r"^FROM (\S+)", (folder / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    services = yaml.safe_load((folder / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return [*built, *(service["image"] for service in services.values() if "image" in service)]


def test_every_image_has_a_digest_or_waits_for_make_pin_images(root: Path) -> None:
    waiting = (root / "deploy" / "unpinned_images.txt").read_text(encoding="utf-8").split()
    found = images(root / "deploy")
    assert len(found) == 2
    assert [image for image in found if not re.search(r"@sha256:[0-9a-f]{64}$", image)] == waiting
    assert not any(image.endswith(":latest") for image in found)


def test_pin_images_writes_the_digests_and_renews_them(root: Path, tmp_path: Path) -> None:
    deploy = shutil.copytree(root / "deploy", tmp_path / "deploy")
    docker = tmp_path / "docker"

    def pin(digest: str) -> subprocess.CompletedProcess[str]:
        docker.write_text(f'#!/bin/sh\n[ "$1 $2 $3" = "buildx imagetools inspect" ] && echo {digest}\n')
        docker.chmod(0o755)
        environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        command = ["sh", str(deploy / "pin_images.sh")]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    before = images(deploy)
    names = [image.partition("@")[0] for image in before]
    refused = pin("unauthorised")
    assert refused.returncode == 1
    assert "no digest for" in refused.stderr
    assert images(deploy) == before
    for digest in (f"sha256:{'a1' * 32}", f"sha256:{'b2' * 32}"):
        assert pin(digest).returncode == 0
        assert images(deploy) == [f"{name}@{digest}" for name in names]
        assert (deploy / "unpinned_images.txt").read_text() == ""


def locked(path: Path) -> dict[str, str]:
    """Package → its entries of a lock, with versions, markers and hashes."""
    found: dict[str, str] = {}
    for entry in re.split(r"^(?=\S+==)", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
        if entry.strip():
            name = entry.partition("==")[0]
            found[name] = found.get(name, "") + entry.strip()
    return found


def test_production_installs_what_it_imports_and_no_tool_of_developers(root: Path) -> None:
    everything, production = (locked(root / f"requirements{kind}.lock") for kind in ("", ".production"))
    assert {name: everything[name] for name in production} == production
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    names = [
        [re.split(r"[>=<\[;]", each)[0].lower() for each in group]
        for group in (project["project"]["dependencies"], project["dependency-groups"]["dev"])
    ]
    assert set(names[0]) <= set(production)
    assert not set(names[1]) & set(production)
    assert not {"pip", "playwright", "pytest", "ruff", "mypy", "pip-audit"} & set(production)
    installed = metadata.packages_distributions()
    for room in ("assets", "housing_trajectories", "models", "pipelines"):
        for path in (root / room).rglob("*.py"):
            for module in imported(path) - set(sys.stdlib_module_names):
                if module in installed:
                    of = {re.sub(r"[-_.]+", "-", name).lower() for name in installed[module]}
                    assert of & set(production), f"{path.relative_to(root)} imports {module}"
    image = (root / "deploy" / "Containerfile").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements.production.lock" in image
    assert "pip uninstall --yes pip" in image
    left_out = (root / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert {"tests", "benchmarks", ".ci", ".git", ".env"} <= set(left_out)
    # Both locks stand in the image: a release names the one it was made with.
    assert "requirements.lock" not in left_out


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_every_variable_that_is_documented_is_read_somewhere(root: Path) -> None:
    text = "".join(
        path.read_text(encoding="utf-8")
        for room in ("assets", "pipelines", "deploy")
        for path in (root / room).rglob("*")
        if path.suffix in (".py", ".yaml") and path.is_file()
    )
    names = variables(example(root))
    assert len(names) > 8
    for name in names:
        assert name in text, name


def test_a_shell_and_systemd_read_the_same_from_the_environment(root: Path, tmp_path: Path) -> None:
    """`as_placecast` sources the file that systemd reads: what a shell would act on stands in quotes."""
    awkward = "p&w x$HOME#1;`id`"
    lines = []
    for line in example(root).splitlines():
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
    named = re.findall(r"(?:DIR|HOME|OUTPUTS|INBOX)=(/var/\S+)", unit + example(root))
    folders = {*named} - {"/var/lib/placecast"}
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
        "EnvironmentFile=/etc/placecast/settings",
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
