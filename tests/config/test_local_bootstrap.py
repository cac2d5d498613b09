"""Making .venv on machines that lack something."""

import sys
from pathlib import Path

import pytest

from config.local import bootstrap


def fake_python(path: Path, version: str, venv: str = "exit 1") -> str:
    """A program that says `version` when asked, and runs `venv` when told to make a virtual environment."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\nif [ "$1" = -c ]; then echo {version}; else {venv}; fi\n')
    path.chmod(0o755)
    return str(path)


def test_an_old_python_looks_for_a_newer_one_beside_it(tmp_path, monkeypatch):
    newer = fake_python(tmp_path / "bin" / "python3.12", "3 12")
    fake_python(tmp_path / "bin" / "python3.14", "3 15")  # not what its name says
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "executable", fake_python(tmp_path / "old", "3 9"))
    assert bootstrap.find_python() == newer


def test_without_a_python_that_fits_it_says_which_is_needed(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", fake_python(tmp_path / "old", "3 9"))
    with pytest.raises(SystemExit, match=r"Python 3\.11 to 3\.14 is needed, and this is \d\.\d+"):
        bootstrap.find_python()


def test_debians_missing_part_is_named_and_no_half_venv_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    half = f"mkdir {tmp_path}/.venv; echo 'ensurepip is not available'; exit 1"
    python = fake_python(tmp_path / "python3", "3 11", venv=half)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        bootstrap.make_venv(python)
    assert not (tmp_path / ".venv").exists()
