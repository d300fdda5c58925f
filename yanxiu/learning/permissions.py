"""Who may choose, study and look: a check that raises with the reason, and the matching set."""

from datetime import datetime
from typing import ClassVar

from django.db.models import Q, QuerySet

from yanxiu.access.permissions import Permission
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.kit.rules import check_may, holds
from yanxiu.learning.models import ActivityReport, Assignment, Attendance, PointSeat, ReportState, SessionRoom, SpotCheck, StudySession
from yanxiu.learning.queries import curriculum, needs
from yanxiu.learning.queries.needs import Needs
from yanxiu.orgs.models import Kind, Org
from yanxiu.programmes.models import Enrolment, EnrolmentState, Programme, ProgrammeState
from yanxiu.programmes.permissions import WindowClosed, check_window_open
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.programmes.queries.windows import Span, moment_words, window_of


class NeedsUnsaid(Conflict):
    """The plan asks for the needs survey first, and it was not answered."""

    code: ClassVar[str] = "needs_unsaid"


FIX = Permission.LEARNING_FIX_SESSIONS
KEEP = Permission.LEARNING_KEEP_ATTENDANCE


def visible_enrolments(actor: Actor) -> QuerySet[Enrolment]:
    """Return the participants whose study the actor may see: oneself, and those in the scope."""
    found = Q(person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    for path in actor.paths(Permission.LEARNING_VIEW):
        found |= Q(unit_path__startswith=path)
    return Enrolment.objects.filter(found)


def check_can_view_enrolment(actor: Actor, enrolment: Enrolment) -> None:
    """Raise NotFound unless the participant is the actor or in the actor's scope."""
    if actor.person_id is not None and actor.person_id == enrolment.person_id:
        return
    if not actor.may(Permission.LEARNING_VIEW, path=enrolment.unit_path):
        raise NotFound("没有找到这位参训教师，或不在您当前身份的范围里。")


def own_enrolments(actor: Actor) -> QuerySet[Enrolment]:
    """Return the actor's own participations."""
    if actor.person_id is None:
        return Enrolment.objects.none()
    return Enrolment.objects.filter(person_id=actor.person_id).select_related("programme", "unit", "person")


def check_can_study(actor: Actor, enrolment: Enrolment) -> None:
    """Raise NotPermitted unless the actor is the participant, Conflict when the participation or the programme is over."""
    if actor.person_id is None or actor.person_id != enrolment.person_id:
        raise NotPermitted("课程由参训教师本人学，别人不能代学。")
    if enrolment.state != EnrolmentState.ACTIVE:
        raise Conflict("您已从这个项目报删，学习不再计入。有疑问请找学校管理员。")
    if enrolment.programme.state != ProgrammeState.RUNNING:
        raise Conflict(f"{enrolment.programme.title}已结束，课程还可以看，不再计学时。")


def check_can_keep_notes(actor: Actor, enrolment: Enrolment) -> None:
    """Raise NotPermitted unless the actor is the participant: notes are one's own, also after the programme."""
    if actor.person_id is None or actor.person_id != enrolment.person_id:
        raise NotPermitted("笔记只有本人能看、能写。")


def visible_reports(actor: Actor) -> QuerySet[ActivityReport]:
    """Return the reports handed in by participants in the scope, which the actor may confirm; never the own one."""
    found = Q(pk__in=[])
    for path in actor.paths(Permission.LEARNING_CONFIRM):
        found |= Q(unit_path__startswith=path)
    handed_in = ActivityReport.objects.exclude(state=ReportState.DRAFT)
    return handed_in.filter(found).exclude(enrolment__person_id=actor.person_id or 0)


def check_can_confirm(actor: Actor, report: ActivityReport) -> None:
    """Raise NotPermitted unless the actor confirms activities there and it is another's (four eyes)."""
    check_may(actor, Permission.LEARNING_CONFIRM, "线下活动由本校的学校管理员、研修组长或指导教师确认。", path=report.unit_path)
    if actor.person_id == report.enrolment.person_id:
        raise NotPermitted("自己的活动由别人确认，请找学校管理员或指导教师。")


def study_window(enrolment: Enrolment, block_id: str) -> Span | None:
    """Return the window in which a block is studied, as it holds for the unit; None when the plan dates none. Cost: one query."""
    block = curriculum.block_of(plan_of(enrolment.version_id), block_id)
    return window_of(enrolment.version_id, block.window, enrolment.unit_path) if block and block.window else None


def check_study_open(enrolment: Enrolment, block_id: str, *, at: datetime) -> Span | None:
    """Return the window of the block. Raises WindowClosed when study does not count at `at`. Cost: one query."""
    span = study_window(enrolment, block_id)
    if span is None:
        check_window_open(enrolment.version_id, "learn", at=at, role=enrolment.role, unit_path=enrolment.unit_path)
        return None
    state = span.state(at)
    if state == "before" and span.starts_at is not None:
        raise WindowClosed(f"{span.label} {moment_words(span.starts_at, at=at)} 开始，现在看的不计入，到时再来。")
    if state == "closed" and span.ends_at is not None:
        end = moment_words(span.ends_at, at=at, is_end=True)
        raise WindowClosed(f"{span.label} {end} 已截止，现在看的不再计入。要补学，请学校管理员向发布单位申请延期。")
    return span


def check_can_choose_courses(actor: Actor, enrolment: Enrolment) -> None:
    """Raise NotPermitted unless the actor is the participant; Conflict when the participation is over."""
    if actor.person_id is None or actor.person_id != enrolment.person_id:
        raise NotPermitted("课程由参训教师本人选，别人不能代选。")
    check_can_study(actor, enrolment)


def check_has_said_needs(enrolment: Enrolment) -> None:
    """Raise NeedsUnsaid when the plan puts the needs survey before choosing courses and she has not answered it (W-14). One query."""
    if curriculum.comes_after_needs(curriculum.course_choice(plan_of(enrolment.version_id))) and not needs.answered([enrolment]):
        raise NeedsUnsaid("选课要先填需求调查：在选课页上勾选想学的专题并存下，或在工作坊里答需求调研。填好就能选。")


def check_needs_are_said(school: Org, found: Needs | None) -> None:
    """Raise NeedsUnsaid when the plan puts the needs survey before choosing topics (`found`) and nobody of the school has answered."""
    if found is not None and not found.answered:
        raise NeedsUnsaid(
            f"方案规定先调查教师需求再定专题。{school.name}的 {found.people} 位参训教师还没有人填，"
            "请他们在选课页填需求调查，或在本校社区发一份需求调研。"
        )


def visible_schools(actor: Actor) -> QuerySet[Org]:
    """Return the schools for which the actor may decide on topics."""
    found = Q(pk__in=[])
    for path in _deciding_paths(actor):
        found |= Q(path__startswith=path)
    return Org.objects.filter(found, kind=Kind.SCHOOL)


def check_can_choose_topics(actor: Actor, school: Org) -> None:
    """Raise NotPermitted unless the actor is the school's administrator or an office above it (D-06)."""
    if any(school.path.startswith(path) for path in _deciding_paths(actor)):
        return
    raise NotPermitted(f"{school.name}的选修专题由本校的学校管理员选定。")


def acts_for_school(actor: Actor, school: Org) -> bool:
    """Tell whether the actor is an office above, which may still decide after the school's window (D-06)."""
    return actor.may(Permission.LEARNING_PUSH, path=school.path)


def check_can_push(actor: Actor, programme: Programme) -> None:
    """Raise NotPermitted unless the actor may fill the participants' lists."""
    check_may(actor, Permission.LEARNING_PUSH, "必修课由发布单位的管理员推送。", path=programme.owner_path)


def check_can_draw(actor: Actor, programme: Programme) -> None:
    """Raise NotPermitted unless the actor may hand out lesson cases."""
    check_may(actor, Permission.LEARNING_DRAW, "课例由发布单位的管理员抽取。", path=programme.owner_path)


def check_can_assign(actor: Actor, unit_path: str) -> None:
    """Raise NotPermitted unless the actor may choose courses for the learners of the unit (W-18)."""
    check_may(actor, Permission.LEARNING_ASSIGN, "课程由县级以上管理员为本单位范围内的学员指定。", path=unit_path)


def visible_assignments(actor: Actor) -> QuerySet[Assignment]:
    """Return what was assigned for units where the actor chooses courses for learners."""
    found = Q(pk__in=[])
    for path in actor.paths(Permission.LEARNING_ASSIGN):
        found |= Q(unit__path__startswith=path)
    return Assignment.objects.filter(found)


def check_can_follow(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts: lists follow a published version by themselves."""
    if not actor.is_system:
        raise NotPermitted("课程发布新版以后，名单由后台更新。")


def check_can_take_up(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts: results become done steps by no person's hand."""
    if not actor.is_system:
        raise NotPermitted("测评结果由后台任务记入，不能手工完成环节。")


def check_can_sweep(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts."""
    if not actor.is_system:
        raise NotPermitted("过期的学习段由后台任务清理。")


def visible_sessions(actor: Actor) -> QuerySet[StudySession]:
    """Return the study sessions the actor may see: those of units in the scope, and those the actor is called to."""
    found = Q(pk__in=[])
    for path in (*actor.paths(Permission.LEARNING_KEEP_ATTENDANCE), *actor.paths(Permission.LEARNING_FIX_SESSIONS)):
        found |= Q(unit_path__startswith=path)
    if actor.person_id is not None:
        found |= Q(pk__in=Attendance.objects.filter(enrolment__person_id=actor.person_id).values("session"))
    return StudySession.objects.filter(found)


def kept_sessions(actor: Actor) -> QuerySet[StudySession]:
    """Return the study sessions whose attendance the actor keeps or fixes."""
    found = Q(pk__in=[])
    for path in (*actor.paths(Permission.LEARNING_KEEP_ATTENDANCE), *actor.paths(Permission.LEARNING_FIX_SESSIONS)):
        found |= Q(unit_path__startswith=path)
    return StudySession.objects.filter(found)


def fixed_sessions(actor: Actor) -> QuerySet[StudySession]:
    """Return the study sessions of units where the actor fixes study days, decides on leave and corrects."""
    found = Q(pk__in=[])
    for path in actor.paths(FIX):
        found |= Q(unit_path__startswith=path)
    return StudySession.objects.filter(found)


def check_can_see_session(actor: Actor, session: StudySession) -> None:
    """Raise NotFound unless the actor keeps the session's attendance or is called to it. Cost: at most one query."""
    if holds(check_can_keep, actor, session) or actor.may(Permission.LEARNING_FIX_SESSIONS, path=session.unit_path):
        return
    called = Attendance.objects.filter(session=session, enrolment__person_id=actor.person_id or 0)
    if actor.person_id is None or not called.exists():
        raise NotFound("没有找到这场集中学习。可能已取消，或不在您当前身份的范围里。")


def own_attendances(actor: Actor) -> QuerySet[Attendance]:
    """Return the actor's own places in study sessions that were not called off."""
    if actor.person_id is None:
        return Attendance.objects.none()
    return Attendance.objects.filter(enrolment__person_id=actor.person_id, session__called_off_at__isnull=True)


def check_can_fix(actor: Actor, unit: Org) -> None:
    """Raise NotPermitted unless the actor fixes study days for the unit, decides on leave there and corrects."""
    check_may(actor, Permission.LEARNING_FIX_SESSIONS, f"{unit.name}的集中学习、请假和考勤更正由本校的学校管理员办理。", path=unit.path)


def check_can_keep(actor: Actor, session: StudySession) -> None:
    """Raise NotPermitted unless the actor keeps the attendance of the session: shows the code, calls the roll, checks."""
    words = "现场考勤由本校的学校管理员或研修组长办理。请在左上角换成那个身份。"
    check_may(actor, Permission.LEARNING_KEEP_ATTENDANCE, words, path=session.unit_path)


def hosted_rooms(actor: Actor) -> QuerySet[SessionRoom]:
    """Return the rooms that the actor keeps in person, of sessions that were not called off."""
    return SessionRoom.objects.filter(host_id=actor.person_id or 0, session__called_off_at__isnull=True)


def kept_rooms(actor: Actor) -> QuerySet[SessionRoom]:
    """Return the rooms whose people and spot checks the actor sees: those of sessions she keeps, and those she hosts."""
    return SessionRoom.objects.filter(Q(session__in=kept_sessions(actor)) | Q(host_id=actor.person_id or 0))


def check_can_keep_room(actor: Actor, session: StudySession, room: SessionRoom | None) -> None:
    """Raise NotPermitted unless the actor keeps the session's attendance, or hosts the room. The whole session (None) is the keepers'."""
    if room is not None and actor.person_id is not None and room.host_id == actor.person_id and room.session_id == session.pk:
        return
    check_can_keep(actor, session)


def kept_checks(actor: Actor) -> QuerySet[SpotCheck]:
    """Return the spot checks that the actor sees and marks: of sessions she keeps, and those drawn in rooms she hosts."""
    return SpotCheck.objects.filter(Q(session__in=kept_sessions(actor)) | Q(room__host_id=actor.person_id or 0))


def check_is_called(actor: Actor, attendance: Attendance) -> None:
    """Raise NotPermitted unless it is the actor's own place and she still takes part."""
    if actor.person_id is None or actor.person_id != attendance.enrolment.person_id:
        raise NotPermitted("签到和请假由本人办理，不能代办。")
    if attendance.enrolment.state != EnrolmentState.ACTIVE:
        raise Conflict("您已从这个项目报删，不用再签到。")
    if attendance.session.called_off_at is not None:
        raise Conflict(f"{attendance.session.title}已取消。")


def check_can_settle(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts."""
    if not actor.is_system:
        raise NotPermitted("散场后的考勤由后台任务结清。")


def _deciding_paths(actor: Actor) -> tuple[str, ...]:
    return (*actor.paths(Permission.LEARNING_CHOOSE_TOPICS), *actor.paths(Permission.LEARNING_PUSH))


def reason_not_to_study(actor: Actor, enrolment: Enrolment, block_id: str, *, at: datetime) -> str:
    """Return why study of the block does not count now ("" = it does), for the page that is shown all the same."""
    try:
        check_can_study(actor, enrolment)
        check_study_open(enrolment, block_id, at=at)
    except (NotPermitted, Conflict) as error:
        return error.message
    return ""


def reason_not_to_choose(actor: Actor, enrolment: Enrolment, *, at: datetime, adjusting: bool) -> str:
    """Return why courses cannot be chosen now ("" = they can)."""
    try:
        check_can_choose_courses(actor, enrolment)
        check_window_open(
            enrolment.version_id, "choose_courses", at=at, role=enrolment.role, unit_path=enrolment.unit_path, adjusting=adjusting
        )
        check_has_said_needs(enrolment)
    except (NotPermitted, Conflict) as error:
        return error.message
    return ""


def reason_not_to_decide(actor: Actor, version_id: int, school: Org, *, at: datetime, adjusting: bool, found: Needs | None) -> str:
    """Return why the school's topics cannot be decided now ("" = they can); `found` is how far the needs survey has come."""
    try:
        check_can_choose_topics(actor, school)
        may_adjust = adjusting or acts_for_school(actor, school)
        check_window_open(version_id, "choose_topics", at=at, role="school_admin", unit_path=school.path, adjusting=may_adjust)
        if not may_adjust:
            check_needs_are_said(school, found)
    except (NotPermitted, Conflict) as error:
        return error.message
    return ""


def check_can_supply(actor: Actor, programme: Programme, point: Org) -> None:
    """Raise NotPermitted unless the actor makes packages of the programme for the point and takes its study in."""
    check_may(actor, Permission.LEARNING_SUPPLY, "课程包由教学点所在县（区）或以上的管理员打包、收回学习。", path=point.path)
    if not point.path.startswith(programme.owner_path):
        raise NotPermitted(f"{point.name}不在{programme.title}的范围里。")


def visible_points(actor: Actor) -> QuerySet[Org]:
    """Return the teaching points that the actor supplies."""
    found = Q(pk__in=[])
    for path in actor.paths(Permission.LEARNING_SUPPLY):
        found |= Q(path__startswith=path)
    return Org.objects.filter(found, kind=Kind.POINT)


def check_can_load(actor: Actor, seat: PointSeat | None) -> None:
    """Raise NotPermitted unless the actor keeps this machine's point: its staff, or the system."""
    place = seat.point.path if seat is not None else None
    check_may(actor, Permission.LEARNING_SUPPLY, "装课程包和同步由教学点的管理员办理。", path=place)
