"""The life of a plan of study: draft, publish, revise, close; copy last year's."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.fieldwork import permissions, planning
from yanxiu.fieldwork.events import PlanEvent
from yanxiu.fieldwork.laying import lay_items
from yanxiu.fieldwork.models import PlanItem, PlanLevel, PlanState, StudyPlan
from yanxiu.fieldwork.queries import prefill
from yanxiu.fieldwork.queries.plans import owned
from yanxiu.integrity.actions import Screened, Thing, flag, screen
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.records.actions import record


@transaction.atomic
def draft_own_plan(*, enrolment: Enrolment, by: Actor, at: datetime) -> StudyPlan:
    """Begin the participant's plan from the plan above, what the programme asks, the chosen courses and the school's topics.

    One that is being written or in force is returned as it is. Raises NotPermitted, Conflict. Cost: at most 9 queries.
    """
    permissions.check_can_begin_own(by, enrolment)
    unit = enrolment.unit
    known = _present(enrolment.programme, unit, level=PlanLevel.PERSONAL, person_id=enrolment.person_id)
    if known is not None:
        return known
    above = prefill.plan_above(enrolment.programme, unit, level=PlanLevel.PERSONAL, stage=enrolment.stage, subject=enrolment.subject)
    topics = prefill.topics_of(enrolment.programme, unit)
    goals = _("围绕学校选定的专题研修：%(topics)s。") % {"topics": "、".join(topics)} if topics else ""
    plan = StudyPlan(
        programme=enrolment.programme, level=PlanLevel.PERSONAL, unit=unit, unit_path=unit.path, person_id=enrolment.person_id,
        stage=enrolment.stage, subject=enrolment.subject, parent=above,
        title=_("%(title)s个人研修计划") % {"title": enrolment.programme.title},
        goals=goals, typed=prefill.for_person(enrolment, above, topics),
    )  # fmt: skip
    return _begun(plan, by=by, at=at)


@transaction.atomic
def draft_unit_plan(
    *, programme: Programme, unit: Org, level: PlanLevel, by: Actor, at: datetime, group: str = "", stage: str = "", subject: str = ""
) -> StudyPlan:
    """Begin the plan of a school, or of one of its groups; one that is there already is returned.

    Raises NotPermitted, Conflict when the programme does not run, Invalid for a group without a name. Cost: at most 7 queries.
    """
    if level == PlanLevel.PERSONAL:
        raise Invalid(_("个人计划由老师在“我的计划”里写。"), field="level")
    permissions.check_can_begin_for(by, unit, level=level)
    name = " ".join(plain(group).split())[:40] if level == PlanLevel.GROUP else ""
    if level == PlanLevel.GROUP and len(name) < 2:
        raise Invalid(_("请写学科组的名称，2—40 个字，例如“初中数学组”。"), field="group")
    said = screen([name], fields=["group"], path=unit.path, at=at)
    name = said.texts[0]
    known = _present(programme, unit, level=level, group=name)
    if known is not None:
        return known
    above = prefill.plan_above(programme, unit, level=level)
    plan = StudyPlan(
        programme=programme, level=level, unit=unit, unit_path=unit.path, group=name, parent=above,
        typed=prefill.for_unit(programme, above),
        stage=stage if level == PlanLevel.GROUP else "", subject=subject if level == PlanLevel.GROUP else "",
        title=_("%(name)s校本研修计划") % {"name": name or unit.name},
    )  # fmt: skip
    begun = _begun(plan, by=by, at=at)
    _flag(said, begun, by=by, at=at)
    return begun


@transaction.atomic
def publish_plan(*, plan: StudyPlan, by: Actor, at: datetime) -> StudyPlan:
    """Put a draft into force; the version before gives way, and plans that rested on it rest on this one, item by item.

    Raises NotFound, NotPermitted, Conflict when it is no draft, Invalid with the place. Cost: at most 14 queries.
    """
    permissions.check_can_write_plan(by, plan)
    plan = _locked(plan.pk, PlanState.DRAFT)
    plan.title, plan.goals = planning.check_title(plan.title), planning.check_goals(plan.goals)
    labels = [str(one["label"]) for one in plan.typed]
    said = screen([plan.title, plan.goals, *labels], fields=["title", "goals", *("items" for _one in labels)], path=plan.unit_path, at=at)
    plan.title, plan.goals = said.texts[:2]
    plan.typed = [one | {"label": label} for one, label in zip(plan.typed, said.texts[2:], strict=True)]
    facts = planning.read(plan.typed)
    if plan.follows_id is not None:
        StudyPlan.objects.filter(pk=plan.follows_id).update(state=PlanState.REPLACED, closed_at=None)
    above = prefill.plan_above(plan.programme, plan.unit, level=plan.level, stage=plan.stage, subject=plan.subject)
    plan.parent = above
    plan.state, plan.published_at, plan.saved_at, plan.saved_by = PlanState.PUBLISHED, at, at, by.person_id
    plan.save(update_fields=["title", "goals", "typed", "parent", "state", "published_at", "saved_at", "saved_by"])
    lay_items(plan, facts, above=above)
    _flag(said, plan, by=by, at=at)
    _record(PlanEvent.PUBLISHED, plan, by=by, at=at, version=plan.version)
    return plan


@transaction.atomic
def revise_plan(*, plan: StudyPlan, by: Actor, at: datetime) -> StudyPlan:
    """Begin the next version of a plan in force, which stays in force until then; one being written is returned.

    Raises NotFound, NotPermitted, Conflict. Cost: 6 queries.
    """
    permissions.check_can_write_plan(by, plan)
    plan = _locked(plan.pk, PlanState.PUBLISHED)
    begun = StudyPlan.objects.filter(follows=plan, state=PlanState.DRAFT).first()
    if begun is not None:
        return begun
    items = PlanItem.objects.filter(plan=plan).select_related("serves").order_by("position", "pk")
    draft = StudyPlan(
        follows=plan, version=plan.version + 1, goals=plan.goals, starts_on=plan.starts_on, ends_on=plan.ends_on, title=plan.title,
        typed=[prefill.typed(one) | {"serves": one.serves.key if one.serves else ""} for one in items], **_same_owner(plan),
    )  # fmt: skip
    return _begun(draft, by=by, at=at)


@transaction.atomic
def copy_plan(*, plan: StudyPlan, source: StudyPlan, by: Actor, at: datetime) -> StudyPlan:
    """Put goals and items of an earlier plan into a draft, days a year later; courses that are not offered any more are left out.

    What the draft had is replaced. Raises NotFound, NotPermitted, Conflict when it is no draft. Cost: 6 queries.
    """
    permissions.check_can_see_plan(by, source)
    permissions.check_can_write_plan(by, plan)
    plan = _locked(plan.pk, PlanState.DRAFT)
    offered = set(prefill.offered(plan.programme_id))
    items = PlanItem.objects.filter(plan=source).order_by("position", "pk")
    found = [prefill.typed(one) | {"due": _next_year(one.due)} for one in items if one.course_id is None or one.course_id in offered]
    plan.typed, plan.goals, plan.saved_at, plan.saved_by = found, source.goals, at, by.person_id
    plan.starts_on, plan.ends_on = _later(source.starts_on), _later(source.ends_on)
    plan.save(update_fields=["typed", "goals", "saved_at", "saved_by", "starts_on", "ends_on"])
    _record(PlanEvent.DRAFTED, plan, by=by, at=at, copied=source.pk)
    return plan


@transaction.atomic
def close_plan(*, plan: StudyPlan, summary: str, by: Actor, at: datetime) -> StudyPlan:
    """Sum a plan up; it changes no more. Raises NotFound, NotPermitted, Conflict, Invalid without a summary. Cost: 4 queries."""
    permissions.check_can_write_plan(by, plan)
    plan = _locked(plan.pk, PlanState.PUBLISHED)
    summary = plain(summary).strip()
    if not 5 <= len(summary) <= 4_000:
        raise Invalid(_("写几句小结再结束，5—4000 个字，现在 %(n)s 个。") % {"n": len(summary)}, field="summary")
    said = screen([summary], fields=["summary"], path=plan.unit_path, at=at)
    StudyPlan.objects.filter(follows=plan, state=PlanState.DRAFT).delete()
    plan.state, plan.closed_at, plan.summary = PlanState.CLOSED, at, said.texts[0]
    plan.save(update_fields=["state", "closed_at", "summary"])
    _flag(said, plan, by=by, at=at)
    _record(PlanEvent.CLOSED, plan, by=by, at=at)
    return plan


@transaction.atomic
def reopen_plan(*, plan: StudyPlan, by: Actor, at: datetime) -> StudyPlan:
    """Put a closed plan into force again, its summary kept. Raises NotFound, NotPermitted, Conflict. Cost: 4 queries."""
    permissions.check_can_write_plan(by, plan)
    plan = _locked(plan.pk, PlanState.CLOSED)
    plan.state, plan.closed_at = PlanState.PUBLISHED, None
    another = Conflict(_("已经有一份在执行的计划，请先看那一份。"))
    sql.save_or_raise(plan, {"fieldwork_plan_one_each": another}, update_fields=["state", "closed_at"])
    _record(PlanEvent.REOPENED, plan, by=by, at=at)
    return plan


@transaction.atomic
def discard_plan(*, plan: StudyPlan, by: Actor, at: datetime) -> None:
    """Throw a draft away; a version in force stays. Raises NotFound, NotPermitted, Conflict. Cost: 4 queries."""
    permissions.check_can_write_plan(by, plan)
    plan = _locked(plan.pk, PlanState.DRAFT)
    _record(PlanEvent.DISCARDED, plan, by=by, at=at, version=plan.version)
    plan.delete()


@transaction.atomic
def export_plan(*, plan: StudyPlan, by: Actor, at: datetime) -> None:
    """Put on record that the list of everybody's progress leaves the platform. Raises NotFound, NotPermitted. Cost: 2 queries."""
    permissions.check_can_follow_up(by, plan)
    _record(PlanEvent.EXPORTED, plan, by=by, at=at)


