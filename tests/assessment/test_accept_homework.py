"""Marking homework: accept and return; works, who may, refuses, edge, idempotent."""

from decimal import Decimal

import pytest

from tests.assessment import factories as make
from tests.programmes import factories as programmes
from yanxiu.assessment import actions
from yanxiu.assessment.models import Mark, SubmissionState
from yanxiu.kit.actor import Actor, Grant
from yanxiu.kit.errors import Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

TEXT = "第三分钟教师问为什么，学生等了七秒。"


@pytest.fixture
def waiting(place):
    return make.submission(place.enrolment, place.homework)


def accept(submission, score="85", *, by, comment="片段写得具体。"):
    return actions.accept_homework(submission=submission, score=Decimal(score), comment=comment, by=by, at=make.AT)


def give_back(submission, reason="请补一个有原话的片段", *, by):
    return actions.return_homework(submission=submission, reason=reason, by=by, at=make.AT)


def accepted():
    return list(Record.objects.filter(verb="accepted", object_type="homework"))


# Works


def test_an_accepted_homework_has_score_mark_and_record(place, waiting):
    tutor = place.tutor

    mark = accept(waiting, "85.5", by=tutor)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.score, waiting.accepted_at) == (SubmissionState.ACCEPTED, Decimal("85.5"), make.AT)
    assert (mark.text, mark.comment, mark.marker) == (TEXT, "片段写得具体。", "指导教师")
    (record,) = accepted()
    assert (record.object_id, record.person_id, record.programme_id) == (
        str(place.homework.pk), place.enrolment.person_id, place.programme.pk,
    )  # fmt: skip
    assert (record.kind, record.measure, record.key) == ("law", Decimal("85.5"), f"homework:{place.enrolment.pk}:{place.homework.pk}")
    assert (record.actor_id, record.actor_label) == (tutor.person_id, "指导教师")


def test_a_returned_homework_keeps_what_was_said_about_which_text(place, waiting):
    give_back(waiting, by=place.tutor)
    actions.submit_homework(enrolment=place.enrolment, step=place.homework, text=TEXT * 2, by=place.learner, at=make.AT)
    accept(waiting, by=place.tutor)

    assert list(Mark.objects.order_by("pk").values_list("verdict", "text", "score")) == [
        ("returned", TEXT, None), ("accepted", TEXT * 2, Decimal(85)),
    ]  # fmt: skip
    assert Record.objects.filter(verb="returned", object_type="homework").count() == 1


# Who may


@pytest.mark.parametrize("role", ["tutor", "expert"])
def test_markers_of_the_school_and_above_may(place, waiting, role):
    assert accept(waiting, by=programmes.holder(role, place.school)).score == 85


@pytest.mark.parametrize("role", ["school_admin", "county_admin"])
def test_offices_look_and_do_not_mark(place, waiting, role):
    with pytest.raises(NotPermitted, match="指导教师批阅"):
        accept(waiting, by=programmes.holder(role, place.school))


def test_out_of_scope_there_is_nothing(place, waiting):
    colleague = programmes.learner(programmes.teacher(place.school))

    for by in (make.tutor(place.second_school), make.tutor(place.elsewhere), colleague):
        with pytest.raises(NotFound):
            accept(waiting, by=by)


def test_nobody_marks_himself_whatever_the_hat(place, waiting):
    himself = make.tutor(place.county, person=place.enrolment.person)

    for decide in (accept, give_back):
        with pytest.raises(NotPermitted, match="不能由自己批阅"):
            decide(waiting, by=himself)

    assert accepted() == []


def test_a_marker_of_another_programme_only_may_not(place, waiting):
    grant = Grant(role="tutor", permissions=frozenset({"assessment.grade"}), path=place.county.path, programme_id=place.programme.pk + 1)

    with pytest.raises(NotFound):
        accept(waiting, by=Actor(person_id=77, label="别处的指导教师", grants=(grant,)))


# Refuses


@pytest.mark.parametrize(
    ("score", "words"),
    [
        ("100.01", "0 到 100"),
        ("-1", "0 到 100"),
        ("85.555", "两位小数"),
        ("NaN", "0 到 100"),
        ("59.99", "合格要 60 分"),
        ("0", "合格要 60 分"),
    ],
)
def test_a_score_that_is_none_or_no_pass_is_refused(place, waiting, score, words):
    with pytest.raises(Invalid, match=words) as refusal:
        accept(waiting, score, by=place.tutor)

    assert refusal.value.field == "score"
    waiting.refresh_from_db()
    assert (waiting.state, accepted()) == (SubmissionState.SUBMITTED, [])


@pytest.mark.parametrize("reason", ["", "  \n", "\u200b"])
def test_returning_needs_a_reason(place, waiting, reason):
    with pytest.raises(Invalid, match="退回的原因"):
        give_back(waiting, reason, by=place.tutor)


def test_a_comment_without_end_is_refused(place, waiting):
    with pytest.raises(Invalid, match="最多 2000"):
        accept(waiting, comment="好" * 2001, by=place.tutor)

    assert not Mark.objects.exists()


def test_a_draft_is_nobodys_to_mark(place):
    draft = actions.save_homework(enrolment=place.enrolment, step=place.homework, text="草", by=place.learner, at=make.AT)

    with pytest.raises(NotFound):
        accept(draft, by=place.tutor)


# Edge


@pytest.mark.parametrize("score", ["60", "100", "60.00", "100.00"])
def test_the_pass_line_and_the_full_score_are_passes(place, waiting, score):
    assert accept(waiting, score, by=place.tutor).score == Decimal(score)


# Idempotent


def test_marking_twice_keeps_the_first_mark(place, waiting):
    accept(waiting, by=place.tutor)

    for decide in (accept, give_back):
        with pytest.raises(actions.HomeworkState, match="已合格"):
            decide(waiting, by=place.tutor)

    assert len(accepted()) == 1
    assert Mark.objects.count() == 1
