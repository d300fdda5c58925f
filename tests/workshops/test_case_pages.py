"""The pages of cases: column, theme, writing, round, judging, selection, shelf; refusals beside the field; rows cost no queries."""

import re
from datetime import timedelta
from functools import partial
from io import BytesIO

import pytest
from django.urls import reverse

from tests.programmes import factories as programmes
from tests.workshops import case_factories as cases
from tests.workshops import climbing
from tests.workshops import factories as make
from yanxiu.drafts.models import Draft
from yanxiu.kit.clock import now
from yanxiu.records.models import Record
from yanxiu.workshops import actions
from yanxiu.workshops.models import CaseEntry, CaseException, CaseTheme, CaseVote

WORDS = "第一稿讲得太满，第二稿把问题交给学生，第三稿只留两个追问"


@pytest.fixture
def ground(db):
    return climbing.build()


def url(name, *args):
    return reverse(f"workshops:{name}", args=args)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def running(ground, space=None, **facts):
    at = now()
    return climbing.theme(ground, space, **{"opens_at": at - timedelta(days=1), "closes_at": at + timedelta(days=9)} | facts)


def ended(ground, number=20):
    """A theme whose entries are in: the county's round closed by its day, its host signed in."""
    theme = running(ground)
    entries = cases.case_entries(ground.round(theme, ground.low), ground.authors(number))
    CaseTheme.objects.filter(pk=theme.pk).update(opens_at=now() - timedelta(days=9), closes_at=now() - timedelta(hours=1))
    one = ground.round(theme, ground.low)
    actions.close_round(round=one, by=climbing.SYSTEM, at=now())
    return ground.round(theme, ground.low), entries


def test_a_member_finds_writes_keeps_and_hands_in_a_case(ground):
    theme, member = running(ground), make.member(ground.low, ground.school)
    browser = climbing.browser(member)

    column, asked = text(browser.get(url("cases", ground.low.pk))), text(browser.get(url("case_theme", theme.pk)))
    assert "1 个主题正在征集案例" in column
    assert url("submit_case", ground.low.pk, theme.pk) in asked
    page = browser.get(url("submit_case", ground.low.pk, theme.pk))
    keep = re.search(r'formaction="([^"]+)"', page.content.decode()).group(1)
    browser.post(keep, {"title": "一节课的三次修改", "source": "写到一半"})
    assert "写到一半" in text(browser.get(url("submit_case", ground.low.pk, theme.pk)))

    answer = browser.post(url("submit_case", ground.low.pk, theme.pk), {"title": "一节课的三次修改", "source": WORDS}, follow=True)

    entry = CaseEntry.objects.get()
    assert (entry.post.title, entry.author_id) == ("一节课的三次修改", member.person_id)
    assert "公布之前只有您看得到" in text(answer)
    assert not Draft.objects.exists()
    assert "一节课的三次修改" in text(browser.get(url("cases", ground.low.pk)))
    assert "一节课的三次修改" not in text(climbing.browser(make.member(ground.low, ground.school)).get(url("cases", ground.low.pk)))
    browser.post(url("withdraw_case", entry.pk))
    assert CaseEntry.objects.get().state == "withdrawn"


def test_nobody_else_reads_a_sealed_case_by_its_address(ground):
    theme, member = running(ground), make.member(ground.low, ground.school)
    post = actions.submit_case(theme=theme, space=ground.low, title="一节课", source=WORDS, by=member, at=now()).post_id

    for who in (make.member(ground.low, ground.school), ground.host(ground.low), ground.host(ground.middle)):
        assert climbing.browser(who).get(url("thread", post)).status_code == 404


BAD_CASES = [
    ({"title": "", "source": WORDS}, "这个字段是必填项"),
    ({"title": "一", "source": WORDS}, "标题 2—120 个字"),
    ({"title": "题目", "source": " "}, ""),
]


@pytest.mark.parametrize(("given", "sentence"), BAD_CASES)
def test_cases_that_cannot_be_are_refused_at_their_field_and_nothing_is_stored(ground, given, sentence):
    theme = running(ground)
    browser = climbing.browser(make.member(ground.low, ground.school))

    answer = browser.post(url("submit_case", ground.low.pk, theme.pk), given)

    assert (answer.status_code, sentence in text(answer) or sentence.startswith("这个字段")) == (422, True)
    assert not CaseEntry.objects.exists()


