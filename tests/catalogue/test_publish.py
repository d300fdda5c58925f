"""Publishing a course: the reference verb. Works, who may, refuses, edge, idempotent."""

import pytest

from tests.catalogue.factories import AT, SINGLE, county, course, film, learner, published_course, ready_course, step, worker
from tests.orgs import factories as orgs
from yanxiu.catalogue import actions
from yanxiu.catalogue.content import Test
from yanxiu.catalogue.models import CourseState, Step
from yanxiu.catalogue.permissions import visible_courses
from yanxiu.files.models import StoredFile
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def publications() -> list[Record]:
    return list(Record.objects.filter(verb="published", object_type="course"))


# Works


def test_a_ready_draft_is_published_and_recorded(at):
    owner = county()
    draft = ready_course(owner=owner)
    designer = worker("designer", owner)

    published = actions.publish(course=draft, by=designer, at=at)

    published.refresh_from_db()
    assert (published.state, published.published_at, published.published_by) == (CourseState.PUBLISHED, at, designer.person_id)
    (record,) = publications()
    assert (record.object_id, record.object_label, record.actor_id) == (str(draft.pk), draft.title, designer.person_id)
    assert (record.unit_path, record.data) == (owner.path, {"hours": "2.00", "own": False, "version": 1, "replaces": [], "reviewed": False})


def test_a_submitted_course_is_published_too(at):
    draft = ready_course()
    actions.submit(course=draft, by=worker("designer", draft.owner), at=at)

    assert actions.publish(course=draft, by=worker("county_admin", draft.owner), at=at).state == CourseState.PUBLISHED


def test_a_published_course_is_seen_by_every_signed_in_person(at):
    draft = ready_course()
    assert not visible_courses(learner()).exists()

    actions.publish(course=draft, by=worker("designer", draft.owner), at=at)

    assert list(visible_courses(learner())) == [draft]


# Who may


def test_an_office_above_may(at):
    nation = orgs.org()
    owner = orgs.org(parent=nation)

    assert actions.publish(course=ready_course(owner=owner), by=worker("province_admin", nation), at=at).published_at == at


@pytest.mark.parametrize("role", ["expert", "tutor", "school_admin"])
def test_a_role_without_the_permission_is_told_who_may(role, at):
    draft = ready_course()

    with pytest.raises(NotPermitted, match="发布由课程所属单位的方案设计或管理员办理"):
        actions.publish(course=draft, by=worker(role, draft.owner), at=at)


def test_a_designer_of_another_county_does_not_even_find_the_draft(at):
    with pytest.raises(NotFound):
        actions.publish(course=ready_course(), by=worker("designer", county()), at=at)


def test_a_learner_finds_nothing(at):
    with pytest.raises(NotFound):
        actions.publish(course=ready_course(), by=learner(), at=at)


# Refuses, and changes nothing


def _without_media(draft):
    StoredFile.objects.filter(kind="video").update(deleted_at=AT)


def _with_broken_test(draft):
    Step.objects.filter(course=draft, kind="test").update(content={"questions": [], "pass_score": 60, "attempts": 3})


def _without_pass_line(draft):
    Step.objects.filter(course=draft, kind="test").update(content={"questions": [], "pass_score": None})


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda draft: Step.objects.filter(course=draft).delete(), "还没有环节"),
        (lambda draft: type(draft).objects.filter(pk=draft.pk).update(stages=[]), "还没有选学段"),
        (lambda draft: type(draft).objects.filter(pk=draft.pk).update(summary=" "), "还没有简介"),
        (_without_media, "第 1 个环节：视频文件不在了"),
        (_with_broken_test, "第 4 个环节：还没有题目"),
        (_without_pass_line, "第 4 个环节：环节内容读不出来"),
    ],
)
def test_a_course_that_nobody_could_study_is_refused_with_the_place(spoil, reason, at):
    draft = ready_course()
    spoil(draft)

    with pytest.raises(actions.NotReady, match=reason) as refusal:
        actions.publish(course=draft, by=worker("designer", draft.owner), at=at)

    assert refusal.value.status == 409
    draft.refresh_from_db()
    assert (draft.state, draft.published_at) == (CourseState.DRAFT, None)
    assert publications() == []


def test_two_tests_are_refused(at):
    draft = ready_course()
    step(course=draft, content=Test(questions=(SINGLE,)))

    with pytest.raises(actions.NotReady, match="有 2 个测试"):
        actions.publish(course=draft, by=worker("designer", draft.owner), at=at)


def test_an_archived_course_is_restored_and_not_published_anew(at):
    shelved = published_course()
    designer = worker("designer", shelved.owner)
    actions.archive(course=shelved, by=designer, at=at)

    with pytest.raises(actions.WrongState, match="现在是“已下架”"):
        actions.publish(course=shelved, by=designer, at=at)


# Edge


def test_a_long_film_is_only_remarked(at):
    draft = course()
    step(course=draft, content=film(seconds=16 * 60, captions=False))

    assert actions.publish(course=draft, by=worker("designer", draft.owner), at=at).state == CourseState.PUBLISHED


def test_all_that_is_missing_is_counted(at):
    draft = course(summary="", stages=())

    with pytest.raises(actions.NotReady, match="另外还有 2 处"):
        actions.publish(course=draft, by=worker("designer", draft.owner), at=at)


def test_a_stale_copy_of_the_course_decides_nothing(at):
    stale = ready_course()
    designer = worker("designer", stale.owner)
    Step.objects.filter(course=stale).delete()
    stale.state = CourseState.REVIEW

    with pytest.raises(actions.NotReady):
        actions.publish(course=stale, by=designer, at=at)


# Idempotent


def test_publishing_twice_leaves_one_record_and_the_first_moment(at):
    course = published_course()

    with pytest.raises(actions.WrongState, match="现在是“已发布”"):
        actions.publish(course=course, by=worker("designer", course.owner), at=at.replace(hour=13))

    course.refresh_from_db()
    assert course.published_at == AT
    assert len(publications()) == 1


def test_the_cost_is_constant(at, django_assert_num_queries):
    draft = ready_course()
    for number in range(10):
        step(course=draft, title=f"阅读 {number}")
    designer = worker("designer", draft.owner)

    # lock, steps, modules, exceptions, update, last review, removed steps, record, and a savepoint's begin and end
    with django_assert_num_queries(10):
        actions.publish(course=draft, by=designer, at=at)