def _begun(plan: StudyPlan, *, by: Actor, at: datetime) -> StudyPlan:
    plan.created_at = plan.saved_at = at
    plan.saved_by = by.person_id
    another = Conflict(_("这份计划刚有人开始写，请刷新后接着写那一份。"))
    sql.save_or_raise(plan, {"fieldwork_plan_one_each": another})
    _record(PlanEvent.DRAFTED, plan, by=by, at=at, version=plan.version)
    return plan


def _present(programme: Programme, unit: Org, *, level: str, group: str = "", person_id: int | None = None) -> StudyPlan | None:
    found = owned(programme.pk, unit.pk, level=level, group=group, person_id=person_id)
    return found.filter(state__in=[PlanState.DRAFT, PlanState.PUBLISHED, PlanState.CLOSED]).order_by("-version").first()


def _same_owner(plan: StudyPlan) -> dict[str, object]:
    names = ("programme_id", "level", "unit_id", "unit_path", "group", "stage", "subject", "person_id", "parent_id")
    return {name: getattr(plan, name) for name in names}


def _locked(plan_id: int, state: PlanState) -> StudyPlan:
    found = (
        StudyPlan.objects.select_for_update(of=("self",), no_key=True)
        .select_related("programme", "unit", "person")
        .filter(pk=plan_id)
        .first()
    )
    if found is None:
        raise Conflict(_("这份计划刚刚被丢弃了。"))
    if found.state != state:
        words = {"state": PlanState(found.state).label, "wanted": state.label}
        raise Conflict(_("这份计划现在是“%(state)s”，只有“%(wanted)s”的才能这样办。") % words)
    return found


def _later(day: date | None) -> date | None:
    if day is None:
        return None
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)


def _next_year(day: date | None) -> str:
    later = _later(day)
    return later.isoformat() if later else ""


def _flag(said: Screened, plan: StudyPlan, *, by: Actor, at: datetime) -> None:
    thing = Thing(
        object_type="study_plan", object_id=plan.pk, title=plan.title, snapshot="\n".join(one for one in said.texts if one),
        person_id=by.person_id, unit_path=plan.unit_path, programme_id=plan.programme_id,
    )  # fmt: skip
    flag(said, thing=thing, at=at)


def _record(event: PlanEvent, plan: StudyPlan, *, by: Actor, at: datetime, **data: object) -> None:
    record(
        event, object_id=plan.pk, object_label=plan.title, person_id=plan.person_id, kind=plan.level, programme_id=plan.programme_id,
        unit_path=plan.unit_path, by=by, at=at, data=data,
    )  # fmt: skip
