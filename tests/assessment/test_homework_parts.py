"""Homework in parts, its versions, taking back and putting back, the shared queue, and marks by rubric."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.assessment import factories as make
from tests.files.factories import stored_row
from yanxiu.assessment import actions
from yanxiu.assessment.comparing import changes
from yanxiu.assessment.models import Attachment, HandedIn, Mark, SubmissionState
from yanxiu.assessment.parts import without_names
from yanxiu.assessment.queries.homework import alike_seen, homework_page
from yanxiu.catalogue.content.steps import Part, Peers
from yanxiu.integrity.models import Signal, SignalKind
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.records.models import Record

WHOLE = {"text": "教师先问为什么再等七秒。", "text_2": "下次问得更短。"}


@pytest.fixture
def step(place):
    return make.shared_step(place.homework.course, parts=make.PARTS)


def submit(place, step, text=WHOLE, at=make.AT):
    return actions.submit_homework(enrolment=place.enrolment, step=step, text=text, by=place.learner, at=at)


def attached(place, step, part="lesson_plan"):
    held = actions.save_homework(enrolment=place.enrolment, step=step, text=WHOLE, by=place.learner, at=make.AT)
    file = stored_row(kind=part, name="教案.docx", media_type="application/pdf")
    return Attachment.objects.create(submission=held, part=part, file=file, added_at=make.AT)


# Parts


def test_every_required_part_is_named_when_it_is_lacking(place, step):
    with pytest.raises(actions.TooShort, match="“教学设计”还差 8 字") as refused:
        submit(place, step, {"text": "太短", "text_2": "也短"})

    assert "“教学反思”还差 3 字" in refused.value.message
    assert "还没有传“教案”" in refused.value.message
    assert refused.value.field == "text"


def test_an_optional_part_may_be_left_out_but_not_be_half_done(place, step):
    attached(place, step)
    with pytest.raises(actions.TooShort, match="教学反思"):
        submit(place, step, WHOLE | {"text_2": "短"})

    done = submit(place, step, WHOLE | {"text_2": ""})

    assert done.state == SubmissionState.SUBMITTED
    assert done.texts == {"text": WHOLE["text"], "text_2": ""}
    assert done.text == f"【教学设计】\n{WHOLE['text']}"


def test_words_are_counted_as_han_and_words(place):
    step = make.shared_step(place.homework.course, parts=(Part(key="text", kind="text", label="正文", min_characters=6),))

    with pytest.raises(actions.TooShort, match="还差 1 字"):
        submit(place, step, {"text": "用 PowerPoint 2019 讲课，，，"})
    assert submit(place, step, {"text": "用 PowerPoint 2019 讲课吧"}).state == SubmissionState.SUBMITTED


def test_what_was_written_before_there_were_parts_stays_readable(place):
    held = make.submission(place.enrolment, place.homework)
    type(held).objects.filter(pk=held.pk).update(texts={})

    page = homework_page(place.enrolment, place.homework, person_id=place.enrolment.person_id, at=make.AT)

    assert page.texts == [("正文", held.text)]


@pytest.mark.parametrize(("part", "most"), [("lesson_plan", 1), ("picture", 2)])
def test_a_part_takes_so_many_files(place, step, part, most):
    for _ in range(most):
        attached(place, step, part)

    with pytest.raises(Invalid, match=f"最多 {most} 个"):
        actions.homework._check_room(Attachment.objects.first().submission, step_content(step), part)


def step_content(step):
    from yanxiu.catalogue import content

    return content.read(step.content, content.Homework)


# Versions


def test_every_handing_in_is_kept_as_it_was(place, step):
    attached(place, step)
    first = submit(place, step)
    actions.return_homework(submission=first, reason="请补原话", by=place.tutor, at=make.AT)
    submit(place, step, WHOLE | {"text": "教师先问为什么，再等七秒，学生说因为没有力。"})

    versions = list(HandedIn.objects.order_by("number"))
    assert [one.number for one in versions] == [1, 2]
    assert versions[0].texts["text"] == WHOLE["text"]
    assert versions[0].attachments == versions[1].attachments == [Attachment.objects.get().pk]
    shown = changes(versions[0].text, versions[1].text)
    assert [one.kind for one in shown if one.kind != "same"] == ["gone", "new"]


def test_a_text_of_marks_alone_is_compared_in_no_time():
    assert len(changes("。" * 30_000, "；" * 29_999)) == 2


def test_it_is_taken_back_until_the_deadline_and_put_back_after_it(place, step):
    attached(place, step)
    submit(place, step)
    actions.take_back_homework(enrolment=place.enrolment, step=step, by=place.learner, at=make.AT)
    actions.save_homework(enrolment=place.enrolment, step=step, text={"text": "改到一半"}, by=place.learner, at=make.AT)

    with pytest.raises(WindowClosed):
        submit(place, step, at=make.ENDS_AT)
    back = actions.put_back_homework(enrolment=place.enrolment, step=step, by=place.learner, at=make.ENDS_AT)

    assert (back.state, back.submitted_at, back.texts["text"]) == (SubmissionState.SUBMITTED, make.AT, WHOLE["text"])
    assert [one.verb for one in Record.objects.filter(object_type="homework").order_by("pk")] == ["submitted", "taken_back", "put_back"]


def test_what_a_marker_has_on_the_desk_is_not_taken_back(place, step):
    attached(place, step)
    submit(place, step)
    actions.claim_homework(by=place.tutor, at=make.AT)

    with pytest.raises(Conflict, match="正在批阅"):
        actions.take_back_homework(enrolment=place.enrolment, step=step, by=place.learner, at=make.AT)


@pytest.mark.parametrize("verb", ["take_back_homework", "put_back_homework"])
def test_only_what_can_be_is_taken_back_and_put_back(place, step, verb):
    with pytest.raises(Conflict):
        getattr(actions, verb)(enrolment=place.enrolment, step=step, by=place.learner, at=make.AT)
    with pytest.raises(NotPermitted):
        getattr(actions, verb)(enrolment=place.enrolment, step=step, by=place.tutor, at=make.AT)


# The shared queue


def test_two_markers_never_get_the_same_piece(place):
    people = [make.participant(place.programme, place.school) for _ in range(3)]
    pieces = [make.submission(one, place.homework) for one in people]
    first, second = make.tutor(place.county), make.tutor(place.school)

    assert actions.claim_homework(by=first, at=make.AT) == pieces[0]
    assert actions.claim_homework(by=second, at=make.AT) == pieces[1]
    assert actions.claim_homework(only=pieces[0], by=second, at=make.AT) is None
    with pytest.raises(Conflict, match="另一位老师"):
        actions.accept_homework(submission=pieces[0], score=Decimal(80), comment="", by=second, at=make.AT)


def test_a_lease_ends_and_a_desk_is_cleared(place):
    piece = make.submission(place.enrolment, place.homework)
    first, second = make.tutor(place.county), make.tutor(place.school)
    actions.claim_homework(by=first, at=make.AT)

    assert actions.claim_homework(by=second, at=make.AT) is None
    assert actions.claim_homework(by=second, at=make.AT + timedelta(minutes=20)) == piece
    assert actions.release_homework(by=second, at=make.AT) == 1
    assert actions.release_homework(by=second, at=make.AT) == 0
    assert actions.claim_homework(by=first, at=make.AT) == piece
    actions.accept_homework(submission=piece, score=Decimal(80), comment="", by=first, at=make.AT)
    piece.refresh_from_db()
    assert (piece.claimed_by, piece.claimed_until) == (None, None)


def test_learners_release_nothing(place):
    with pytest.raises(NotPermitted):
        actions.release_homework(by=place.learner, at=make.AT)


# Marks by rubric


def test_levels_add_to_the_score_exactly(place):
    rubric = make.homework_rubric(place.county)
    step = make.shared_step(place.homework.course, rubric=rubric, points=50)
    piece = make.submission(place.enrolment, step)

    actions.accept_homework(submission=piece, levels={"goals": 1, "proof": 0}, comment="", by=place.tutor, at=make.AT)

    mark = Mark.objects.get()
    assert (mark.score, mark.own_score, mark.rubric, mark.levels) == (Decimal("46.5"), Decimal("46.5"), rubric, {"goals": 1, "proof": 0})
    assert [(dimension.label, level.label) for dimension, level in mark.chosen] == [("目标", "良"), ("证据", "优")]


@pytest.mark.parametrize(
    ("levels", "words"),
    [({"goals": 0}, "还没有评：证据"), ({"goals": 0, "proof": 9}, "没有这个等级"), ({"goals": 0, "proof": 1, "x": 0}, "没有“x”")],
)
def test_a_sheet_half_filled_is_refused_at_its_place(place, levels, words):
    step = make.shared_step(place.homework.course, rubric=make.homework_rubric(place.county), points=50)
    piece = make.submission(place.enrolment, step)

    with pytest.raises(Invalid, match=words):
        actions.accept_homework(submission=piece, levels=levels, comment="", by=place.tutor, at=make.AT)
    assert not Mark.objects.exists()


def test_a_rubric_that_this_installation_lacks_leaves_a_plain_score(place):
    step = make.shared_step(place.homework.course, rubric=place.rubric)  # one for observations
    piece = make.submission(place.enrolment, step)

    assert actions.accept_homework(submission=piece, score=Decimal(80), comment="", by=place.tutor, at=make.AT).rubric is None


def test_peers_may_not_pull_a_pass_below_the_line_unsaid(place):
    step = make.shared_step(place.homework.course, peers=Peers(weight=50))
    piece = make.submission(place.enrolment, step)
    other = make.participant(place.programme, place.second_school)
    make.peer_review(piece, other, opened_at=make.AT, submitted_at=make.AT, score=Decimal(30), comment=make.PRAISE)

    with pytest.raises(Invalid, match=r"和互评合成以后是 55\.00 分"):
        actions.accept_homework(submission=piece, score=Decimal(80), comment="", by=place.tutor, at=make.AT)


# Texts alike


LONG = "课堂上教师先出示三张照片，请学生说出看见了什么，再追问为什么这样想。学生沉默了七秒，随后有五个人举手，其中两人的回答彼此不同。" * 3


def test_what_is_much_like_anothers_is_said_before_and_noticed_after(place):
    other = make.participant(place.programme, place.second_school)
    make.submission(other, place.homework, text=LONG)

    seen = alike_seen(place.enrolment, place.homework, LONG, at=make.AT)
    assert seen is not None
    assert seen.percent == "100%"
    assert (
        alike_seen(place.enrolment, place.homework, "自己写的一段，说的是另一节课上学生怎样分组实验并记下温度的变化。" * 2, at=make.AT)
        is None
    )
    done = make.submission(place.enrolment, place.homework, text=LONG)

    assert done.state == SubmissionState.SUBMITTED
    assert Signal.objects.get().kind == SignalKind.ALIKE_TEXT
    assert Signal.objects.get().person_id == place.enrolment.person_id


def test_names_are_taken_out_of_words():
    assert without_names("李雷在青河一中说，李雷", ["李雷", "青河一中", ""]) == "○○在○○说，○○"
