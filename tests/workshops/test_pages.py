"""The pages of workshops: who may open them, what they show, refusals beside the text, and that rows cost no queries."""

import re

import pytest
from django.db.models import F
from django.urls import reverse

from tests.integrity.texts import ESSAY, OTHER
from tests.programmes import factories as programmes
from tests.workshops import factories as make
from tests.workshops import tools_factories as tools
from yanxiu.access import actions as access
from yanxiu.access.models import Appointment
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.workshops import actions
from yanxiu.workshops.models import Membership, MembershipState, Post, PostKind, Space

HOSTILE = [
    "<script>alert(1)</script>",
    "<p><img src=x onerror=alert(1)>文</p>",
    '<p><a href="javascript:alert(1)">文</a></p>',
    '"><svg onload=alert(1)>文',
    "<p onclick=alert(1)>文</p><iframe src=//evil.example></iframe>",
    "{{ settings.SECRET_KEY }}{% debug %}文",
    "[文](javascript:alert(1))",
    "</textarea><script>alert(1)</script>",
    "\u202e文gpj.exe",
]


@pytest.fixture
def one(cast):
    """The workshop that 王老师 hosts and 李雷 belongs to."""
    running = make.programme(cast.county)
    programmes.actions.enrol(person=cast.person("李雷"), programme=running, by=SYSTEM, at=make.AT)
    space = make.space(cast.county, programme=running, topic="班级管理", title="班级管理专题工作坊", rules="48 小时内回复提问")
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


INSIDE = ["space", "members", "briefings", "discussions", "questions"]
HOSTS = ["requests", "desk", "describe"]


@pytest.mark.parametrize("name", INSIDE)
@pytest.mark.parametrize(("who", "status"), [("李雷", 200), ("王老师", 200), ("教务", 200), ("省办", 200), ("外人", 404), ("运维", 404)])
def test_who_opens_the_pages_of_members(cast, one, name, who, status):
    assert cast.client_of(who).get(url(name, one.pk)).status_code == status


@pytest.mark.parametrize("name", HOSTS)
@pytest.mark.parametrize(("who", "status"), [("王老师", 200), ("教务", 200), ("李雷", 403), ("韩梅梅", 403), ("外人", 403)])
def test_who_opens_the_pages_of_hosts(cast, one, name, who, status):
    assert cast.client_of(who).get(url(name, one.pk)).status_code == status


def test_from_outside_one_sees_the_door_and_asks(cast, one):
    programmes.actions.enrol(person=cast.person("韩梅梅"), programme=one.programme, by=SYSTEM, at=make.AT)
    browser = cast.client_of("韩梅梅", hat="learner")

    assert "可入的坊" in text(browser.get(url("spaces")))
    door = text(browser.get(url("space", one.pk)))
    assert "申请入坊" in door
    assert "48 小时内回复提问" in door
    assert browser.get(url("discussions", one.pk)).status_code == 403
    browser.post(url("request_join", one.pk), {"message": "想学公约怎么写"})

    assert Membership.objects.get(person=cast.person("韩梅梅")).state == MembershipState.REQUESTED
    host = cast.client_of("王老师")
    page = text(host.get(url("requests", one.pk)))
    assert "想学公约怎么写" in page
    assert "韩梅梅" in page
    host.post(url("approve_join", one.pk), {"chosen": [Membership.objects.get(person=cast.person("韩梅梅")).pk]})
    assert "已通过 1 人" in said(host)
    assert browser.get(url("discussions", one.pk)).status_code == 200


def test_refusing_without_a_reason_says_so_and_changes_nothing(cast, one):
    asked = make.membership(one, programmes.teacher(cast.school), state=MembershipState.REQUESTED)
    host = cast.client_of("王老师")

    answer = host.post(url("refuse_join", one.pk), {"chosen": [asked.pk], "reason": ""})

    assert answer.status_code == 422
    assert "请写明不通过的原因" in text(answer)
    assert host.post(url("approve_join", one.pk), {"chosen": ["x", "-1", "9" * 40]}).status_code == 422
    assert Membership.objects.get(pk=asked.pk).state == MembershipState.REQUESTED


