"""Uploads in parts: the protocol, who may, what is refused, and that a cut at any point leaves the file whole, resumable or swept (F-08)."""

import asyncio
import base64
import hashlib
import os
import threading
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.conf import settings

from tests.files import samples
from tests.files.factories import AT
from yanxiu.files import actions, gateway, parts, queries, tickets
from yanxiu.files.actions import storing
from yanxiu.files.actions.uploading import BadTicket
from yanxiu.files.inspection import Unusable
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import ANONYMOUS, SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted

pytestmark = pytest.mark.django_db
LILEI = Actor(person_id=7, label="李雷")
HANMEIMEI = Actor(person_id=8, label="韩梅梅")
SESSION = "session-of-lilei"
FILM = samples.film(40, index_first=True)


def door() -> gateway.Door:
    return gateway.Door(folder=queries.folder(), secret=settings.SECRET_KEY, session_cookie=settings.SESSION_COOKIE_NAME, clock=lambda: AT)


def begin(content=FILM, *, name="第一讲.mp4", kind=Kind.VIDEO, by=LILEI, session=SESSION, at=AT, mark="1", size=None):
    return actions.begin_upload(kind=kind, name=name, size=len(content) if size is None else size, mark=mark, session=session, by=by, at=at)


def ask(method, upload="", *, token, body=b"", session=SESSION, chunks=None, cut=False, **headers):
    """`(status, headers, body)` of the door; `chunks` come one after the other, `cut` breaks the line after them."""
    sent: list[dict] = []
    messages = [{"type": "http.request", "body": one, "more_body": True} for one in chunks or [body]]
    messages.append({"type": "http.disconnect"} if cut else {"type": "http.request", "body": b"", "more_body": False})

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    given = {
        "tus-resumable": "1.0.0",
        "upload-ticket": token,
        "host": "site.test",
        "cookie": f"x=1; {settings.SESSION_COOKIE_NAME}={session}",
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "http",
        "method": method,
        "path": f"/uploads/{upload}",
        "headers": [(name.encode(), value.encode()) for name, value in given.items() if value is not None],
    }
    asyncio.run(door()(scope, receive, send))
    if not sent:
        return 0, {}, b""
    answer = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answer, b"".join(message.get("body", b"") for message in sent[1:])


def create(ticket, token, **headers):
    return ask("POST", token=token, **({"upload_length": str(ticket.size)} | headers))


def patch(ticket, token, body, offset, **headers):
    headers = {"content_type": "application/offset+octet-stream", "upload_offset": str(offset)} | headers
    return ask("PATCH", ticket.upload, token=token, body=body, **headers)


def whole(content=FILM, **facts):
    ticket, token = begin(content, **facts)
    create(ticket, token)
    assert patch(ticket, token, content, 0)[0] == 204
    return ticket, token


def left():
    return sorted(path.name for path in queries.folder().rglob("*") if path.is_file())


