"""A small world in which every page has something to show, and which grows tenfold: for tests over all pages at once."""

from dataclasses import dataclass, field
from datetime import timedelta

from tests.access import factories as access
from tests.assessment import exam_factories as exams
from tests.assessment import factories as assessment
from tests.cast import SPACE, Cast
from tests.catalogue import factories as catalogue
from tests.credits import factories as credits_of
from tests.drafts import factories as drafts
from tests.evaluation import factories as evaluation_rows
from tests.fieldwork import factories as fieldwork
from tests.house import climbing, judging, order_keeping, placing, reviewing, shelving, studying, tooling
from tests.learning import factories as learning
from tests.notices import factories as notices
from tests.orgs import factories as orgs
from tests.people import factories as people
from tests.programmes import factories as programmes
from tests.workshops import factories as workshops
from tests.workshops import words_factories as spoken
from yanxiu.catalogue.models import Course, LessonCase
from yanxiu.evaluation import actions as evaluation
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.learning.models import Source
from yanxiu.people.models import RosterRow, Teaching
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.workshops import actions as workshops_actions
from yanxiu.workshops.models import Post, PostKind, Space

PLAN = """\
programme: {id: world, title: 全景方案, level: county, owner: 演示县教育局, year: 2026}
audience:
  - {id: all, stages: [初中, 高中]}
phases:
  - {id: topics, label: 学校选专题, for: [school_admin], do: [choose_topics]}
  - {id: courses, label: 教师选课程, from: 2020-01-01, to: 2098-12-31, for: [learner], do: [choose_courses]}
  - {id: study, label: 研修, from: 2020-01-01, to: 2098-12-31, for: [learner], do: [learn], unit_dates_within: true}
choose:
  - {what: topic, by: school_admin, from: block_topics, block: electives, within: topics}
  - {what: course, by: learner, from: chosen_topics, block: electives, within: courses, min_hours: 4}
learn:
  - {id: law, label: 法律法规, kind: compulsory, window: study, hours: 4, assign: auto_by_stage_subject}
  - {id: casework, label: 课例点评, kind: compulsory, window: study, hours: 6, assign: random_per_learner,
     items: {what: lesson_cases, count: 2, level: 省级, mode: review, hours_each: 3}, produce: [{name: 观课报告}]}
  - {id: electives, label: 选修课, kind: elective, window: study, min_hours: 4, assign: self_in_school_topics,
     topics: [班级管理, 信息技术]}
spaces:
  - {type: topic_workshop, per: topic, hosts: many, cap: 500, split: {by: [platform, host], into: sub_workshop}}
duties:
  topic_host:
    - {id: th_briefing, metric: briefing.issued, kinds: [研修简报], min: 5, per: workshop, in: study}
    - {id: th_answers, metric: qa.answered, min: 10, per: person, in: study}
assess:
  - {kind: course, id: course, needs: [steps, test, homework]}
  - {kind: score, id: paper_exam, label: 综合考核, of: [learner], pass_score: 60}
  - {kind: decision, id: host, label: 工作坊主持人考核, of: [topic_host], by: [县项目办], grades: [合格, 不合格], pass_grade: 合格,
     counters: {person: [briefing.issued], workshop: [briefing.issued]}}
  - {kind: score, id: business, label: 业务考评, of: [school], by: [进修校]}
  - {kind: rule, id: learner, of: [learner], label: 年度考核, pass: {all: [law, casework, electives]}}
credit: {unit: hour, ratio: 1, cutoff: "12-31", awards: [{id: courses, rule: per_course, to: [learner], register_only_if: learner}]}
"""


@dataclass(kw_only=True)
class World:
    """The cast at work.

    `ids`: for each parameter of an address the value that some member can open; keys may name the address. `also`: more addresses of
    pages with several faces, by a name for each.
    """

    cast: Cast
    programme: Programme
    enrolment: Enrolment
    space: Space
    course: Course
    case: LessonCase
    ids: dict[str, object] = field(default_factory=dict)
    also: dict[str, str] = field(default_factory=dict)
    study: studying.Study | None = None
    reviewed: reviewing.Reviewed | None = None
    scored: exams.Exam | None = None

    def value(self, name: str, parameter: str) -> object | None:
        """The sample for a parameter of the address of that name, None when the world has none."""
        return self.ids.get(f"{name}:{parameter}", self.ids.get(parameter))

    def grow(self, times: int = 9) -> None:
        """Let everything be there that many times more."""
        for number in range(times):
            _someone(self, number)
            _written(self)
            _studied(self)
            _kept(self)
            order_keeping.lay(self)
            _examined(self)
            placing.lay(self)
            shelving.more(self)
            climbing.more(self)
            if self.study is not None:
                studying.more(self, self.study)
            if self.reviewed is not None:
                reviewing.more(self, self.reviewed)