def test_a_briefing_from_the_first_word_to_the_receipt(cast, one):
    host, member = cast.client_of("王老师"), cast.client_of("李雷")

    host.post(url("write", one.pk, "briefing"), {"series": "研修简报", "title": "从收集愿望开始", "source": "## 第一周\n\n收到 94 份"})
    draft = Post.objects.get(kind="briefing")
    assert member.get(url("thread", draft.pk)).status_code == 404
    host.post(
        url("edit_draft", draft.pk), {"series": "研修简报", "title": "从收集愿望开始", "source": "## 第一周\n\n收到 95 份", "publish": "1"}
    )
    assert said(host) == "《研修简报》第 1 期已发布"

    page = text(member.get(url("thread", draft.pk)))
    assert "<h2>第一周</h2>" in page
    assert "收到 95 份" in page
    member.post(url("mark_read", draft.pk))
    assert "李雷" in text(host.get(url("readers", draft.pk)))
    assert "李雷" not in text(host.get(url("readers", draft.pk), {"show": "unread"}))
    assert "收到 95 份" in text(member.get(url("space", one.pk)))


def test_a_refused_text_stays_on_the_page(cast, one):
    answer = cast.client_of("王老师").post(
        url("write", one.pk, "briefing"), {"series": "研修简报", "title": "一", "source": "写了很久的正文"}
    )

    assert answer.status_code == 422
    assert "写了很久的正文" in text(answer)
    assert "标题 2—120 个字" in text(answer)
    assert not Post.objects.exists()


def test_a_question_waits_is_answered_and_accepted(cast, one):
    member, host = cast.client_of("李雷"), cast.client_of("王老师")

    member.post(url("ask", one.pk), {"title": "约定做不到怎么办", "source": "有三位同学总做不到"})
    question = Post.objects.get(kind="question")
    assert "约定做不到怎么办" in text(host.get(url("questions", one.pk), {"show": "waiting"}))
    host.post(url("answer", question.pk), {"source": "后果要和行为有关"})
    assert "约定做不到怎么办" not in text(host.get(url("questions", one.pk), {"show": "waiting"}))
    member.post(url("accept_answer", Post.objects.get(kind="answer").pk))

    assert "已采纳" in text(member.get(url("thread", question.pk)))


def test_a_reply_that_is_refused_keeps_its_words(cast, one):
    thread = make.post(one, cast.actor("李雷"), at=clock.now())

    answer = cast.client_of("李雷").post(url("reply", thread.pk), {"source": "<p>&nbsp;</p><script>她写的</script>"})

    assert answer.status_code == 422
    assert "正文里没有能显示的文字" in text(answer)
    assert "&lt;script&gt;她写的" in text(answer)


def test_a_copied_article_and_a_copied_solution_are_said_before_they_are_published(cast, one):
    known = make.post(one, cast.actor("李雷"), title="怎样让学生先估计", source=ESSAY + OTHER, at=clock.now())
    actions.compare_post(post=known, by=SYSTEM, at=clock.now())
    problem = tools.problem(one, cast.actor("李雷"), state="discussing")
    host = cast.client_of("王老师")
    for address, kind in ((url("write", one.pk, "article"), "article"), (url("publish_solution", problem.post_id), "solution")):
        sent = {"title": "怎样让学生先说", "source": f"{ESSAY}{OTHER}这是{kind}。"}
        warned = host.post(address, {**sent, "publish": "1"})
        assert (warned.status_code, "是自己写的，照样发" in text(warned)) == (409, True)
        assert not Post.objects.filter(kind=kind).exclude(pk=known.pk).exists()
        assert host.post(address, {**sent, "alike": "seen"}).status_code == 302
        assert Post.objects.exclude(pk=known.pk).get(kind=kind).state == "published"


