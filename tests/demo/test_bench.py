"""Figures: what a sample says, what the load counts, what a tiny run prints, and the page made of what is kept. Nothing is timed."""

import asyncio
import json
import os
from contextlib import contextmanager
from datetime import date
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from yanxiu.demo.bench import beats, faults, figures, ground, learners, load, pages, readback, report
from yanxiu.demo.bench.ground import NotReady

KEYS = {"name", "value", "unit", "p50_ms", "p95_ms", "p99_ms", "limit", "ratio", "rows", "rounds", "load", "detail"}


def figure(**facts) -> figures.Figure:
    given = {
        "name": "beats", "value": 8000.5, "unit": "beats per second", "p50_ms": 5.0, "p95_ms": 9.0, "p99_ms": 12.5, "limit": 16000.0,
        "ratio": 0.5, "rows": 200_000, "rounds": 3, "load": "64 connections",
    }  # fmt: skip
    return figures.Figure(**(given | facts))


def test_shares_are_the_median_and_the_slow_ends_in_milliseconds():
    assert figures.shares(number / 1000 for number in range(1000)) == (500.0, 950.0, 990.0)
    assert figures.shares([]) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("rounds", "value"), [([3.0], 3.0), ([9.0, 1.0, 2.0], 2.0), ([4.0, 2.0], 2.0)])
def test_one_bad_round_does_not_decide(rounds, value):
    assert figures.middle(rounds) == value


def test_a_kept_figure_carries_date_commit_and_machine(tmp_path):
    figures.keep(figure(), on=date(2026, 11, 22), folder=tmp_path)
    figures.keep(figure(value=9000), on=date(2026, 11, 23), folder=tmp_path)

    (kept,) = figures.kept(tmp_path)
    assert set(kept) == KEYS | {"on", "commit", "machine", "load_average"}
    assert (kept["value"], kept["on"]) == (9000, "2026-11-23")


def test_the_page_shows_each_figure_with_its_limit_and_its_table():
    facts = {**json.loads(figures.written(figure())), "on": "2026-11-22", "commit": "abc1234", "machine": "2 × X", "load_average": 2.5}
    tour = facts | {"name": "pages", "detail": {"limit_is": "a bare page", "pages": {"home": {"queries": 7}, "ledger": {"queries": 9}}}}

    page = report.page([facts, tour])

    assert "| [beats](#beats) | 8,000.5 beats per second | 5 / 9 / 12.5 | 16,000.0 | 0.5 | 2026-11-22 | abc1234 |" in page
    assert "- limit is: a bare page" in page
    assert "| home | 7 |\n| ledger | 9 |" in page


def test_the_written_page_is_that_of_the_kept_figures():
    assert report.PAGE.read_text(encoding="utf-8") == report.page(figures.kept())


