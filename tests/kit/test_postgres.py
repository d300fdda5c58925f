"""The embedded server: one per data folder, shared by whoever holds it, stopped by the last."""

import os
import signal
import subprocess
import time

import psycopg
import pytest

from yanxiu.kit import postgres

pytestmark = pytest.mark.slow  # real servers


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pg")
    yield folder
    postgres.stop(folder)


def _answer(folder) -> int:
    with psycopg.connect(host=str(postgres.socket_folder(folder)), port=postgres.PORT, user="postgres", dbname="yanxiu") as connection:
        return connection.execute("SELECT 42").fetchone()[0]


def test_first_use_makes_the_server_and_its_database(data):
    with postgres.running(data, keep=False, settings=postgres.TEST_SETTINGS):
        assert _answer(data) == 42

    assert not postgres.is_running(data)


def test_the_last_holder_stops_it(data):
    with postgres.running(data, keep=False, settings=postgres.TEST_SETTINGS):
        with postgres.running(data, keep=False):
            pass
        assert _answer(data) == 42

    assert not postgres.is_running(data)


def test_a_running_server_is_used_not_doubled(data):
    assert postgres.ensure(data, settings=postgres.TEST_SETTINGS) is True
    assert postgres.ensure(data) is False

    postgres.stop(data)


def test_it_listens_on_no_network_address(data):
    with postgres.running(data, keep=False, settings=postgres.TEST_SETTINGS):
        with psycopg.connect(host=str(postgres.socket_folder(data)), user="postgres", dbname="yanxiu") as connection:
            assert connection.execute("SHOW listen_addresses").fetchone()[0] == ""
        assert postgres.socket_folder(data).stat().st_mode & 0o077 == 0


def test_chinese_is_seen_by_trigrams(data):
    socket = str(postgres.socket_folder(data))
    held = postgres.running(data, keep=False, settings=postgres.TEST_SETTINGS)
    with held, psycopg.connect(host=socket, user="postgres", dbname="yanxiu") as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        assert connection.execute("SELECT cardinality(show_trgm('教师研修'))").fetchone()[0] > 0


@pytest.mark.skipif(os.getuid() != 0, reason="only root has the choice")
def test_root_without_user_namespaces_runs_it_as_the_least_user(monkeypatch):
    folder = postgres.Path("/var/tmp") / f"yanxiu-least-{os.getpid()}"  # noqa: S108 - must lie where everybody may go
    monkeypatch.setattr(postgres, "_has_user_namespaces", lambda: False)
    try:
        with postgres.running(folder, keep=False, settings=postgres.TEST_SETTINGS):
            assert _answer(folder) == 42
            assert (folder / "postgres").stat().st_uid == postgres.LEAST_USER
    finally:
        subprocess.run(["rm", "-rf", folder], check=True)


@pytest.mark.skipif(os.getuid() != 0, reason="only root has the choice")
def test_a_folder_that_the_least_user_cannot_reach_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "_has_user_namespaces", lambda: False)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(postgres.NoPostgres, match="普通用户进不了"):
        postgres.ensure(closed / "data")


def test_somebody_elses_socket_folder_is_refused(monkeypatch, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = tmp_path / "socket"
    link.symlink_to(elsewhere)

    with pytest.raises(postgres.NoPostgres, match="属于别的用户"):
        postgres._make_socket_folder(link)


def test_a_killed_server_is_seen_and_started_again(data):
    with postgres.running(data):
        pid = int((data / "postgres" / "postmaster.pid").read_text().split()[0])
        assert not postgres.has_fallen(data)
        os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + 10
        while not postgres.has_fallen(data) and time.monotonic() < end:
            time.sleep(0.05)

        assert postgres.ensure(data)

        assert not postgres.has_fallen(data)
        assert postgres.is_running(data)
        postgres.stop(data)
    assert not postgres.has_fallen(data)
