"""Taking part: one teacher, or all the plan admits under units, in one statement (W-06, F-06)."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person, Teaching
from yanxiu.programmes import permissions
from yanxiu.programmes.events import ProgrammeEvent
from yanxiu.programmes.models import Enrolment, EnrolmentState, Programme, ProgrammeState
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.queries.audience import admission, asks_in_plan
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.actions import record_from

_ENROL = """
WITH audience AS (
    SELECT * FROM unnest(%(stages)s::text[], %(subjects)s::text[], %(groups)s::text[], %(in_plan)s::boolean[], %(only_new)s::boolean[])
        WITH ORDINALITY AS a(stage, subject, grp, in_plan, only_new, place)
)
INSERT INTO programmes_enrolment
    (programme_id, version_id, person_id, unit_id, unit_path, stage, subject, audience, in_plan, role, state, enrolled_at)
SELECT DISTINCT ON (p.id)
    %(programme_id)s, %(version_id)s, p.id, p.unit_id, p.unit_path, t.stage, t.subject, a.grp, a.in_plan, 'learner', 'active', %(at)s
FROM people_person p
JOIN people_teaching t ON t.person_id = p.id AND t.is_main
JOIN audience a ON a.stage = t.stage AND a.subject IN ('', t.subject)
WHERE p.unit_id IS NOT NULL AND p.unit_path LIKE %(owner)s AND ({who})
  AND NOT (a.only_new AND EXISTS (
      SELECT 1 FROM programmes_enrolment e JOIN programmes_programme q ON q.id = e.programme_id
      WHERE e.person_id = p.id AND e.state = 'active' AND q.plan_key = %(plan_key)s AND q.id <> %(programme_id)s))
ORDER BY p.id, a.place
ON CONFLICT (programme_id, person_id) DO NOTHING
"""
_RECORDED = """
SELECT %(programme_id)s::text AS object_id, %(title)s::text AS object_label, %(programme_id)s::bigint AS programme_id, e.person_id,
    e.unit_path, e.audience AS kind,
    jsonb_build_object('enrolment', e.id, 'version', %(version_id)s::bigint, 'stage', e.stage, 'subject', e.subject) AS data
