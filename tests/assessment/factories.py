"""Assessment for tests: a programme open for decades, a course with test and homework, cases, a rubric, and what came of them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from tests.files.factories import stored_row
from tests.programmes import factories as programmes
from yanxiu.assessment import actions, sheets
from yanxiu.assessment.models import (
    Answer,
    Attachment,
    Attempt,
    CalibrationPiece,
    CalibrationReview,
    HandedIn,
    Mark,
    Observation,
    PeerReview,
    Remark,
    Rubric,
    RubricDraft,
    Submission,
)
from yanxiu.catalogue import content
from yanxiu.catalogue.content.steps import Part, Peers
from yanxiu.catalogue.models import Course, LessonCase, Step, StepKind
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, Offering, Programme

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ENDS_AT = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
"""The exclusive end of the study window in `PLAN`."""
_numbers = count(1)

PLAN = """\
programme: {id: assess, title: 考核方案, level: county, owner: 青河县教育局, year: 2026}
audience:
  - {id: all, stages: [初中, 高中]}
phases:
  - {id: study, label: 研修, from: 2026-11-01, to: 2026-12-31, for: [learner], do: [learn]}
learn:
  - {id: law, label: 法律法规, kind: compulsory, window: study, hours: 2, assign: auto_by_stage_subject}
  - {id: casework, label: 课例点评, kind: compulsory, window: study, hours: 12, assign: random_per_learner,
     items: {what: lesson_cases, count: 4, level: 省级, mode: review, hours_each: 3}, produce: [{name: 观课报告MIN}]}
assess:
  - {kind: course, id: course, needs: [steps, test, homework]}
"""
QUESTIONS = (
    content.Question(kind="single", stem="观课记录写什么？", options=("感受", "证据", "评语"), answers=(1,), explanation="证据可以核对。"),
    content.Question(
        kind="multiple", stem="哪些是事实？", options=("五人举手", "很投入", "连续三次"), answers=(0, 2), explanation="能核对的是事实。"
    ),
    content.Question(kind="true_false", stem="议课先说优点。", options=("对", "错"), answers=(1,), explanation="先说看到了什么。"),
)
RIGHT = ((1,), (0, 2), (1,))
"""The right options of `QUESTIONS`, as written."""
DIMENSIONS = (
    sheets.Dimension(
        key="goals",
        label="教学目标",
        looks_at="目标是否具体",
        levels=(sheets.Level(label="优", points=Decimal(20), describes="看得见"), sheets.Level(label="良", points=Decimal("16.5"))),
    ),
    sheets.Dimension(
        key="outcome",
        label="教学效果",
        levels=(sheets.Level(label="优", points=Decimal(30)), sheets.Level(label="良", points=Decimal(24))),
    ),
)
REPORT = "第三分钟教师问为什么，学生等了七秒才有人举手。" * 10
"""210 characters as documents count them."""


def programme(owner: Org, *, least: int | None = None) -> Programme:
    """A running programme; `least` characters for reports, else the rubric's."""
    return programmes.running(owner, source=PLAN.replace("MIN", f", min_chars: {least}" if least is not None else ""))


def participant(one: Programme, unit: Org, *, name: str = "", stage: str = "高中", subject: str = "物理") -> Enrolment:
    person = programmes.teacher(unit, stage=stage, subject=subject, name=name)
    return Enrolment.objects.create(
        programme=one, version_id=one.current_id, person=person, unit=unit, unit_path=unit.path, stage=stage, subject=subject, enrolled_at=AT
    )  # fmt: skip


def course(one: Programme) -> Course:
    """A course that the programme offers in its block of law."""
    made = programmes.course(one.owner)
    Offering.objects.create(programme=one, course=made, block="law", hours=Decimal(2))
    return made


def quiz_step(one: Course, *, attempts: int = 3, pass_score: int = 60, questions=QUESTIONS) -> Step:
    test = content.Test(questions=tuple(questions), attempts=attempts, pass_score=pass_score)
    return _step(one, StepKind.TEST, "课程测试", test)