def test_a_copied_reply_is_said_before_posting_and_the_host_sees_both_sides(cast, one):
    thread = make.post(one, cast.actor("王老师"), title="怎样让学生先估计", at=clock.now())
    first = make.reply(thread, cast.actor("王老师"), source=ESSAY, at=clock.now())
    actions.compare_post(post=first, by=SYSTEM, at=clock.now())
    member, host = cast.client_of("李雷"), cast.client_of("王老师")
    mine = Post.objects.filter(author=cast.person("李雷"))

    warned = member.post(url("reply", thread.pk), {"source": ESSAY + "。"})
    assert warned.status_code == 409
    assert "这样发出不计入次数" in text(warned)
    assert "王老师" not in re.search(r"发出以前请看.*?</details>", text(warned)).group()
    assert ESSAY[:40] in text(warned)
    assert not mine.exists()

    member.post(url("reply", thread.pk), {"source": ESSAY + "。", "alike": "seen"})
    actions.compare_post(post=mine.get(), by=SYSTEM, at=clock.now())
    assert "不计入次数" in text(member.get(url("thread", thread.pk)))
    page = text(host.get(url("thread", thread.pk)))
    both = re.search(r'href="(/integrity/texts/[^"]+)"[^>]*>有 \d+% 与另一份相同', page)
    assert both is not None
    assert host.get(both[1]).status_code == 200

    host.post(url("let_count", mine.get().pk))
    assert not mine.get().why_not
    assert "不计入次数" not in text(host.get(url("thread", thread.pk)))


def test_the_same_words_sent_twice_are_one_post_and_no_warning(cast, one):
    thread = make.post(one, cast.actor("王老师"), at=clock.now())
    member = cast.client_of("李雷")

    for _sent in range(2):
        answer = member.post(url("reply", thread.pk), {"source": ESSAY})
        assert answer.status_code == 302
        actions.compare_post(post=Post.objects.get(parent=thread), by=SYSTEM, at=clock.now())


def test_discussions_are_searched_in_replies_too_and_wildcards_are_letters(cast, one):
    thread = make.post(one, cast.actor("李雷"), title="小组合作", source="四人一组")
    make.reply(thread, cast.actor("王老师"), source="百分之百%的组都有记录员")
    make.post(one, cast.actor("李雷"), title="别的题目", source="无关")
    browser = cast.client_of("李雷")

    assert "小组合作" in text(browser.get(url("discussions", one.pk), {"q": "记录员"}))
    found = text(browser.get(url("discussions", one.pk), {"q": "百%的"}))
    assert "小组合作" in found
    assert "别的题目" not in found
    assert "没有找到" in text(browser.get(url("discussions", one.pk), {"q": "_%_%"}))
    assert browser.get(url("discussions", one.pk), {"q": "a & !(" * 500, "page": "-3"}).status_code == 200


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_are_shown_and_do_nothing(cast, one, hostile):
    member = cast.client_of("李雷")
    member.post(url("open_discussion", one.pk), {"title": f"题 {hostile}", "source": hostile})
    thread = Post.objects.filter(kind="discussion").first()
    if thread is not None:
        member.post(url("reply", thread.pk), {"source": f"回 {hostile}"})
    host = cast.client_of("王老师")
    host.post(url("describe", one.pk), {"intro": hostile, "rules": hostile})
    pages = [url("space", one.pk), url("discussions", one.pk), url("desk", one.pk), *([url("thread", thread.pk)] if thread else [])]

    for page in pages:
        html = host.get(page).content.decode()
        main = re.sub(
            r'<script id="[\w-]+" type="application/json">|<script type="module" src="[^"]+">',
            "",
            html[html.index("<main") : html.index("</main>")],
        )
        assert not re.search(r"<(script|img|iframe|form[^>]+evil)|<[^>]+\son\w+\s*=|href=\"javascript", main, re.IGNORECASE), page
        assert "yanxiu-secret" not in main


def test_hidden_words_are_gone_for_members_and_marked_for_hosts(cast, one):
    thread = make.post(one, cast.actor("李雷"), title="跑题的话")
    host = cast.client_of("王老师")
    host.post(url("hide", thread.pk), {"reason": "与主题无关"})

    assert "跑题的话" in text(host.get(url("discussions", one.pk)))
    assert "与主题无关" in text(cast.client_of("李雷").get(url("thread", thread.pk)))
    make.membership(one, cast.person("韩梅梅"))
    other = cast.client_of("韩梅梅", hat="learner")
    assert other.get(url("thread", thread.pk)).status_code == 404
    assert "跑题的话" not in text(other.get(url("discussions", one.pk)))
    host.post(url("restore", thread.pk))
    assert other.get(url("thread", thread.pk)).status_code == 200


def test_checking_in_on_the_page(cast, one):
    browser = cast.client_of("李雷")

    browser.post(url("check_in", one.pk))
    assert said(browser) == "今天已签到"
    assert browser.post(url("check_in", one.pk)).status_code == 409


