"""The needs survey stands before the choice where the plan says so (W-14, 000b L35, L45)."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.factories import appointment
from tests.learning import factories as make
from tests.workshops import factories as workshops
from tests.workshops import tools_factories as tools
from yanxiu.kit import clock
from yanxiu.learning import actions
from yanxiu.learning.models import SchoolTopic, Selection
from yanxiu.learning.permissions import NeedsUnsaid
from yanxiu.learning.queries.needs import needs_of_school
from yanxiu.people import sessions
from yanxiu.records.models import Record
from yanxiu.workshops import actions as spaces
from yanxiu.workshops.models import BallotKind, BallotQuestion

TOPIC_AFTER = make.PLAN.replace("within: topics}", "within: topics, before: [needs_survey]}")
BOTH_AFTER = TOPIC_AFTER.replace("within: courses, min_hours", "within: courses, before: [needs_survey], min_hours")


@pytest.fixture
def asked(place):
    """A programme in which both choices come after the survey: 李雷 takes part, one topic has a course."""
    running = make.programme(place.county, source=BOTH_AFTER)
    enrolment = make.enrolment(running, place.enrolment.person)
    offering = make.offering(running, make.course(place.county), block="electives", topic="班级管理", hours=4)
    return running, enrolment, offering


def decide(place, running, by=None):
    return actions.choose_topics(programme=running, school=place.school, topics=["班级管理"], by=by or place.school_admin, at=make.AT)


def test_a_school_decides_after_somebody_said_what_is_needed(place, asked):
    running, enrolment, _offering = asked
    elsewhere = make.participant(running, place.second_school)
    make.topic_wish(elsewhere)
    with pytest.raises(NeedsUnsaid, match="先调查教师需求再定专题。青河一中的 1 位参训教师还没有人填"):
        decide(place, running)
    assert not SchoolTopic.objects.exists()
    assert not Record.objects.filter(verb="chose").exists()

    actions.wish_topics(enrolment=enrolment, topics=["班级管理"], by=place.learner, at=make.AT)
    decide(place, running)

    assert SchoolTopic.objects.get().topic == "班级管理"
    found = needs_of_school(running, place.school)
    assert (found.people, found.answered) == (1, 1)


def test_an_office_above_decides_for_a_school_that_asked_nobody(place, asked):
    decide(place, asked[0], by=place.office)
    assert SchoolTopic.objects.count() == 1


def test_a_school_that_has_decided_changes_without_being_asked_again(place, asked):
    running, _enrolment, _offering = asked
    make.offering(running, make.course(place.county), block="electives", topic="信息技术", hours=4)
    make.school_topic(running, place.school)
    actions.choose_topics(programme=running, school=place.school, topics=["信息技术"], by=place.school_admin, at=make.AT)
    assert SchoolTopic.objects.get().topic == "信息技术"


def test_a_teacher_chooses_after_she_has_answered(place, asked):
    running, enrolment, offering = asked
    make.school_topic(running, place.school)
    with pytest.raises(NeedsUnsaid, match="先填需求调查"):
        actions.choose_course(enrolment=enrolment, offering=offering, by=place.learner, at=make.AT)
    assert not Selection.objects.exists()

    actions.wish_topics(enrolment=enrolment, topics=["信息技术"], by=place.learner, at=make.AT)
    actions.choose_course(enrolment=enrolment, offering=offering, by=place.learner, at=make.AT)

    assert Selection.objects.get().offering == offering


@pytest.mark.parametrize(("kind", "counts"), [(BallotKind.NEEDS, True), (BallotKind.QUESTIONNAIRE, False)])
def test_a_survey_answered_in_a_space_of_the_programme_counts(place, asked, kind, counts):
    """Her own workshop and a wider space of the programme alike; another kind of questionnaire does not count."""
    running, enrolment, offering = asked
    make.school_topic(running, place.school)
    shop = workshops.space(place.county, programme=running)
    workshops.membership(shop, enrolment.person)
    ballot = tools.ballot(shop, workshops.host(shop), kind=kind, opens_at=make.AT, closes_at=make.AT + timedelta(days=9))
    question = BallotQuestion.objects.get(ballot=ballot)
    spaces.answer_ballot(ballot=ballot, answers={question.pk: [0]}, by=place.learner, at=make.AT + timedelta(hours=1))

    if counts:
        actions.choose_course(enrolment=enrolment, offering=offering, by=place.learner, at=make.AT)
    else:
        with pytest.raises(NeedsUnsaid):
            actions.choose_course(enrolment=enrolment, offering=offering, by=place.learner, at=make.AT)

    assert Selection.objects.exists() == counts


def test_a_plan_that_asks_for_no_survey_is_as_before(place):
    offering = make.offering(place.programme, make.course(place.county), block="electives", topic="班级管理", hours=4)
    decide(place, place.programme)
    actions.choose_course(enrolment=place.enrolment, offering=offering, by=place.learner, at=make.AT)
    assert needs_of_school(place.programme, place.school) is None


def browser(person, *, hat=None) -> Client:
    account = make.account(person)
    client = Client()
    session = client.session
    sessions.begin(session, account_id=account.pk, stamp=account.security_stamp, at=clock.now())
    if hat is not None:
        session[sessions.HAT] = str(hat.pk)
    session.save()
    client.cookies["session"] = session.session_key
    return client


def words(client, name, *args):
    return re.sub(r"<[^>]+>|\s", "", client.get(reverse(f"learning:{name}", args=args)).content.decode())


def test_the_page_begins_with_the_survey_and_goes_on_to_the_choice(place, asked):
    running, enrolment, offering = asked
    client = browser(enrolment.person)
    make.school_topic(running, place.school)
    choice = reverse("learning:choose_course", args=[enrolment.pk, offering.pk])

    before = words(client, "choose", enrolment.pk)
    refused = client.post(choice)
    client.post(reverse("learning:wish_topics", args=[enrolment.pk]), {"topic": ["班级管理"]})
    after = words(client, "choose", enrolment.pk)
    client.post(choice)

    assert refused.status_code == 409
    for said in ("先填需求调查", "选课要先填需求调查", "在工作坊或学校社区里答过需求调研的，不用再填"):
        assert said in before
        assert said not in after
    assert "选这门" not in before
    assert "选这门" in after
    assert Selection.objects.get().offering == offering


def test_the_school_reads_how_many_have_answered(place, asked):
    running, enrolment, _offering = asked
    colleague = make.participant(running, place.school).person
    admin = browser(colleague, hat=appointment(colleague, "school_admin", place.school))

    before = words(admin, "school_topics", running.pk, place.school.pk)
    make.topic_wish(enrolment)
    after = words(admin, "school_topics", running.pk, place.school.pk)

    assert "2位参训教师里0位填了需求" in before
    assert "方案规定先调查教师需求再定专题" in before
    assert "2位参训教师里1位填了需求" in after
    assert "方案规定先调查教师需求再定专题" not in after


def test_pages_cost_the_same_for_one_and_for_ten(place, asked, assert_same_queries):
    running, enrolment, _offering = asked
    client = browser(enrolment.person)
    colleague = make.participant(running, place.school).person
    admin = browser(colleague, hat=appointment(colleague, "school_admin", place.school))
    places = [
        (client, reverse("learning:choose", args=[enrolment.pk])),
        (admin, reverse("learning:school_topics", args=[running.pk, place.school.pk])),
    ]

    def more() -> None:
        for _ in range(9):
            make.topic_wish(make.participant(running, place.school))

    for who, address in places:
        assert_same_queries(lambda who=who, address=address: who.get(address), more)