def test_a_film_comes_in_parts_and_is_stored_without_a_copy():
    ticket, token = begin()

    status, headers, _ = create(ticket, token)
    assert (status, headers["location"], headers["upload-offset"]) == (201, f"/uploads/{ticket.upload}", "0")
    half = len(FILM) // 2
    assert patch(ticket, token, FILM[:half], 0)[:2][0] == 204
    status, headers, body = ask("HEAD", ticket.upload, token=token)
    assert (status, headers["upload-offset"], headers["upload-length"], headers["cache-control"], body) == (
        200, str(half), str(len(FILM)), "no-store", b"",
    )  # fmt: skip
    assert patch(ticket, token, FILM[half:], half)[1]["upload-offset"] == str(len(FILM))
    place = parts.path_of(queries.folder(), ticket.upload).stat().st_ino

    file = actions.finish_upload(token=token, by=LILEI, at=AT)

    assert queries.path(file).read_bytes() == FILM
    assert file.sha256 == hashlib.sha256(FILM).hexdigest()
    assert queries.path(file).stat().st_ino == place  # moved, not copied
    assert (file.name, file.seconds, file.uploaded_by, file.waits_until) == ("第一讲.mp4", 40, 7, AT + timedelta(days=7))
    assert left() == [file.storage_name]


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99, 1.0])
def test_a_cut_line_loses_nothing_that_came(share):
    """F-08: cut at 1 %, 50 %, 99 %, and after the last byte but before the answer."""
    ticket, token = begin()
    create(ticket, token)
    came = max(1, int(len(FILM) * share))

    status, _, _ = patch(ticket, token, b"", 0, chunks=[FILM[: came // 2], FILM[came // 2 : came]], cut=True)
    assert status == 0  # nobody is there to hear an answer

    offset = int(ask("HEAD", ticket.upload, token=token)[1]["upload-offset"])
    assert offset == came
    if offset < len(FILM):
        patch(ticket, token, FILM[offset:], offset)
    assert actions.finish_upload(token=token, by=LILEI, at=AT).sha256 == hashlib.sha256(FILM).hexdigest()


def test_the_same_file_chosen_again_goes_on_where_it_was():
    ticket, token = begin()
    create(ticket, token)
    patch(ticket, token, FILM[:100], 0)

    again, fresh = begin(session="signed in anew", at=AT + timedelta(minutes=50))
    status, headers, _ = create(again, fresh, session="signed in anew")

    assert again.upload == ticket.upload
    assert (status, headers["upload-offset"]) == (201, "100")
    assert begin(mark="2")[0].upload != ticket.upload
    assert begin(by=HANMEIMEI)[0].upload != ticket.upload


def test_a_wrong_offset_is_a_conflict_that_names_the_right_one():
    ticket, token = begin()
    create(ticket, token)
    patch(ticket, token, FILM[:100], 0)

    status, headers, _ = patch(ticket, token, FILM[:100], 0)

    assert (status, headers["upload-offset"]) == (409, "100")
    assert patch(ticket, token, b"x", 5_000)[0] == 409
    assert parts.offset(queries.folder(), ticket.upload) == 100


def test_more_than_was_said_is_cut_back():
    ticket, token = begin()
    create(ticket, token)
    patch(ticket, token, FILM[:100], 0)

    assert patch(ticket, token, FILM, 100, content_length=str(len(FILM)))[0] == 413
    assert patch(ticket, token, b"", 100, chunks=[FILM, FILM])[0] == 413
    assert parts.offset(queries.folder(), ticket.upload) == 100
    assert create(ticket, token, upload_length="5")[0] == 413


def test_a_sum_that_does_not_fit_is_taken_back():
    ticket, token = begin()
    create(ticket, token)
    right = base64.b64encode(hashlib.sha256(FILM[:500]).digest()).decode()

    assert patch(ticket, token, b"y" * 500, 0, upload_checksum=f"sha256 {right}")[0] == 460
    assert parts.offset(queries.folder(), ticket.upload) == 0
    assert patch(ticket, token, FILM[:500], 0, upload_checksum=f"sha256 {right}")[0] == 204
    assert patch(ticket, token, FILM[500:600], 500, upload_checksum="md5 AAAA")[0] == 400


def test_two_writers_never_mix():
    ticket, token = begin()
    create(ticket, token)

    with parts.held(queries.folder(), ticket.upload):
        answers = []
        other = threading.Thread(target=lambda: answers.append(patch(ticket, token, FILM[:100], 0)[0]))
        other.start()
        other.join()
        assert ask("DELETE", ticket.upload, token=token)[0] == 423
    assert answers == [423]
    assert parts.offset(queries.folder(), ticket.upload) == 0


def test_cancelling_frees_the_room():
    ticket, token = begin()
    create(ticket, token)

    assert ask("DELETE", ticket.upload, token=token)[0] == 204
    assert left() == []
    assert ask("HEAD", ticket.upload, token=token)[0] == 404
    assert patch(ticket, token, FILM, 0)[0] == 404
    with pytest.raises(NotFound, match="取消"):
        actions.finish_upload(token=token, by=LILEI, at=AT)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"tus_resumable": None}, 412),
        ({"tus_resumable": "0.2.2"}, 412),
        ({"upload_ticket": "AAAA"}, 401),
        ({"upload_ticket": None}, 401),
        ({"session": "of-hanmeimei"}, 403),
        ({"origin": "http://evil.test"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"origin": "http://site.test", "sec_fetch_site": "same-origin"}, 201),
    ],
)
def test_only_the_page_of_the_same_session_may_write(headers, status):
    ticket, token = begin()

    answer = create(ticket, token, **headers)

    assert answer[0] == status
    assert "access-control-allow-origin" not in answer[1]
    assert bool(left()) == (status == 201)


