"""Scores of paper: entered twice by two people who do not see each other's, shown once both agree and somebody releases them."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.assessment import factories as make
from tests.programmes import factories as programmes
from yanxiu.access import actions as access
from yanxiu.assessment import actions
from yanxiu.assessment.actions.entering import Typed
from yanxiu.assessment.models import EnteredScore
from yanxiu.assessment.queries.scores import shown_scores
from yanxiu.kit import sheets
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.orgs.models import Kind
from yanxiu.people.roster.workbook import Workbook
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
PLAN = (programmes.PLANS / "004.yaml").read_text(encoding="utf-8")
AT = make.AT


@pytest.fixture
def programme(db):
    county = programmes.org(parent=programmes.org(), kind=Kind.COUNTY)
    return programmes.running(county, source=PLAN, parameters={"Y": 2026})


@pytest.fixture
def two(programme):
    """Two experts with persons of their own."""
    return [programmes.holder("expert", programme.owner, person=programmes.teacher(programme.owner)) for _nth in range(2)]


def _person(programme, name=""):
    return make.participant(programme, programmes.org(parent=programme.owner), name=name)


def _one(programme, by, enrolment, score, *, absent=False):
    typed = {enrolment.pk: Typed(score=Decimal(score) if score is not None else None, absent=absent)}
    return actions.enter_scores(programme=programme, assessment="comprehensive", typed=typed, by=by, at=AT)


def _release(programme):
    by = programmes.holder("county_admin", programme.owner)
    return actions.release_scores(programme=programme, assessment="comprehensive", by=by, at=AT)


def test_two_who_agree_settle_a_score_and_a_release_shows_it(programme, two):
    good, absent = _person(programme), _person(programme)
    for by in two:
        _one(programme, by, good, "88.5")
        _one(programme, by, absent, None, absent=True)
    before = shown_scores(programme_id=programme.pk, assessment="comprehensive")
    count = _release(programme)

    assert (list(before), count) == ([], 2)
    shown = {one.person_id: (one.score, one.passed) for one in shown_scores(programme_id=programme.pk, assessment="comprehensive")}
    assert shown == {good.person_id: (Decimal("88.5"), True), absent.person_id: (None, False)}
    assert Record.objects.filter(verb="entered", object_type="score").count() == 4
    assert Record.objects.get(verb="given", person_id=good.person_id).measure == Decimal("88.5")
    with pytest.raises(Conflict, match="没有新登记好"):
        _release(programme)


def test_differences_and_single_entries_are_not_released(programme, two):
    one = _person(programme)
    _one(programme, two[0], one, "80")
    with pytest.raises(Conflict, match="1 人只登记了一遍"):
        _release(programme)
    _one(programme, two[1], one, "81")
    with pytest.raises(Conflict, match="不一致"):
        _release(programme)
    _one(programme, two[0], one, "81")
    assert _release(programme) == 1


def test_nobody_enters_both_and_no_third_at_all(programme, two):
    one = _person(programme)
    _one(programme, two[0], one, "80")
    _one(programme, two[0], one, "82")
    row = EnteredScore.objects.get()
    assert (row.first, row.second_at) == (82, None)
    _one(programme, two[1], one, "82")
    third = programmes.holder("expert", programme.owner, person=programmes.teacher(programme.owner))
    with pytest.raises(Conflict, match="两位老师登记过"):
        _one(programme, third, one, "82")


def test_what_is_shown_stays_until_the_change_is_released(programme, two):
    one = _person(programme)
    for by in two:
        _one(programme, by, one, "59")
    _release(programme)
    _one(programme, two[0], one, "61")
    _one(programme, two[1], one, "61")
    before = shown_scores(programme_id=programme.pk, assessment="comprehensive")[0].score
    _release(programme)
    after = shown_scores(programme_id=programme.pk, assessment="comprehensive")[0].score

    assert (before, after) == (59, 61)
    first, second = Record.objects.filter(verb="given", person_id=one.person_id).order_by("id")
    assert Record.objects.filter(voids=first.pk).exists()
    assert second.measure == 61
    with pytest.raises(Conflict, match="不能清空"):
        _one(programme, two[0], one, None)


def test_an_entry_is_taken_back(programme, two):
    one = _person(programme)
    _one(programme, two[0], one, "80")
    assert _one(programme, two[0], one, None) == 1
    assert _one(programme, two[0], one, None) == 0
    assert EnteredScore.objects.get().first_at is None


@pytest.mark.parametrize(
    ("score", "absent", "says"),
    [
        ("100.5", False, "李雷：分数在 0 到 100 之间"),
        ("-1", False, "李雷：分数在 0 到 100 之间"),
        ("80.123", False, "最多两位小数"),
        ("NaN", False, "李雷：分数在 0 到 100 之间"),
        ("Infinity", False, "李雷：分数在 0 到 100 之间"),
        ("80", True, "没来的写“缺考”"),
    ],
)
def test_scores_that_cannot_be_are_refused_with_the_name_and_nothing_is_kept(programme, two, score, absent, says):
    one, good = _person(programme, name="李雷"), _person(programme)
    typed = {good.pk: Typed(score=Decimal(80)), one.pk: Typed(score=Decimal(score), absent=absent)}
    with pytest.raises(Invalid, match=says) as refused:
        actions.enter_scores(programme=programme, assessment="comprehensive", typed=typed, by=two[0], at=AT)
    assert list(refused.value.each) == [one.pk]
    assert not EnteredScore.objects.exists()


def test_who_may(programme, two):
    one = _person(programme)
    for by in (programmes.learner(one.person), programmes.holder("school_admin", programme.owner)):
        with pytest.raises(NotPermitted):
            _one(programme, by, one, "80")
    with pytest.raises(NotPermitted):
        actions.release_scores(programme=programme, assessment="comprehensive", by=two[0], at=AT)
    with pytest.raises(NotFound, match="方案里没有这项考核"):
        actions.enter_scores(programme=programme, assessment="nothing", typed={}, by=two[0], at=AT)
    other = make.participant(programmes.running(programme.owner, code="other"), programme.owner)
    with pytest.raises(NotFound, match="没有编号"):
        _one(programme, two[0], other, "80")


def test_the_cost_does_not_grow(programme, two, django_assert_num_queries):
    people = [_person(programme) for _nth in range(10)]
    typed = {one.pk: Typed(score=Decimal(80)) for one in people}
    with django_assert_num_queries(8):
        actions.enter_scores(programme=programme, assessment="comprehensive", typed=typed, by=two[0], at=AT)


@pytest.fixture
def stage(cast):
    programme = programmes.running(cast.county, source=PLAN, parameters={"Y": 2026})
    access.appoint(person=cast.person("王老师"), role="expert", org=cast.county, from_on=AT.date().replace(year=2020), by=SYSTEM, at=AT)
    hat = next(one for one in cast.hats("王老师") if one.role.code == "expert")
    people = [make.participant(programme, cast.school, name=name) for name in ("李雷雷", "韩小梅")]
    return programme, people, cast.client_of("教务"), cast.client_of("王老师", hat=str(hat.id)), cast


def _url(name, programme):
    return reverse(f"assessment:{name}", args=[programme.pk, "comprehensive"])


def _text(response):
    return " ".join(strip_tags(response.content.decode()).split())


def test_by_page_without_scripts_and_by_cell(stage):
    programme, (first, second), office, expert, _cast = stage
    saved = office.post(_url("save_scores", programme), {f"score_{first.pk}": "88", f"score_{second.pk}": "缺考"})
    mine = office.get(_url("enter_scores", programme)).content.decode()
    theirs = expert.get(_url("enter_scores", programme)).content.decode()
    cell = expert.post(_url("save_scores", programme), {f"score_{first.pk}": "８９"}, headers={"HX-Request": "true"})
    bad = expert.post(_url("save_scores", programme), {f"score_{second.pk}": "一百"}, headers={"HX-Request": "true"})
    page = expert.post(_url("save_scores", programme), {f"score_{second.pk}": "101"})
    differs = _text(expert.get(_url("enter_scores", programme) + "?show=differs"))

    assert saved.status_code == 302
    assert 'value="88"' in mine
    assert 'value="缺考"' in mine
    assert 'value="88"' not in theirs
    assert "两遍不一致" in _text(cell)
    assert "韩小梅：分数在 0 到 100 之间" in _text(bad)
    assert (page.status_code, "韩小梅" in _text(page)) == (422, True)
    assert "李雷雷" in differs
    assert "韩小梅" not in differs


def _row(html: str, enrolment) -> str:
    """What a page shows of a participant."""
    return next(row for row in html.split("<tr>") if f'name="score_{enrolment.pk}"' in row)


def test_a_page_with_bad_cells_keeps_nothing_and_gives_back_all_that_was_typed(stage):
    programme, (first, second), office, _expert, cast = stage
    people = [first, second, *(make.participant(programme, cast.school) for _nth in range(53))]
    where = "?show=mine&q=&page=2"
    listed = office.get(_url("enter_scores", programme) + where).content.decode()
    last = [one for one in people if f'name="score_{one.pk}"' in listed]
    sent = {f"score_{one.pk}": "88" for one in last} | {f"score_{last[1].pk}": "101", f"score_{last[3].pk}": "没来"}
    refused = office.post(_url("save_scores", programme) + where, sent)
    html, text = refused.content.decode(), _text(refused)
    mended = sent | {f"score_{last[1].pk}": "100", f"score_{last[3].pk}": "缺考"}
    saved = office.post(_url("save_scores", programme) + where, mended)

    assert f'action="{_url("save_scores", programme)}?show=mine&amp;q=&amp;page=2"' in listed
    assert (len(last), refused.status_code) == (5, 422)
    assert "这一页还没有存：2 格要改" in text
    assert [f'value="{sent[f"score_{one.pk}"]}"' in _row(html, one) for one in last] == [True] * 5
    assert ["分数在 0 到 100 之间" in _row(html, one) for one in last] == [False, True, False, True, False]
    assert ['aria-invalid="true"' in _row(html, one) for one in last] == [False, True, False, True, False]
    assert html.count('name="score_') == 5
    assert (saved.status_code, saved["Location"].partition("?")[2]) == (302, "show=mine&q=&page=2")
    assert EnteredScore.objects.filter(first_at__isnull=False).count() == 5


def test_a_cell_that_two_others_filled_meanwhile_says_so_and_the_rest_stays_typed(stage, two_others):
    programme, (first, second), office, _expert, _cast = stage
    for by in two_others(programme):
        _one(programme, by, first, "70")
    refused = office.post(_url("save_scores", programme), {f"score_{first.pk}": "80", f"score_{second.pk}": "90"})

    assert refused.status_code == 409
    assert "李雷雷 已由两位老师登记过" in _text(refused)
    assert 'value="90"' in _row(refused.content.decode(), second)
    assert EnteredScore.objects.filter(enrolment=second).count() == 0


@pytest.fixture
def two_others():
    """Two more who enter scores of a programme."""
    return lambda one: [programmes.holder("expert", one.owner, person=programmes.teacher(one.owner)) for _nth in range(2)]


def test_by_file_with_a_look_before(stage):
    programme, (first, second), office, _expert, _cast = stage
    template = office.get(_url("score_template", programme))
    rows = next(iter(Workbook(b"".join(template.streaming_content)).sheets(first_rows=10))).rows
    lines = [[first.pk, "李雷雷", "", "91.5"], [second.pk, "错名字", "", "80"], [second.pk, "韩小梅", "", "101"], [7, "谁", "", "60"]]
    with sheets.workbook("名单", [("编号", 8), ("姓名", 8), ("单位", 8), ("成绩", 8)], lines) as made:
        file = io.BytesIO(made.read())
    file.name = "成绩.xlsx"
    looked = office.post(_url("import_scores", programme), {"file": file})
    before = EnteredScore.objects.count()
    sealed = looked.content.decode().split('name="sealed" value="', 1)[1].split('"', 1)[0]
    taken = office.post(_url("import_scores", programme), {"sealed": sealed})
    forged = office.post(_url("import_scores", programme), {"sealed": sealed[:-4] + "AAAA"})

    assert [rows[1][column] for column in range(4)] == ["编号", "姓名", "单位", "成绩"]
    assert "读到 1 人的分数，3 行不能收" in _text(looked)
    assert all(cell in _text(looked) for cell in ("B3", "D4", "A5"))
    assert before == 0
    assert taken.status_code == 302
    assert EnteredScore.objects.get().first == Decimal("91.5")
    assert forged.status_code == 422


@pytest.mark.parametrize(("content", "says"), [(b"", "还没有选文件"), (b"PK nothing", "读不出来"), (b"a,b\n1,2", "读不出来")])
def test_files_that_are_no_list_are_refused(stage, content, says):
    programme, _people, office, _expert, _cast = stage
    file = io.BytesIO(content)
    file.name = "x.xlsx"
    answer = office.post(_url("import_scores", programme), {"file": file} if content else {})
    assert (answer.status_code, says in _text(answer)) == (422, True)


ODD = {
    "somebody who is not on the list": ("save_scores", {"score_999999": "80"}, 404, "名单里没有编号 999999"),
    "a score in words": ("save_scores", {"score_FIRST": "八十"}, 422, "分数在 0 到 100 之间"),
    "a score that never ends": ("save_scores", {"score_FIRST": "9" * 400}, 422, "分数在 0 到 100 之间"),
    "a number in another script": ("save_scores", {"score_FIRST": "٨٠"}, 422, "分数在 0 到 100 之间"),
    "a preview nobody sealed": ("import_scores", {"sealed": "e30:x:y"}, 422, "预览已过一小时"),
    "nothing to show": ("release_scores", {}, 409, "没有新登记好的分数"),
}


@pytest.mark.parametrize("case", ODD)
def test_posts_that_cannot_be_are_refused_and_nothing_is_kept(stage, case):
    name, sent, status, says = ODD[case]
    programme, (first, _second), office, _expert, _cast = stage
    answer = office.post(_url(name, programme), {key.replace("FIRST", str(first.pk)): value for key, value in sent.items()})

    assert (answer.status_code, says in _text(answer)) == (status, True)
    assert not EnteredScore.objects.filter(first_at__isnull=False).exists()


def test_a_preview_counts_for_its_assessment_and_its_reader_only(stage):
    programme, (first, _second), office, expert, _cast = stage
    with sheets.workbook("名单", [("编号", 8), ("成绩", 8)], [[first.pk, "91"]]) as made:
        file = io.BytesIO(made.read())
    file.name = "成绩.xlsx"
    looked = office.post(_url("import_scores", programme), {"file": file}).content.decode()
    sealed = looked.split('name="sealed" value="', 1)[1].split('"', 1)[0]
    other = expert.post(_url("import_scores", programme), {"sealed": sealed})
    elsewhere = office.post(reverse("assessment:import_scores", args=[programme.pk, "regular"]), {"sealed": sealed})

    assert (other.status_code, elsewhere.status_code) == (422, 422)
    assert "不是这项考核的" in _text(elsewhere)
    assert not EnteredScore.objects.exists()


def test_pages_cost_the_same(stage, assert_same_queries):
    programme, _people, office, _expert, cast = stage

    def more():
        for _nth in range(9):
            make.participant(programme, cast.school)

    assert_same_queries(lambda: office.get(_url("enter_scores", programme)), more)
    assert_same_queries(lambda: office.get(reverse("assessment:entered")), more)


def test_the_list_says_that_scores_agree_only_when_there_are_some(stage):
    programme, (first, _second), office, expert, _cast = stage
    before = _text(office.get(reverse("assessment:entered")))
    office.post(_url("save_scores", programme), {f"score_{first.pk}": "88"})
    once = _text(office.get(reverse("assessment:entered")))
    expert.post(_url("save_scores", programme), {f"score_{first.pk}": "88"})
    twice = _text(office.get(reverse("assessment:entered")))

    assert ("都还没有登记或算出分数" in before, "对得上" in before) == (True, False)
    assert ("1 人的分数要核对" in once, "对得上" in once) == (True, False)
    assert "已登记的分数都对得上，还有" in twice


def test_the_office_releases_by_the_list(stage):
    programme, (first, _second), office, expert, _cast = stage
    for client in (office, expert):
        client.post(_url("save_scores", programme), {f"score_{first.pk}": "88"})
    listed = _text(office.get(reverse("assessment:entered")))
    office.post(reverse("assessment:release_scores", args=[programme.pk, "comprehensive"]))

    assert "公布 1 人" in listed
    assert shown_scores(programme_id=programme.pk, assessment="comprehensive")[0].score == 88
