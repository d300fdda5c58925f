"""Pages of what is said: journals, search, feeds, people to be named; what goes along with a form, with no script at all."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.files import samples
from tests.workshops import factories as make
from yanxiu.access.models import Appointment
from yanxiu.drafts.models import Draft
from yanxiu.kit.actor import SYSTEM
from yanxiu.workshops import actions
from yanxiu.workshops.models import Mention, Post, PostImage, PostKind, Space


@pytest.fixture
def one(cast) -> Space:
    """The workshop that 王老师 hosts and 李雷 belongs to."""
    space = make.space(cast.county, programme=make.programme(cast.county), title="班级管理专题工作坊")
    Appointment.objects.filter(person=cast.person("王老师")).update(space_id=space.pk)
    make.membership(space, cast.person("李雷"))
    return space


def url(name, *args):
    return reverse(f"workshops:{name}", args=args)


def found(post):
    actions.index_words(posts=[Post.objects.get(pk=post.pk)], by=SYSTEM, at=make.AT)


def test_a_reply_takes_along_a_name_a_picture_and_a_quotation(cast, one, settings, tmp_path):
    settings.DATA = tmp_path
    thread = make.post(one, cast.actor("王老师"))
    first = make.reply(thread, cast.actor("王老师"))
    browser = cast.client_of("李雷")
    page = browser.get(url("thread", thread.pk) + f"?quote={first.pk}").content.decode()
    assert f'name="quoted" value="{first.pk}"' in page

    picture = SimpleUploadedFile("板书.png", samples.picture())
    sent = {"source": "这句要紧", "quoted": first.pk, "mention": cast.person("王老师").pk, "pictures": picture, "alts": "三个问题"}
    answer = browser.post(url("reply", thread.pk), sent)

    post = Post.objects.get(quoted=first)
    assert answer.url == url("thread", thread.pk) + f"#p{post.pk}"
    assert Mention.objects.get(post=post).person == cast.person("王老师")
    assert PostImage.objects.get(post=post).alt == "三个问题"
    assert 'alt="三个问题"' in browser.get(url("thread", thread.pk)).content.decode()


def test_what_is_typed_comes_back_and_goes_when_it_is_sent(cast, one):
    browser = cast.client_of("李雷")
    page = browser.get(url("logs", one.pk)).content.decode()
    keep = page.split('data-draft="')[1].split('"')[0]
    browser.post(keep, {"title": "写到一半", "source": "等三秒"}, headers={"Accept": "application/json"})
    assert 'value="写到一半"' in browser.get(url("logs", one.pk)).content.decode()

    browser.post(url("publish_log", one.pk), {"title": "写完了", "source": "等三秒"})

    assert not Draft.objects.exists()
    assert Post.objects.get(kind=PostKind.LOG).title == "写完了"


def test_what_is_refused_says_where_and_keeps_the_words(cast, one):
    answer = cast.client_of("李雷").post(url("publish_log", one.pk), {"title": "只有题目", "source": ""})

    assert answer.status_code == 422
    assert 'value="只有题目"' in answer.content.decode()


def test_people_inside_are_looked_up_with_and_without_script(cast, one):
    make.member(one, cast.school, name="韩冰")
    browser = cast.client_of("李雷")
    part = browser.get(url("mentionable", one.pk), {"who": "韩"}, headers={"HX-Request": "true", "HX-Target": "mentions"}).content.decode()

    assert "韩冰" in part
    assert "<html" not in part
    assert "@韩冰" in browser.get(url("mentionable", one.pk), {"who": "韩"}).content.decode()
    assert "韩冰" not in browser.get(url("mentionable", one.pk), {"who": "没"}).content.decode()
    assert cast.client_of("外人").get(url("mentionable", one.pk), {"who": "韩"}).status_code == 404


def test_hosts_mark_essence_and_take_it_off(cast, one):
    thread = make.post(one, cast.actor("李雷"), title="好例子")
    host, member = cast.client_of("王老师"), cast.client_of("李雷")
    host.post(url("make_essence", thread.pk))
    assert "好例子" in member.get(url("discussions", one.pk) + "?show=essence").content.decode()
    host.post(url("unmake_essence", thread.pk))
    assert "好例子" not in member.get(url("discussions", one.pk) + "?show=essence").content.decode()
    assert member.post(url("make_essence", thread.pk)).status_code == 403


def test_the_list_of_readers_is_taken_along_and_reminds(cast, one):
    post = make.post(one, cast.actor("王老师"), kind=PostKind.ANNOUNCEMENT)
    host = cast.client_of("王老师")
    book = host.get(url("export_readers", post.pk))
    assert b"".join(book.streaming_content)[:2] == b"PK"
    assert host.post(url("remind_readers", post.pk)).status_code == 302
    assert host.post(url("remind_readers", post.pk)).status_code == 409
    assert cast.client_of("李雷").get(url("export_readers", post.pk)).status_code == 403


@pytest.mark.parametrize("query", ["before=nonsense", "before=-", "before=1e999-1", "before=1-99999999999999999999", "kind=nonsense"])
def test_nonsense_in_the_address_of_a_feed_is_its_beginning(cast, one, query):
    make.post(one, cast.actor("李雷"), title="题目")
    assert "题目" in cast.client_of("李雷").get(url("feed") + f"?{query}").content.decode() or query.startswith("before=1-")


@pytest.mark.parametrize("query", ["space=x", "kind=x", "since=2026-13-45", "until=x", "page=x", "q=%00", "q='%22<script>"])
def test_nonsense_in_the_address_of_a_search_is_no_error(cast, one, query):
    assert cast.client_of("李雷").get(url("find") + f"?{query}").status_code == 200


@pytest.mark.parametrize("page", ["discussions", "logs", "find", "feed", "space_feed"])
def test_rows_cost_no_queries(cast, one, assert_same_queries, page):
    learner = cast.actor("李雷")
    browser = cast.client_of("李雷")

    def more(times=9):
        for _ in range(times):
            thread = make.post(one, learner, source="课堂上等三秒")
            found(thread)
            found(make.reply(thread, learner, source=f"课堂 {thread.pk}"))
            actions.publish_log(space=one, title=f"日志 {thread.pk}", source="课堂", by=learner, at=make.AT)

    more(1)
    address = url(page) + "?q=课堂" if page in ("find", "feed") else url(page, one.pk)
    assert_same_queries(lambda: browser.get(address), more)