def test_a_ticket_is_for_one_upload_and_an_hour():
    ticket, token = begin()
    other, _ = begin(by=HANMEIMEI)
    _, over = begin(at=AT - timedelta(seconds=tickets.SECONDS))

    assert ask("HEAD", other.upload, token=token)[0] == 403
    assert create(ticket, over)[0] == 401
    with pytest.raises(BadTicket):
        actions.finish_upload(token=over, by=LILEI, at=AT)


def test_another_person_finishes_nothing():
    _, token = whole()

    for stranger in (HANMEIMEI, SYSTEM):
        with pytest.raises(BadTicket, match="不是您的"):
            actions.finish_upload(token=token, by=stranger, at=AT)
    assert not StoredFile.objects.exists()


def test_what_is_not_there_yet_is_not_finished():
    ticket, token = begin()
    create(ticket, token)
    patch(ticket, token, FILM[:-1], 0)

    with pytest.raises(Conflict, match="还差 1 字节"):
        actions.finish_upload(token=token, by=LILEI, at=AT)
    assert parts.offset(queries.folder(), ticket.upload) == len(FILM) - 1


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"name": "第一讲.avi"}, "这里只收视频"),
        ({"size": 3 * 1024**3}, "超过 2 GB"),
        ({"size": 0}, "0 字节"),
        ({"name": "没有扩展名"}, "没有扩展名"),
    ],
)
def test_a_ticket_is_refused_before_a_byte_comes(facts, reason):
    with pytest.raises(Invalid, match=reason):
        begin(**facts)
    assert left() == []


def test_a_refused_file_is_gone_with_its_reason():
    _, token = whole(b"\0\0\0\x18ftypmp42" + b"\0" * 500)

    with pytest.raises(Unusable, match="打不开"):
        actions.finish_upload(token=token, by=LILEI, at=AT)
    assert left() == []


def test_an_error_of_ours_leaves_the_upload_to_be_finished(monkeypatch):
    _, token = whole()
    with monkeypatch.context() as broken:
        broken.setattr(storing, "record", Mock(side_effect=ZeroDivisionError))
        with pytest.raises(ZeroDivisionError):
            actions.finish_upload(token=token, by=LILEI, at=AT)
    assert not StoredFile.objects.exists()

    assert actions.finish_upload(token=token, by=LILEI, at=AT).size_bytes == len(FILM)


def test_finishing_twice_is_one_file():
    _, token = whole()

    first = actions.finish_upload(token=token, by=LILEI, at=AT)

    assert actions.finish_upload(token=token, by=LILEI, at=AT).pk == first.pk
    assert StoredFile.objects.count() == 1


def test_a_form_takes_what_came_ahead():
    _, token = whole()
    file = actions.finish_upload(token=token, by=LILEI, at=AT)

    for by, kind in ((HANMEIMEI, Kind.VIDEO), (LILEI, Kind.DOCUMENT)):
        with pytest.raises(Invalid, match="已经不在了"):
            actions.claim(file_id=file.pk, kind=kind, by=by, at=AT)
    taken = actions.receive(sent=actions.Ahead(file_id=file.pk, name=file.name), kind=Kind.VIDEO, by=LILEI, at=AT)

    assert (taken.pk, taken.waits_until) == (file.pk, None)
    assert actions.claim(file_id=file.pk, kind=Kind.VIDEO, by=LILEI, at=AT + timedelta(days=30)).pk == file.pk
    assert actions.sweep_uploads(by=SYSTEM, at=AT + timedelta(days=30)) == 0


