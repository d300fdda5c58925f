"""Who may see, register and confirm research lessons. Every check has its queryset twin; a property test keeps them equal."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.fieldwork.models import ResearchLesson
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.programmes.models import Enrolment, EnrolmentState, ProgrammeState

VIEW = Permission.FIELDWORK_VIEW
CONFIRM = Permission.FIELDWORK_CONFIRM


def visible_lessons(actor: Actor) -> QuerySet[ResearchLesson]:
    """Return the own research lessons and those of the scope."""
    found = Q(enrolment__person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    for path in actor.paths(VIEW):
        found |= Q(unit_path__startswith=path)
    return ResearchLesson.objects.filter(found)


def check_can_see_lesson(actor: Actor, lesson: ResearchLesson) -> None:
    """Raise NotFound unless it is one's own, or given in the actor's scope."""
    is_own = actor.person_id is not None and actor.person_id == lesson.enrolment.person_id
    if not is_own and not actor.may(VIEW, path=lesson.unit_path):
        raise NotFound(_("没有找到这节研究课，或不在您当前身份的范围里。"))


def own_places(actor: Actor) -> QuerySet[Enrolment]:
    """Return the running programmes in which the actor takes part."""
    if actor.person_id is None:
        return Enrolment.objects.none()
    return Enrolment.objects.filter(
        person_id=actor.person_id, state=EnrolmentState.ACTIVE, programme__state=ProgrammeState.RUNNING
    ).select_related("programme", "person")


def check_can_register(actor: Actor, enrolment: Enrolment) -> None:
    """Raise NotPermitted unless it is the participant, Conflict when the participation or the programme is over."""
    if actor.person_id is None or actor.person_id != enrolment.person_id:
        raise NotPermitted(_("研究课由上课的老师本人登记。"))
    if enrolment.state != EnrolmentState.ACTIVE or enrolment.programme.state != ProgrammeState.RUNNING:
        raise Conflict(_("%(title)s已结束或您已报删，研究课不再登记。") % {"title": enrolment.programme.title})


def check_can_confirm(actor: Actor, lesson: ResearchLesson) -> None:
    """Raise unless the actor confirms for the school, and never for an own lesson (four eyes)."""
    check_can_see_lesson(actor, lesson)
    if not actor.may(CONFIRM, path=lesson.unit_path):
        raise NotPermitted(_("研究课由授课教师所在学校的管理员确认。"))
    if actor.person_id is not None and actor.person_id == lesson.enrolment.person_id:
        raise NotPermitted(_("自己的研究课不能自己确认，请另一位管理员或上级办理。"))
