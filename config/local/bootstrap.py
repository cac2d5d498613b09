"""Makes .venv from nothing but a Python: `python3 config/local/bootstrap.py [--dev]`.

Runs before anything is installed: the standard library only, and nothing that Python 3.6 cannot read.
"""

import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
OLDEST, TOO_NEW = (3, 11), (3, 15)
VERSION = "import sys; print(sys.version_info[0], sys.version_info[1])"


def main():
    if version_of(VENV_PYTHON) is None:
        make_venv(find_python())
    if not succeeds(VENV_PYTHON, "-m", "uv", "--version"):
        say("Installing uv into .venv")
        if not runs(VENV_PYTHON, "-m", "pip", "install", "--quiet", "uv"):
            refuse("Installing uv failed, as said above: is the network there?")
    groups = ["--extra", "otel"] if "--dev" in sys.argv[1:] else ["--no-dev"]
    sync = [VENV_PYTHON, "-m", "uv", "sync", "--frozen", "--inexact", "--no-python-downloads", *groups]
    sync.append("--compile-bytecode")  # some seconds now, and every process starts two seconds sooner
    say("Installing the locked packages into .venv")
    # A company's proxy may sign with a certificate that only the system knows.
    if not runs(*sync) and not runs(*sync, "--system-certs"):
        refuse("Installing the locked packages failed, as said above: is the network there?")


def find_python():
    """The Python that runs this, else the newest one of this machine that the console runs on."""
    names = [f"python3.{minor}" for minor in range(TOO_NEW[1] - 1, OLDEST[1] - 1, -1)]
    for candidate in [sys.executable, *filter(None, map(shutil.which, names))]:
        if version_of(candidate) is not None:
            return candidate
    this = ".".join(map(str, sys.version_info[:2]))
    return refuse(f"Python 3.11 to 3.14 is needed, and this is {this}: install one beside it.")


def make_venv(python):
    say(f"Making .venv with {python}")
    made = subprocess.run(
        [python, "-m", "venv", "--clear", VENV], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if made.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    said = made.stdout.decode(errors="replace").strip()
    if "ensurepip" in said or "No module named venv" in said:
        refuse(f"{python} cannot make virtual environments: install that part, as in 'apt install python3-venv'.")
    refuse(f"Making .venv failed: {said.splitlines()[-1]}")


def version_of(python):
    """(major, minor) when `python` runs and is of a version that the console runs on."""
    try:
        asked = subprocess.run([python, "-c", VERSION], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        version = tuple(int(number) for number in asked.stdout.split())
    except (OSError, ValueError):
        return None
    return version if OLDEST <= version < TOO_NEW else None


def succeeds(*command):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def runs(*command):
    """Whether the command, run in the open, succeeds."""
    environment = dict(os.environ, UV_PROJECT_ENVIRONMENT=VENV, PIP_DISABLE_PIP_VERSION_CHECK="1")
    environment.pop("VIRTUAL_ENV", None)
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def say(line):
    print(line, flush=True)


def refuse(sentence):
    sys.exit(f"\n{sentence}")


if __name__ == "__main__":
    main()
