"""Expert review: remarks, approval, return with reason, four eyes, exceptions on record."""

import pytest

from tests.catalogue.factories import county, course, learner, ready_course, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import CourseState, GrantedException, Review, ReviewComment, Step
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(at):
    draft = ready_course(by=SYSTEM)
    return actions.submit(course=draft, by=worker("designer", draft.owner), at=at)


@pytest.fixture
def expert(waiting):
    return worker("expert", waiting.owner, person_id=300)


def test_an_expert_remarks_and_approves_and_whoever_may_publishes(waiting, expert, at):
    step = Step.objects.get(course=waiting, number=2)
    actions.comment(course=waiting, step=step, text=" 例子再具体些。 ", by=expert, at=at)
    actions.comment(course=waiting, text="整体可以。", by=expert, at=at)

    review = actions.approve(course=waiting, word="可以发布", by=expert, at=at)

    assert [(one.step_id, one.step_title, one.text) for one in ReviewComment.objects.order_by("pk")] == [
        (step.pk, "阅读", "例子再具体些。"),
        (None, "", "整体可以。"),
    ]
    assert (review.decision, review.decided_by, review.reason) == ("approved", 300, "可以发布")
    published = actions.publish(course=waiting, by=worker("designer", waiting.owner), at=at)
    assert published.state == CourseState.PUBLISHED
    assert Record.objects.get(verb="published", object_type="course").data["reviewed"] is True


def test_sent_back_with_reason_and_submitted_again_is_a_new_round(waiting, expert, at):
    actions.send_back(course=waiting, reason="第 2 题有误", by=expert, at=at)
    actions.submit(course=waiting, by=worker("designer", waiting.owner), at=at)

    rounds = list(Review.objects.order_by("pk").values_list("decision", "reason"))
    assert rounds == [("returned", "第 2 题有误"), ("", "")]


def test_nobody_reviews_the_own_course(at):
    draft = ready_course()
    draft.author_id = 300
    draft.save(update_fields=["author_id"])
    actions.submit(course=draft, by=SYSTEM, at=at)
    author = worker("county_admin", draft.owner, person_id=300)

    for act in (
        lambda: actions.approve(course=draft, by=author, at=at),
        lambda: actions.comment(course=draft, text="好", by=author, at=at),
    ):
        with pytest.raises(NotPermitted, match="别人审"):
            act()
    assert Review.objects.get().decision == ""


def test_who_may(waiting, at):
    with pytest.raises(NotPermitted, match="评课专家"):
        actions.approve(course=waiting, by=worker("designer", waiting.owner), at=at)
    with pytest.raises(NotFound):
        actions.approve(course=waiting, by=worker("expert", county(), person_id=301), at=at)
    with pytest.raises(NotFound):
        actions.comment(course=waiting, text="好", by=learner(), at=at)


def test_what_does_not_wait_is_not_reviewed(waiting, expert, at):
    actions.approve(course=waiting, by=expert, at=at)

    for act in (
        lambda: actions.approve(course=waiting, by=expert, at=at),
        lambda: actions.comment(course=waiting, text="好", by=expert, at=at),
    ):
        with pytest.raises(actions.NotInReview, match="不在待审中"):
            act()


@pytest.mark.parametrize(("text", "message"), [("  ", "还空着"), ("字" * 2001, "最多 2000 字")])
def test_remarks_that_say_nothing_or_too_much(waiting, expert, text, message, at):
    with pytest.raises(Invalid, match=message):
        actions.comment(course=waiting, text=text, by=expert, at=at)
    assert not ReviewComment.objects.exists()


def test_a_step_of_another_course_is_refused(waiting, expert, at):
    other = Step.objects.filter(course=ready_course()).first()
    with pytest.raises(Invalid, match="不在这门课里"):
        actions.comment(course=waiting, step=other, text="好", by=expert, at=at)


def test_an_exception_is_recorded_once(at):
    draft = course()
    designer = worker("designer", draft.owner)

    actions.grant_exception(course=draft, rule="electives", reason="选修由省平台提供。", by=designer, at=at)
    actions.grant_exception(course=draft, rule="electives", reason="又一次。", by=designer, at=at)

    assert GrantedException.objects.get().reason == "选修由省平台提供。"
    assert Record.objects.filter(verb="excepted").count() == 1


@pytest.mark.parametrize(("rule", "reason", "message"), [("no-steps", "因为", "不能例外"), ("mooc", " ", "为什么可以例外")])
def test_exceptions_that_cannot_be(rule, reason, message, at):
    draft = course()
    with pytest.raises(Invalid, match=message):
        actions.grant_exception(course=draft, rule=rule, reason=reason, by=SYSTEM, at=at)
    with pytest.raises(NotPermitted):
        actions.grant_exception(course=draft, rule="mooc", reason="因为", by=worker("expert", draft.owner), at=at)


def test_a_published_course_needs_none(at):
    done = actions.publish(course=ready_course(), by=SYSTEM, at=at)
    with pytest.raises(Conflict, match="不用再记例外"):
        actions.grant_exception(course=done, rule="mooc", reason="因为", by=SYSTEM, at=at)
