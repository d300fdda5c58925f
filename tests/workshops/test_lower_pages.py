"""The pages of guidance downward: coverage, division, reminder, the log of one workshop; followed lessons from plan to summary."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse

from tests.programmes import factories as programmes
from tests.workshops import climbing
from tests.workshops import factories as make
from tests.workshops import follow_factories as follows
from yanxiu.kit import clock
from yanxiu.records.models import Record
from yanxiu.workshops.models import FollowStep, GuideDuty, GuideVisit, LessonFollow, Post

WORDS = "看了第三期简报和两个研讨，讨论很实在"


@pytest.fixture
def ground(db):
    return climbing.build()


def url(name, *args):
    return reverse(f"workshops:{name}", args=args)


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"</?span[^>]*>", "", answer.content.decode()))


def test_a_host_divides_evenly_looks_in_and_reaches_a_hundred_percent(ground):
    host = ground.host(ground.middle, name="周岚")
    browser, page = climbing.browser(host), url("lower", ground.middle.pk)

    assert "2 个下级坊，还有 2 个没有跟进" in text(browser.get(page))
    preview = text(browser.get(url("divide_lower", ground.middle.pk)))
    assert "2 个坊有变动" in preview
    browser.post(
        url("assign_lower", ground.middle.pk), {f"guide-{ground.low.pk}": host.person_id, f"guide-{ground.other_low.pk}": host.person_id}
    )
    assert GuideDuty.objects.filter(host=host.person_id, ended_at__isnull=True).count() == 2
    log = url("guide_log", ground.low.pk)
    assert "记一次跟进" in text(browser.get(log))
    refused = browser.post(url("note_visit", ground.low.pk), {"kind": "visit", "words": "好"})
    assert (refused.status_code, GuideVisit.objects.count()) == (422, 0)
    assert "写下看到了什么" in text(refused)
    for space in (ground.low, ground.other_low):
        browser.post(url("note_visit", space.pk), {"kind": "visit", "words": WORDS})
    assert "2 个下级坊都跟进到了，100%" in text(browser.get(page))
    assert WORDS in text(climbing.browser(ground.host(ground.low)).get(log))


def test_the_missing_ones_are_listed_and_their_guides_reminded_by_one_click(ground):
    host = ground.host(ground.middle)
    browser = climbing.browser(host)
    follows.guide_duty(ground.low, programmes.teacher(ground.city))
    browser.post(url("note_visit", ground.other_low.pk), {"kind": "advice", "words": WORDS})

    missing = text(browser.get(url("lower", ground.middle.pk), {"show": "missing"}))
    assert (ground.low.title in missing, ground.other_low.title in missing) == (True, False)
    browser.post(url("remind_guides", ground.middle.pk))
    again = browser.post(url("remind_guides", ground.middle.pk))
    assert again.status_code == 409
    assert Record.objects.filter(verb="reminded", object_type="guide_duty").count() == 1
    file = browser.get(url("export_lower", ground.middle.pk))
    assert b"".join(file.streaming_content)[:2] == b"PK"


def test_senior_high_has_nothing_below_its_cities(ground):
    top = make.space(ground.province, level="省", kind="subject_workshop", programme=ground.programme, stage="高中")
    city = make.space(ground.city, parent=top, level="市", kind="subject_workshop", programme=ground.programme, stage="高中")

    assert "高中的工作坊只分省、市两级" in text(climbing.browser(ground.host(city)).get(url("lower", city.pk)))


def test_lines_that_make_no_sense_are_refused_and_nothing_changes(ground):
    host = ground.host(ground.middle)
    browser = climbing.browser(host)

    for key, value in (("guide-x", host.person_id), (f"guide-{ground.low.pk}", "周岚"), (f"guide-{ground.topic.pk}", host.person_id)):
        assert browser.post(url("assign_lower", ground.middle.pk), {key: value}).status_code == 422
    assert not GuideDuty.objects.exists()


@pytest.mark.parametrize("name", ["lower", "guide_log"])
def test_members_do_not_read_what_their_hosts_are_advised(ground, name):
    space = ground.middle
    seen = {
        who: climbing.browser(actor).get(url(name, space.pk)).status_code
        for who, actor in (
            ("host", ground.host(space)), ("above", ground.host(ground.top)), ("below", ground.host(ground.low)),
            ("member", make.member(space, ground.school)),
        )
    }  # fmt: skip
    assert seen == {"host": 200, "above": 200, "below": 404, "member": 403}


def test_a_lesson_is_followed_on_its_pages(ground):
    host, member = ground.host(ground.low), make.member(ground.low, ground.school, name="李雷雷")
    browser = climbing.browser(host)
    given = {"teacher": "李雷雷", "lesson": "《背影》第二课时", "plan": "两次试讲，三次磨课，十二月展示"}

    assert browser.post(url("follows", ground.low.pk), {**given, "teacher": "没有这个人"}).status_code == 422
    browser.post(url("follows", ground.low.pk), given)
    follow = LessonFollow.objects.get()
    thread = make.post(ground.low, member)
    step = {
        "on": f"{clock.day(clock.now())}",
        "words": "改了导入，学生提出七个问题",
        "thread": f"https://site.example{url('thread', thread.pk)}",
    }
    bad = browser.post(url("note_step", follow.pk), {**step, "stage": "plan", "thread": "随便写的"})
    assert (bad.status_code, FollowStep.objects.count()) == (422, 0)
    for stage in ("plan", "trial", "show"):
        browser.post(url("note_step", follow.pk), {**step, "stage": stage})
    page = text(browser.get(url("follow", follow.pk)))
    assert "可以总结了" in page
    assert thread.title in page
    browser.post(url("share_summary", follow.pk), {"title": "三次磨课之后", "source": "把时间还给学生"})
    assert LessonFollow.objects.get().state == "shared"
    assert Post.objects.get(title="三次磨课之后").kind == "article"
    shown = climbing.browser(member).get(url("follow", follow.pk))
    assert "“《背影》第二课时”已总结分享" in text(shown)
    assert "记一步" not in text(shown)


def test_a_follow_up_is_ended_with_its_reason(ground):
    host = ground.host(ground.low)
    one = follows.lesson_follow(ground.low, programmes.teacher(ground.county), ground.authors(1)[0])
    LessonFollow.objects.filter(pk=one.pk).update(host_id=host.person_id)
    browser = climbing.browser(host)

    assert browser.post(url("drop_follow", one.pk), {"reason": ""}).status_code == 422
    browser.post(url("drop_follow", one.pk), {"reason": "教师调离"})
    assert LessonFollow.objects.get().state == "dropped"


def test_rows_cost_no_queries(ground, assert_same_queries):
    host, low_host = ground.host(ground.middle), ground.host(ground.low)
    browser, below = climbing.browser(host), climbing.browser(low_host)
    follow = follows.lesson_follow(ground.low, programmes.teacher(ground.county), ground.authors(1)[0])
    follows.follow_step(follow)

    def more():
        for _ in range(10):
            lower = make.space(ground.county, parent=ground.middle, level="县", kind="subject_workshop", programme=ground.programme)
            follows.guide_duty(lower, programmes.teacher(ground.city))
            follows.guide_visit(lower, programmes.teacher(ground.city))
            follows.guide_visit(ground.low, programmes.teacher(ground.city), visited_at=make.AT + timedelta(hours=1))
            follows.follow_step(follows.lesson_follow(ground.low, programmes.teacher(ground.county), ground.authors(1)[0]))
            follows.follow_step(follow)

    costs = {}
    for name, who, address in (
        ("lower", browser, url("lower", ground.middle.pk)), ("divide", browser, url("divide_lower", ground.middle.pk)),
        ("log", below, url("guide_log", ground.low.pk)), ("follows", below, url("follows", ground.low.pk)),
        ("follow", below, url("follow", follow.pk)),
    ):  # fmt: skip
        costs[name] = assert_same_queries(partial(who.get, address), more)
    assert max(costs.values()) <= 10, costs
