"""The supervisor: restarts what falls over, stops everything in time, and lets nobody else into the data folder."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from yanxiu.kit.supervisor import Busy, Order, Part, Supervisor, alone, check_free

RESTART = pytest.mark.slow  # real processes


def _part(code: str, **environment: str) -> Part:
    return Part(name="part", zh="部件", command=[sys.executable, "-c", code], environment=environment)


def _run_until(supervisor: Supervisor, is_done, *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds

    def look() -> None:
        if is_done() or time.monotonic() > end:
            os.kill(os.getpid(), signal.SIGTERM)

    supervisor.run(each_turn=look, turn_seconds=0.02)
    assert is_done()


@pytest.fixture(autouse=True)
def _signals_as_before():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@RESTART
def test_a_fallen_part_is_started_again_and_told(tmp_path):
    marks = tmp_path / "marks"
    said: list[str] = []
    code = "import os, sys; open(os.environ['MARKS'], 'a').write('x'); sys.exit(3)"

    _run_until(Supervisor([_part(code, MARKS=str(marks))], say=said.append), lambda: marks.exists() and len(marks.read_text()) >= 2)

    assert said[0] == "部件退出了（代码 3），1 秒后重新启动"


@RESTART
def test_pauses_grow(tmp_path):
    said: list[str] = []

    _run_until(Supervisor([_part("raise SystemExit(1)")], say=said.append), lambda: len(said) >= 2)

    assert [sentence.partition("，")[2] for sentence in said[:2]] == ["1 秒后重新启动", "2 秒后重新启动"]


@RESTART
def test_parts_and_their_children_end_with_the_supervisor(tmp_path):
    pids = tmp_path / "pids"
    code = (
        "import os, subprocess, sys, time;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "open(os.environ['PIDS'], 'w').write(f'{os.getpid()} {child.pid}'); time.sleep(60)"
    )
    began = time.monotonic()

    _run_until(Supervisor([_part(code, PIDS=str(pids))], say=lambda _: None), lambda: pids.exists() and len(pids.read_text().split()) == 2)

    assert time.monotonic() - began < 15
    for pid in map(int, pids.read_text().split()):
        assert not _lives(pid)


@RESTART
def test_a_part_that_ignores_the_request_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr("yanxiu.kit.supervisor.STOP_SECONDS", 0.3)
    ready = tmp_path / "ready"
    code = "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open(os.environ['READY'], 'w').write(str(os.getpid())); time.sleep(60)"

    _run_until(Supervisor([_part(code, READY=str(ready))], say=lambda _: None), lambda: ready.exists() and ready.read_text() != "")

    assert not _lives(int(ready.read_text()))


def _lives(pid: int) -> bool:
    for _ in range(50):
        try:
            with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
                if stat.read().rpartition(")")[2].split()[0] == "Z":
                    return False
        except FileNotFoundError:
            return False
        time.sleep(0.02)
    return True


def test_one_data_folder_has_one_supervisor(tmp_path):
    with (
        alone(tmp_path, words="进程 7，端口 8000"),
        pytest.raises(Busy, match="进程 7，端口 8000"),
        alone(tmp_path, words="进程 8，端口 9000"),
    ):
        pass


def test_the_data_folder_is_free_again_afterwards(tmp_path):
    with alone(tmp_path, words="一"):
        pass

    with alone(tmp_path, words="二"):
        assert (tmp_path / ".serve.lock").read_text() == "二"


def test_a_taken_port_is_named_with_the_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(Busy, match=rf"127\.0\.0\.1:{port} .*PORT={port + 10} \./run"):
            check_free("127.0.0.1", port, variable="PORT")


def test_a_free_port_is_no_trouble():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    assert check_free("127.0.0.1", port, variable="PORT") is None


def test_an_order_survives_being_written(tmp_path):
    order = Order(
        data=str(tmp_path), is_embedded=True, host="127.0.0.1", port=1, files_port=2, url="http://研修", parts=[_part("pass", NAME="值")]
    )

    assert Order.read(order.written()) == order


def test_supervisor_knows_no_django():
    script = "import sys; import yanxiu.kit.supervisor; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
