"""VAR_DIR: the one folder that holds data, keys, sockets and logs of a local console."""

import errno
import fcntl
import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

from config.local.refusal import Refusal

# A unix socket's whole path must fit into about 104 bytes, and both servers put it into addresses unquoted.
PLAIN_SHORT_PATH = re.compile(rb"[A-Za-z0-9/._-]{1,75}")


class Folder:
    """VAR_DIR, made when missing. Only one console at a time holds its lock."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        make_private(self.path)
        check_writable(self.path)

    def require_space(self, megabytes: int) -> None:
        free = shutil.disk_usage(self.path).free // 2**20
        if free < megabytes:
            raise Refusal(f"The disk of {self.path} is full: {free} MB are free, {megabytes} MB are needed.")

    def lock(self, address: str) -> bool:
        """Takes the folder until this process ends; true when the run before did not stop cleanly."""
        self.lock_file = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        said = os.read(self.lock_file, 200).decode(errors="replace").strip()
        try:
            fcntl.flock(self.lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(
                f"A console already runs on {self.path} ({said}): stop it, or choose another VAR_DIR."
            ) from None
        os.ftruncate(self.lock_file, 0)
        os.pwrite(self.lock_file, f"process {os.getpid()}, {address}\n".encode(), 0)
        return bool(said)

    def unlock(self) -> None:
        """Leaves the folder as after a clean stop. The file stays, so that no two processes lock different files."""
        os.ftruncate(self.lock_file, 0)
        os.close(self.lock_file)

    def sockets(self) -> Path:
        """A private folder for the servers' sockets: inside, or under /tmp when this path is too long for them."""
        inside = self.path / "run"
        if PLAIN_SHORT_PATH.fullmatch(os.fsencode(inside)):
            make_private(inside)
            inside.chmod(0o700)
            return inside
        return self.sockets_elsewhere()

    def sockets_elsewhere(self) -> Path:
        remembered = self.path / "sockets-are-in"
        if remembered.exists() and is_private(Path(remembered.read_text().strip())):
            return Path(remembered.read_text().strip())
        elsewhere = Path(tempfile.mkdtemp(prefix="leitstelle-", dir="/tmp"))
        remembered.write_text(f"{elsewhere}\n")
        return elsewhere


def make_private(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(reason(path, error)) from None


def check_writable(path: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(bytes(65_536))  # a full disk still makes empty files
    except OSError as error:
        raise Refusal(reason(path, error)) from None


def reason(path: Path, error: OSError) -> str:
    """One sentence on why `path` cannot be used."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk of {path} is full."
    if error.errno in {errno.EEXIST, errno.ENOTDIR}:
        return f"The folder {path} cannot be made, because a file stands in its way."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"The folder {path} cannot be reached or written by this user: choose another with VAR_DIR=…"
    return f"The folder {path} cannot be used: {error.strerror}."


def is_private(path: Path) -> bool:
    """Whether `path` is still the folder that mkdtemp made: nobody else may put a socket there."""
    try:
        status = path.lstat()
    except OSError:
        return False
    private = stat.S_ISDIR(status.st_mode) and stat.S_IMODE(status.st_mode) == 0o700
    return private and (os.geteuid() in {0, status.st_uid})
