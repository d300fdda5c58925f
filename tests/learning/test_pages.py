"""The pages of learning: who sees them, what they say, what their forms do, how many queries they take."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.access.factories import appointment
from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.kit import clock
from yanxiu.learning.models import Lease, SchoolTopic, Selection, StepDone, TopicWish
from yanxiu.people import sessions


def browser(person, *, hat=None) -> Client:
    account = make.account(person)
    client = Client()
    session = client.session
    sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=clock.now())
    if hat:
        session[sessions.HAT] = str(hat.pk)
    session.save()
    client.cookies["session"] = session.session_key
    return client


@pytest.fixture
def learner(place) -> Client:
    return browser(place.enrolment.person)


@pytest.fixture
def admin(place) -> Client:
    colleague = make.participant(place.programme, place.school, name="韩梅梅").person
    return browser(colleague, hat=appointment(colleague, "school_admin", place.school))


@pytest.fixture
def stranger(place) -> Client:
    return browser(make.participant(place.programme, place.second_school, name="外人").person)


def page(client, name, *args, **query):
    response = client.get(reverse(f"learning:{name}", args=args), query)
    return response, response.content.decode()


def queries(client, name, *args) -> int:
    """Queries of a page in a process that has read the plan."""
    client.get(reverse(f"learning:{name}", args=args))
    with CaptureQueriesContext(connection) as taken:
        assert client.get(reverse(f"learning:{name}", args=args)).status_code == 200
    return len(taken)


@pytest.fixture
def course(place):
    owned = make.course(place.county, title="教育法解读")
    make.selection(place.enrolment, make.offering(place.programme, owned))
    return owned


@pytest.fixture
def electives(place):
    make.school_topic(place.programme, place.school)
    return [
        make.offering(place.programme, make.course(place.county, title=f"班级管理 {n}"), block="electives", topic="班级管理")
        for n in range(3)
    ]


def test_my_courses_by_block_with_the_way_on(learner, place, course):
    step = make.text(course)
    make.video(course)
    make.step_done(place.enrolment, step)
    make.case_draw(place.enrolment, make.lesson_case(place.county))

    response, text = page(learner, "my_courses")

    assert response.status_code == 200
    for words in ("法律法规", "课例点评", "教育法解读", "1 / 2 个环节", "还差看课例、交观课报告", "继续学习", "去选课"):
        assert words in text


def test_my_courses_of_somebody_without_a_programme(place):
    _, text = page(browser(programmes.teacher(place.school)), "my_courses")

    assert "还没有参训的项目" in text


def test_my_courses_takes_as_many_queries_for_many_as_for_one(learner, place, course):
    make.case_draw(place.enrolment, make.lesson_case(place.county))
    one = queries(learner, "my_courses")
    for n in range(9):
        make.selection(place.enrolment, make.offering(place.programme, make.course(place.county)))
        make.case_draw(place.enrolment, make.lesson_case(place.county), number=n + 2)

    assert queries(learner, "my_courses") == one <= 10


def test_choosing_saves_each_tap_and_shows_the_meter(learner, place, electives):
    first = learner.post(reverse("learning:choose_course", args=[place.enrolment.pk, electives[0].pk]), follow=True).content.decode()
    learner.post(reverse("learning:choose_course", args=[place.enrolment.pk, electives[1].pk]))
    _, text = page(learner, "choose", place.enrolment.pk)

    assert "再选 2 学时就够了" in first
    assert "已选 4 学时，够了" in text
    learner.post(reverse("learning:drop_course", args=[place.enrolment.pk, electives[0].pk]))
    assert Selection.objects.get(dropped_at__isnull=True).offering == electives[1]


def test_choosing_by_words_finds_in_every_topic(learner, place, electives):
    other = make.offering(place.programme, make.course(place.county, title="错题讲评"), block="electives", topic="信息技术")
    make.school_topic(place.programme, place.school, "信息技术")
    where = reverse("learning:choose", args=[place.enrolment.pk])

    assert other.course.title not in learner.get(where, {"topic": "班级管理"}).content.decode()
    found = learner.get(where, {"q": "讲评", "topic": "班级管理"})
    text = found.content.decode()
    assert "各专题里找到 1 门" in text
    assert other.course.title in text
    assert "没有找到这样的课程" in learner.get(where, {"q": "天文"}).content.decode()


def test_choosing_by_words_costs_ten_queries_at_most(learner, place, electives, assert_same_queries):
    where = reverse("learning:choose", args=[place.enrolment.pk])

    def more():
        for _ in range(9):
            make.offering(place.programme, make.course(place.county, title="讲评"), block="electives", topic="班级管理")

    assert_same_queries(lambda: learner.get(where, {"q": "讲评"}), more)


def test_choosing_before_the_school_decided(learner, place):
    _, text = page(learner, "choose", place.enrolment.pk)

    assert "学校还没有定专题" in text
    assert "需求调查" in text


def test_choosing_takes_as_many_queries_for_many_as_for_one(learner, place, electives):
    make.selection(place.enrolment, electives[0], source="chosen")
    one = queries(learner, "choose", place.enrolment.pk)
    for n in range(10):
        offered = make.offering(place.programme, make.course(place.county), block="electives", topic="班级管理")
        if n % 2:
            make.selection(place.enrolment, offered, source="chosen")

    assert queries(learner, "choose", place.enrolment.pk) == one <= 10


def test_the_lists_and_forms_of_another_are_not_found(stranger, place, electives, course):
    step = make.video(course)
    case = make.lesson_case(place.county)
    make.case_draw(place.enrolment, case)
    mine = place.enrolment.pk
    for name, *args in (("choose", mine), ("course", mine, course.pk), ("step", mine, step.pk), ("case", mine, case.pk)):
        assert stranger.get(reverse(f"learning:{name}", args=args)).status_code == 404
    for name, *args in (
        ("choose_course", mine, electives[0].pk), ("drop_course", mine, electives[0].pk), ("wish_topics", mine), ("open_step", mine, step.pk),
        ("mark_read", mine, step.pk), ("answer_questions", mine, step.pk), ("open_case", mine, case.pk),
    ):  # fmt: skip
        assert stranger.post(reverse(f"learning:{name}", args=args)).status_code == 404
    assert not Selection.objects.filter(source="chosen").exists()


def test_wishes_are_kept(learner, place):
    learner.post(reverse("learning:wish_topics", args=[place.enrolment.pk]), {"topic": ["班级管理", "艺术修养"]})
    refused = learner.post(reverse("learning:wish_topics", args=[place.enrolment.pk]), {"topic": ["烹饪"]})

    assert sorted(TopicWish.objects.values_list("topic", flat=True)) == ["班级管理", "艺术修养"]
    assert refused.status_code == 422


def test_the_player_page_says_rules_legs_and_where_one_stands(learner, place, course):
    step = make.video(course, seconds=100)
    make.text(course, title="法条原文选读")
    make.progress(place.enrolment, step, watched="1" * 40 + "0" * 60)

    _, text = page(learner, "step", place.enrolment.pk, step.pk)

    for words in ('data-seen="0-40"', 'data-length="100"', 'data-rate="1.5"', "法条原文选读", "看过 40 秒", "再看 55 秒算看完", "没看过的拖不过去", "最快 1.5 倍",
                  "2 个环节都完成，计 2 学时；差一个，计 0", "dist/player.js"):  # fmt: skip
        assert words in text, text[text.find("data-player-said") :][:300]
    assert not Lease.objects.exists()


def test_the_ticket_comes_as_json_and_so_does_its_refusal(learner, place, course):
    step = make.video(course)
    other = make.video(make.course(place.county))

    given = learner.post(reverse("learning:open_step", args=[place.enrolment.pk, step.pk]), headers={"accept": "application/json"})
    refused = learner.post(reverse("learning:open_step", args=[place.enrolment.pk, other.pk]), headers={"accept": "application/json"})

    assert json.loads(given.content)["ticket"]
    assert refused.status_code == 409
    assert "不在您的课程里" in json.loads(refused.content)["message"]


def test_a_course_leads_to_its_first_open_step(learner, place, course):
    done, following = make.text(course), make.questions(course)
    make.step_done(place.enrolment, done)

    response, _ = page(learner, "course", place.enrolment.pk, course.pk)

    assert response.url == reverse("learning:step", args=[place.enrolment.pk, following.pk])


def test_reading_without_scripts(learner, place, course):
    step = make.text(course, body="<p>参加进修是一项权利。</p><script>alert(1)</script>")
    make.text(course)
    _, text = page(learner, "step", place.enrolment.pk, step.pk)
    early = learner.post(reverse("learning:mark_read", args=[place.enrolment.pk, step.pk]))
    make.ago(place.enrolment, 30)

    read = learner.post(reverse("learning:mark_read", args=[place.enrolment.pk, step.pk]))

    assert "参加进修是一项权利" in text
    assert "alert(1)" not in text
    assert early.status_code == 409
    assert "就能标记为读完" in early.content.decode()
    assert read.url == reverse("learning:course", args=[place.enrolment.pk, course.pk])
    assert StepDone.objects.get().step == step


def test_answering_without_scripts_never_shows_the_answers(learner, place, course):
    step = make.questions(course)
    _, text = page(learner, "step", place.enrolment.pk, step.pk)
    url = reverse("learning:answer_questions", args=[place.enrolment.pk, step.pk])
    wrong = learner.post(url, {"q1": "1", "q2": ["0"], "q9": "x"})
    right = learner.post(url, {"q1": "1", "q2": ["0", "2"]})

    assert "等了几秒" in text
    assert "answers" not in text
    assert wrong.status_code == 422
    assert "答对了" in wrong.content.decode()
    assert "再想想" in wrong.content.decode()
    assert right.status_code == 302


def test_a_step_takes_as_many_queries_for_many_as_for_one(learner, place, course):
    step = make.video(course)
    make.progress(place.enrolment, step, watched="1" * 100)
    one = queries(learner, "step", place.enrolment.pk, step.pk)
    for _ in range(9):
        make.step_done(place.enrolment, make.text(course))

    assert queries(learner, "step", place.enrolment.pk, step.pk) == one <= 10


def test_a_case_shows_film_commentary_and_what_is_missing(learner, place):
    case = make.lesson_case(place.county, commentary="这节课的追问很好。")
    make.case_draw(place.enrolment, case)

    _, text = page(learner, "case", place.enrolment.pk, case.pk)
    opened = learner.post(reverse("learning:open_case", args=[place.enrolment.pk, case.pk]))

    for words in ("这节课的追问很好", "看完课例", "交观课报告", "都完成，计 3 学时；差一项，计 0"):
        assert words in text
    assert json.loads(opened.content)["ticket"]


def test_the_school_decides_beside_the_wishes(admin, place, electives):
    SchoolTopic.objects.all().delete()
    make.topic_wish(place.enrolment)
    args = [place.programme.pk, place.school.pk]

    _, text = page(admin, "school_topics", *args)
    refused = admin.post(reverse("learning:choose_topics", args=args), {"topic": ["艺术修养"]})
    done = admin.post(reverse("learning:choose_topics", args=args), {"topic": ["班级管理"]}, follow=True)

    assert "收到 1 个意愿" in text
    assert refused.status_code == 422
    assert "教师至少要选 4 学时" in refused.content.decode()
    assert "学校已定 1 个专题" in done.content.decode()
    assert SchoolTopic.objects.get().topic == "班级管理"


def test_other_schools_topics_are_not_theirs(admin, learner, place):
    args = [place.programme.pk, place.second_school.pk]

    assert admin.get(reverse("learning:school_topics", args=args)).status_code == 404
    assert admin.post(reverse("learning:choose_topics", args=args)).status_code == 404
    assert learner.get(reverse("learning:school_topics", args=args)).status_code == 403


def test_the_school_sees_who_has_not_chosen(admin, stranger, place, electives):
    _, text = page(admin, "not_chosen", place.programme.pk)

    assert "李雷" in text
    assert "外人" not in text
    assert stranger.get(reverse("learning:not_chosen", args=[place.programme.pk])).status_code == 403


def test_school_pages_take_as_many_queries_for_many_as_for_one(admin, stranger, place, electives):
    topics = ("school_topics", place.programme.pk, place.school.pk)
    lists = ("not_chosen", place.programme.pk)
    before = queries(admin, *topics), queries(admin, *lists)
    for _ in range(9):
        make.topic_wish(make.participant(place.programme, place.school))
        make.offering(place.programme, make.course(place.county), block="electives", topic="信息技术")

    assert (queries(admin, *topics), queries(admin, *lists)) == before
    assert max(before) <= 10


def test_the_anonymous_are_sent_to_sign_in(client, place):
    assert client.get(reverse("learning:my_courses")).url.startswith(reverse("people:sign_in"))


def test_the_office_pushes_and_draws_and_hears_what_lacks(place, admin):
    person = make.participant(place.programme, place.school, name="教务").person
    office = browser(person, hat=appointment(person, "county_admin", place.county))
    make.offering(place.programme, make.course(place.county))
    for _ in range(4):
        make.lesson_case(place.county)

    before = office.get(reverse("learning:arrangement", args=[place.programme.pk])).content.decode()
    pushed = office.post(reverse("learning:push_compulsory", args=[place.programme.pk]), follow=True).content.decode()
    drawn = office.post(reverse("learning:draw_cases", args=[place.programme.pk]), follow=True).content.decode()

    assert "还有 3 人没有必修课，3 人没有课例" in before
    assert "还有 3 人没有课例" in pushed
    assert "每个人都有了" in pushed
    assert "推送了 3 门次必修课" in pushed
    assert "抽取了 12 个课例" in drawn
    assert "3 人次的课例不够，如高中物理每人还差 2 个" in drawn
    assert "必修课和课例已到每个人" in drawn
    for name in ("arrangement", "push_compulsory", "draw_cases"):
        url = reverse(f"learning:{name}", args=[place.programme.pk])
        assert (admin.get(url) if name == "arrangement" else admin.post(url)).status_code == 403


def test_the_office_page_takes_as_many_queries_for_many_as_for_one(place):
    person = make.participant(place.programme, place.school, name="教务").person
    office = browser(person, hat=appointment(person, "county_admin", place.county))
    one = queries(office, "arrangement", place.programme.pk)
    for _ in range(9):
        make.participant(place.programme, place.school)

    assert queries(office, "arrangement", place.programme.pk) == one <= 10