def homework_step(one: Course, *, min_characters: int = 10, attachments: int = 2, points: int = 100, pass_points: int = 60) -> Step:
    asked = content.Homework(
        task="写一份观课记录。", min_characters=min_characters, attachments=attachments, points=points, pass_points=pass_points
    )
    return _step(one, StepKind.HOMEWORK, "作业", asked)


def _step(one: Course, kind: StepKind, title: str, held: content.Content) -> Step:
    number = Step.objects.filter(course=one).count() + 1
    return Step.objects.create(course=one, number=number, kind=kind, title=title, content=content.write(held))


def case(owner: Org, *, stage: str = "高中", subject: str = "物理", **facts) -> LessonCase:
    """A published case of the province's selection."""
    facts = {"title": f"自由落体 {next(_numbers)}", "level": "省级", "author_name": "谢柏年", "published_at": AT, "seconds": 600} | facts
    return LessonCase.objects.create(owner=owner, stage=stage, subject=subject, media=stored_row(), **facts)


def learner(one: Enrolment) -> Actor:
    return programmes.learner(one.person)


def attempt(one: Enrolment, step: Step) -> Attempt:
    return actions.start(enrolment=one, step=step, by=learner(one), at=AT)


def positions(one: Attempt, answers=RIGHT) -> dict[int, list[int]]:
    """Where the given options stand on this attempt's paper."""
    return {number: [one.orders[number - 1].index(index) for index in chosen] for number, chosen in enumerate(answers, start=1)}


def answer(one: Attempt, *, number: int = 1, position: int = 0) -> Answer:
    actions.save_answers(attempt=one, chosen={number: [position]}, by=learner(one.enrolment), at=AT)
    return Answer.objects.get(attempt=one, number=number)


def handed_in(one: Enrolment, step: Step, answers=RIGHT) -> Attempt:
    running = attempt(one, step)
    return actions.hand_in(attempt=running, chosen=positions(running, answers), allow_blank=True, by=learner(one), at=AT)


def submission(one: Enrolment, step: Step, *, text: str = "第三分钟教师问为什么，学生等了七秒。") -> Submission:
    """A homework that waits for its mark."""
    return actions.submit_homework(enrolment=one, step=step, text=text, by=learner(one), at=AT)


def attachment(one: Enrolment, step: Step, **facts) -> Attachment:
    """A row with a file without bytes."""
    held = actions.save_homework(enrolment=one, step=step, text="", by=learner(one), at=AT)
    return Attachment.objects.create(
        submission=held, file=stored_row(kind="attachment", name="记录.pdf", media_type="application/pdf"), added_at=AT
    )


def tutor(unit: Org, **facts) -> Actor:
    return programmes.holder("tutor", unit, **facts)


def mark(one: Submission, *, score: int = 85) -> Mark:
    return actions.accept_homework(submission=one, score=Decimal(score), comment="片段写得具体。", by=tutor(one.enrolment.unit), at=AT)


def rubric(owner: Org, *, min_characters: int = 200, title: str = "观课评价表", dimensions=DIMENSIONS) -> Rubric:
    facts = actions.RubricFacts(title=title, guide="写明观察问题和片段。", min_characters=min_characters, dimensions=dimensions)
    return actions.publish_rubric(owner=owner, facts=facts, by=SYSTEM, at=AT)


def observation(one: Enrolment, case: LessonCase, *, goals: int = 0, outcome: int = 1, report: str = REPORT) -> Observation:
    """A report that is handed in."""
    levels = {"goals": goals, "outcome": outcome}
    return actions.submit_observation(enrolment=one, case=case, levels=levels, report=report, by=learner(one), at=AT)


def remark(observed: Observation, *, second: int = 65, text: str = "追问停了八秒，三个学生举手") -> Remark:
    return Remark.objects.create(observation=observed, second=second, text=text, written_at=AT)


