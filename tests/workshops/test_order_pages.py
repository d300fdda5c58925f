"""Keeping order on pages: what waits, decided together; one measure with its appeal; reports; nothing runs where it is looked at."""

import re

import pytest
from django.urls import reverse

from tests.integrity import order_factories as order
from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.access.models import Appointment
from yanxiu.integrity.models import CaseState, Evidence, Measure, MeasureKind, Report, ReportCase, ReportReason, Signal, WordHit
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotFound, NotPermitted, TooMany
from yanxiu.workshops import actions
from yanxiu.workshops.models import Post, PostState, SpaceRules

HOSTILE = "<p>您好<script>alert(1)</script><img src=x onerror=alert(2)></p><svg onload=alert(3)>"


@pytest.fixture
def one(cast):
    """The workshop that 王老师 hosts and 李雷 and 韩梅梅 belong to."""
    running = make.programme(cast.county)
    space = make.space(cast.county, programme=running, topic="班级管理", title="班级管理专题工作坊")
    Appointment.objects.filter(person=cast.person("王老师")).update(space_id=space.pk)
    for name in ("李雷", "韩梅梅"):
        programmes.actions.enrol(person=cast.person(name), programme=running, by=SYSTEM, at=make.AT)
        make.membership(space, cast.person(name))
    space.refresh_from_db()
    return space


def where(name, *args):
    return reverse(f"workshops:{name}", args=args)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def fresh(post):
    return Post.objects.select_related("space__org", "space__parent", "parent", "author").get(pk=post.pk)


@pytest.mark.parametrize(("who", "status"), [("王老师", 200), ("教务", 200), ("省办", 200), ("李雷", 403), ("外人", 403)])
def test_who_opens_what_waits(cast, one, who, status):
    client = cast.client_of(who)
    assert client.get(where("space_order", one.pk)).status_code == status
    assert client.get(where("office_order")).status_code == status


def test_held_posts_are_let_through_together(cast, one):
    make.space_rules(one, hold_first=3)
    posts = [make.post(one, cast.actor("李雷")) for _ in range(3)]
    client = cast.client_of("王老师")

    page = text(client.get(where("space_order", one.pk)))
    assert "3 条等着处理" in page
    answer = client.post(where("act_space_order", one.pk), {"show": "held", "do": "pass", "chosen": [one.pk for one in posts]})

    assert answer.status_code == 302
    assert {fresh(post).state for post in posts} == {PostState.PUBLISHED}


def test_a_batch_needs_a_choice_a_rule_and_a_reason_and_is_whole_or_nothing(cast, one):
    make.space_rules(one, hold_first=2)
    posts = [make.post(one, cast.actor("李雷")) for _ in range(2)]
    client, act = cast.client_of("王老师"), where("act_space_order", one.pk)
    chosen = [post.pk for post in posts]

    for sent, said in [
        ({"do": "delete"}, "还没有选"),
        ({"do": "delete", "chosen": chosen}, "请选按哪条规则"),
        ({"do": "delete", "chosen": chosen, "rule": "advert"}, "原因至少写 2 个字"),
        ({"do": "shout", "chosen": chosen}, "请选怎么处理"),
    ]:
        answer = client.post(act, {"show": "held", **sent})
        assert answer.status_code == 422
        assert said in text(answer)
    assert not Measure.objects.exists()
    client.post(act, {"show": "held", "do": "delete", "chosen": chosen, "rule": "advert", "reason": "推销课件"})
    assert {fresh(post).state for post in posts} == {PostState.DELETED}


def test_several_reports_are_one_case_and_a_measure_settles_it(cast, one):
    post = make.post(one, cast.actor("李雷"), source="转让课件，加我")
    client = cast.client_of("韩梅梅")
    assert client.get(where("report_post", post.pk)).status_code == 200
    assert client.post(where("report_post", post.pk), {"reason": "other"}).status_code == 422
    client.post(where("report_post", post.pk), {"reason": "advert", "words": "推销"})
    client.post(where("report_post", post.pk), {"reason": "advert", "words": "推销"})
    actions.report_post(post=fresh(post), reason=ReportReason.OFF_TOPIC, by=make.member(one, cast.school), at=make.AT)

    case = ReportCase.objects.get()
    assert (case.report_count, case.state, Report.objects.count()) == (2, CaseState.OPEN, 2)
    page = text(cast.client_of("王老师").get(where("space_order", one.pk)))
    assert "广告、推销：推销" in page
    assert "与研修无关" in page
    cast.client_of("王老师").post(
        where("act_space_order", one.pk), {"show": "reports", "do": "hide", "chosen": [case.pk], "rule": "advert", "reason": "推销课件"}
    )
    case.refresh_from_db()
    assert (case.state, case.answer, fresh(post).state) == (CaseState.UPHELD, "推销课件", PostState.HIDDEN)


