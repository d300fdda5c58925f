"""Who may do what with programmes: a check that raises with the reason, and the matching set."""

from datetime import datetime
from typing import ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from yanxiu.access.permissions import Permission
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.kit.rules import check_may
from yanxiu.programmes.models import Enrolment, PlanVersion, Programme, ProgrammeState, Withdrawal
from yanxiu.programmes.queries.windows import Span, moment_words, windows_of


class WindowClosed(Conflict):
    """The plan's window for the act is not open for this role and unit now."""

    code: ClassVar[str] = "window_closed"


def _owned_by_or_above(actor: Actor, permission: str) -> Q:
    found = Q(pk__in=[])
    for path in actor.paths(permission):
        found |= Q(owner_path__startswith=path)
    return found


def visible_programmes(actor: Actor) -> QuerySet[Programme]:
    """Return the programmes an actor may see: own and lower offices', the published ones of offices above, and those joined.

    Drafts are seen only by who may publish for their owner.
    """
    theirs = Q(pk__in=[])
    for path in actor.paths(Permission.PROGRAMMES_VIEW):
        theirs |= Q(owner_path__startswith=path) | Q(owner_path__in=_prefixes(path))
    found = (theirs & ~Q(state=ProgrammeState.DRAFT)) | _owned_by_or_above(actor, Permission.PROGRAMMES_PUBLISH)
    if actor.person_id is not None:
        joined = Enrolment.objects.filter(programme=OuterRef("pk"), person_id=actor.person_id)
        found |= Q(Exists(joined)) & ~Q(state=ProgrammeState.DRAFT)
    return Programme.objects.filter(found)


def check_can_view_programme(actor: Actor, programme: Programme) -> None:
    """Raise NotFound unless the actor may see the programme. Cost: none, or one query for a participant."""
    if actor.may(Permission.PROGRAMMES_PUBLISH, path=programme.owner_path):
        return
    if programme.state != ProgrammeState.DRAFT:
        paths = actor.paths(Permission.PROGRAMMES_VIEW)
        if any(programme.owner_path.startswith(path) or path.startswith(programme.owner_path) for path in paths):
            return
        if actor.person_id is not None and Enrolment.objects.filter(programme=programme, person_id=actor.person_id).exists():
            return
    raise NotFound("没有找到这个方案。它可能已经移走，或不在您当前身份的范围里。")


