"""Who may see and write plans of study. Every check has its queryset twin; a property test keeps them equal."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.fieldwork.models import PlanLevel, PlanState, StudyPlan
from yanxiu.fieldwork.permissions.lessons import VIEW
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.kit.rules import check_may
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, EnrolmentState, ProgrammeState

PLAN = Permission.FIELDWORK_PLAN
PLAN_GROUP = Permission.FIELDWORK_PLAN_GROUP
_SHARED = (PlanLevel.SCHOOL, PlanLevel.GROUP)


def visible_plans(actor: Actor) -> QuerySet[StudyPlan]:
    """Return the own plans, those in force for the own school, and those of the scope; drafts of others for who may write them."""
    if actor.is_system:
        return StudyPlan.objects.all()
    found = Q(pk__in=[])
    if actor.person_id is not None:
        own_units = Enrolment.objects.filter(person_id=actor.person_id, state=EnrolmentState.ACTIVE)
        found |= Q(person_id=actor.person_id)
        found |= Q(level__in=_SHARED, unit__in=own_units.values("unit")) & ~Q(state=PlanState.DRAFT)
    for path in actor.paths(VIEW):
        found |= Q(unit_path__startswith=path) & ~Q(state=PlanState.DRAFT)
    for path in actor.paths(PLAN):
        found |= Q(unit_path__startswith=path, level=PlanLevel.SCHOOL)
    for path in actor.paths(PLAN_GROUP):
        found |= Q(unit_path__startswith=path, level=PlanLevel.GROUP)
    return StudyPlan.objects.filter(found)


def check_can_see_plan(actor: Actor, plan: StudyPlan) -> None:
    """Raise NotFound unless the actor may read the plan. Cost: at most one query."""
    mine = actor.person_id is not None and plan.person_id == actor.person_id
    if actor.is_system or mine or writes_for(actor, plan.level, plan.unit_path):
        return
    if plan.state != PlanState.DRAFT and (actor.may(VIEW, path=plan.unit_path) or _is_ours(actor, plan)):
        return
    raise NotFound(_("没有找到这份研修计划。可能还在写，或不在您当前身份的范围里。"))


def check_can_write_plan(actor: Actor, plan: StudyPlan) -> None:
    """Raise unless it is the own plan, or the actor keeps the plans of the school or of its groups."""
    check_can_see_plan(actor, plan)
    if plan.level == PlanLevel.PERSONAL:
        if actor.person_id is None or actor.person_id != plan.person_id:
            raise NotPermitted(_("个人计划由老师本人写。"))
    else:
        _check_keeps(actor, plan.level, plan.unit_path)


def check_can_begin_own(actor: Actor, enrolment: Enrolment) -> None:
    """Raise NotPermitted unless it is the participant, Conflict when the participation or the programme is over."""
    if actor.person_id is None or actor.person_id != enrolment.person_id:
        raise NotPermitted(_("个人计划由老师本人写。"))
    if enrolment.state != EnrolmentState.ACTIVE or enrolment.programme.state != ProgrammeState.RUNNING:
        raise Conflict(_("%(title)s已结束或您已报删，不再订计划。") % {"title": enrolment.programme.title})


def check_can_begin_for(actor: Actor, unit: Org, *, level: str) -> None:
    """Raise NotPermitted unless the actor keeps the plans of that level at the unit."""
    _check_keeps(actor, level, unit.path)


def check_can_follow_up(actor: Actor, plan: StudyPlan) -> None:
    """Raise unless the actor may see how everybody gets on with a plan of a school or group."""
    check_can_see_plan(actor, plan)
    check_may(actor, VIEW, _("大家的进度由学校管理员、研修组长和上级查看。"), path=plan.unit_path)


def writes_for(actor: Actor, level: str, path: str) -> bool:
    """Tell whether the hat worn keeps the plans of that level at the place."""
    return level in _SHARED and actor.may(PLAN if level == PlanLevel.SCHOOL else PLAN_GROUP, path=path)


def _check_keeps(actor: Actor, level: str, path: str) -> None:
    if not writes_for(actor, level, path):
        raise NotPermitted(_("学校计划由学校管理员写。") if level == PlanLevel.SCHOOL else _("学科组计划由研修组长或学校管理员写。"))


def _is_ours(actor: Actor, plan: StudyPlan) -> bool:
    return (
        actor.person_id is not None
        and plan.level in _SHARED
        and Enrolment.objects.filter(person_id=actor.person_id, unit_id=plan.unit_id, state=EnrolmentState.ACTIVE).exists()
    )
