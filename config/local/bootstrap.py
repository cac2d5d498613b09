"""Makes .venv from nothing but a Python: `python3 config/local/bootstrap.py [--dev]`.

Runs before anything is installed, so it uses the standard library only and reads on old versions, too.
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
        run("Installing uv failed: is the network there?", VENV_PYTHON, "-m", "pip", "install", "--quiet", "uv")
    groups = [] if "--dev" in sys.argv[1:] else ["--no-dev"]
    say("Installing the locked packages into .venv")
    sync = ["-m", "uv", "sync", "--frozen", "--inexact", "--no-python-downloads", *groups]
    run("Installing the locked packages failed: is the network there?", VENV_PYTHON, *sync)


def find_python():
    """The newest Python of this machine that the console runs on."""
    names = ["python3.%d" % minor for minor in range(TOO_NEW[1] - 1, OLDEST[1] - 1, -1)]
    for candidate in [sys.executable] + [path for path in map(shutil.which, names) if path]:
        if version_of(candidate) is not None:
            return candidate
    refuse(
        "Python 3.11 to 3.14 is needed and this is %d.%d: install one, as in 'apt install python3.11'."
        % sys.version_info[:2]
    )


def make_venv(python):
    say("Making .venv with %s" % python)
    made = subprocess.run([python, "-m", "venv", "--clear", VENV], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    said = made.stdout.decode(errors="replace").strip()
    if "ensurepip" in said or "No module named venv" in said:
        refuse("%s cannot make virtual environments: install that part, as in 'apt install python3-venv'." % python)
    refuse("Making .venv failed: %s" % said.splitlines()[-1])


def version_of(python):
    """(major, minor) when `python` runs and is of a version that the console runs on."""
    try:
        said = subprocess.run([python, "-c", VERSION], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        version = tuple(int(number) for number in said.split())
    except (OSError, ValueError):
        return None
    return version if OLDEST <= version < TOO_NEW else None


def succeeds(*command):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def run(sentence, *command):
    """Runs the command in the open; `sentence` is said when it fails."""
    environment = dict(os.environ, UV_PROJECT_ENVIRONMENT=VENV, PIP_DISABLE_PIP_VERSION_CHECK="1")
    environment.pop("VIRTUAL_ENV", None)
    if subprocess.run(command, cwd=ROOT, env=environment).returncode:
        refuse(sentence)


def say(line):
    print(line, flush=True)


def refuse(sentence):
    sys.exit("\n" + sentence)


if __name__ == "__main__":
    main()
