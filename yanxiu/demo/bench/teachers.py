"""Teachers who study, in a throw-away installation: schools of forty, a running programme, courses and lesson cases, progress of all."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from yanxiu.catalogue.models import CaseLevel, Course, CourseState, LessonCase, Step, StepKind
from yanxiu.files.models import StoredFile
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Account, AccountState, Person
from yanxiu.programmes import actions as programmes
from yanxiu.programmes.models import Enrolment, Offering, Programme

CODE: Final = "bench-study"
SCHOOL: Final = 40
FILM_SECONDS: Final = 900
STAGES: Final = ("小学", "初中", "高中")
SUBJECTS: Final = ("语文", "数学", "英语", "物理", "化学", "历史", "地理", "音乐", "美术", "信息技术")
CASES_EACH: Final = 40
PLAN: Final = """\
programme: {id: bench, title: 测量, level: county, owner: 测量县, year: 2026}
audience:
  - {id: all, stages: [小学, 初中, 高中]}
phases:
  - {id: topics, label: 学校选专题, for: [school_admin], do: [choose_topics]}
  - {id: courses, label: 教师选课程, from: 2020-01-01, to: 2098-12-31, for: [learner], do: [choose_courses]}
  - {id: study, label: 研修, from: 2020-01-01, to: 2098-12-31, for: [learner], do: [learn]}
choose:
  - {what: topic, by: school_admin, from: block_topics, block: electives, within: topics}
  - {what: course, by: learner, from: chosen_topics, block: electives, within: courses, min_hours: 4}
learn:
  - {id: law, label: 法律法规, kind: compulsory, window: study, hours: 4, assign: auto_by_stage_subject}
  - {id: casework, label: 课例点评, kind: compulsory, window: study, hours: 12, assign: random_per_learner,
     items: {what: lesson_cases, count: 4, level: 省级, mode: review, hours_each: 3}, produce: [{name: 观课报告}]}
  - {id: electives, label: 选修课, kind: elective, window: study, min_hours: 4, assign: self_in_school_topics,
     topics: [班级管理, 信息技术]}
assess:
  - {kind: course, id: course, needs: [steps, test, homework]}
"""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The programme with its county, and the first step of each kind that is looked at."""

    programme: Programme
    county: Org
    video: Step
    text: Step


def prepare() -> Ground:
    """Make county, programme, six courses of video and text in it, and cases of every stage and subject."""
    at = now() - timedelta(days=30)
    nation = Org.objects.filter(kind=Kind.NATION).order_by("pk").first() or org("全国", Kind.NATION, None)
    county = org("测量县", Kind.COUNTY, nation)
    programme = programmes.create_programme(owner=county, code=CODE, title="测量", by=SYSTEM, at=at)
    programmes.publish(programme=programme, source=PLAN, parameters={}, by=SYSTEM, at=at)
    programme.refresh_from_db()
    media = StoredFile.objects.create(
        storage_name="bench", name="讲座.mp4", kind="video", media_type="video/mp4", size_bytes=1, sha256="0" * 64, seconds=FILM_SECONDS,
        uploaded_at=at,
    )  # fmt: skip
    steps = [_course(programme, county, media, number, at) for number in range(12)]
    LessonCase.objects.bulk_create(
        [
            LessonCase(
                title=f"{stage}{subject}课例 {number}", level=CaseLevel.PROVINCE, stage=stage, subject=subject, author_name="郑州",
                media=media, seconds=FILM_SECONDS, owner=county, published_at=at,
            )
            for stage in STAGES for subject in SUBJECTS for number in range(CASES_EACH)
        ]
    )  # fmt: skip
    return Ground(programme=programme, county=county, video=steps[0][0], text=steps[0][1])


def found() -> Ground | None:
    """Return what `prepare` made, None before it."""
    programme = Programme.objects.filter(code=CODE).select_related("owner").first()
    if programme is None:
        return None
    steps = Step.objects.filter(course__owner=programme.owner).order_by("course_id", "number")[:2]
    return Ground(programme=programme, county=programme.owner, video=steps[0], text=steps[1])


def enrol(ground: Ground, people: int) -> None:
    """Bring the participants to so many, in schools of forty, each with an account, the courses of the list and some progress."""
    before = Enrolment.objects.filter(programme=ground.programme).count()
    at = now() - timedelta(days=20)
    while before < people:
        school = org(f"第 {before // SCHOOL + 1} 学校", Kind.SCHOOL, ground.county)
        _staff(ground.programme, school, range(before, min(before + SCHOOL, people)), at)
        before += SCHOOL
    for statement in (_TOPICS, _SELECT, _PROGRESS, _DONE):
        sql.run(statement, {"programme": ground.programme.pk, "at": at, "film": FILM_SECONDS})
    sql.run("ANALYZE")


