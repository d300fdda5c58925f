"""The pages of programmes: who may open them, what they show, and that rows cost no queries."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.programmes import factories as make
from yanxiu.kit import clock
from yanxiu.programmes import actions
from yanxiu.programmes.models import Draft, Enrolment, Offering, Programme, ProgrammeState, Window, Withdrawal

# The days of these plans lie in November 2026; views read the clock, so windows stand open around any day of the tests.
OPEN_PLAN = make.SMALL_PLAN.replace("from: 2026-11-01, to: 2026-11-30", "from: 2020-01-01, to: 2099-12-31").replace(
    "from: 2026-11-06, to: 2026-12-31", "from: 2020-01-01, to: 2099-12-31"
)


@pytest.fixture
def one(cast) -> Programme:
    return make.running(cast.county, source=OPEN_PLAN, code="p-open")


@pytest.fixture
def place(cast, one) -> Enrolment:
    return make.enrolment(one, cast.person("李雷"))


def url(name: str, *args: object) -> str:
    return reverse(f"programmes:{name}", args=args)


def said(client) -> str:
    """What the last action left for the next page to say."""
    return client.session.get("note", "")


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


PAGES = ["programme", "participants", "offerings", "unit_dates", "compare"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["教务", "韩梅梅", "省办", "方案"])
def test_offices_and_designers_open_every_page(cast, place, name, who):
    answer = cast.client_of(who).get(url(name, place.programme_id))

    assert answer.status_code == 200
    assert "东岭县研修" in text(answer)


@pytest.mark.parametrize("name", [*PAGES, "choose_units", "draft"])
@pytest.mark.parametrize(("who", "status"), [("李雷", 403), ("王老师", 403), ("运维", 403), ("审计", 403), ("外人", 403)])
def test_others_do_not(cast, place, name, who, status):
    assert cast.client_of(who).get(url(name, place.programme_id)).status_code == status


def test_a_stranger_is_asked_to_sign_in(client, place):
    answer = client.get(url("programmes"))

    assert answer.status_code == 302
    assert "next=" in answer.url


def test_a_programme_elsewhere_is_not_found(cast):
    elsewhere = make.running(cast.other_county)

    for name in PAGES:
        assert cast.client_of("教务").get(url(name, elsewhere.pk)).status_code == 404


def test_the_list_shows_what_is_ones_own_and_above(cast, one):
    make.running(cast.other_county, code="p-else")
    make.programme(cast.county, code="p-draft", title="草稿方案")

    shown = text(cast.client_of("教务").get(url("programmes")))
    school = text(cast.client_of("韩梅梅").get(url("programmes")))

    assert "p-open" in shown
    assert "草稿方案" in shown
    assert "p-else" not in shown
    assert "p-open" in school
    assert "草稿方案" not in school


def test_an_odd_filter_filters_nothing(cast, one):
    answer = cast.client_of("教务").get(url("programmes"), {"state": "'; drop", "page": "-3"})

    assert "p-open" in text(answer)


def queries_of(client, address: str, data: dict | None = None) -> int:
    client.get(address, data or {})
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, data or {}).status_code == 200
    return len(captured)


@pytest.mark.slow  # twice ten pages with ten rows behind them
def test_rows_cost_no_queries(cast, one, place):
    client = cast.client_of("教务")
    make.offering(one)
    make.withdrawal(place)
    actions.publish(programme=one, source=OPEN_PLAN + "docs: [工作指南]\n", parameters={}, reason="加指南", by=make.SYSTEM, at=make.AT)
    addresses = [
        url("programmes"),
        url("withdrawals"),
        url("choose_units", one.pk),
        url("draft", one.pk),
        *(url(name, one.pk) for name in PAGES),
    ]
    before = {address: queries_of(client, address) for address in addresses}

    for _ in range(9):
        make.running(cast.county)
        make.offering(one)
        make.org(parent=cast.county)
        make.withdrawal(make.enrolment(one, make.teacher(cast.school)))

    after = {address: queries_of(client, address) for address in addresses}
    assert after == before
    assert max(after.values()) <= 10


def test_a_school_sees_its_own_participants(cast, one, place):
    make.enrolment(one, make.teacher(make.org(parent=cast.county), name="别校的人"))
    school, county = (text(cast.client_of(who).get(url("participants", one.pk))) for who in ("韩梅梅", "教务"))

    assert "李雷" in school
    assert "别校的人" not in school
    assert "别校的人" in county


@pytest.mark.parametrize(
    ("query", "found"), [({"q": "李"}, True), ({"q": "张"}, False), ({"state": "left"}, False), ({"stage": "初中"}, True)]
)
def test_participants_are_found_by_filters(cast, place, query, found):
    shown = text(cast.client_of("教务").get(url("participants", place.programme_id), query))

    assert ("李雷" in shown) is found
    if not found:
        assert "没有符合条件的参训教师" in shown


def test_from_an_empty_form_to_a_running_programme(cast):
    client = cast.client_of("方案")
    assert "育英学校·互联网+教师专业发展研修（000b）" in client.get(url("new_programme")).content.decode()

    made = client.post(url("create_programme"), {"owner": cast.county.pk, "title": "2026 年研修", "code": "xs-2026", "shipped": "000b"})
    one = Programme.objects.get(code="xs-2026")
    assert made.url == url("draft", one.pk)

    page = text(client.get(made.url))
    assert "还没有填参数 M0" in page
    assert "年份 Y" in page

    source = Draft.objects.get(programme=one).source
    assert source.startswith("programme:")
    saved = client.post(url("save_draft", one.pk), {"source": source, "param_Y": "2026", "param_M0": "9", "param_ME": "1"}, follow=True)
    page = text(saved)
    assert "第 1 版草稿可以发布" in page
    seen = re.search(r'name="seen_at" value="([^"]+)"', page)

    client.post(url("publish", one.pk), {"seen_at": seen.group(1)})
    assert said(client) == "第 1 版已发布"
    one.refresh_from_db()
    assert one.state == ProgrammeState.RUNNING
    assert "学校选专题" in text(client.get(url("programme", one.pk)))


def test_a_wrong_plan_shows_line_and_key_and_is_not_published(cast, one):
    client = cast.client_of("方案")
    wrong = OPEN_PLAN.replace("kind: elective", "kind: electiv")

    page = text(client.post(url("save_draft", one.pk), {"source": wrong}, follow=True))
    assert "第 2 版草稿还有 1 处要改" in page
    assert "第 8 行" in page
    assert "learn[electives].kind" in page

    draft = Draft.objects.get(programme=one)
    answer = client.post(url("publish", one.pk), {"seen_at": draft.saved_at.isoformat(), "reason": "改"})
    assert answer.status_code == 422
    assert "没有发布" in text(answer)
    one.refresh_from_db()
    assert one.current.number == 1


def test_the_second_version_asks_for_its_reason(cast, one):
    client = cast.client_of("方案")
    client.post(url("save_draft", one.pk), {"source": OPEN_PLAN + "docs: [工作指南]\n"})
    draft = Draft.objects.get(programme=one)

    answer = client.post(url("publish", one.pk), {"seen_at": draft.saved_at.isoformat(), "reason": ""})

    assert answer.status_code == 422
    assert "这是第 2 版，请写明为什么改" in text(answer)


def test_a_draft_that_somebody_saved_since_is_not_published(cast, one):
    client = cast.client_of("方案")
    client.post(url("save_draft", one.pk), {"source": OPEN_PLAN + "docs: [工作指南]\n"})
    seen = Draft.objects.get(programme=one).saved_at
    client.post(url("save_draft", one.pk), {"source": OPEN_PLAN + "docs: [别的]\n"})

    answer = client.post(url("publish", one.pk), {"seen_at": seen.isoformat(), "reason": "改"})

    assert answer.status_code == 409
    assert "又有人存过" in text(answer)


@pytest.mark.parametrize(
    ("content", "words"),
    [("方案：中文".encode("gbk"), "不是 UTF-8 文字"), (b"a" * 262_145, "最大 256 KB")],
)
def test_an_upload_that_is_no_text_is_said_where(cast, one, content, words):
    file = SimpleUploadedFile("plan.yaml", content)

    answer = cast.client_of("方案").post(url("save_draft", one.pk), {"source": "x", "file": file})

    assert answer.status_code == 422
    assert words in text(answer)
    assert not Draft.objects.exists()


def test_an_uploaded_plan_becomes_the_draft(cast, one):
    file = SimpleUploadedFile("plan.yaml", OPEN_PLAN.encode())

    cast.client_of("方案").post(url("save_draft", one.pk), {"source": "旧的", "file": file})

    assert Draft.objects.get().source == OPEN_PLAN


@pytest.mark.parametrize("value", ["九", "1.5", "99999999999", "-1"])
def test_a_parameter_that_is_no_number_is_said_where(cast, value):
    one = make.programme(cast.county)

    answer = cast.client_of("方案").post(url("save_draft", one.pk), {"source": make.SCHOOL_PLAN, "param_M0": value})

    assert answer.status_code == 422
    assert "选专题开始的月份 M0" in text(answer)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("data", [{"code": ""}, {"title": ""}, {"code": "p-open"}, {"owner": "0"}, {"shipped": "../../etc/passwd"}])
def test_a_programme_without_its_beginnings_is_not_made(cast, one, data):
    given = {"owner": cast.county.pk, "title": "新", "code": "new", "shipped": "", **data}

    answer = cast.client_of("方案").post(url("create_programme"), given)

    assert answer.status_code == 422
    assert Programme.objects.count() == 1


def test_a_designer_makes_none_for_a_unit_elsewhere(cast, one):
    answer = cast.client_of("方案").post(url("create_programme"), {"owner": cast.other_county.pk, "title": "新", "code": "new"})

    assert answer.status_code == 422


def test_versions_are_compared_and_their_text_given_back(cast, one):
    actions.publish(
        programme=one,
        source=OPEN_PLAN.replace("min_hours: 2,", "min_hours: 3,"),
        parameters={},
        reason="多学一点",
        by=make.SYSTEM,
        at=make.AT,
    )
    client = cast.client_of("教务")

    page = text(client.get(url("compare", one.pk)))
    assert "第 1 版到第 2 版" in page
    assert "变严" in page
    assert "多学一点" in page
    assert client.get(url("source", one.pk, 1)).content.decode() == OPEN_PLAN
    assert client.get(url("source", one.pk, 9)).status_code == 404


def test_units_are_chosen_counted_and_enrolled(cast, one):
    client = cast.client_of("教务")
    make.teacher(cast.school, stage="小学")

    page = text(client.get(url("choose_units", one.pk), {"units": [cast.school.pk]}))
    assert "3 人参训" in page

    client.post(url("enrol_units", one.pk), {"units": [cast.school.pk]})
    assert said(client) == "3 人已参训"
    client.post(url("enrol_units", one.pk), {"units": [cast.school.pk]})
    assert said(client).startswith("没有新增")


@pytest.mark.parametrize("units", [[], ["x"], ["99999999999999999999"], ["0"]])
def test_units_that_are_none_enrol_nobody(cast, one, units):
    answer = cast.client_of("教务").post(url("enrol_units", one.pk), {"units": units})

    assert answer.status_code == 422
    assert "没有参训" in text(answer)
    assert not Enrolment.objects.exists()


def test_units_elsewhere_enrol_nobody(cast, one):
    cast.client_of("教务").post(url("enrol_units", one.pk), {"units": [cast.other_school.pk]})

    assert not Enrolment.objects.exists()
    assert cast.client_of("教务").get(url("choose_units", one.pk), {"unit": cast.other_county.pk}).status_code == 404
    assert cast.client_of("教务").get(url("choose_units", one.pk), {"unit": "²"}).status_code == 404


def test_one_teacher_is_found_and_enrolled(cast, one):
    client = cast.client_of("教务")
    person = cast.person("李雷")
    assert "李雷，" in text(client.get(url("choose_units", one.pk), {"q": "李"}))

    client.post(url("enrol", one.pk), {"person": person.pk})

    assert said(client) == "李雷已参训"
    assert "没有找到，或已经参训" in text(client.get(url("choose_units", one.pk), {"q": "李雷"}))
    assert client.post(url("enrol", one.pk), {"person": person.pk}).status_code == 409
    assert client.post(url("enrol", one.pk), {"person": cast.person("外人").pk}).status_code == 404


def test_a_school_sets_its_own_days(cast, one):
    client = cast.client_of("韩梅梅")
    address = url("set_unit_dates", one.pk, cast.school.pk, "study")

    client.post(address, {"starts_on": "2026-11-10", "ends_on": "2026-12-10"})
    assert said(client).endswith("的起止时间已存")
    assert Window.objects.filter(unit=cast.school).count() == 1

    wrong = client.post(address, {"starts_on": "2026-12-10", "ends_on": "2026-11-10"})
    assert wrong.status_code == 422
    assert "早于开始" in text(wrong)
    assert client.post(address, {"starts_on": "10 号", "ends_on": ""}).status_code == 422
    assert client.post(url("set_unit_dates", one.pk, cast.county.pk, "study"), {}).status_code == 404


def test_courses_are_found_listed_and_taken_out(cast, one):
    course = make.course(cast.county, title="班级公约怎么立")
    client = cast.client_of("方案")
    assert "班级公约怎么立" in text(client.get(url("offerings", one.pk), {"q": "公约"}))

    answer = client.post(url("offer_course", one.pk), {"place": "electives/班级管理", "course": course.pk, "hours": ""}, follow=True)
    page = text(answer)
    assert "目录合计 2 学时，方案要求不少于 6，还差 4" in page
    assert "专题「信息技术」还没有课程" in page

    client.post(url("withdraw_course", Offering.objects.get().pk))
    assert not Offering.objects.exists()


@pytest.mark.parametrize("data", [{"place": "x/y"}, {"hours": "很多"}, {"course": ""}])
def test_an_odd_offer_is_refused_in_words(cast, one, data):
    given = {"place": "law/", "course": make.course(cast.county).pk, "hours": "", **data}

    answer = cast.client_of("方案").post(url("offer_course", one.pk), given)

    assert answer.status_code == 422
    assert "没有列入" in text(answer)
    assert not Offering.objects.exists()


def test_a_teacher_applies_and_the_school_decides_on_pages(cast, place):
    teacher, school = cast.client_of("李雷"), cast.client_of("韩梅梅")
    short = teacher.post(url("apply_to_leave", place.programme_id), {"reason": "忙"})
    assert short.status_code == 422
    assert "至少 6 个字" in text(short)

    answer = teacher.post(url("apply_to_leave", place.programme_id), {"reason": "手术住院三个月，有证明"}, follow=True)
    assert "报删申请在等学校审核" in text(answer)
    assert "手术住院三个月" in text(school.get(url("withdrawals")))
    application = Withdrawal.objects.get()
    assert school.post(url("return_leave", application.pk), {"opinion": ""}).status_code == 422

    school.post(url("approve_leave", application.pk), {"opinion": "情况属实"})
    assert said(school).startswith("李雷已报删")
    assert "情况属实" in text(teacher.get(url("leave", place.programme_id)))


def test_who_takes_no_part_has_no_form(cast, place):
    assert cast.client_of("外人").get(url("leave", place.programme_id)).status_code == 404
    assert cast.client_of("外人").post(url("apply_to_leave", place.programme_id), {"reason": "手术住院三个月"}).status_code == 404


def test_the_office_ends_a_programme_and_the_school_does_not(cast, one):
    assert cast.client_of("韩梅梅").post(url("close", one.pk)).status_code == 403
    office = cast.client_of("教务")
    office.post(url("close", one.pk))

    assert said(office).startswith("方案已结束")
    one.refresh_from_db()
    assert clock.day(one.closed_at) == clock.day(clock.now())
