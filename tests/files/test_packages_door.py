"""Packages on the second origin: what a signed prefix serves, under which policy, and that nothing else is reached (UP-03, UP-04, UP-06)."""

import asyncio
from datetime import timedelta
from urllib.parse import unquote

import pytest

from tests.files.factories import AT
from yanxiu.files import packages, queries, storage
from yanxiu.files.links import Grant, Signer
from yanxiu.files.origin import Origin
from yanxiu.files.package_door import script_of
from yanxiu.kit.archive import folded

PAGES = "http://pages.test"
FILES = {
    "课件/Index.html": ("text/html", b"<h1>1</h1>"),
    "a/film.mp4": ("video/mp4", bytes(range(200))),
    "setup.bin": ("application/octet-stream", b"x"),
}


@pytest.fixture
def package(folder) -> str:
    """The link of an unpacked package."""
    with packages.workplace(folder) as place:
        parts = {}
        for number, (path, (media_type, content)) in enumerate(FILES.items()):
            (place / str(number)).write_bytes(content)
            parts[folded(path)] = packages.Part(number=number, size=len(content), sha256=f"{number:064x}", media_type=media_type)
        name = storage.new_name()
        packages.keep(place, folder, name, parts)
    return packages.link(name, person_id=7, at=AT)


@pytest.fixture
def ask(folder, settings, tmp_path):
    """`ask(url, method, **headers)` gives (status, headers, body)."""

    def run(url: str, *, method: str = "GET", at=AT, **headers: str):
        sent: list[dict] = []

        async def send(message):
            sent.append(message)

        async def receive():
            return {"type": "http.request"}

        application = Origin(
            folder=queries.folder(), signer=Signer(secret=settings.SECRET_KEY), pages_url=PAGES, clock=lambda: at,
            package_script=script_of(tmp_path / "none", tmp_path / "static"),
        )  # fmt: skip
        scope = {
            "type": "http",
            "method": method,
            "path": unquote(url.removeprefix(settings.FILES_URL)),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }
        asyncio.run(application(scope, receive, send))
        answer = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], answer, b"".join(message.get("body", b"") for message in sent[1:])

    return run


def test_a_page_runs_in_its_sandbox_and_reaches_only_its_own_origin(package, ask):
    status, headers, body = ask(package + "课件/index.HTML")

    assert (status, body) == (200, b"<h1>1</h1>")
    policy = headers["content-security-policy"]
    assert "sandbox allow-scripts allow-same-origin allow-forms allow-modals" in policy
    assert f"frame-ancestors 'self' {PAGES}" in policy
    assert "default-src 'self' data: blob:" in policy
    assert "allow-top-navigation" not in policy
    assert "allow-popups" not in policy
    assert "http:" not in policy.replace(PAGES, "")
    assert headers["content-type"] == "text/html"  # no charset: the page says its own
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert not {"set-cookie", "access-control-allow-origin"} & set(headers)


def test_the_frame_may_be_shown_by_our_pages_only(package, ask):
    status, headers, body = ask(package + "~run/")

    assert status == 200
    assert f'<meta name="pages" content="{PAGES}">'.encode() in body
    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert f"frame-ancestors {PAGES};" in policy


def test_the_script_is_served_packed(package, ask, tmp_path):
    assert ask("/p/~run.js")[0] == 404
    (tmp_path / "static" / "dist").mkdir(parents=True)
    (tmp_path / "static" / "dist" / "scorm-run.js").write_bytes(b"1;" * 500)

    plain, packed = ask("/p/~run.js"), ask("/p/~run.js", accept_encoding="br, gzip")

    assert (plain[0], plain[2]) == (200, b"1;" * 500)
    assert (packed[0], packed[1]["content-encoding"]) == (200, "gzip")
    assert len(packed[2]) < 100


def test_films_of_a_package_are_served_in_parts(package, ask):
    status, headers, body = ask(package + "a/film.mp4", range="bytes=10-19")

    assert (status, body, headers["content-range"]) == (206, bytes(range(10, 20)), "bytes 10-19/200")
    assert ask(package + "a/film.mp4", if_none_match=headers["etag"])[0] == 304


def test_what_browsers_do_not_show_is_only_saved(package, ask):
    assert ask(package + "setup.bin")[1]["content-disposition"] == "attachment; filename*=UTF-8''setup.bin"


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "none.html",
        "../index.json",
        "index.json",
        "0",
        "..%2f..%2fsecret",
        "%2e%2e/0",
        "课件/../../0",
        "/etc/passwd",
        "~run/x",
        "a\\film.mp4",
        "课件/\x00",
    ],
)
def test_nothing_but_the_files_of_the_package_is_found(package, ask, rest):
    assert ask(package + rest)[0] == 404


def test_a_link_ends_and_belongs_to_one_package(package, ask, settings):
    assert ask(package + "setup.bin", at=AT + timedelta(hours=7))[0] == 404
    settings.SECRET_KEY = "another"
    assert ask(package + "setup.bin")[0] == 404


def test_other_links_do_not_open_packages_nor_packages_files(package, ask, settings):
    name = Signer(secret=settings.SECRET_KEY).read(package.removeprefix(settings.FILES_URL + "/p"), at=AT).storage_name
    film = Grant(storage_name=name, name="x", media_type="video/mp4", person_id=7, expires=2**40, is_download=False)

    assert ask("/p" + Signer(secret=settings.SECRET_KEY).sign(film))[0] == 404
    assert ask(package.replace("/p/", "/", 1))[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_find_nothing(package, ask, method):
    assert ask(package + "setup.bin", method=method)[0] == 404


def test_a_removed_package_is_gone_though_its_link_lives(package, ask, folder, settings):
    name = Signer(secret=settings.SECRET_KEY).read(package.removeprefix(settings.FILES_URL + "/p"), at=AT).storage_name

    packages.remove(folder, name)

    assert ask(package + "setup.bin")[0] == 404
    assert list(packages.stored(folder)) == []
