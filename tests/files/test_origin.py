"""The second origin: signed links, ranges, headers, and 404 for everything else."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files.factories import AT, stored_row
from yanxiu.files import queries, storage
from yanxiu.files.links import Grant, Signer, expiry
from yanxiu.files.models import StoredFile
from yanxiu.files.origin import Origin

BYTES = bytes(range(256)) * 4_000
PAGES = "http://pages.test"


@pytest.fixture
def film(folder) -> StoredFile:
    file = StoredFile(pk=1, storage_name=storage.new_name(), name="第一讲 上.mp4", media_type="video/mp4", kind="video")
    path = storage.path_of(folder, file.storage_name)
    path.parent.mkdir(parents=True)
    path.write_bytes(BYTES)
    return file


def ask(url: str, *, method: str = "GET", at=AT, **headers: str):
    """Return (status, headers, body) of the second origin."""
    from django.conf import settings

    sent: list[dict] = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request"}

    application = Origin(folder=queries.folder(), signer=Signer(secret=settings.SECRET_KEY), pages_url=PAGES, clock=lambda: at)
    path = url.removeprefix(settings.FILES_URL)
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(application(scope, receive, send))
    answer = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answer, b"".join(message.get("body", b"") for message in sent[1:])


def test_a_link_serves_the_whole_file_and_nothing_can_act(film):
    status, headers, body = ask(queries.link(film, person_id=7, at=AT))

    assert (status, body) == (200, BYTES)
    assert headers["content-type"] == "video/mp4"
    assert headers["content-length"] == str(len(BYTES))
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["access-control-allow-origin"] == PAGES
    assert headers["content-disposition"] == "inline; filename*=UTF-8''%E7%AC%AC%E4%B8%80%E8%AE%B2%20%E4%B8%8A.mp4"
    assert headers["accept-ranges"] == "bytes"
    assert "set-cookie" not in headers


def test_a_document_is_a_download_whatever_the_caller_asks(folder):
    file = StoredFile(pk=2, storage_name=storage.new_name(), name="a.pdf", media_type="application/pdf", kind="document")
    path = storage.path_of(folder, file.storage_name)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"%PDF")

    _, headers, _ = ask(queries.link(file, person_id=7, at=AT))

    assert headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-99", 0, 100), ("bytes=1000-", 1000, None), ("bytes=-50", -50, None), ("bytes=1023990-99999999", 1_023_990, None)],
)
def test_a_range_is_served_alone(film, asked, start, end):
    wanted = BYTES[start:end]

    status, headers, body = ask(queries.link(film, person_id=7, at=AT), range=asked)

    assert (status, body) == (206, wanted)
    first = start % len(BYTES)
    assert headers["content-range"] == f"bytes {first}-{first + len(wanted) - 1}/{len(BYTES)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=9999999-", "bytes=5-2", "bytes=-", "bytes=-0", "lines=1-2", "bytes=a-b"])
def test_a_range_that_cannot_be_served_is_refused(film, asked):
    status, headers, body = ask(queries.link(film, person_id=7, at=AT), range=asked)

    assert (status, body, headers["content-range"]) == (416, b"", f"bytes */{len(BYTES)}")


def test_a_head_tells_the_length_and_sends_nothing(film):
    status, headers, body = ask(queries.link(film, person_id=7, at=AT), method="HEAD")

    assert (status, headers["content-length"], body) == (200, str(len(BYTES)), b"")


def test_a_browser_that_has_the_file_is_told_so(film):
    url = queries.link(film, person_id=7, at=AT)
    _, headers, _ = ask(url)

    assert ask(url, if_none_match=headers["etag"])[0] == 304
    assert ask(url, range="bytes=0-9", if_range='"other"')[0] == 200
    assert ask(url, range="bytes=0-9", if_range=headers["etag"])[0] == 206


def test_a_link_ends(film):
    url = queries.link(film, person_id=7, at=AT, seconds=600)

    assert ask(url, at=AT + timedelta(seconds=600))[0] == 200
    assert ask(url, at=AT + timedelta(seconds=600 + 900))[0] == 404


def test_a_link_of_another_person_or_secret_is_another_link(film, settings):
    mine, hers = (queries.link(film, person_id=number, at=AT) for number in (7, 8))
    settings.SECRET_KEY = "another"

    assert mine != hers
    assert ask(mine)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_find_nothing(film, method):
    assert ask(queries.link(film, person_id=7, at=AT), method=method)[0] == 404


@pytest.mark.parametrize(
    "path", ["/", "/files/", "/../settings.py", "/static../x", "//etc/passwd", "/%2e%2e/", "/" + "a" * 5_000, "/é", "/AAAA/x.mp4", "/=/"]
)
def test_every_other_address_finds_nothing(film, path):
    status, headers, body = ask(path)

    assert (status, body) == (404, b"")
    assert headers["x-content-type-options"] == "nosniff"


def test_the_stored_name_alone_finds_nothing(film):
    assert ask(f"/{film.storage_name}")[0] == 404
    assert ask(f"/{film.storage_name[:2]}/{film.storage_name}")[0] == 404


def test_a_signed_link_cannot_leave_the_folder(film):
    from django.conf import settings

    grant = Grant(storage_name="../../etc/passwd", name="x", media_type="text/vtt", person_id=7, expires=2**40, is_download=False)

    assert ask(Signer(secret=settings.SECRET_KEY).sign(grant))[0] == 404


@pytest.mark.django_db
def test_a_deleted_file_is_gone_though_its_link_lives():
    assert ask(queries.link(stored_row(), person_id=7, at=AT))[0] == 404


@given(place=st.integers(0, 200), change=st.integers(1, 63))
def test_no_altered_link_is_read(place, change):
    signer = Signer(secret="s")
    grant = Grant(storage_name="0" * 32, name="课.mp4", media_type="video/mp4", person_id=7, expires=2**40, is_download=False)
    token = signer.sign(grant).split("/")[1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    place %= len(token) - 1  # the last character carries spare bits
    altered = token[:place] + alphabet[(alphabet.index(token[place]) + change) % 64] + token[place + 1 :]

    assert signer.read(f"/{token}/x", at=AT) == grant
    assert signer.read(f"/{altered}/x", at=AT) is None


def test_a_link_is_short_and_its_end_is_round():
    assert expiry(AT, 3_600) % 900 == 0
    assert expiry(AT, 3_600) - AT.timestamp() in range(3_600, 4_501)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode([1])) == [1]


def test_the_application_starts_and_ends_with_its_server(folder):
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent = []

    async def receive():
        return next(messages)

    async def send(message):
        sent.append(message["type"])

    application = Origin(folder=folder, signer=Signer(secret="s"), pages_url=PAGES, clock=lambda: AT)
    asyncio.run(application({"type": "lifespan"}, receive, send))

    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
