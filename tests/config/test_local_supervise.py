"""The supervisor, with real processes."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from config.local.process import Program
from config.local.refusal import Refusal
from config.local.supervise import Stop, Supervisor, open_log
from tests.until import until


@pytest.fixture
def log(tmp_path):
    """The file with everything the processes said."""
    file = tmp_path / "logs" / "console.log"
    open_log(file)
    yield file
    logging.getLogger("console").handlers.clear()


@pytest.fixture
def supervisor(log):
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    with Supervisor() as supervisor:
        yield supervisor
    for number, handler in handlers.items():
        signal.signal(number, handler)


def shell(name: str, script: str, **options) -> Program:
    return Program(name, ["/bin/sh", "-c", script], **options)


def test_every_line_has_a_time_and_a_name_and_no_second_time(supervisor, log):
    supervisor.complete(
        shell("web", "echo plain; echo '2026-11-22 12:03:04,567 INFO    django: stamped' >&2; printf end")
    )
    lines = log.read_text().splitlines()
    assert [re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", "", line) for line in lines] == [
        "web        | plain",
        "web        | INFO    django: stamped",
        "web        | end",
    ]


def test_for_machines_every_line_is_json_and_names_its_process(supervisor, monkeypatch, tmp_path):
    monkeypatch.setenv("LOG_FORMAT", "json")
    open_log(tmp_path / "logs" / "console.log")
    supervisor.complete(shell("web", """echo '{"event": "said", "level": "warning"}'; echo '{broken'"""))
    said, broken = map(json.loads, (tmp_path / "logs" / "console.log").read_text().splitlines())
    assert said == {"event": "said", "level": "warning", "process": "web"}
    assert (broken["event"], broken["level"], broken["process"]) == ("{broken", "info", "web")


def test_chatter_stays_out_of_the_log(supervisor, log):
    supervisor.complete(shell("redis", "echo banner; echo trouble", chatter=re.compile("banner")))
    assert "banner" not in log.read_text()
    assert "trouble" in log.read_text()


def test_a_step_that_fails_ends_the_start(supervisor):
    with pytest.raises(Refusal, match=r"The step 'setup' failed \(ended with code 3\)"):
        supervisor.complete(shell("setup", "exit 3"))


def test_a_process_that_dies_is_started_again_and_the_log_says_so(supervisor, log, tmp_path):
    child = supervisor.keep_running(shell("worker", "echo $$; sleep 600 & wait"))
    until(lambda: supervisor.tick() or child.last_lines)
    os.kill(child.process.pid, signal.SIGKILL)
    until(lambda: supervisor.tick() or supervisor.watched[0].child is not child)
    assert supervisor.watched[0].child.is_running()
    assert "worker killed by signal 9; starting again in 1 s" in log.read_text()


def test_a_process_that_runs_once_is_not_started_again(supervisor, log):
    supervisor.keep_running(shell("demo", "exit 4", once=True))
    until(lambda: supervisor.tick() or not supervisor.watched)
    assert "demo ended with code 4\n" in log.read_text()


def test_pauses_grow_until_a_process_was_steady(supervisor):
    supervisor.keep_running(shell("worker", "sleep 600"))
    watched = supervisor.watched[0]
    now = watched.started
    assert [watched.plan_restart(now + 1) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert watched.plan_restart(now + 61) == 1
    watched.start_at = None


def test_a_dead_process_leaves_no_children_of_its_own(supervisor):
    child = supervisor.keep_running(shell("worker", "sleep 600 & echo $!; wait"))
    until(lambda: supervisor.tick() or child.last_lines)
    grandchild = int(child.last_lines[0])
    os.kill(child.process.pid, signal.SIGKILL)
    until(lambda: supervisor.tick() or not is_running(grandchild))


def test_they_stop_in_the_opposite_order_of_starting(supervisor, log):
    for name in ("postgres", "worker", "web"):
        child = supervisor.keep_running(shell(name, "trap 'echo bye; exit' TERM; echo up; sleep 600 & wait"))
        until(lambda child=child: supervisor.tick() or child.last_lines)
    supervisor.stop_all()
    assert re.findall(r"(\w+) +\| bye", log.read_text()) == ["web", "worker", "postgres"]


def test_a_process_that_does_not_listen_is_killed(supervisor):
    child = supervisor.keep_running(shell("web", "trap '' TERM; echo up; while :; do sleep 1; done", patience=0.1))
    until(lambda: supervisor.tick() or child.last_lines)
    supervisor.stop_all()
    assert not child.is_running()


def test_a_signal_asks_to_stop(supervisor):
    os.kill(os.getpid(), signal.SIGTERM)
    with pytest.raises(Stop):
        until(supervisor.tick)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_when_the_launcher_is_killed_its_processes_end(tmp_path):
    script = (
        "from config.local.process import Child, Program\n"
        "child = Child(Program('web', ['sleep', '600']))\n"
        "print(child.process.pid, flush=True)\n"
        "child.process.wait()\n"
    )
    root = Path(__file__).parents[2]
    launcher = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=root)
    child = int(launcher.stdout.readline())
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    until(lambda: not is_running(child))


def is_running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