def org(name: str, kind: Kind, parent: Org | None) -> Org:
    """Make a unit below another."""
    row = Org.objects.create(name=name, kind=kind, parent=parent, path=f"new-{Org.objects.count()}")
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    row.save(update_fields=["path"])
    return row


def _course(programme: Programme, owner: Org, media: StoredFile, number: int, at: datetime) -> tuple[Step, Step]:
    made = Course.objects.create(
        title=f"测量课程 {number + 1}", hours=Decimal(2), owner=owner, state=CourseState.PUBLISHED, created_at=at, published_at=at
    )
    film = Step.objects.create(course=made, number=1, kind=StepKind.VIDEO, title="看一段", seconds=FILM_SECONDS, media=media)
    text = Step.objects.create(course=made, number=2, kind=StepKind.TEXT, title="读一篇", body="<p>课堂里的一次对话。</p>" * 40)
    block, topic = ("law", "") if number < 2 else ("electives", ("班级管理", "信息技术")[number % 2])
    Offering.objects.create(programme=programme, course=made, block=block, topic=topic, hours=Decimal(2))
    return film, text


def _staff(programme: Programme, school: Org, numbers: range, at: datetime) -> None:
    people = Person.objects.bulk_create(
        [Person(name=f"教师{n}", sort_key=f"js{n:07d}", initials="js", unit=school, unit_path=school.path, created_at=at) for n in numbers]
    )
    Account.objects.bulk_create(
        [
            Account(person=one, username=f"study{n}", state=AccountState.ACTIVE, security_stamp="bench", activated_at=at, created_at=at)
            for n, one in zip(numbers, people, strict=True)
        ]
    )
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                programme=programme, version_id=programme.current_id or 0, person=one, unit=school, unit_path=school.path,
                stage=STAGES[n % len(STAGES)], subject=SUBJECTS[n // len(STAGES) % len(SUBJECTS)], enrolled_at=at,
            )
            for n, one in zip(numbers, people, strict=True)
        ]
    )  # fmt: skip


_TOPICS = """
INSERT INTO learning_schooltopic (programme_id, school_id, topic, chosen_at)
SELECT DISTINCT e.programme_id, e.unit_id, t.topic, %(at)s::timestamptz
FROM programmes_enrolment e CROSS JOIN (VALUES ('班级管理'), ('信息技术')) t(topic)
WHERE e.programme_id = %(programme)s
  AND NOT EXISTS (SELECT FROM learning_schooltopic k WHERE k.programme_id = e.programme_id AND k.school_id = e.unit_id)
"""
_SELECT = """
INSERT INTO learning_selection (enrolment_id, offering_id, block, source, by_choice, needs, chosen_at, drop_reason)
SELECT e.id, o.id, o.block, CASE o.block WHEN 'law' THEN 'pushed' ELSE 'chosen' END, o.block <> 'law', '{video,text}', %(at)s, ''
FROM programmes_enrolment e JOIN programmes_offering o ON o.programme_id = e.programme_id AND (o.block = 'law' OR (o.id + e.id) %% 3 = 0)
WHERE e.programme_id = %(programme)s AND NOT EXISTS (SELECT FROM learning_selection s WHERE s.enrolment_id = e.id)
"""
_PROGRESS = """
INSERT INTO learning_progress (person_id, enrolment_id, kind, item_id, watched, seconds, position, updated_at)
SELECT e.person_id, e.id, 1, t.id, (repeat('1', 300) || repeat('0', %(film)s - 300))::varbit, 300, 300, %(at)s
FROM programmes_enrolment e JOIN learning_selection s ON s.enrolment_id = e.id JOIN programmes_offering o ON o.id = s.offering_id
JOIN catalogue_step t ON t.course_id = o.course_id AND t.kind = 'video'
WHERE e.programme_id = %(programme)s ON CONFLICT DO NOTHING
"""
_DONE = """
INSERT INTO learning_stepdone (enrolment_id, step_id, how, done_at)
SELECT e.id, t.id, 'read', %(at)s
FROM programmes_enrolment e JOIN learning_selection s ON s.enrolment_id = e.id JOIN programmes_offering o ON o.id = s.offering_id
JOIN catalogue_step t ON t.course_id = o.course_id AND t.kind = 'text'
WHERE e.programme_id = %(programme)s AND s.block = 'electives' ON CONFLICT DO NOTHING
"""
