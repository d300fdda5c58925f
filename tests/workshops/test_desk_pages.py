"""The host's pages beside the desk: team, silent members, praise, points; who opens them, refusals at their field, lists that cost the same."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.access.models import Appointment
from yanxiu.kit import clock
from yanxiu.kit.components import wording
from yanxiu.records.models import Record
from yanxiu.workshops.models import HostShare, Membership, Nudge, PointRule, PostKind, Praise


@pytest.fixture
def one(cast):
    """The workshop that 王老师 hosts and 李雷 belongs to."""
    running = make.programme(cast.county)
    space = make.space(cast.county, programme=running, topic="班级管理", title="班级管理专题工作坊")
    Appointment.objects.filter(person=cast.person("王老师")).update(space_id=space.pk)
    make.membership(space, cast.person("李雷"))
    space.refresh_from_db()
    return space


def url(name, *args):
    return reverse(f"workshops:{name}", args=args)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def said(client):
    return client.session.get("note", "")


@pytest.mark.parametrize("name", ["team", "silent", "point_table", "point_rules"])
@pytest.mark.parametrize(("who", "status"), [("王老师", 200), ("教务", 200), ("李雷", 403), ("外人", 403)])
def test_who_opens_what_hosts_use(cast, one, name, who, status):
    assert cast.client_of(who).get(url(name, one.pk)).status_code == status


@pytest.mark.parametrize("name", ["praises", "points"])
@pytest.mark.parametrize(("who", "status"), [("李雷", 200), ("王老师", 200), ("教务", 200), ("外人", 404)])
def test_who_opens_praise_and_points(cast, one, name, who, status):
    assert cast.client_of(who).get(url(name, one.pk)).status_code == status


def test_praise_from_the_candidate_to_the_wall_and_back(cast, one):
    make.post(one, cast.actor("李雷"), at=clock.now())
    host, member = cast.client_of("王老师"), cast.client_of("李雷")
    person = cast.person("李雷").pk

    assert "发言 1" in text(host.get(url("praises", one.pk)))
    assert "可以表扬" not in text(member.get(url("praises", one.pk)))
    assert "表扬李雷" in text(host.get(url("praises", one.pk), {"person": person}))
    refused = host.post(url("praise", one.pk), {"person": person, "reason": "好"})
    assert refused.status_code == 422
    assert "4—200 个字，现在 1 个" in text(refused)
    host.post(url("praise", one.pk), {"person": person, "reason": "三秒等待写得细"})
    assert "已表扬李雷" in said(host)
    page, on = text(member.get(url("praises", one.pk))), wording.day(clock.now())
    assert "三秒等待写得细" in page
    assert re.search(rf"<h1[^>]*>\s*李雷 {on}受到表扬\s*<", page)
    given = Praise.objects.get()
    assert member.post(url("withdraw_praise", given.pk)).status_code == 403
    host.post(url("withdraw_praise", given.pk))
    assert "三秒等待写得细" not in text(member.get(url("praises", one.pk)))


def test_points_from_the_proposal_to_the_line(cast, one):
    make.post(one, cast.actor("李雷"), at=clock.now())
    host, member = cast.client_of("王老师"), cast.client_of("李雷")

    assert "还没有定积分规则" in text(member.get(url("points", one.pk)))
    assert "先看看这份建议" in text(host.get(url("point_rules", one.pk)))
    wrong = host.post(url("point_rules", one.pk), {"discussion.points": "5000"})
    assert wrong.status_code == 422
    assert "0 到 1000" in text(wrong)
    assert host.post(url("point_rules", one.pk), {"discussion.points": "二分"}).status_code == 422
    assert not PointRule.objects.exists()
    host.post(url("point_rules", one.pk), {"discussion.points": "2", "discussion.a_day": "6"})
    assert "我在这里有 2 分" in text(member.get(url("points", one.pk)))
    assert "李雷分最多，2 分" in text(host.get(url("point_table", one.pk)))
    book = host.get(url("export_points", one.pk))
    assert b"".join(book.streaming_content).startswith(b"PK")
    assert Record.objects.filter(verb="exported", object_type="workshop", kind="points").count() == 1


def test_silent_members_are_reminded_from_the_list(cast, one):
    Membership.objects.update(joined_at=clock.now() - timedelta(days=30))
    host = cast.client_of("王老师")
    page = text(host.get(url("silent", one.pk), {"days": "7"}))
    assert "1 位成员 7 天没来" in page
    assert "还没来过" in page
    assert host.post(url("nudge", one.pk), {"days": "7", "who": "chosen"}).status_code == 422
    host.post(url("nudge", one.pk), {"days": "7", "who": "all"})
    assert said(host) == "已提醒 1 人"
    again = host.post(url("nudge", one.pk), {"days": "7", "who": "all"})
    assert again.status_code == 409
    assert Nudge.objects.get().times == 1
    assert b"".join(host.get(url("export_silent", one.pk), {"days": "7"}).streaming_content).startswith(b"PK")
    assert host.get(url("silent", one.pk), {"days": "²", "sort": "x", "page": "-1"}).status_code == 200


def test_the_team_shares_its_work(cast, one):
    host = cast.client_of("王老师")
    person = cast.person("王老师").pk
    assert "还没有人负责" in text(host.get(url("team", one.pk)))
    refused = host.post(url("share_labour", one.pk), {"person": person})
    assert refused.status_code == 422
    assert "请选一项任务" in text(refused)
    host.post(url("share_labour", one.pk), {"person": person, "duty": "th_answers", "words": "晚上回答"})
    page = text(host.get(url("team", one.pk)))
    assert "晚上回答" in page
    assert cast.client_of("李雷").post(url("end_share", HostShare.objects.get().pk)).status_code == 403
    host.post(url("end_share", HostShare.objects.get().pk))
    assert HostShare.objects.get().until_at is not None


@pytest.mark.parametrize("name", ["desk", "team", "silent", "praises", "point_table", "points", "space_deeds"])
def test_long_lists_cost_no_queries(cast, one, assert_same_queries, name):
    def more(number=1):
        host = cast.actor("王老师")
        for _one in range(number):
            person = programmes.teacher(cast.school)
            make.membership(one, person)
            make.post(one, programmes.learner(person), at=clock.now())
            make.nudge(one, person)
            make.praise(one, person, cast.person("王老师"), at=clock.now())
            make.host_share(one, cast.person("王老师"), words=f"分工 {HostShare.objects.count()}")
        make.post(one, host, kind=PostKind.BRIEFING, at=clock.now())

    make.point_rule(one, a_day=4)
    more()
    browser = cast.client_of("王老师")
    assert_same_queries(lambda: browser.get(url(name, one.pk)), lambda: more(10))


def test_each_queue_leads_to_where_it_is_done(cast, one):
    """A single thing opens itself, several open their list; those of the sub-workshops are among them."""
    host = cast.client_of("王老师")
    sub = make.space(cast.county, programme=one.programme, parent=one, kind="sub_workshop", topic="", title="子坊甲")
    asked = make.post(sub, make.member(sub, cast.school), kind=PostKind.QUESTION, title="怎么等三秒")
    draft = make.draft(sub, make.host(one, cast.person("王老师")), title="第三期的初稿")
    single = text(host.get(url("desk", one.pk)))
    make.post(one, cast.actor("李雷"), kind=PostKind.QUESTION, title="怎么分组")
    make.draft(one, make.host(one, cast.person("王老师")), title="第四期的初稿")
    several = text(host.get(url("desk", one.pk)))

    for address in (url("thread", asked.pk), url("edit_draft", draft.pk)):
        assert f'href="{address}"' in single
        assert host.get(address).status_code == 200
    for address, titles in (
        (url("questions", one.pk) + "?show=waiting", ("怎么等三秒", "怎么分组")),
        (url("briefings", one.pk) + "?kind=draft", ("第三期的初稿", "第四期的初稿")),
    ):
        assert f'href="{address}"' in several
        page = text(host.get(address))
        assert all(title in page for title in titles)
    assert "第三期的初稿" not in text(cast.client_of("李雷").get(url("briefings", one.pk) + "?kind=draft"))
