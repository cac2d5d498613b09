"""SECRET_KEY and FIELD_ENCRYPTION_KEYS of a local console, made once and kept readable to their owner only."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet


def keep_keys(folder: Path) -> dict[str, str]:
    """The two keys by the name of their environment variable, from files of `folder` that are made when missing."""
    return {
        "SECRET_KEY": keep(folder / "secret-key", lambda: secrets.token_urlsafe(50)),
        "FIELD_ENCRYPTION_KEYS": keep(folder / "field-encryption-keys", lambda: Fernet.generate_key().decode()),
    }


def keep(path: Path, make: Callable[[], str]) -> str:
    if not path.exists() or not path.read_text().strip():
        write_private(path, f"{make()}\n")
    path.chmod(0o600)
    return path.read_text().strip()


def write_private(path: Path, content: str) -> None:
    """Writes a file of mode 0600 as a whole: a reader sees the old content or the new, never a part."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