def build(cast: Cast) -> World:
    """One of everything, around 李雷 and his school."""
    programme = programmes.running(cast.county, source=PLAN, code="world")
    evaluation.lay_down(version=programme.current, by=SYSTEM, at=programmes.AT)
    person = cast.person("李雷")
    Teaching.objects.filter(person=person).update(stage="初中", subject="数学")
    enrolment = programmes.enrolment(programme, person)
    space = workshops.space(cast.county, programme=programme, pk=SPACE, topic="班级管理", title="班级管理工作坊")
    workshops.membership(space, person)
    course = learning.course(cast.county, title="班级里的法律")
    case = learning.lesson_case(cast.county, stage="初中", subject="数学", seconds=60)
    world = World(cast=cast, programme=programme, enrolment=enrolment, space=space, course=course, case=case)
    _units(world)
    _studied(world, first=True)
    _written(world)
    _kept(world)
    order_keeping.lay(world)
    _examined(world)
    world.study = studying.lay(world)
    world.reviewed = reviewing.lay(world)
    judging.lay(world)
    placing.lay(world)
    shelving.lay(world)
    climbing.lay(world)
    return world


def _units(world: World) -> None:
    cast = world.cast
    draft = programmes.programme(cast.county, code="drafted", title="明年的方案")
    programmes.draft(draft)
    access.appointment(cast.person("王老师"), "tutor", cast.county)
    learning.school_topic(world.programme, cast.school)
    world.ids |= {
        "unit_id": cast.school.pk, "school_id": cast.school.pk, "person_id": cast.person("李雷").pk, "programme_id": world.programme.pk,
        "enrolment_id": world.enrolment.pk, "course_id": world.course.pk, "case_id": world.case.pk, "space_id": world.space.pk,
        "number": 1, "key": "study", "kind": "text", "section": "forms", "programmes:draft:programme_id": draft.pk,
        "programmes:publish:programme_id": draft.pk, "workshops:write:kind": "briefing",
    }  # fmt: skip


def _someone(world: World, number: int) -> None:
    """A colleague with account, seat and office; a school beside; a programme more."""
    cast = world.cast
    school = orgs.org(parent=cast.county, name=f"第{number + 2}中学")
    colleague = learning.participant(world.programme, cast.school, stage="初中", subject="数学")
    learning.participant(world.programme, school, stage="初中", subject="数学")
    workshops.membership(world.space, colleague.person)
    workshops.membership(world.space, programmes.teacher(cast.school), state="requested")
    access.appointment(colleague.person, "school_admin", cast.school)
    other = programmes.running(cast.county, source=PLAN)
    Programme.objects.filter(pk=other.pk).update(created_at=programmes.AT - timedelta(days=365))  # the newest is the one that pages show
    learning.course(cast.county)
    learning.lesson_case(cast.county, stage="初中", subject="数学")
    workshops.space(cast.county, programme=world.programme)


def _written(world: World) -> None:
    """A briefing read, a draft, a discussion with a reply, a question with an answer."""
    cast, space = world.cast, world.space
    learner = programmes.learner(cast.person("李雷"))
    host = workshops.host(space, cast.person("王老师"))
    briefing = workshops.post(space, host, kind=PostKind.BRIEFING)
    workshops.read(briefing, cast.person("李雷"))
    draft = workshops.draft(space, host)
    discussion = workshops.post(space, learner)
    question = workshops.post(space, learner, kind=PostKind.QUESTION)
    for thread in (world.ids.get("post"), discussion):
        if thread is not None:
            workshops.reply(thread, learner)
    workshops.answer(world.ids.setdefault("asked", question), host)
    praised = programmes.teacher(cast.school)
    workshops.membership(space, praised)
    given = workshops.praise(space, praised, cast.person("王老师"))
    workshops.nudge(space, praised)
    share = workshops.host_share(space, cast.person("王老师"), words=f"周五 {given.pk}")
    if not workshops.PointRule.objects.filter(space=space).exists():
        workshops.point_rule(space, a_day=4)
    world.ids.setdefault("post", discussion)
    world.ids.setdefault("post_id", question.pk)
    _said(world, discussion, learner)
    world.ids |= {"praise_id": given.pk, "share_id": share.pk}
    world.ids.setdefault("workshops:readers:post_id", briefing.pk)
    world.ids.setdefault("workshops:edit_draft:post_id", draft.pk)
    tooling.lay(world, host)