def test_what_no_form_takes_and_what_stands_still_is_swept():
    _, token = whole()
    file = actions.finish_upload(token=token, by=LILEI, at=AT)
    ticket, other = begin(mark="2")
    create(ticket, other)
    part = parts.path_of(queries.folder(), ticket.upload)
    os.utime(part, (AT.timestamp(), AT.timestamp()))

    assert actions.sweep_uploads(by=SYSTEM, at=AT + timedelta(hours=23)) == 0
    assert actions.sweep_uploads(by=SYSTEM, at=AT + timedelta(hours=25)) == 1
    assert not part.exists()
    with pytest.raises(NotPermitted):
        actions.sweep_uploads(by=ANONYMOUS, at=AT + timedelta(days=8))
    assert actions.sweep_uploads(by=SYSTEM, at=AT + timedelta(days=8)) == 1
    file.refresh_from_db()
    assert file.deleted_at is not None
    with pytest.raises(Invalid):
        actions.claim(file_id=file.pk, kind=Kind.VIDEO, by=LILEI, at=AT + timedelta(days=8))


def test_a_full_disk_takes_no_byte_and_says_so(monkeypatch):
    """F-10: uploads stop at ten per cent free, what came stays."""
    ticket, token = begin()
    create(ticket, token)
    patch(ticket, token, FILM[:100], 0)
    monkeypatch.setattr(parts, "has_room", Mock(return_value=False))

    status, _, body = patch(ticket, token, FILM[100:], 100)

    assert (status, "存储空间快满了" in body.decode()) == (507, True)
    assert parts.offset(queries.folder(), ticket.upload) == 100
    with pytest.raises(Conflict, match="快满"):
        begin(mark="2")


def test_one_person_leaves_only_so_many_unfinished():
    for number in range(parts.MOST_OF_ONE_PERSON):
        ticket, token = begin(mark=str(number))
        assert create(ticket, token)[0] == 201

    one_more, token = begin(mark="more")
    assert create(one_more, token)[0] == 429
    theirs, other = begin(by=HANMEIMEI, session="hers")
    assert create(theirs, other, session="hers")[0] == 201


def test_the_door_tells_what_it_can_and_nothing_else():
    ticket, token = begin()

    status, headers, _ = ask("OPTIONS", token=token, tus_resumable=None)
    assert (status, headers["tus-version"]) == (204, "1.0.0")
    assert ask("GET", ticket.upload, token=token)[0] == 405
    assert ask("POST", "../../etc/passwd", token=token)[0] == 403
    create(ticket, token)
    assert patch(ticket, token, b"x", 0, content_type="text/plain")[0] == 415


def test_the_page_asks_and_finishes_by_json(cast, client):
    browser = cast.client_of("方案")
    asked = {"kind": "document", "name": "通知.pdf", "size": len(samples.PDF), "mark": "1"}
    json = {"HTTP_ACCEPT": "application/json"}

    begun = browser.post("/files/uploads/begin/", asked, **json).json()
    token, upload = begun["ticket"], begun["url"].rpartition("/")[2]
    parts.create(queries.folder(), upload)
    parts.path_of(queries.folder(), upload).write_bytes(samples.PDF)
    stored = browser.post("/files/uploads/finish/", {"ticket": token}, **json).json()["stored"]

    assert (stored["name"], stored["size"]) == ("通知.pdf", len(samples.PDF))
    assert browser.post("/files/uploads/begin/", asked, **json).json()["stored"]["id"] == stored["id"]
    wrong = browser.post("/files/uploads/begin/", {**asked, "kind": "secrets"}, **json)
    assert (wrong.status_code, "重新选文件" in wrong.json()["message"]) == (422, True)
    assert client.post("/files/uploads/begin/", asked, **json).status_code in {302, 403}