FROM programmes_enrolment e WHERE {which} ORDER BY e.id
"""
# The programme is locked: nobody else enrols in it meanwhile, so what came after the mark came from here.
_MARK = "SELECT nextval(pg_get_serial_sequence('programmes_enrolment', 'id')) AS mark"
_AFTER_MARK = "e.id > %(mark)s AND e.programme_id = %(programme_id)s"


class AlreadyEnrolled(Conflict):
    """The person has a place in the programme."""

    code: ClassVar[str] = "already_enrolled"


class NotAdmitted(Invalid):
    """The plan does not admit the person."""

    code: ClassVar[str] = "not_admitted"


class QuotaFull(Conflict):
    """More people than places; nobody was enrolled."""

    code: ClassVar[str] = "quota_full"


@transaction.atomic
def enrol(*, person: Person, programme: Programme, in_plan: bool | None = None, by: Actor, at: datetime) -> Enrolment:
    """Enrol a person by unit and main teaching, and pin the version that is current now. A person who left comes back.

    Raises NotPermitted, AlreadyEnrolled, NotAdmitted (with what the plan asks), QuotaFull, WindowClosed, Conflict (not running).
    """
    permissions.check_can_enrol(by, programme, person.unit_path)
    programme, plan = _open(programme, at, in_plan)
    found = Enrolment.objects.select_for_update(of=("self",), no_key=True).filter(programme=programme, person=person).first()
    if found is not None and found.state == EnrolmentState.ACTIVE:
        raise AlreadyEnrolled(f"{person.name}已经在这个方案里参训。")
    if found is not None:
        return _return(found, programme, by=by, at=at)
    if not _enrol(programme, plan, in_plan, who="p.id = %(person_id)s", values={"person_id": person.pk}, by=by, at=at):
        raise NotAdmitted(_why_not(person, programme, plan))
    return Enrolment.objects.get(programme=programme, person=person)


@transaction.atomic
def enrol_units(*, programme: Programme, units: Sequence[Org], in_plan: bool | None = None, by: Actor, at: datetime) -> int:
    """Enrol all teachers under the units whose main teaching the plan admits; return how many came in. Twice adds nobody.

    Those who left stay out. Raises NotPermitted, QuotaFull (then nobody came in), WindowClosed, Conflict, Invalid (no unit).
    Cost: ten queries or so, whatever the number.
    """
    if not units:
        raise Invalid("请先选单位。", field="units")
    for unit in units:
        permissions.check_can_enrol(by, programme, unit.path)
    programme, plan = _open(programme, at, in_plan)
    paths = sorted({unit.path for unit in units})
    who = " OR ".join(f"p.unit_path LIKE %(path{number})s" for number in range(len(paths)))
    values: dict[str, object] = {f"path{number}": path + "%" for number, path in enumerate(paths)}
    return _enrol(programme, plan, in_plan, who=who, values=values, by=by, at=at)


def _open(programme: Programme, at: datetime, in_plan: bool | None) -> tuple[Programme, Plan]:
    # The lock makes quota checks exact: two offices enrolling at once would each see room.
    found = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    if found.state != ProgrammeState.RUNNING or found.current_id is None:
        raise Conflict("方案不在进行中，不能增加参训教师。")
    permissions.check_window_open(found.current_id, "enrol", at=at)
    plan = plan_of(found.current_id)
    if asks_in_plan(plan) and in_plan is None:
        raise Invalid("这个方案分计划内、计划外，请选一种再参训。", field="in_plan")
    return found, plan


def _enrol(programme: Programme, plan: Plan, in_plan: bool | None, *, who: str, values: dict[str, object], by: Actor, at: datetime) -> int:
    mark = sql.rows(_MARK)[0]["mark"]
    added = _insert(programme, plan, in_plan, at, who=who, values=values)
    _check_quotas(programme, plan, added)
    if added:
        _record(programme, _AFTER_MARK, {"mark": mark}, by=by, at=at)
    return added


def _insert(programme: Programme, plan: Plan, in_plan: bool | None, at: datetime, *, who: str, values: dict[str, object]) -> int:
    allowed = admission(plan, in_plan=in_plan)
    return sql.run(
        _ENROL.replace("{who}", who),
        {
            "stages": allowed.stages,
            "subjects": allowed.subjects,
            "groups": allowed.groups,
            "in_plan": allowed.in_plan,
            "only_new": allowed.only_new,
            "programme_id": programme.pk,
            "version_id": programme.current_id,
            "owner": programme.owner_path + "%",
            "plan_key": programme.plan_key,
            "at": at,
            **values,
        },
    )


def _check_quotas(programme: Programme, plan: Plan, added: int) -> None:
    for group in plan.audience:
        if group.quota is None:
            continue
        taken = Enrolment.objects.filter(programme=programme, audience=group.id, state=EnrolmentState.ACTIVE).count()
        if taken > group.quota:
            label = group.label or "参训"
            over = f"{label}名额 {group.quota}，加上这次的 {added} 人会到 {taken} 人，多出 {taken - group.quota} 人"
            raise QuotaFull(f"{over}，没有参训。少选几个单位，或改为计划外。")


def _record(programme: Programme, which: str, values: dict[str, object], *, by: Actor, at: datetime) -> None:
    record_from(
        event=ProgrammeEvent.ENROLLED, rows=_RECORDED.format(which=which), more=("kind", "data", "programme_id"), by=by, at=at,
        parameters={"programme_id": programme.pk, "version_id": programme.current_id, "title": programme.title, **values},
    )  # fmt: skip


def _return(found: Enrolment, programme: Programme, *, by: Actor, at: datetime) -> Enrolment:
    found.state, found.left_at, found.version_id = EnrolmentState.ACTIVE, None, programme.current_id or found.version_id
    found.save(update_fields=["state", "left_at", "version"])
    _record(programme, "e.id = %(enrolment)s", {"enrolment": found.pk}, by=by, at=at)
    return found


def _why_not(person: Person, programme: Programme, plan: Plan) -> str:
    if person.unit_id is None:
        return f"{person.name}现在没有所在单位，先登记单位再参训。"
    if not person.unit_path.startswith(programme.owner_path):
        return f"{person.name}所在的单位不在这个方案的范围里。"
    main = Teaching.objects.filter(person=person, is_main=True).first()
    if main is None:
        return f"{person.name}还没有登记主要任教的学段和学科，登记后再参训。"
    if any(group.only_if for group in plan.audience):
        return f"{person.name}任教{main.stage}{main.subject}，或已参加过往年的这项培训，不在这次的参训对象里。"
    return f"{person.name}任教{main.stage}{main.subject}，不在这个方案的参训对象里。"