def test_a_report_about_a_host_goes_past_the_hosts(cast, one):
    post = make.post(one, cast.actor("王老师"))
    actions.report_post(post=fresh(post), reason=ReportReason.ABUSE, by=cast.actor("李雷"), at=make.AT)

    assert "转" not in text(cast.client_of("王老师").get(where("space_order", one.pk) + "?show=reports")).partition("举报")[0]
    assert "没有待处理的举报" in text(cast.client_of("王老师").get(where("space_order", one.pk) + "?show=reports"))
    assert "人身攻击" in text(cast.client_of("教务").get(where("office_order") + "?show=reports"))


def test_a_report_is_refused_for_own_words_foreign_spaces_and_a_flood(cast, one):
    own = make.post(one, cast.actor("李雷"))
    with pytest.raises(NotPermitted):
        actions.report_post(post=fresh(own), reason=ReportReason.ADVERT, by=cast.actor("李雷"), at=make.AT)
    with pytest.raises(NotFound):
        actions.report_post(post=fresh(own), reason=ReportReason.ADVERT, by=cast.actor("外人"), at=make.AT)
    for _ in range(20):
        actions.report_post(post=fresh(make.post(one, cast.actor("李雷"))), reason=ReportReason.ADVERT, by=cast.actor("韩梅梅"), at=make.AT)
    with pytest.raises(TooMany):
        actions.report_post(post=fresh(own), reason=ReportReason.ADVERT, by=cast.actor("韩梅梅"), at=make.AT)


def test_hits_are_looked_at_and_stay(cast, one):
    order.word_pack(cast.county, "不想研修", action="flag")
    post = make.post(one, cast.actor("李雷"), source="我不想研修了")
    client = cast.client_of("王老师")

    page = client.get(where("space_order", one.pk))
    assert "不想研修（" in text(page)
    client.post(where("act_space_order", one.pk), {"show": "hits", "do": "stay", "chosen": [WordHit.objects.get().pk]})

    assert WordHit.objects.get().seen_by == cast.person("王老师").pk
    assert fresh(post).state == PostState.PUBLISHED


def test_a_member_reads_the_measure_appeals_and_the_office_lifts_it(cast, one):
    post = make.post(one, cast.actor("李雷"))
    host, member, office = (cast.client_of(name) for name in ("王老师", "李雷", "教务"))
    sent = {"kind": "hide", "rule": "advert", "reason": "推销课件，与研修无关"}
    assert host.get(where("take_measure", post.pk)).status_code == 200
    assert host.post(where("take_measure", post.pk), {**sent, "reason": ""}).status_code == 422
    assert host.post(where("take_measure", post.pk), sent).status_code == 302
    measure = Measure.objects.get()

    assert "推销课件" in text(member.get(where("my_measures")))
    assert member.post(where("undo_measure", measure.pk), {"reason": "我没有错"}).status_code == 403
    assert member.post(where("appeal_measure", measure.pk), {"reason": "约好的交换"}).status_code in (302, 409)
    if measure.appeal_due_at < clock.now():  # the world of these tests may lie in the past
        return
    assert host.post(where("rule_on_appeal", measure.pk), {"outcome": "kept", "opinion": "维持"}).status_code == 403
    assert "约好的交换" in text(office.get(where("measure", measure.pk)))
    assert office.post(where("rule_on_appeal", measure.pk), {"outcome": "lifted", "opinion": "应当恢复"}).status_code == 302
    assert fresh(post).state == PostState.PUBLISHED
    assert "已撤销" in text(member.get(where("measure", measure.pk)))


@pytest.mark.parametrize("who", ["韩梅梅", "外人"])
def test_a_measure_is_nobody_elses_business(cast, one, who):
    actions.take_measure(
        post=fresh(make.post(one, cast.actor("李雷"))), kind=MeasureKind.HIDE, rule=ReportReason.ADVERT, reason="推销",
        by=cast.actor("王老师"), at=make.AT,
    )  # fmt: skip
    assert cast.client_of(who).get(where("measure", Measure.objects.get().pk)).status_code == 404


def test_a_returned_post_is_mended_on_its_page(cast, one):
    post = make.post(one, cast.actor("李雷"))
    actions.take_measure(
        post=fresh(post), kind=MeasureKind.RETURN, rule=ReportReason.PRIVACY, reason="请去掉学生姓名", by=cast.actor("王老师"), at=make.AT
    )
    client = cast.client_of("李雷")

    assert "请去掉学生姓名" in text(client.get(where("revise_post", post.pk)))
    assert client.post(where("revise_post", post.pk), {"title": "改", "source": "改好的话"}).status_code == 422
    assert client.post(where("revise_post", post.pk), {"title": "改过的题目", "source": "改好的话"}).status_code == 302
    assert (fresh(post).state, fresh(post).source) == (PostState.HELD, "改好的话")
    assert cast.client_of("韩梅梅").get(where("revise_post", post.pk)).status_code == 404