def _said(world: World, discussion: Post, learner: Actor) -> None:
    """A journal, words that quote and name, a picture, a draft; all of it can be found."""
    person, thread = world.cast.person("李雷"), world.ids["post"]
    log = workshops_actions.publish_log(
        space=world.space, title=f"今天的课 {discussion.pk}", source="课堂上等了三秒", by=learner, at=workshops.AT
    )
    quoting = workshops.reply(thread, learner)
    Post.objects.filter(pk=quoting.pk).update(quoted=workshops.reply(thread, learner))
    spoken.post_image(quoting)
    spoken.mention(quoting, world.cast.person("王老师"))
    workshops_actions.index_words(posts=[discussion, log, quoting], by=SYSTEM, at=workshops.AT)
    world.ids["draft_id"] = drafts.draft(person).pk
    drafts.draft(person, discarded_at=clock.now())
    world.also |= {"posts found": "/workshops/find/?q=课堂", "everything found": "/search/?q=课堂"}


def _studied(world: World, *, first: bool = False) -> None:
    """A course with a step of every kind in 李雷's list and a case drawn for him; homework handed in, a test sat, an entry kept."""
    one, cast = world.enrolment, world.cast
    course = world.course if first else learning.course(cast.county)
    film, reading, asked = learning.video(course), learning.text(course), learning.questions(course)
    quiz = assessment.quiz_step(course)
    homework = assessment.homework_step(course)
    learning.selection(one, learning.offering(world.programme, course))
    elective = learning.course(cast.county)
    learning.offering(world.programme, elective, block="electives", topic="班级管理")
    case = world.case if first else learning.lesson_case(cast.county, stage="初中", subject="数学", seconds=60)
    number = one.programme_id and learning.CaseDraw.objects.filter(enrolment=one).count() + 1
    learning.case_draw(one, case, number=number)
    learning.step_done(one, reading)
    sat = assessment.handed_in(one, quiz)
    sitting = exams.sitting(exam=exams.exam(programme=world.programme), enrolment=one)
    exams.sitting_answer(sitting=sitting)
    attachment = assessment.attachment(one, homework)
    submission = assessment.submission(one, homework)
    entry = credits_of.entry(cast.person("李雷"), world.programme, key=f"world:{course.pk}")
    if first:
        waiting = learning.course(cast.county)
        second = assessment.homework_step(waiting)
        learning.selection(one, learning.offering(world.programme, waiting), source=Source.PUSHED)
        world.ids |= {
            "step_id": film.pk, "learning:answer_questions:step_id": asked.pk, "assessment:test:step_id": quiz.pk,
            "assessment:homework:step_id": second.pk, "attempt_id": sat.pk, "submission_id": submission.pk,
            "attachment_id": attachment.pk, "entry_id": entry.pk, "assessment:sitting:sitting_id": sitting.pk,
        }  # fmt: skip


def _examined(world: World) -> None:
    """A bank with questions in use, waiting and half typed, a paper of each state, an exam of each state with a sitting."""
    cast = world.cast
    point = exams.knowledge_point(owner=cast.county)
    question = exams.bank_question(owner=cast.county, point=point)
    waiting = exams.bank_question(owner=cast.county, point=point, is_approved=False, state="review")
    paper = exams.paper(owner=cast.county)
    draft = exams.paper(owner=cast.county)
    type(draft).objects.filter(pk=draft.pk).update(published_at=None, points=None)
    exam = exams.exam(programme=world.programme, paper=paper)
    planned = exams.exam(programme=world.programme, paper=paper, announced_at=None)
    seat = exams.sitting(exam=exam, away_times=2)
    exams.exam_allowance(exam=exam, enrolment=seat.enrolment)
    for key, value in {
        "assessment:question:question_id": question.pk, "assessment:edit_question:question_id": question.pk,
        "assessment:review_question:question_id": waiting.pk, "assessment:rename_point:point_id": point.pk, "paper_id": paper.pk,
        "assessment:pick_questions:paper_id": draft.pk, "type": "single", "exam_id": exam.pk,
        "assessment:correct_exam:exam_id": planned.pk, "assessment:draft_exam:programme_id": world.programme.pk,
        "assessment": "paper_exam", **_scored(world),
    }.items():  # fmt: skip
        world.ids.setdefault(key, value)


