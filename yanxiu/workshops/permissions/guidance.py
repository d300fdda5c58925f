"""Who may ask, answer and hand down in the chain of guidance."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.kit.rules import check_may
from yanxiu.programmes.models import Enrolment, EnrolmentState
from yanxiu.workshops.models import GuidanceQuestion
from yanxiu.workshops.permissions.reach import GUIDE, OVERSEE


def visible_guidance(actor: Actor) -> QuerySet[GuidanceQuestion]:
    """Return the guidance questions the actor may read: the own, those below a guide of the chain, those in an office's scope."""
    if actor.is_system:
        return GuidanceQuestion.objects.all()
    found = Q(enrolment__person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    for grant in actor.grants:
        if grant.permissions & {GUIDE, OVERSEE}:
            one = Q(unit_path__startswith=grant.path)
            found |= one if grant.programme_id is None else one & Q(programme_id=grant.programme_id)
    return GuidanceQuestion.objects.filter(found)


def check_can_see_guidance(actor: Actor, question: GuidanceQuestion) -> None:
    """Raise NotFound unless `visible_guidance` holds the question. No query when `enrolment` is loaded."""
    own = actor.person_id is not None and actor.person_id == question.enrolment.person_id
    path, programme_id = question.unit_path, question.programme_id
    if not own and not any(actor.may(permission, path=path, programme_id=programme_id) for permission in (GUIDE, OVERSEE)):
        raise NotFound(_("没有找到这个提问，或不在您当前身份的范围里。"))


def check_can_ask_guidance(actor: Actor, enrolment: Enrolment) -> None:
    """Raise NotPermitted unless the actor is the participant, Conflict when the participation is over."""
    if actor.person_id is None or actor.person_id != enrolment.person_id:
        raise NotPermitted(_("提问由参训教师本人提。"))
    if enrolment.state != EnrolmentState.ACTIVE:
        raise Conflict(_("您已从这个项目报删，不能再提问。已有的答复还可以看。"))


def check_can_guide(actor: Actor, question: GuidanceQuestion) -> None:
    """Raise unless the actor guides in the chain above the asker and did not ask herself."""
    check_can_see_guidance(actor, question)
    if actor.person_id is None or not actor.may(GUIDE, path=question.unit_path, programme_id=question.programme_id):
        raise NotPermitted(_("答复由指导链上的研修组长、指导教师和专家写。"))
    if actor.person_id == question.enrolment.person_id:
        raise Conflict(_("自己的提问由别人答复。"))


def check_can_hand_down(actor: Actor, path: str) -> None:
    """Raise NotPermitted unless the actor guides those below the path."""
    check_may(actor, GUIDE, _("指导意见由研修组长、指导教师和专家下发，这个范围不在您当前的身份里。"), path=path)


def guided_paths(actor: Actor) -> tuple[str, ...]:
    """Return the places that the hat worn guides."""
    return actor.paths(GUIDE)