def rubric_draft(owner: Org, **facts) -> RubricDraft:
    return RubricDraft.objects.create(owner=owner, created_at=AT, saved_at=AT, **{"title": "教学设计评价表"} | facts)


def handed_in_work(one: Submission) -> HandedIn:
    """The next version of a homework."""
    number = HandedIn.objects.filter(submission=one).count() + 1
    return HandedIn.objects.create(submission=one, number=number, text=one.text, texts=one.texts, handed_in_at=AT)


def peer_review(one: Submission, reviewer: Enrolment, **facts) -> PeerReview:
    """A piece given to another participant."""
    version = HandedIn.objects.filter(submission=one).order_by("-number").first() or handed_in_work(one)
    given = {"assigned_at": AT, "due_at": AT + timedelta(days=3)} | facts
    return PeerReview.objects.create(submission=one, version=version, author=one.enrolment, reviewer=reviewer, **given)


def calibration_piece(one: Programme, step: Step, **facts) -> CalibrationPiece:
    """A piece whose marks are known."""
    number = CalibrationPiece.objects.filter(programme=one, step=step).count() + 1
    known = {"text": "教师提问后停了八秒。", "score": Decimal(80), "comment": "片段具体。", "made_at": AT} | facts
    return CalibrationPiece.objects.create(programme=one, step=step, number=number, **known)


def calibration_review(piece: CalibrationPiece, reviewer: Enrolment, *, score: int = 75) -> CalibrationReview:
    return CalibrationReview.objects.create(piece=piece, reviewer=reviewer, score=Decimal(score), submitted_at=AT)


PARTS = (
    Part(key="text", kind="text", label="教学设计", min_characters=10),
    Part(key="text_2", kind="text", label="教学反思", min_characters=5, is_required=False),
    Part(key="lesson_plan", kind="lesson_plan", label="教案", most=1),
    Part(key="picture", kind="picture", label="板书照片", most=2, is_required=False),
)
PIECE = "第三分钟教师问为什么，学生等了七秒才举手回答。"
PRAISE = "追问的等待写得具体，建议再补一处学生的原话作证据。"
"""24 characters as documents count them."""


def shared_step(one: Course, *, parts=(), rubric: Rubric | None = None, peers: Peers | None = None, points: int = 100) -> Step:
    """Homework with parts, a rubric, peers, as asked."""
    asked = content.Homework(
        task="写一份观课记录。", min_characters=10, parts=tuple(parts), rubric_id=rubric.pk if rubric else None, peers=peers, points=points,
        pass_points=points * 60 // 100,
    )  # fmt: skip
    return _step(one, StepKind.HOMEWORK, "互评作业", asked)


def homework_rubric(owner: Org, **facts) -> Rubric:
    """A rubric of 50 points for homework."""
    dimensions = (
        sheets.Dimension(
            key="goals", label="目标", levels=(sheets.Level(label="优", points=Decimal(20)), sheets.Level(label="良", points=Decimal("16.5")))
        ),
        sheets.Dimension(
            key="proof", label="证据", levels=(sheets.Level(label="优", points=Decimal(30)), sheets.Level(label="良", points=Decimal(18)))
        ),
    )  # fmt: skip
    given = {"title": "作业评价表", "dimensions": dimensions, "use": "homework"} | facts
    return actions.publish_rubric(owner=owner, facts=actions.RubricFacts(**given), by=SYSTEM, at=AT)


def reviewed(one: Enrolment, step: Step, *, score: str = "80", at: datetime = AT, comment: str = PRAISE) -> PeerReview | None:
    """The next piece given to the participant, opened and judged; None when there is none."""
    given = actions.take_review(enrolment=one, step=step, by=learner(one), at=at)
    if given is None:
        return None
    opened = actions.open_review(review=given, by=learner(one), at=at)
    later = at + timedelta(minutes=5)
    return actions.submit_review(review=opened, levels={}, score=Decimal(score), comment=comment, by=learner(one), at=later)