def test_the_office_opens_a_space_and_appoints_its_host(cast, one):
    office = cast.client_of("教务")

    refused = office.post(url("open_space"), {"org": cast.county.pk, "kind": "teacher_workshop", "title": "坊"})
    assert refused.status_code == 422
    assert "坊名 2—120 个字" in text(refused)
    assert office.post(url("open_space"), {"org": cast.other_county.pk, "kind": "class", "title": "别县的班"}).status_code == 404
    office.post(url("open_space"), {"org": cast.county.pk, "kind": "teacher_workshop", "title": "物理教师坊", "cap": "30"})
    opened = Space.objects.get(title="物理教师坊")
    assert "没有找到" in text(office.post(url("appoint_host", opened.pk), {"person": "没有此人"}))
    office.post(url("appoint_host", opened.pk), {"person": "韩梅梅"})

    assert Appointment.objects.filter(person=cast.person("韩梅梅"), role="host", space_id=opened.pk).exists()


def test_the_desk_shows_queues_and_duties_in_numbers(cast, one):
    host = cast.actor("王老师")
    make.post(one, host, kind=PostKind.BRIEFING, at=make.AT)
    make.answer(make.post(one, cast.actor("李雷"), kind=PostKind.QUESTION), host)
    waiting = make.post(one, cast.actor("李雷"), kind=PostKind.QUESTION, title="等了三天的提问")
    Post.objects.filter(pk=waiting.pk).update(published_at=clock.now() - make.timedelta(days=3))

    page = text(cast.client_of("王老师").get(url("desk", one.pk)))

    assert "先回答等了 3 天的提问" in page
    assert re.search(r"<b>1</b> / 5", page)
    assert re.search(r"<b>1</b> / 10", page)
    assert "还差 4" in page
    assert "001 P2-TH-4" in page


def fill(one, school, number):
    """That many members who wrote, requests, threads with parts, and readers."""
    for _ in range(number):
        actor = make.member(one, school)
        make.membership(one, programmes.teacher(school), state=MembershipState.REQUESTED)
        make.post(one, actor)
        make.post(one, actor, kind=PostKind.QUESTION)
    Space.objects.filter(pk=one.pk).update(member_count=F("member_count"))


@pytest.mark.slow  # a hundred members
@pytest.mark.parametrize(("who", "name"), [("李雷", "space"), ("李雷", "discussions"), ("李雷", "questions"), ("王老师", "members"),
                                           ("王老师", "requests"), ("王老师", "desk"), ("王老师", "briefings"), ("王老师", "spaces"),
                                           ("李雷", "spaces"), ("教务", "spaces")])  # fmt: skip
def test_rows_cost_no_queries(cast, one, assert_same_queries, who, name):
    browser = cast.client_of(who)
    address = url(name) if name == "spaces" else url(name, one.pk)
    fill(one, cast.school, 1)
    make.post(one, cast.actor("王老师"), kind=PostKind.BRIEFING)

    assert_same_queries(lambda: browser.get(address), lambda: fill(one, cast.school, 30))


@pytest.mark.slow  # a hundred replies
@pytest.mark.parametrize("who", ["李雷", "王老师"])
@pytest.mark.parametrize("kind", [PostKind.BRIEFING, PostKind.DISCUSSION])
def test_a_long_thread_costs_no_queries(cast, one, assert_same_queries, who, kind):
    thread = make.post(one, cast.actor("王老师"), kind=kind)
    make.reply(thread, cast.actor("李雷"))
    browser = cast.client_of(who)

    assert_same_queries(lambda: browser.get(url("thread", thread.pk)), lambda: [make.reply(thread, cast.actor("李雷")) for _ in range(100)])


def test_a_revoked_host_is_out_on_the_next_request(cast, one):
    browser = cast.client_of("王老师")
    held = Appointment.objects.select_related("org").get(person=cast.person("王老师"))
    assert browser.get(url("desk", one.pk)).status_code == 200

    access.revoke(appointment=held, reason="工作调整", by=cast.actor("省办"), at=clock.now())

    assert browser.get(url("desk", one.pk)).status_code == 403
    assert actions.leave(workshop=one, by=cast.actor("李雷"), at=make.AT).state == MembershipState.LEFT
