"""`/livez`, `/readyz`, and the one door that sends each request to the application it belongs to."""

import asyncio
import json

import pytest
from django.db import DatabaseError, connection

from config import asgi
from yanxiu.kit import health


def ask(path: str, *, method: str = "GET", headers=(), body: bytes = b"", application=asgi.application):
    """Ask an ASGI application as the server does; the receive of the server is no coroutine."""
    sent = []

    async def send(message):
        sent.append(message)

    async def one():
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "http_version": "1.1",
            "headers": [(b"host", b"127.0.0.1"), *headers], "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1),
        }  # fmt: skip
        loop = asyncio.get_running_loop()

        def receive():
            future = loop.create_future()
            future.set_result({"type": "http.request", "body": body, "more_body": False})
            return future

        await application(scope, receive, send)

    asyncio.run(one())
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), content


def test_livez_answers_without_the_database():
    status, headers, content = ask("/livez")

    assert (status, json.loads(content)) == (200, {"alive": True})
    assert headers[b"cache-control"] == b"no-store"


@pytest.mark.django_db
def test_readiness_of_a_migrated_database():
    found = health.readiness()

    assert found.is_ready
    assert found.body()["queue"] == "ok"


@pytest.mark.django_db
def test_an_old_task_in_the_queue_is_told_but_the_pages_are_ready():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, scheduled_at) "
            "VALUES ('default', 'kit.clear_sessions', 0, '{}', 'todo', now() - interval '2 hours')"
        )
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '2 hours'")

    found = health.readiness()

    assert found.is_ready
    assert found.queue_seconds >= 7_199
    assert found.body()["queue"] == "late"


def test_an_unreachable_database_is_not_ready(monkeypatch):
    def fail(*_):
        raise DatabaseError("gone")

    monkeypatch.setitem(health._applied, "all", True)
    monkeypatch.setattr(health.sql, "rows", fail)

    assert health.readiness() == health.UNREACHABLE
    assert not health.UNREACHABLE.is_ready


def test_readyz_answers_503_when_it_takes_too_long(monkeypatch):
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(health, "readiness", lambda: __import__("time").sleep(0.1))

    status, _, content = ask("/readyz")

    assert status == 503
    assert json.loads(content)["database"] == "unreachable"


def test_pages_receive_the_body_of_a_post(monkeypatch):
    seen = {}

    def page(environ, start_response):
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    monkeypatch.setattr(asgi, "_django", asgi.WSGIMiddleware(page, workers=1))

    status, _, content = ask("/x/", method="POST", body="姓名=李雷".encode(), headers=[(b"content-length", b"13")])

    assert (status, content) == (200, b"ok")
    assert seen["body"].decode() == "姓名=李雷"


def test_headers_that_wsgi_cannot_tell_apart_are_dropped(monkeypatch):
    seen = {}

    def page(environ, start_response):
        seen.update(environ)
        start_response("204 No Content", [])
        return []

    monkeypatch.setattr(asgi, "_django", asgi.WSGIMiddleware(page, workers=1))

    ask("/x/", headers=[(b"x_forwarded_for", b"6.6.6.6"), (b"x-forwarded-for", b"10.0.0.1")])

    assert seen["HTTP_X_FORWARDED_FOR"] == "10.0.0.1"


def test_websockets_are_closed():
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(asgi.application({"type": "websocket", "path": "/"}, None, send))

    assert sent == [{"type": "websocket.close", "code": 1000}]
