"""Learning for tests: a programme whose windows are open for decades, courses of steps, and study that has begun."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from tests.files.factories import stored_row
from tests.programmes import factories as programmes
from yanxiu.catalogue import content
from yanxiu.catalogue.models import CaseLevel, Course, LessonCase, Package, Step, StepKind
from yanxiu.kit.actor import SYSTEM
from yanxiu.learning import actions
from yanxiu.learning.models import (
    ActivityPhoto,
    ActivityReport,
    Assignment,
    Attendance,
    AttendanceMark,
    CaseDraw,
    CourseDone,
    CoursePost,
    CueAnswer,
    Finding,
    GateImport,
    GateRow,
    How,
    Item,
    Lease,
    LeaveRequest,
    MarkSource,
    Note,
    PackageRun,
    PackageState,
    PackageStudy,
    PointPackage,
    PointSeat,
    PointSync,
    PresenceCheck,
    Progress,
    ReportState,
    SchoolTopic,
    Selection,
    SessionRoom,
    Source,
    SpotCheck,
    SpotCheckEntry,
    StepDone,
    StudySession,
    TopicWish,
    Uptake,
)
from yanxiu.orgs.models import Org
from yanxiu.people.models import Account, AccountState, Person
from yanxiu.programmes.models import Enrolment, Offering, Programme

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_numbers = count(1)

PLAN = """\
programme: {id: study, title: 学习方案, level: county, owner: 青河县教育局, year: 2026}
audience:
  - {id: all, stages: [初中, 高中]}
phases:
  - {id: topics, label: 学校选专题, for: [school_admin], do: [choose_topics]}
  - {id: courses, label: 教师选课程, from: 2020-01-01, to: 2098-12-31, for: [learner], do: [choose_courses]}
  - {id: study, label: 研修, from: 2020-01-01, to: 2098-12-31, for: [learner], do: [learn]}
choose:
  - {what: topic, by: school_admin, from: block_topics, block: electives, within: topics}
  - {what: course, by: learner, from: chosen_topics, block: electives, within: courses, min_hours: 4}
learn:
  - {id: law, label: 法律法规, kind: compulsory, window: study, hours: 2, assign: auto_by_stage_subject}
  - {id: casework, label: 课例点评, kind: compulsory, window: study, hours: 12, assign: random_per_learner,
     items: {what: lesson_cases, count: 4, level: 省级, mode: review, hours_each: 3}, produce: [{name: 观课报告}]}
  - {id: viewing, label: 课例观摩, kind: compulsory, window: study, hours: 4, assign: auto_by_stage_subject,
     items: {what: lesson_cases, count: 2, level: 国家级, mode: watch, hours_each: 2}}
  - {id: electives, label: 选修课, kind: elective, window: study, min_hours: 4, assign: self_in_school_topics,
     topics: [班级管理, 信息技术, 艺术修养]}
assess:
  - {kind: course, id: course, needs: [steps, test, homework]}