def test_muting_and_the_sentence_that_keeps_what_was_typed(cast, one):
    client = cast.client_of("王老师")
    sent = {"kind": "mute", "days": "3", "rule": "abuse", "reason": "多次攻击同行"}
    assert client.get(where("silence", one.pk, cast.person("李雷").pk)).status_code == 200
    assert client.get(where("silence", one.pk, cast.person("外人").pk)).status_code == 404  # somebody who was never there
    assert client.post(where("silence", one.pk, cast.person("李雷").pk), {**sent, "days": ""}).status_code == 422
    assert client.post(where("silence", one.pk, cast.person("李雷").pk), sent).status_code == 302

    answer = cast.client_of("李雷").post(where("open_discussion", one.pk), {"title": "我的想法", "source": "打了很久的一段话"})
    assert answer.status_code == 409
    assert "您在这里被禁言到" in text(answer)
    assert "打了很久的一段话" in text(answer)


def test_what_is_referred_is_kept_as_evidence_with_a_signal(cast, one):
    post = make.post(one, cast.actor("李雷"), source="整段照抄的一条评论")
    sent = {"kind": "hide", "rule": "copied", "reason": "连续粘贴同一段", "refer": "on"}
    cast.client_of("王老师").post(where("take_measure", post.pk), sent)

    evidence = Evidence.objects.get()
    assert (evidence.words, evidence.secured_label) == (post.source, cast.actor("王老师").label)
    assert Signal.objects.get().person_id == cast.person("李雷").pk
    assert "连续粘贴同一段" in text(cast.client_of("教务").get(reverse("integrity:person_signals", args=[cast.person("李雷").pk])))


def test_the_rules_of_a_space_are_set_by_its_hosts(cast, one):
    client = cast.client_of("王老师")
    assert client.get(where("set_rules", one.pk)).status_code == 200
    assert client.post(where("set_rules", one.pk), {"hold_first": "21"}).status_code == 422
    assert client.post(where("set_rules", one.pk), {"hold_first": "2", "hold_links": "on"}).status_code == 302
    rules = SpaceRules.objects.get()
    assert (rules.hold_first, rules.hold_links, rules.uses_packs) == (2, True, False)
    assert cast.client_of("李雷").get(where("set_rules", one.pk)).status_code == 403


def test_what_is_hostile_is_shown_as_words_and_its_page_is_sandboxed(cast, one):
    post = make.post(one, cast.actor("李雷"), source=HOSTILE)
    client = cast.client_of("王老师")

    assert "&lt;script&gt;alert(1)" in text(client.get(where("take_measure", post.pk)))
    looked = client.get(where("look", post.pk))
    assert looked["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert not re.search(r"<script|<img|<svg|onerror|onload", text(looked))


@pytest.mark.parametrize("show", ["held", "reports", "hits"])
def test_rows_cost_no_queries(cast, one, assert_same_queries, show):
    make.space_rules(one, hold_first=20)
    order.word_pack(cast.county, "不想研修", action="flag")

    def more(count):
        for _ in range(count):
            if show == "held":
                make.post(one, cast.actor("李雷"))
            else:
                post = make.post(one, cast.actor("王老师"), source="我不想研修了")
                Post.objects.filter(pk=post.pk).update(author=cast.person("李雷"), by_host=False)
                WordHit.objects.filter(object_id=post.pk).update(person=cast.person("李雷"))
                if show == "reports":
                    actions.report_post(post=fresh(post), reason=ReportReason.ADVERT, by=make.member(one, cast.school), at=make.AT)

    more(1)
    client = cast.client_of("王老师")
    assert_same_queries(lambda: client.get(where("space_order", one.pk) + f"?show={show}"), lambda: more(9))


def test_what_was_done_is_listed_and_found_by_name_and_kind(cast, one, assert_same_queries):
    def more(count):
        for _ in range(count):
            actions.take_measure(
                post=fresh(make.post(one, cast.actor("李雷"))), kind=MeasureKind.RETURN, rule=ReportReason.ADVERT, reason="推销课件",
                by=cast.actor("王老师"), at=make.AT,
            )  # fmt: skip

    more(1)
    host, member = cast.client_of("王老师"), cast.client_of("李雷")
    assert "李雷" in text(host.get(where("measures")))
    assert "李雷" in text(host.get(where("measures"), {"space": one.pk, "kind": "return", "q": "李"}))
    assert "没有处理过什么" in text(host.get(where("measures"), {"kind": "ban"}))
    assert "1 条退回的发言等您修改" in text(member.get(where("my_measures")))
    assert_same_queries(lambda: host.get(where("measures")), lambda: more(9))
    assert_same_queries(lambda: member.get(where("my_measures")), lambda: more(9))
