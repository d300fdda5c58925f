"""Who may judge, waive and see standing."""

from django.db.models import Q, QuerySet

from yanxiu.evaluation.appraisals import Scope
from yanxiu.evaluation.models import Appraisal
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.kit.rules import within
from yanxiu.programmes.models import Enrolment

JUDGE = "evaluation.assess"
APPRAISE = "evaluation.appraise"
WAIVE = "evaluation.decide"
VIEW = "evaluation.view"


def check_can_see_standing(actor: Actor, enrolment: Enrolment) -> None:
    """Raise NotFound unless it is the actor's own or lies in a unit whose standing the hat may see."""
    if actor.person_id is not None and actor.person_id == enrolment.person_id:
        return
    if not actor.may(VIEW, path=enrolment.unit_path, programme_id=enrolment.programme_id):
        raise NotFound("没有找到这位教师的学时。可能不在您当前身份的范围里。")


def visible_standings(actor: Actor) -> QuerySet[Enrolment]:
    """Return the enrolments whose standing the actor may see. No query until used."""
    places = within(actor, VIEW, path="unit_path", programme="programme_id")
    if actor.person_id is not None:
        places |= Q(person_id=actor.person_id)
    return Enrolment.objects.filter(places)


def check_can_judge(actor: Actor, *, path: str, programme_id: int, person_id: int) -> None:
    """Raise NotPermitted unless the hat judges in this place; nobody judges himself (D-26)."""
    if not actor.is_system and actor.person_id == person_id:
        raise NotPermitted("不能评定自己。请由上级或另一位评定人处理。")
    if not actor.may(JUDGE, path=path, programme_id=programme_id):
        raise NotPermitted("您当前的身份不能评定这里的人员。请换到有评定权限的身份，或联系项目办。")


def check_can_waive(actor: Actor, *, path: str, programme_id: int, person_id: int) -> None:
    """Raise NotPermitted unless the hat may waive requirements here; nobody waives his own (D-26)."""
    if not actor.is_system and actor.person_id == person_id:
        raise NotPermitted("不能给自己免做要求。请由上级处理。")
    if not actor.may(WAIVE, path=path, programme_id=programme_id):
        raise NotPermitted("您当前的身份不能批准免做。请联系县级以上项目办。")


def check_is_system(actor: Actor) -> None:
    """Raise NotPermitted unless the system itself acts."""
    if not actor.is_system:
        raise NotPermitted("方案的要求在发布后自动建立，不从网页办理。")


def check_can_appraise(actor: Actor, *, path: str, programme_id: int, person_id: int, by_school: bool) -> None:
    """Raise NotPermitted unless the hat fills sheets in this place: a school only where the plan lets it judge its own (W-48)."""
    if not actor.is_system and actor.person_id is not None and actor.person_id == person_id:
        raise NotPermitted("不能评定自己。请由上级或另一位评定人处理。")
    if not any(actor.may(power, path=path, programme_id=programme_id) for power in _powers(by_school=by_school)):
        raise NotPermitted("您当前的身份不能评定这里的人员或单位。请换到有评定权限的身份，或联系项目办。")


def appraised_paths(actor: Actor, *, programme_id: int, by_school: bool) -> list[str]:
    """Return the unit-path prefixes under which `check_can_appraise` lets the hat judge in the programme, shortest first."""
    if actor.is_system:
        return ["/"]
    powers = _powers(by_school=by_school)
    return sorted(
        {
            grant.path for grant in actor.grants
            if any(power in grant.permissions for power in powers) and grant.programme_id in (None, programme_id)
        },
        key=lambda path: (len(path), path),
    )  # fmt: skip


def scope_of(actor: Actor) -> Scope:
    """Return where the hat judges, for the queries."""
    return Scope(
        me=actor.person_id or 0,
        paths=lambda asked: appraised_paths(actor, programme_id=asked.programme.pk, by_school=asked.is_by_school),
    )


def check_can_see_appraisal(actor: Actor, appraisal: Appraisal, *, path: str, by_school: bool) -> None:
    """Raise NotFound unless it is about the actor and given, or the hat judges there."""
    if appraisal.submitted_at is not None and actor.person_id is not None and actor.person_id == appraisal.person_id:
        return
    if appraisal.submitted_at is None or not any(
        actor.may(power, path=path, programme_id=appraisal.programme_id) for power in _powers(by_school=by_school)
    ):
        raise NotFound("没有找到这份评定表。可能还没有交，或不在您当前身份的范围里。")


def _powers(*, by_school: bool) -> tuple[str, ...]:
    return (JUDGE, APPRAISE) if by_school else (JUDGE,)