def test_the_host_at_the_top_designs_a_theme(ground):
    browser = climbing.browser(ground.host(ground.top))
    on = now().date()
    given = {
        "title": "新课标下的作业设计",
        "source": "写清问题和做法",
        "opens_on": f"{on}",
        "closes_on": f"{on + timedelta(days=20)}",
        "days_per_level": 7,
    }

    assert browser.get(url("design_theme", ground.top.pk)).status_code == 200
    refused = browser.post(url("design_theme", ground.top.pk), {**given, "closes_on": f"{on - timedelta(days=20)}"})
    assert (refused.status_code, CaseTheme.objects.count()) == (422, 0)
    assert "截止要在开始之后" in text(refused)
    browser.post(url("design_theme", ground.top.pk), given)
    theme = CaseTheme.objects.get()
    browser.post(url("change_theme", theme.pk), {**given, "title": "作业设计"})
    assert CaseTheme.objects.get().title == "作业设计"
    assert climbing.browser(ground.host(ground.low)).get(url("design_theme", ground.low.pk)).status_code == 409


def test_a_round_shows_its_figures_and_sends_up_what_is_ticked(ground):
    one, entries = ended(ground)
    browser = climbing.browser(ground.host(ground.low))

    assert f'href="{url("case_round", one.pk)}"' in text(browser.get(url("desk", ground.low.pk)))
    page = text(browser.get(url("case_round", one.pk)))
    assert "还能推荐 1 件" in page
    assert entries[0].author.name not in page
    both = browser.post(url("recommend_cases", one.pk), {"chosen": [entries[0].pk, entries[1].pk]})
    assert both.status_code == 409
    assert "最多推荐 1 件，已推荐 0 件，还能推荐 1 件，这次选了 2 件" in text(both)
    nothing = browser.post(url("recommend_cases", one.pk), {"chosen": ["x", ""]})
    assert (nothing.status_code, ground.round(one.theme, ground.low).recommended) == (422, 0)
    browser.post(url("recommend_cases", one.pk), {"chosen": [entries[0].pk]})
    assert "名额已用完" in text(browser.get(url("case_round", one.pk)))
    browser.post(url("take_back_case", one.pk, entries[0].pk))
    assert ground.round(one.theme, ground.low).recommended == 0


def test_a_round_without_a_place_says_so_and_the_office_above_adds_one(ground):
    one, _entries = ended(ground, 7)
    own, above = climbing.browser(ground.host(ground.low)), climbing.browser(ground.host(ground.middle))

    assert "本级 7 件， 不足一个推荐名额" in re.sub("<[^>]+>", " ", text(own.get(url("case_round", one.pk)))).replace("  ", " ")
    assert own.post(url("grant_places", one.pk), {"extra": 1, "reason": "确有佳作，请准"}).status_code == 403
    assert above.post(url("grant_places", one.pk), {"extra": 99, "reason": "好"}).status_code == 422
    assert not CaseException.objects.exists()
    above.post(url("grant_places", one.pk), {"extra": 1, "reason": "确有佳作，不足二十件"})
    assert "确有佳作，不足二十件" in text(own.get(url("case_round", one.pk)))


def test_a_judge_reads_without_names_and_the_next_comes_by_itself(ground):
    one, entries = ended(ground, 3)
    judge = make.host(ground.low, programmes.teacher(ground.city, name="评审"))
    browser = climbing.browser(judge)

    pile = text(browser.get(url("judge_cases", one.pk)))
    first = re.search(r"/judge/(\d+)/", pile).group(1)
    page = text(browser.get(url("judge_case", one.pk, first)))
    assert "还有 3 件没有评" in pile
    assert not any(entry.author.name in pile + page for entry in entries)
    assert ground.school.name not in page
    bad = browser.post(url("judge_case", one.pk, first), {"score": "很好", "words": ""})
    assert (bad.status_code, CaseVote.objects.count()) == (422, 0)
    answer = browser.post(url("judge_case", one.pk, first), {"score": 88, "words": "证据足"})
    assert re.fullmatch(rf"{url('judge_cases', one.pk)}\d+/", answer["Location"])
    assert "还有 2 件没有评" in text(browser.get(url("judge_cases", one.pk)))


def test_two_judges_see_another_order_and_each_always_the_same(ground):
    one, _entries = ended(ground, 20)
    orders = []
    for _ in range(2):
        browser = climbing.browser(make.host(ground.low, programmes.teacher(ground.city)))
        seen = [re.findall(r"/judge/(\d+)/", text(browser.get(url("judge_cases", one.pk)))) for _ in range(2)]
        assert seen[0] == seen[1]
        orders.append(seen[0])
    assert orders[0] != orders[1]
    assert set(orders[0]) == set(orders[1])


