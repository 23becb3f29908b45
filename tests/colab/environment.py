"""The packages of the environment that the tests run in."""

import json
import subprocess
import sys


def pip(*arguments: str) -> str:
    """What a pip command of this environment prints."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def versions() -> dict[str, str]:
    """Every package that is installed, with its version."""
    return {p["name"]: p["version"] for p in json.loads(pip("list", "--format=json"))}


def planned(*arguments: str) -> dict[str, str]:
    """What pip would install, with its version; nothing is installed."""
    plan = json.loads(
        pip("install", "--dry-run", "--quiet", "--report", "-", *arguments)
    )
    entries = [entry["metadata"] for entry in plan["install"]]
    return {entry["name"].lower(): entry["version"] for entry in entries}