"""


def programme(owner: Org, *, source: str = PLAN, parameters: dict | None = None) -> Programme:
    """A running programme; without a plan, one that is open for decades."""
    return programmes.running(owner, source=source, parameters=parameters)


def participant(
    one: Programme, unit: Org, *, stage: str = "高中", subject: str = "物理", name: str = "", person: Person | None = None
) -> Enrolment:
    """A teacher of the unit with an account in use, enrolled."""
    person = person or programmes.teacher(unit, stage=stage, subject=subject, name=name)
    account(person)
    return enrolment(one, person, stage=stage, subject=subject)


def enrolment(one: Programme, person: Person, *, stage: str = "高中", subject: str = "物理") -> Enrolment:
    return Enrolment.objects.create(
        programme=one, version_id=one.current_id, person=person, unit=person.unit, unit_path=person.unit_path, stage=stage,
        subject=subject, enrolled_at=AT,
    )  # fmt: skip


def account(person: Person) -> Account:
    found = Account.objects.filter(person=person).first()
    return found or Account.objects.create(
        person=person,
        username=f"xuexi{next(_numbers)}",
        state=AccountState.ACTIVE,
        security_stamp="stamp",
        activated_at=AT,
        created_at=AT,
    )


def course(owner: Org, *, title: str = "", hours: int = 2) -> Course:
    """A published course without steps."""
    return programmes.course(owner, title=title, hours=hours)


def video(one: Course, *, seconds: int = 100, title: str = "看一段") -> Step:
    return _step(one, StepKind.VIDEO, title, seconds=seconds, media=stored_row(seconds=seconds))


def text(one: Course, *, body: str = "<p>课堂里的一次对话。</p>", title: str = "读一篇") -> Step:
    return _step(one, StepKind.TEXT, title, body=body)


def questions(one: Course, *, title: str = "回馈题") -> Step:
    """Two questions; the right answers are 1 and (0, 2)."""
    asked = content.QuestionSet(
        questions=(
            content.Question(kind="single", stem="哪一个看得见、数得清？", options=("好不好", "等了几秒", "喜不喜欢"), answers=(1,)),
            content.Question(
                kind="multiple",
                stem="哪些是事实？",
                options=("五人举手", "很投入", "连续三次"),
                answers=(0, 2),
                explanation="能核对的是事实。",
            ),
        )
    )
    return _step(one, StepKind.QUESTION, title, content=content.write(asked))


def quiz(one: Course) -> Step:
    return _step(one, StepKind.TEST, "小测")


def homework(one: Course) -> Step:
    return _step(one, StepKind.HOMEWORK, "作业")


def _step(one: Course, kind: StepKind, title: str, **facts) -> Step:
    number = Step.objects.filter(course=one).count() + 1
    return Step.objects.create(course=one, number=number, kind=kind, title=title, **facts)


def offering(one: Programme, course: Course, *, block: str = "law", topic: str = "", hours: int = 2) -> Offering:
    return Offering.objects.create(programme=one, course=course, block=block, topic=topic, hours=Decimal(hours))


def selection(one: Enrolment, offered: Offering, **facts) -> Selection:
    """A course in somebody's list, needing all kinds of steps."""
    facts = {"source": Source.PUSHED, "needs": [str(kind) for kind in StepKind], "chosen_at": AT} | facts
    facts.setdefault("by_choice", facts["source"] == Source.CHOSEN)
    return Selection.objects.create(enrolment=one, offering=offered, block=offered.block, **facts)


def uptake(one: Enrolment) -> Uptake:
    """The row that the database keeps beside everybody's list."""
    return Uptake.objects.get(enrolment=one)


def chosen(one: Enrolment, *, seconds: int = 100) -> Step:
    """The one film of a one-step course in somebody's list."""
    owned = course(one.programme.owner)
    step = video(owned, seconds=seconds)
    selection(one, offering(one.programme, owned))
    return step


def opened(one: Enrolment, step: Step) -> actions.studying.Opened:
    """The step opened by the participant."""
    return actions.open_step(enrolment=one, step=step, by=programmes.learner(one.person), at=AT)


def ago(one: Enrolment, seconds: float, *, number: int | None = None) -> None:
    """Let leases have begun `seconds` earlier (all of the person, or one)."""
    found = Lease.objects.filter(person_id=one.person_id)
    for lease in found.filter(number=number) if number else found:
        found.filter(number=lease.number).update(
            started_at=lease.started_at - timedelta(seconds=seconds),
            ended_at=lease.ended_at - timedelta(seconds=seconds) if lease.ended_at else None,
        )


def lesson_case(owner: Org, *, level: str = CaseLevel.PROVINCE, stage: str = "高中", subject: str = "物理", **facts) -> LessonCase:
    number = next(_numbers)
    facts = {"seconds": 60, "published_at": AT, "author_name": "郑州"} | facts
    facts.setdefault("media", stored_row(seconds=facts["seconds"]))
    return LessonCase.objects.create(title=f"课例{number}", level=level, stage=stage, subject=subject, owner=owner, **facts)