def test_who_is_near_keeps_out_and_is_named_on_the_page(ground):
    one, entries = ended(ground, 3)
    colleague, judge = make.host(ground.low, programmes.teacher(ground.school)), make.host(ground.low, programmes.teacher(ground.city))
    browser = climbing.browser(judge)

    assert climbing.browser(colleague).get(url("judge_case", one.pk, entries[0].pk)).status_code == 403
    given = {"judge": judge.person_id, "person": entries[0].author.name, "reason": "师徒"}
    assert browser.post(url("name_conflict", one.pk), {**given, "person": "没有这个人"}).status_code == 422
    browser.post(url("name_conflict", one.pk), given)
    assert browser.get(url("judge_case", one.pk, entries[0].pk)).status_code == 403
    assert "有 1 件您要回避" in text(browser.get(url("judge_cases", one.pk)))


def test_the_top_selects_publishes_and_everybody_reads(ground):
    theme = running(ground)
    entries = cases.case_entries(ground.round(theme, ground.top), ground.authors(2))
    CaseTheme.objects.filter(pk=theme.pk).update(opens_at=now() - timedelta(days=9), closes_at=now() - timedelta(hours=1))
    for space in (ground.low, ground.other_low, ground.middle, ground.top):
        actions.close_round(round=ground.round(theme, space), by=climbing.SYSTEM, at=now())
    top, browser = ground.round(theme, ground.top), climbing.browser(ground.host(ground.top))

    browser.post(url("select_case", top.pk, entries[0].pk), {"words": "证据扎实"})
    assert "已选 1 件" in text(browser.get(url("case_round", top.pk)))
    assert entries[0].author.name not in text(browser.get(url("case_shelf")))
    browser.post(url("select_case", top.pk, entries[1].pk), {"words": ""})
    browser.post(url("deselect_case", top.pk, entries[1].pk))
    browser.post(url("publish_cases", top.pk))

    reader = climbing.browser(make.member(ground.topic, ground.school))
    shelf, page = text(reader.get(url("case_shelf"), {"subject": "语文"})), text(reader.get(url("shelved_case", entries[0].pk)))
    assert entries[0].author.name in shelf
    assert "证据扎实" in page
    assert ground.school.name in page
    assert reader.get(url("shelved_case", entries[1].pk)).status_code == 404
    assert "没有这样的入选案例" in text(reader.get(url("case_shelf"), {"q": "没有"}))


@pytest.mark.parametrize("name", ["case_round", "judge_cases", "export_round"])
def test_rounds_are_for_those_who_choose(ground, name):
    one, _entries = ended(ground, 1)

    def status(actor):
        answer = climbing.browser(actor).get(url(name, one.pk))
        if answer.streaming:
            b"".join(answer.streaming_content)  # read to its end, a file is closed
        return answer.status_code

    seen = {
        who: status(actor)
        for who, actor in (
            ("host", ground.host(ground.low)), ("above", ground.host(ground.middle)), ("beside", ground.host(ground.other_low)),
            ("member", make.member(ground.low, ground.school)),
        )
    }  # fmt: skip
    assert seen == {"host": 200, "above": 200 if name == "case_round" else 403, "beside": 404, "member": 404}


def test_a_list_leaves_as_a_workbook_and_that_is_on_record(ground):
    one, _entries = ended(ground, 3)

    answer = climbing.browser(ground.host(ground.low)).get(url("export_round", one.pk))

    assert BytesIO(b"".join(answer.streaming_content)).read(2) == b"PK"
    assert Record.objects.filter(space_id=ground.low.pk, kind="cases", measure=3).count() == 1


def test_rows_cost_no_queries(ground, assert_same_queries):
    one, _entries = ended(ground, 2)
    theme = one.theme
    judge = make.host(ground.low, programmes.teacher(ground.city))
    host, top, member = (
        climbing.browser(judge),
        climbing.browser(ground.host(ground.top)),
        climbing.browser(make.member(ground.low, ground.school)),
    )

    def more():
        entries = cases.case_entries(one, ground.authors(10))
        for entry in entries:
            cases.case_vote(one, entry, judge.person_id and programmes.teacher(ground.city))
        for entry in cases.case_entries(ground.round(theme, ground.top), ground.authors(10)):
            cases.case_selection(entry)
        CaseTheme.objects.filter(pk=theme.pk).update(published_at=now())
        CaseTheme.objects.filter(pk=theme.pk).update(published_at=None)
        for _ in range(8):
            running(ground)

    costs = {}
    for name, browser, address in (
        ("column", member, url("cases", ground.low.pk)), ("theme", top, url("case_theme", theme.pk)),
        ("round", host, url("case_round", one.pk)), ("pile", host, url("judge_cases", one.pk)), ("shelf", member, url("case_shelf")),
    ):  # fmt: skip
        costs[name] = assert_same_queries(partial(browser.get, address), more)
    assert max(costs.values()) <= 10, costs