def _scored(world: World) -> dict[str, object]:
    """An exam of 李雷 and of somebody else with an essay that waits for a mark, results that are shown, a ruling, an appeal, scores."""
    exam = world.scored = world.scored or exams.exam(
        programme=world.programme, paper=exams.paper(exams.ESSAY, owner=world.cast.county), edition=1, released_at=exams.factories.AT,
        appeal_days=30_000, reveal="answers",
    )  # fmt: skip
    is_first = not exams.Sitting.objects.filter(exam=exam).exists()
    someone = world.enrolment if is_first else learning.participant(world.programme, world.cast.school, stage="初中", subject="数学")
    own, other = (
        exams.sitting(exam=exam, enrolment=one, handed_in_at=exams.factories.AT + timedelta(minutes=9))
        for one in (someone, learning.participant(world.programme, world.cast.school, stage="初中", subject="数学"))
    )
    for one in (own, other):
        exams.sitting_answer(sitting=one, number=1, given="先说事实，再谈判断。")
        exams.sitting_result(sitting=one, points_each=["6"])
        exams.marking_task(sitting=one)
    exams.score_ruling(exam=exam, edition=1)
    exams.entered_score(enrolment=other.enrolment, assessment="paper_exam")
    pages = ("results", "exam_results", "item_analysis", "export_items", "markers", "rulings", "ruling", "desk")
    return {
        **{f"assessment:{page}:exam_id": exam.pk for page in pages}, "assessment:ruling:version_id": own.sheet[0][0],
        "assessment:sitting_result:sitting_id": own.pk, "appeal_id": exams.score_appeal(sitting=other).pk,
    }  # fmt: skip


def _kept(world: World) -> None:
    """What offices keep: drafts of courses and cases, notices, messages, research lessons, rosters, leaves, hosts' roles."""
    cast = world.cast
    author = catalogue.worker("county_admin", cast.county, person_id=cast.person("教务").pk)
    course = catalogue.course(owner=cast.county, by=author)
    step = catalogue.step(course=course, by=author)
    case = catalogue.lesson_case(owner=cast.county, by=author)
    lesson = fieldwork.research_lesson(world.enrolment)
    office = cast.actor("教务")
    notice = notices.notice(issued_by=office.person_id, org=cast.county)
    delivery = notices.delivery(cast.person("李雷"), of=notice)
    text = {"kind": "text", "title": "读", "content": {"source": "读。"}}
    brought = catalogue.course_import(owner=cast.county, person_id=office.person_id, plan={"origin": "files", "steps": [text]})
    questions = exams.question_import(owner=cast.county, person_id=office.person_id)
    _planned(world)
    roster = world.ids.get("roster") or people.roster_import(cast.county)
    row = people.roster_row(roster, number=2 + RosterRow.objects.filter(roster=roster).count())
    leaving = learning.participant(world.programme, cast.school, stage="初中", subject="数学")
    withdrawal = programmes.withdrawal(leaving)
    evaluation_rows.role(world.programme, leaving.person)
    for key, value in {
        "roster": roster, "roster_id": roster.pk, "row_id": row.pk, "lesson_id": lesson.pk, "notice_id": notice.pk,
        "delivery_id": delivery.pk, "withdrawal_id": withdrawal.pk, "catalogue:add_step:course_id": course.pk,
        "catalogue:correct_course:course_id": course.pk, "catalogue:replace_step:step_id": step.pk,
        "catalogue:preview_step:step_id": step.pk, "catalogue:correct_case:case_id": case.pk, "import_id": brought.pk,
        "assessment:question_import:import_id": questions.pk, "assessment:refused_questions:import_id": questions.pk,
    }.items():  # fmt: skip
        world.ids.setdefault(key, value)


def _planned(world: World) -> None:
    """A school plan with everybody's own beside it, a draft of 李雷, articles in every state, a public side."""
    cast, one = world.cast, world.enrolment
    if "fieldwork:plan_people:plan_id" not in world.ids:
        school = fieldwork.study_plan(world.programme, cast.school)
        own = fieldwork.study_plan(world.programme, cast.school, level="personal", person_id=one.person_id, parent=school, state="draft")
        people.personal_page(cast.person("李雷"))
        free = fieldwork.article(one, state="draft", title="反思")
        pages = ("plan", "print_plan", "plan_people", "export_plan")
        world.ids |= {f"fieldwork:{page}:plan_id": school.pk for page in pages}
        world.ids |= {"school_plan": school, "plan_id": own.pk, "key": "study", "article_id": free.pk, "way": "up"}
    school = world.ids["school_plan"]
    wanted = fieldwork.plan_item(school)
    world.ids.setdefault("item_id", wanted.pk)
    colleague = learning.participant(world.programme, cast.school, stage="初中", subject="数学")
    plan = fieldwork.study_plan(world.programme, cast.school, level="personal", person_id=colleague.person_id, parent=school)
    fieldwork.plan_item(plan, serves=wanted)
    fieldwork.article(one)
    fieldwork.article(colleague)
    fieldwork.study_plan(world.programme, cast.school, level="group", group=f"第{plan.pk}组")