def case_draw(one: Enrolment, case: LessonCase, *, block: str = "casework", number: int = 1, **facts) -> CaseDraw:
    facts = {"hours": Decimal(3), "needs_report": True, "drawn_at": AT} | facts
    return CaseDraw.objects.create(enrolment=one, case=case, block=block, number=number, **facts)


def school_topic(one: Programme, school: Org, topic: str = "班级管理") -> SchoolTopic:
    return SchoolTopic.objects.create(programme=one, school=school, topic=topic, chosen_at=AT)


def topic_wish(one: Enrolment, topic: str = "班级管理") -> TopicWish:
    return TopicWish.objects.create(enrolment=one, topic=topic, wished_at=AT)


def step_done(one: Enrolment, step: Step, *, how: str = How.WATCHED) -> StepDone:
    return StepDone.objects.create(enrolment=one, step=step, how=how, done_at=AT)


def course_done(one: Enrolment, course: Course, *, block: str = "law", hours: int = 2) -> CourseDone:
    return CourseDone.objects.create(enrolment=one, course=course, block=block, hours=Decimal(hours), done_at=AT)


def progress(one: Enrolment, step: Step, *, watched: str) -> Progress:
    return Progress.objects.create(
        person_id=one.person_id, enrolment_id=one.pk, kind=Item.STEP, item_id=step.pk, watched=watched, seconds=watched.count("1"),
        updated_at=AT,
    )  # fmt: skip


def lease(one: Enrolment, step: Step, *, number: int = 1, **facts) -> Lease:
    facts = {"nonce": number, "rate": 150, "started_at": AT} | facts
    return Lease.objects.create(person_id=one.person_id, number=number, enrolment_id=one.pk, kind=Item.STEP, item_id=step.pk, **facts)


def everything_pushed(one: Programme) -> int:
    return actions.push_compulsory(programme=one, by=SYSTEM, at=AT)


def assignment(one: Programme, unit: Org, *, block: str = "assigned", **facts) -> Assignment:
    return Assignment.objects.create(programme=one, unit=unit, block=block, **({"assigned_at": AT, "people": 1} | facts))


def note(one: Enrolment, step: Step, *, second: int = 5, text: str = "等了八秒") -> Note:
    return Note.objects.create(enrolment=one, kind=Item.STEP, item_id=step.pk, second=second, text=text, written_at=AT, saved_at=AT)


def cue_answer(one: Enrolment, step: Step, *, number: int = 1, **facts) -> CueAnswer:
    return CueAnswer.objects.create(enrolment=one, step=step, number=number, **({"asked_at": AT} | facts))


def presence_check(one: Enrolment, step: Step, *, is_answered: bool = True) -> PresenceCheck:
    return PresenceCheck.objects.create(
        enrolment=one, kind=Item.STEP, item_id=step.pk, second=30, waited_seconds=5, is_answered=is_answered, at=AT
    )  # fmt: skip


def course_post(one: Enrolment, step: Step, *, text: str = "先让学生自己读题，再请三个人说出已知条件。", **facts) -> CoursePost:
    facts = {"posted_at": AT, "fingerprint": next(_numbers)} | facts
    return CoursePost.objects.create(enrolment=one, step=step, programme_id=one.programme_id, text=text, **facts)


def activity_report(one: Enrolment, step: Step, *, state: str = ReportState.DRAFT, **facts) -> ActivityReport:
    if state != ReportState.DRAFT:
        facts = {"submitted_at": AT, "held_on": AT.date(), "text": "周三第二节在三年级二班上了一节公开课。", "remark": "见照片"} | facts
    return ActivityReport.objects.create(enrolment=one, step=step, unit_path=one.unit_path, state=state, **({"saved_at": AT} | facts))


def activity_photo(report: ActivityReport) -> ActivityPhoto:
    return ActivityPhoto.objects.create(report=report, file=stored_row(), added_at=AT)


