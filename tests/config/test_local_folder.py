"""VAR_DIR: who may use it, where the sockets go, and the keys in it."""

import os
import shutil
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from config.local import environment
from config.local.folder import Folder
from config.local.keys import keep_keys
from config.local.refusal import Refusal


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_made_for_its_owner_only(tmp_path):
    assert mode(Folder(tmp_path / "a" / "var").path) == 0o700


def test_a_folder_that_cannot_be_written_is_refused_in_one_sentence():
    with pytest.raises(Refusal, match=r"^The folder /proc/leitstelle cannot be [^\n]*\.?$"):
        Folder(Path("/proc/leitstelle"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_refused_with_the_way_out(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(Refusal, match="choose another with VAR_DIR"):
        Folder(tmp_path / "var")


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "var").write_text("")
    with pytest.raises(Refusal, match="a file stands in its way"):
        Folder(tmp_path / "var")


def test_a_full_disk_is_refused_with_figures(tmp_path):
    more = shutil.disk_usage(tmp_path).free // 2**20 + 1_000_000
    with pytest.raises(Refusal, match=rf"The disk of .* is full: \d+ MB are free, {more} MB are needed\."):
        Folder(tmp_path).require_space(more)


def test_only_one_console_at_a_time_has_it(tmp_path):
    first = Folder(tmp_path)
    assert first.lock("http://localhost:8000") is False
    with pytest.raises(Refusal, match=rf"already runs on .*process {os.getpid()}, http://localhost:8000"):
        Folder(tmp_path).lock("http://localhost:8001")
    first.unlock()
    assert Folder(tmp_path).lock("http://localhost:8001") is False


def test_it_notices_that_the_run_before_was_killed(tmp_path):
    killed = Folder(tmp_path)
    killed.lock("http://localhost:8000")
    os.close(killed.lock_file)  # as the kernel does
    assert Folder(tmp_path).lock("http://localhost:8000") is True


def test_sockets_lie_inside_when_the_path_is_short():
    short = Folder(Path("/tmp") / f"leitstelle-{os.getpid()}")
    try:
        assert short.sockets() == short.path / "run"
        assert mode(short.sockets()) == 0o700
    finally:
        shutil.rmtree(short.path)


def test_sockets_lie_in_the_same_private_folder_each_time_when_the_path_is_long(tmp_path):
    folder = Folder(tmp_path / ("x" * 80) / "var")
    elsewhere = folder.sockets()
    assert len(str(elsewhere)) < 40
    assert mode(elsewhere) == 0o700
    assert folder.sockets() == elsewhere
    elsewhere.rmdir()


def test_sockets_never_go_where_somebody_else_could_have_put_a_folder(tmp_path):
    folder = Folder(tmp_path / "with blank" / "var")
    elsewhere = folder.sockets()
    elsewhere.rmdir()
    trap = tmp_path / "trap"
    trap.mkdir(mode=0o700)
    elsewhere.symlink_to(trap)
    safe = folder.sockets()
    assert safe != elsewhere
    elsewhere.unlink()
    safe.rmdir()


def test_keys_are_made_once_and_readable_to_their_owner_only(tmp_path):
    keys = keep_keys(tmp_path)
    assert len(keys["SECRET_KEY"]) > 50
    Fernet(keys["FIELD_ENCRYPTION_KEYS"])
    files = [tmp_path / "secret-key", tmp_path / "field-encryption-keys"]
    assert [mode(file) for file in files] == [0o600, 0o600]
    assert keep_keys(tmp_path) == keys


def test_a_key_file_that_was_opened_to_others_is_closed_again(tmp_path):
    keep_keys(tmp_path)
    (tmp_path / "secret-key").chmod(0o644)
    keep_keys(tmp_path)
    assert mode(tmp_path / "secret-key") == 0o600


def test_what_is_set_wins_over_what_a_console_at_home_would_use(tmp_path, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "https://desk.example")
    monkeypatch.setenv("EMAIL_URL", "")
    known = {"DATABASE_URL": "postgresql:///x", "REDIS_URL": "memory://", "SECRET_KEY": "k"}
    made = environment.complete(known, "http://localhost:8000", tmp_path)
    assert made["PUBLIC_URL"] == "https://desk.example"
    assert made["EMAIL_URL"] == f"filemail://{tmp_path}/mail"
    assert made["VAR_DIR"] == str(tmp_path)