def check_can_renew(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts: a new version of a course takes the old one's place by itself."""
    if not actor.is_system:
        raise NotPermitted("课程出了新版以后，选课目录由后台更新。")


def check_can_publish(actor: Actor, owner_path: str) -> None:
    """Raise NotPermitted unless the actor may write and publish plans of the owner."""
    check_may(actor, Permission.PROGRAMMES_PUBLISH, "这个方案由发布单位的方案设计或管理员编写、发布。", path=owner_path)


def check_can_offer(actor: Actor, programme: Programme) -> None:
    """Raise NotPermitted unless the actor may keep the programme's course list."""
    check_may(actor, Permission.PROGRAMMES_OFFER, "选课目录由发布单位的方案设计或管理员编排。", path=programme.owner_path)


def check_can_close(actor: Actor, programme: Programme) -> None:
    """Raise NotPermitted unless the actor may end the programme."""
    check_may(actor, Permission.PROGRAMMES_CLOSE, "方案由发布单位的管理员结束。", path=programme.owner_path)


def check_can_enrol(actor: Actor, programme: Programme, unit_path: str) -> None:
    """Raise NotPermitted unless the actor may enrol teachers of the unit, NotFound if the programme is not theirs to see."""
    check_can_view_programme(actor, programme)
    check_may(actor, Permission.PROGRAMMES_ENROL, "参训名单由所在县（区）或以上的管理员确定。", path=unit_path)


def check_can_set_unit_dates(actor: Actor, programme: Programme, unit_path: str) -> None:
    """Raise NotPermitted unless the actor may set the unit's own study dates (W-02)."""
    check_can_view_programme(actor, programme)
    check_may(actor, Permission.PROGRAMMES_SET_UNIT_DATES, "单位自定的研修起止时间由本单位或上级的管理员设定。", path=unit_path)


def visible_participants(actor: Actor, programme: Programme) -> QuerySet[Enrolment]:
    """Return the participants of a programme in the actor's scope, and always the own enrolment."""
    found = Q(person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    for path in actor.paths(Permission.PROGRAMMES_VIEW):
        found |= Q(unit_path__startswith=path)
    return Enrolment.objects.filter(found, programme=programme)


def check_can_see_participant(actor: Actor, enrolment: Enrolment) -> None:
    """Raise NotFound unless the participant is in the actor's scope or is the actor."""
    if actor.person_id is not None and actor.person_id == enrolment.person_id:
        return
    if not actor.may(Permission.PROGRAMMES_VIEW, path=enrolment.unit_path):
        raise NotFound("没有找到这位参训教师，或不在您当前身份的范围里。")


def visible_withdrawals(actor: Actor) -> QuerySet[Withdrawal]:
    """Return the applications to leave that the actor may review, and the own ones."""
    found = Q(enrolment__person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    for path in actor.paths(Permission.PROGRAMMES_DEREGISTER):
        found |= Q(enrolment__unit_path__startswith=path)
    return Withdrawal.objects.filter(found)


def check_can_see_withdrawal(actor: Actor, withdrawal: Withdrawal) -> None:
    """Raise NotFound unless the application is the actor's own or in the scope the actor reviews."""
    enrolment = withdrawal.enrolment
    if actor.person_id is not None and actor.person_id == enrolment.person_id:
        return
    if not actor.may(Permission.PROGRAMMES_DEREGISTER, path=enrolment.unit_path):
        raise NotFound("没有找到这份报删申请，或不在您当前身份的范围里。")


def check_can_decide_withdrawal(actor: Actor, withdrawal: Withdrawal) -> None:
    """Raise NotPermitted unless the actor reviews the unit, and never for an own application (D-26)."""
    check_can_see_withdrawal(actor, withdrawal)
    if actor.person_id is not None and actor.person_id == withdrawal.enrolment.person_id:
        raise NotPermitted("自己的报删申请不能由自己审核，请上一级管理员审核。")
    check_may(actor, Permission.PROGRAMMES_DEREGISTER, "报删申请由学校或上级的管理员审核。", path=withdrawal.enrolment.unit_path)


def check_can_apply_to_leave(actor: Actor, enrolment: Enrolment) -> None:
    """Raise NotPermitted unless the actor is the participant: nobody is deregistered without an own application (W-43)."""
    if actor.person_id is None or actor.person_id != enrolment.person_id:
        raise NotPermitted("报删由本人申请，别人不能代办。")


def check_window_open(
    version_id: int, action: str, *, at: datetime, role: str = "learner", unit_path: str = "", adjusting: bool = False
) -> None:
    """Raise WindowClosed unless a window that opens the action is open for the role and unit at `at`.

    `action` is a word of the plan's `do` (choose_topics, choose_courses, learn, enrol …). An action that no window opens, or only an
    undated one, is free. `adjusting`: a choice made in time may be changed until its lock, also after the window. Cost: one query,
    one more when it refuses.
    """
    spans = [span for span in windows_of(version_id, unit_path) if action in span.opens]
    mine = [span for span in spans if span.concerns(role)]
    if not spans or any(_is_open(span, at, adjusting=adjusting) for span in mine):
        return
    raise WindowClosed(_closed_words(version_id, spans, mine, at))


def _is_open(span: Span, at: datetime, *, adjusting: bool) -> bool:
    if span.is_locked(at):
        return False
    state = span.state(at)
    return state in ("open", "undated") or (adjusting and state == "closed" and span.locks_at is not None)


def _closed_words(version_id: int, spans: list[Span], mine: list[Span], at: datetime) -> str:
    if not mine:
        return f"{spans[0].label}不面向您在这个方案里的身份。"
    ahead = [(span.starts_at, span.label) for span in mine if span.starts_at is not None and at < span.starts_at]
    if ahead:
        starts, label = min(ahead)
        return f"{label} {moment_words(starts, at=at)} 开始，现在还没有开放，请到时再来。"
    owner = PlanVersion.objects.filter(pk=version_id).values_list("programme__owner__name", flat=True).first() or "发布单位"
    span = max(mine, key=lambda one: one.locks_at or one.ends_at or at)
    if span.locks_at is not None and span.is_locked(at):
        end = moment_words(span.locks_at, at=at, is_end=True)
        return f"{span.label} {end} 已锁定。要改，请学校管理员向{owner}申请延期。"
    end = moment_words(span.ends_at, at=at, is_end=True) if span.ends_at else ""
    return f"{span.label} {end} 已截止。要补，请学校管理员向{owner}申请延期。"


def _prefixes(path: str) -> list[str]:
    parts = [part for part in path.split("/") if part]
    return ["/" + "/".join(parts[:end]) + "/" for end in range(1, len(parts) + 1)]
