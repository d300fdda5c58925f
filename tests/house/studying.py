"""What the small world holds of study: a step of every kind, packages, study days, points, inquiries, guidance, certificates."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from tests.assessment import factories as assessment
from tests.catalogue import factories as catalogue
from tests.files.factories import stored_row
from tests.integrity import factories as integrity
from tests.learning import factories as learning
from tests.orgs import factories as orgs
from tests.workshops import factories as workshops
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Course, Step, StepKind
from yanxiu.credits import certificates
from yanxiu.credits.models import Certificate
from yanxiu.integrity.models import IndexedText, Inquiry
from yanxiu.kit import clock
from yanxiu.learning.models import StudySession
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Person
from yanxiu.workshops.models import GuidanceNote, GuidanceQuestion

if TYPE_CHECKING:
    from tests.house.world import World


@dataclass(kw_only=True)
class Study:
    """What growing needs again: the course with a step of every kind, and the point with so many packages."""

    every: Course
    point: Org
    packages: int = 1


def lay(world: "World") -> Study:
    """One of everything, with the addresses that show it."""
    cast, one = world.cast, world.enrolment
    author = catalogue.worker("county_admin", cast.county, person_id=cast.person("教务").pk)
    study = Study(
        every=learning.course(cast.county, title="每种环节各一个"), point=orgs.org(parent=cast.county, kind=Kind.POINT, name="山里的教学点")
    )
    learning.selection(one, learning.offering(world.programme, study.every))
    for step in _steps(world, study.every):
        world.also[f"learning:step of {step.kind}"] = reverse("learning:step", args=[one.pk, step.pk])
    made = learning.point_package(study.point, world.programme)
    learning.point_seat(study.point, world.programme)
    drafted = catalogue.course(owner=cast.county, by=author)
    assessment.rubric(cast.county)
    world.ids |= {
        "learning:package_codes:package_id": made.pk, "module_id": catalogue.module(course=drafted).pk,
        "catalogue:edit_course:course_id": drafted.pk, "catalogue:package:course_id": drafted.pk,
        "catalogue:package:package_id": catalogue.package(owner=cast.county).pk, "credits:verify_certificate:code": _certificate(world).code,
        "learning:export_notes:kind": 1, "learning:export_notes:item_id": Step.objects.filter(course=study.every, kind="video").get().pk,
    }  # fmt: skip
    more(world, study)
    return study


def more(world: "World", study: Study) -> None:
    """As much again of what pages list."""
    for step in Step.objects.filter(course=study.every).order_by("number"):
        learning.note(world.enrolment, step)
        if step.kind == StepKind.DISCUSSION:
            learning.course_post(world.enrolment, step)
    learning.text(study.every)
    catalogue.package(owner=world.cast.county)
    study.packages += 1
    learning.point_sync(learning.point_package(study.point, world.programme, number=study.packages))
    _days(world)
    _inquiry(world)
    _guided(world)


def _steps(world: "World", course: Course) -> list[Step]:
    case = learning.lesson_case(world.cast.county, commentary="好在等待。")
    film = learning.video(course)
    film.content = content.write(content.CueSheet(cues=(content.Cue(second=20, question=content.Question(**_QUESTION)),)))
    film.save()
    kept = [
        (StepKind.AUDIO, content.CueSheet(), {"seconds": 60, "media": stored_row(seconds=60)}),
        (StepKind.DOCUMENT, content.Document(), {"media": stored_row(name="讲义.pdf", kind="document")}),
        (StepKind.IMAGES, content.ImageSet(pictures=(content.Picture(file_id=stored_row().pk, caption="板书"),)), {}),
        (StepKind.DISCUSSION, content.Discussion(prompt="您怎样追问？"), {}),
        (StepKind.CASE, content.CaseStudy(case_id=case.pk, needs_report=True), {}),
        (StepKind.LINK, content.Link(url="https://www.moe.gov.cn/", why="原文在教育部网站"), {}),
        (StepKind.OFFLINE, content.Offline(task="组织一次听评课"), {}),
    ]
    steps = [learning._step(course, kind, kind.label, content=content.write(held), **facts) for kind, held, facts in kept]
    report = learning.activity_report(world.enrolment, steps[-1], state="submitted")
    learning.activity_photo(report)
    world.ids["report_id"] = report.pk
    package = learning.package_step(course, catalogue.package(owner=world.cast.county, scos=3))
    learning.package_run(learning.package_study(world.enrolment, package))
    works = [assessment.quiz_step(course), assessment.homework_step(course)]
    return [film, *steps, package, *works, learning.text(course), learning.questions(course)]


def _days(world: "World") -> None:
    """A study day that is on now, with leave, spot check and a gate file."""
    one = learning.study_session(world.programme, world.cast.school, starts_at=clock.now() - timedelta(minutes=10))
    place = learning.attendance(one, world.enrolment)
    learning.attendance_mark(place)
    leave = learning.leave_request(place)
    room = learning.session_room(one, host=world.enrolment.person)
    check = learning.spot_check(one)
    learning.spot_check_entry(check, place)
    world.ids.setdefault("assignment_id", learning.assignment(world.programme, world.cast.county).pk)
    gate = learning.gate_import(world.programme, world.cast.school)
    learning.gate_row(gate)
    for key, value in {
        "session_id": one.pk, "attendance_id": place.pk, "check_id": check.pk, "gate_id": gate.pk, "request_id": leave.pk,
        "room_id": room.pk,
    }.items():  # fmt: skip
        world.ids.setdefault(key, value)
    first = StudySession.objects.get(pk=world.ids["session_id"])
    colleague = learning.participant(world.programme, world.cast.school, stage="初中", subject="数学")
    learning.attendance_mark(learning.attendance(first, colleague))


def _inquiry(world: "World") -> None:
    """An inquiry about 李雷 that he was asked about, and signals nobody has looked at."""
    cast, at = world.cast, clock.now()
    teacher = cast.person("李雷")
    integrity.signal(teacher)
    if "inquiry_id" not in world.ids:
        facts = {"state": "asked", "asked_at": at, "due_at": at + timedelta(days=7), "question": "请说明当时的情况。"}
        one = integrity.inquiry(teacher, seat=cast.county, appeal_seat=cast.city, opened_by=cast.person("教务").pk, **facts)
        world.ids |= {"inquiry_id": one.pk}
    one = Inquiry.objects.get(pk=world.ids["inquiry_id"])
    integrity.handling(integrity.signal(teacher), inquiry=one)
    integrity.enclosure(integrity.statement(one))
    _texts(world, teacher)


def _texts(world: "World", teacher: Person) -> None:
    """A noticed text of 李雷, another of his school that it is like, and a public text of the county."""
    mine = integrity.indexed_text(teacher, object_type="essay", is_noticed=True, share="0.620")
    other = integrity.indexed_text(learning.participant(world.programme, world.cast.school).person, object_type="essay")
    integrity.likeness(mine, other)
    public = integrity.public_text(world.cast.county)
    world.ids.setdefault("integrity:compare:text_id", mine.pk)
    world.ids.setdefault("integrity:compare:other_id", other.pk)
    first = IndexedText.objects.get(pk=world.ids["integrity:compare:text_id"])
    integrity.likeness(first, integrity.indexed_text(teacher, object_type="essay"))
    for name in ("public_text", "remove_public_text", "put_back_public_text"):
        world.ids.setdefault(f"integrity:{name}:text_id", public.pk)


def _certificate(world: "World") -> Certificate:
    code = "WXYZ" * 5
    facts = {
        "code": code, "title": "培训证书", "name": "李雷", "unit": "演示县实验中学", "programme": "全景方案", "amount": "36", "unit_word": "学时",
        "credit_class": "", "years": "2026", "issuer": "演示县教育局", "issued_on": "2026 年 11 月 20 日", "number": "演示 0001",
    }  # fmt: skip
    return Certificate.objects.create(
        code=code, number=facts["number"], person=world.cast.person("李雷"), programme=world.programme, certificate_key="year", facts=facts,
        signature=certificates.signature_of(facts), issued_at=clock.now(),
    )  # fmt: skip


def _guided(world: "World") -> None:
    question = workshops.guidance_question(world.enrolment)
    note = workshops.guidance_note(world.programme, world.cast.person("王老师"), scope_path=world.cast.county.path)
    world.ids.setdefault("question_id", question.pk)
    world.ids.setdefault("note_id", note.pk)
    workshops.guidance_answer(GuidanceQuestion.objects.get(pk=world.ids["question_id"]), world.cast.person("王老师"))
    colleague = learning.participant(world.programme, world.cast.school, stage="初中", subject="数学")
    workshops.guidance_receipt(GuidanceNote.objects.get(pk=world.ids["note_id"]), colleague.person)


_QUESTION = {"kind": "single", "stem": "教师追问以后等了几秒？", "options": ("三秒", "七秒"), "answers": (1,)}
