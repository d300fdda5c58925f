"""The frame, the gallery and the front end's own rules."""

import json
import re

import pytest
from django.conf import settings
from django.template import engines

from yanxiu.kit.frame import Frame, Hat, MenuItem
from yanxiu.portal import gallery

FRONTEND = settings.ROOT / "yanxiu/kit/frontend"
TEMPLATES = sorted((settings.ROOT / "yanxiu").glob("*/templates/**/*.html"))


def page(source, rf, **context):
    return engines["django"].from_string(source).render(context, rf.get("/"))


@pytest.mark.django_db
@pytest.mark.parametrize("section", gallery.SECTIONS)
@pytest.mark.parametrize("query", ["", "?language=en&theme=dark&size=large", "?problems=1&theme=nonsense"])
def test_gallery_shows_every_section(client, section, query):
    response = client.get(f"/_ui/{section}/{query}")

    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("<h1") == 1
    assert not re.search(r'\sstyle="|\son\w+="', html)
    assert not re.findall(r'id="([^"]+)"(?=.*\sid="\1")', html, re.DOTALL)


@pytest.mark.django_db
def test_gallery_has_no_other_section(client):
    assert client.get("/_ui/nothing/").status_code == 404


def test_the_frame_stands_without_a_provider(rf):
    html = page('{% extends "page.html" %}{% block title %}今天{% endblock %}{% block headline %}好{% endblock %}', rf)

    assert "<title>今天 - 研修</title>" in html
    assert '<span aria-current="page">今天</span>' in html
    assert "yx-account" not in html
    assert "yx-tabbar" not in html


def test_the_frame_shows_hat_menu_and_note(rf):
    frame = Frame(
        hat_title="县级管理员",
        hat_unit="青禾县",
        hats=[Hat(id="1", label="县级管理员")],
        menu=[MenuItem(label="审核", url="/a/", icon="inbox", count=11, current=True)],
        tabs=[MenuItem(label="看板", url="/b/", icon="chart")],
        person_name="林晓岚",
        inbox_url="/inbox/",
        unread=4,
        text_size="large",
        note="已催办 5 所",
    )

    html = page('{% extends "page.html" %}', rf, frame=frame)

    assert 'data-size="large"' in html
    assert '<a href="/a/" aria-current="page">' in html
    assert "消息，4 条未读" in html
    assert "已催办 5 所" in html


@pytest.mark.parametrize("base", ["bare.html", "print.html"])
def test_the_other_frames_stand_alone(rf, base):
    html = page(f'{{% extends "{base}" %}}{{% block title %}}登录{{% endblock %}}{{% block headline %}}登录{{% endblock %}}', rf)

    assert "<title>登录 - 研修</title>" in html
    assert "yx-sidebar" not in html


def test_errors_say_what_happened_on_a_page_and_as_a_part(rf):
    context = {"status": 409, "code": "conflict", "message": "选课已锁定 <b>", "reference": "7F3A"}

    whole = engines["django"].get_template("kit/error.html").render(context, rf.get("/"))
    part = engines["django"].get_template("kit/error.html#toast").render(context, rf.get("/"))

    assert "选课已锁定 &lt;b&gt;" in whole
    assert "7F3A" in whole
    assert part.strip().startswith('<div class="yx-toast yx-toast-late"')
    assert "<html" not in part


def test_the_lock_names_no_host():
    text = (settings.ROOT / "package-lock.json").read_text(encoding="utf-8")

    assert "http" not in text
    assert all("integrity" in package for name, package in json.loads(text)["packages"].items() if name)


def test_both_dark_blocks_are_equal():
    css = (FRONTEND / "css/tokens.css").read_text(encoding="utf-8")
    blocks = [re.sub(r"\s+", " ", found) for found in re.findall(r'\[data-theme="(?:dark|auto)"\] \{(.*?)\}', css, re.DOTALL)]

    assert len(blocks) == 2
    assert blocks[0] == blocks[1]


def test_every_stylesheet_is_imported():
    entry = (FRONTEND / "css/app.css").read_text(encoding="utf-8")

    assert [path.name for path in (FRONTEND / "css/components").glob("*.css") if f"components/{path.name}" not in entry] == []


def test_own_script_stays_small():
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (FRONTEND / "js").glob("*.js")) <= 1_940  # ADR 0024


def test_scripts_and_templates_know_the_same_behaviours():
    known = set(
        re.findall(r"\b(\w+)\b", re.search(r"Object\.entries\(\{([^}]*)\}\)", (FRONTEND / "js/app.js").read_text(encoding="utf-8"))[1])
    )
    used = {name for path in TEMPLATES for name in re.findall(r'x-data="(\w+)"', path.read_text(encoding="utf-8"))}

    assert used - known - {"player"} == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.ROOT / "yanxiu")))
def test_templates_hold_to_the_policy(path):
    source = path.read_text(encoding="utf-8")

    assert not re.search(r'\sstyle\s*=\s*["\']', source)
    assert not re.search(r"\son(click|change|submit|input|load|error)\s*=", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", source)
    assert "|safe" not in source
    assert len(source.splitlines()) <= 200