def study_session(one: Programme, unit: Org, *, starts_at: datetime | None = None, minutes: int = 120, **facts) -> StudySession:
    """A session of the unit, nobody called yet; by default it began ten minutes before AT."""
    starts_at = starts_at or AT - timedelta(minutes=10)
    facts = {"title": f"集中学习{next(_numbers)}", "place": "报告厅", "window": "together", "hours": Decimal(2), "fixed_at": AT} | facts
    return StudySession.objects.create(
        programme=one, unit=unit, unit_path=unit.path, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), **facts
    )


def attendance(one: StudySession, who: Enrolment, *, state: str = Finding.PENDING) -> Attendance:
    return Attendance.objects.create(session=one, enrolment=who, state=state)


def attendance_mark(one: Attendance, *, source: str = MarkSource.SIGN_IN, finding: str = Finding.PRESENT, **facts) -> AttendanceMark:
    facts = {"at": AT, "made_at": AT, "reason": "手机没电"} | facts
    return AttendanceMark.objects.create(attendance=one, source=source, finding=finding, **facts)


def gate_import(one: Programme, unit: Org, **facts) -> GateImport:
    facts = {"file_name": "门禁.csv", "sha256": f"{next(_numbers):064x}", "created_at": AT} | facts
    return GateImport.objects.create(programme=one, unit=unit, unit_path=unit.path, **facts)


def gate_row(one: GateImport, *, number: int = 2, **facts) -> GateRow:
    return GateRow.objects.create(gate=one, number=number, **({"name": "王小明", "words": "本校没有这个人"} | facts))


def session_room(one: StudySession, *, name: str = "301 教室", host: Person | None = None) -> SessionRoom:
    return SessionRoom.objects.create(session=one, name=name, host=host)


def spot_check(one: StudySession, *, size: int = 3, seed: int = 7) -> SpotCheck:
    return SpotCheck.objects.create(session=one, size=size, seed=seed, drawn_at=AT)


def spot_check_entry(one: SpotCheck, who: Attendance, *, number: int = 1) -> SpotCheckEntry:
    return SpotCheckEntry.objects.create(check_list=one, attendance=who, number=number)


def leave_request(one: Attendance, *, reason: str = "孩子发烧，要去医院") -> LeaveRequest:
    return LeaveRequest.objects.create(attendance=one, reason=reason, applied_at=AT)


def point_package(point: Org, one: Programme, *, number: int = 1, **facts) -> PointPackage:
    facts = {"state": PackageState.READY, "asked_at": AT, "ready_at": AT, "storage_name": "0" * 32, "people": 1, "courses": 1} | facts
    return PointPackage.objects.create(point=point, programme=one, number=number, **facts)


def point_sync(package: PointPackage, **facts) -> PointSync:
    facts = {"sealed_at": AT, "received_at": AT, "people": 1, "seconds": 600, "done": 1} | facts
    return PointSync.objects.create(package=package, sha256=f"{next(_numbers):064x}", **facts)


def point_seat(point: Org, one: Programme, **facts) -> PointSeat:
    facts = {"package_id": 1, "package_number": 1, "package_made_at": AT, "centre_key": b"k" * 32, "sync_key": b"s" * 32} | facts
    return PointSeat.objects.create(point=point, programme=one, loaded_at=AT, **facts)


def package_step(one: Course, made: Package, *, title: str = "学课件", **rule) -> Step:
    """A step with a package; it counts when completed and open for a minute unless `rule` says otherwise."""
    return _step(one, StepKind.PACKAGE, title, content=content.write(content.Package(package_id=made.pk, **rule)))


def package_study(one: Enrolment, step: Step, **facts) -> PackageStudy:
    return PackageStudy.objects.create(enrolment=one, step=step, **({"opened_at": AT} | facts))


def package_run(study: PackageStudy, *, sco: str = "sco1", **facts) -> PackageRun:
    return PackageRun.objects.create(study=study, sco=sco, **({"attempt": study.attempt, "saved_at": AT} | facts))
