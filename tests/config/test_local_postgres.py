"""The embedded PostgreSQL, with real servers."""

import os
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import environ
import pytest

from config.local import postgres_binaries
from config.local.folder import Folder
from config.local.postgres import CARELESS, Cluster, explain
from config.local.postgres_binaries import find_binaries
from config.local.process import Child
from config.local.refusal import Refusal
from tests.until import until


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Cluster:
    folder = Folder(tmp_path_factory.mktemp("var"))
    cluster = Cluster(folder.path / "postgres", folder.sockets())
    cluster.create()
    return cluster


@contextmanager
def running(cluster: Cluster) -> Iterator[Child]:
    child = Child(cluster.program(), cluster.clear_the_way())
    try:
        until(cluster.is_ready)
        yield child
    finally:
        child.ask_to_stop()
        until(lambda: not child.is_running())


@contextmanager
def bystander() -> Iterator[subprocess.Popen]:
    """A process that has nothing to do with PostgreSQL."""
    process = subprocess.Popen(["sleep", "600"])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ask(cluster: Cluster, statement: str, database: str = "postgres") -> list[tuple]:
    connection = cluster.connect(database)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_it_listens_on_a_private_socket_only(cluster):
    with running(cluster):
        assert ask(cluster, "SHOW listen_addresses") == [("",)]
        assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700
        assert len(str(cluster.socket_lock)) < 100


def test_django_reads_its_address(cluster):
    config = environ.Env.db_url_config(cluster.url("leitstelle"))
    assert (config["NAME"], config["USER"]) == ("leitstelle", "app")
    assert config["OPTIONS"] == {"host": str(cluster.sockets), "port": 5432}


def test_making_the_database_twice_is_making_it_once(cluster):
    with running(cluster):
        cluster.make_database("twice")
        cluster.make_database("twice")
        assert ask(cluster, "SELECT current_database()", "twice") == [("twice",)]


def test_german_full_text_is_there(cluster):
    with running(cluster):
        words = ask(cluster, "SELECT to_tsvector('german', 'Störungen') @@ to_tsquery('german', 'Störung')")
    assert words == [(True,)]


def test_after_kill_9_the_data_is_there(cluster):
    with running(cluster) as child:
        ask(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
        child.kill()
        until(lambda: not child.is_running())
    with running(cluster):
        assert ask(cluster, "SELECT answer FROM kept") == [(42,)]


def test_a_server_that_answers_is_adopted_and_stopped(cluster):
    with running(cluster) as first:
        adopted = cluster.clear_the_way()
        assert adopted is not None
        assert adopted.pid == first.process.pid
        adopted.send_signal(signal.SIGINT)
        until(lambda: not first.is_running())


def test_a_stale_pid_that_another_process_has_by_now_does_no_harm(cluster):
    with bystander() as process:
        (cluster.data / "postmaster.pid").write_text(f"{process.pid}\n{cluster.data}\n0\n5432\n")
        cluster.socket_lock.write_text(f"{process.pid}\n")
        with running(cluster):
            assert ask(cluster, "SELECT 1") == [(1,)]
        assert process.poll() is None


def test_a_stale_pid_that_nobody_has_does_no_harm(cluster):
    with bystander() as process:
        pass
    (cluster.data / "postmaster.pid").write_text(f"{process.pid}\n{cluster.data}\n0\n5432\n")
    with running(cluster):
        assert ask(cluster, "SELECT 1") == [(1,)]


def test_half_made_data_is_made_again(tmp_path):
    draft = tmp_path / "postgres.new"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    cluster = Cluster(tmp_path / "postgres", tmp_path, CARELESS)
    cluster.create()
    assert cluster.major == cluster.binaries.major
    assert not draft.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")
def test_root_without_user_namespaces_runs_it_as_nobody(tmp_path, monkeypatch):
    forbidden = tmp_path / "bin" / "unshare"
    forbidden.parent.mkdir()
    forbidden.write_text("#!/bin/sh\nexit 1\n")
    forbidden.chmod(0o755)
    monkeypatch.setenv("PATH", f"{forbidden.parent}:{os.environ['PATH']}")
    home = tmp_path / "closed"
    home.mkdir(mode=0o700)  # as /root is: nobody may not pass, and need not
    folder = Folder(home / "var")
    cluster = Cluster(folder.path / "postgres", folder.sockets(), CARELESS)
    cluster.create()
    with running(cluster) as child:
        assert Path(f"/proc/{child.process.pid}").stat().st_uid == postgres_binaries.NOBODY
        assert ask(cluster, "SELECT 1") == [(1,)]
    shutil.rmtree(cluster.sockets)
    assert home.stat().st_uid == 0
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_platform_without_wheel_and_postgresql_is_told_so(monkeypatch):
    monkeypatch.setattr(postgres_binaries, "folders", lambda: iter([Path("/nowhere")]))
    with pytest.raises(Refusal, match=r"brings no PostgreSQL for this platform.*DATABASE_URL\.$"):
        find_binaries()


def test_data_of_a_version_that_is_not_here_is_left_alone(tmp_path):
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(Refusal, match=r"made by PostgreSQL 9, and only .* is here"):
        Cluster(data, tmp_path)


@pytest.mark.parametrize(
    ("last_words", "sentence"),
    [
        (['FATAL:  could not write to file "pg_wal/x": No space left on device'], "The disk of .* is full"),
        (["FATAL:  could not access directory: Permission denied"], "cannot reach .*VAR_DIR"),
        (["LOG:  hello", "FATAL:  something odd", "HINT:  look"], "did not start on .*: FATAL:  something odd\\."),
        ([], "it said nothing"),
    ],
)
def test_its_last_words_become_one_sentence(last_words, sentence):
    said = explain(last_words, Path("/var/x"))
    assert "\n" not in said
    with pytest.raises(Refusal, match=sentence):
        raise Refusal(said)
