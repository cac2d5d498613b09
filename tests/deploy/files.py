"""Reads Dockerfile, docker-compose.yml and .env.example, far enough to do without Docker what they would do."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "leitstelle"}
UNITS = {"s": 1, "m": 60}


def instructions() -> Iterator[tuple[str, str]]:
    """(FROM, python:3.13 AS build), (RUN, …), … of the Dockerfile, in order."""
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line and not line.startswith("#"):
            name, _space, rest = line.partition(" ")
            yield name, rest


def stages() -> list[list[tuple[str, str]]]:
    """The instructions of each stage, its FROM first."""
    found: list[list[tuple[str, str]]] = []
    for name, rest in instructions():
        if name == "FROM":
            found.append([])
        if found:
            found[-1].append((name, rest))
    return found


def image_environment() -> dict[str, str]:
    """What the last stage sets."""
    words = [word for name, rest in stages()[-1] if name == "ENV" for word in shlex.split(rest)]
    return dict(word.split("=", 1) for word in words)


def command(service: str) -> list[str]:
    said = SERVICES[service]["command"]
    return shlex.split(said) if isinstance(said, str) else [str(word) for word in said]


def grace(service: str) -> float:
    """Seconds until Docker would kill it."""
    amount, unit = re.fullmatch(r"(\d+)([sm])", SERVICES[service]["stop_grace_period"]).groups()
    return int(amount) * UNITS[unit]


def example() -> dict[str, str]:
    """Every variable of .env.example, also those that are commented out."""
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))


def build_context() -> list[str]:
    """What .dockerignore lets in."""
    return re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