async def _served(answer: bytes, order: dict, asked: list[bytes]) -> load.Result:
    async def one(reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = load._length(head)
                asked.append(head + await reader.readexactly(length))
                writer.write(answer)
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        return await load.run(load.Order(port=port, **order))


ORDER = {"seconds": 0.2, "connections": 2, "marker": "held", "tails": ["1", "2"]}
HEADS = [f"POST /{name} HTTP/1.1\r\nContent-Length: 1\r\n\r\n" for name in "abc"]


def test_the_load_counts_answers_and_gives_every_client_its_own_connection_and_next_stretch():
    asked: list[bytes] = []

    result = asyncio.run(_served(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nheld", ORDER | {"heads": HEADS, "first_tail": 1}, asked))

    assert result.failed == 0
    assert result.count == len(result.durations) == len(asked)
    of_a = [request[-1:] for request in asked if b"/a " in request]
    assert of_a[:3] == [b"2", b"1", b"2"]
    assert result.next_tail > 1


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlost", b"HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nheld"]
)
def test_an_answer_of_another_kind_does_not_count(answer):
    result = asyncio.run(_served(answer, ORDER | {"heads": HEADS}, []))

    assert result.count == 0
    assert result.failed > 0
    assert result.first_failure.startswith("HTTP/1.1")


def test_the_stretches_of_a_film_have_one_length_and_do_not_complete_it():
    tails = learners._tails()

    assert {len(tail) for tail in tails} == {60}
    assert len(tails) * learners.STRETCH_SECONDS < learners.FILM_SECONDS * 0.9
    assert json.loads("{" + tails[3])["ranges"] == [[30, 40]]


@pytest.mark.django_db
def test_a_page_is_told_with_its_queries_and_without_its_marker_refused():
    found = pages.in_process(pages.Page(name="sign-in", address="/sign-in/", marker="登录"), {})

    assert set(found) == {"queries", "median_ms", "kilobytes"}
    assert found["queries"] <= 10
    with pytest.raises(NotReady, match="没有按预期回答"):
        pages.in_process(pages.Page(name="sign-in", address="/sign-in/", marker="不在这里"), {})


@pytest.mark.django_db
def test_pages_without_a_demo_town_say_what_to_do():
    with pytest.raises(CommandError, match="yanxiu demo --size town"):
        call_command("bench", "pages", stdout=StringIO())


@pytest.mark.parametrize("words", [["--rounds", "-1"], ["--beats", "0"], ["--seconds", "-1"], ["--people", "3", "--connections", "4"]])
def test_numbers_that_measure_nothing_are_refused(words):
    with pytest.raises(CommandError, match="至少"):
        call_command("bench", "beats", *words, stdout=StringIO())


@pytest.fixture
def installation(request, tmp_path, monkeypatch):
    """An installation on a copy of the test database: the tables are there already, and nothing of it is left."""
    request.getfixturevalue("django_db_setup")
    facts = connection.settings_dict
    name, where = f"{facts['NAME']}_bench", {"host": facts["HOST"], "port": facts["PORT"] or None, "user": facts["USER"]}
    connections.close_all()

    @contextmanager
    def copied(keep=None):
        with psycopg.connect(dbname="postgres", autocommit=True, **where) as owner:
            owner.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            owner.execute(f'CREATE DATABASE "{name}" TEMPLATE "{facts["NAME"]}"')
            try:
                own = {key: value for key, value in os.environ.items() if key not in ground._FOREIGN}
                url = f"postgresql://{facts['USER']}@/{name}?host={facts['HOST']}"
                yield own | {"DATA": str(tmp_path), "DATABASE_URL": url, "DATABASE_AS_OWNER": "1"}
            finally:
                owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    monkeypatch.setattr(ground, "installation", copied)


@pytest.mark.slow  # starts a server and four processes
def test_a_tiny_run_of_beats_prints_one_object_of_the_agreed_shape(installation):
    out = StringIO()
    call_command(
        "bench", "beats", "--json", "--rounds", "1", "--seconds", "0.3", "--people", "40", "--rows", "80", "--connections", "4",
        stdout=out, stderr=StringIO(),
    )  # fmt: skip

    (line,) = out.getvalue().splitlines()
    found = json.loads(line)
    assert set(found) == KEYS
    assert (found["name"], found["rows"], found["rounds"]) == ("beats", 80, 1)
    assert found["detail"]["acknowledged"] > 0
    assert found["limit"] == min(found["detail"]["noop_per_s"], found["detail"]["writer_rows_per_s"])
    assert beats.CONNECTIONS == 64


FILM = learners.FILM_SECONDS


@pytest.mark.django_db
def test_reading_back_finds_each_kind_of_broken_promise():
    first, second = "1" * 20 + "0" * (FILM - 20), "1" * 5 + "0" * (FILM - 5)

    found = readback.broken([first, second], {(0, 0), (0, 1), (0, 2)}, {(0, 0), (1, 0)})

    assert found["R1_acknowledged_but_missing"] == 1  # (0, 2)
    assert found["R2_partly_there"] == 1  # (1, 0)
    assert found["R3_there_without_being_sent"] == 1  # (0, 1)
    assert {found[name] for name in ("R4_sums_that_differ", "R5_orphans", "R6_credited_beyond_server_time")} == {0}
    assert set(readback.broken([first], {(0, 0), (0, 1)}, {(0, 0), (0, 1)}).values()) == {0}


def test_each_target_is_killed_as_often_as_ordered_and_alike_for_one_seed():
    kills = faults._plan(1_000, 2, seed=5)

    assert sorted(kill.target for kill in kills) == sorted(faults.TARGETS * 2)
    assert [kill.after_beats for kill in kills] == sorted(kill.after_beats for kill in kills)
    assert kills[-1].after_beats < 1_000
    assert kills == faults._plan(1_000, 2, seed=5) != faults._plan(1_000, 2, seed=6)


def test_a_broken_promise_ends_the_command_with_an_error(monkeypatch):
    bad = figure(name="faults", value=3, detail={"promises": {"R1_acknowledged_but_missing": 3}})
    monkeypatch.setattr(faults, "measure", lambda **_: bad)
    out = StringIO()

    with pytest.raises(CommandError, match="R1_acknowledged_but_missing"):
        call_command("bench", "faults", "--json", stdout=out)

    assert json.loads(out.getvalue())["value"] == 3


@pytest.mark.slow  # an installation of its own, whose processes are killed
def test_nothing_acknowledged_is_lost_when_everything_is_killed_once():
    out = StringIO()
    call_command("bench", "faults", "--json", "--beats", "2000", "--rounds", "1", "--people", "64", "--connections", "16",
                 stdout=out, stderr=StringIO())  # fmt: skip

    found = json.loads(out.getvalue())
    assert set(found["detail"]["promises"].values()) == {0}
    assert found["detail"]["acknowledged"] >= 2_000
    assert len(found["detail"]["kills"]) == len(faults.TARGETS)
