"""The items of a plan of study that goes into force: rows of what was typed, with ticks and what rests on them from the version before."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from yanxiu.catalogue.models import Course
from yanxiu.fieldwork import planning
from yanxiu.fieldwork.models import ItemKind, PlanItem, StudyPlan
from yanxiu.kit import sql
from yanxiu.kit.errors import Invalid

# Plans below rest on the new version, and their items on the items of the same key.
_REST = "UPDATE fieldwork_studyplan SET parent_id = %(plan)s WHERE parent_id = %(before)s"
_SERVE = """
UPDATE fieldwork_planitem c SET serves_id = n.id FROM fieldwork_planitem o LEFT JOIN fieldwork_planitem n
  ON n.plan_id = %(plan)s AND n.key = o.key WHERE o.plan_id = %(before)s AND c.serves_id = o.id
"""


def lay_items(plan: StudyPlan, facts: Sequence[planning.Fact], *, above: StudyPlan | None) -> None:
    """Make rows of the items of a plan that goes into force; ticks and what rests on them come from the version before."""
    known = set(Course.objects.filter(pk__in=[one.course_id for one in facts if one.course_id]).values_list("pk", flat=True))
    missing = next((number for number, one in enumerate(facts, 1) if one.course_id and one.course_id not in known), None)
    if missing is not None:
        raise Invalid(_("第 %(number)s 项：没有找到这门课程，请移除这一项。") % {"number": missing}, field=f"kind_{missing}")
    served = dict(PlanItem.objects.filter(plan=above).values_list("key", "pk")) if above else {}
    ticked = {one.key: one for one in PlanItem.objects.filter(plan_id=plan.follows_id, done_at__isnull=False)} if plan.follows_id else {}
    PlanItem.objects.bulk_create(
        PlanItem(
            plan=plan, key=one.key, position=number, kind=one.kind, label=one.label, course_id=one.course_id, block=one.block,
            target=one.target, hours=one.hours, due=one.due, serves_id=served.get(one.serves),
            done_at=ticked[one.key].done_at if one.key in ticked and one.kind == ItemKind.OTHER else None,
            done_by=ticked[one.key].done_by if one.key in ticked and one.kind == ItemKind.OTHER else None,
        )
        for number, one in enumerate(facts, start=1)
    )  # fmt: skip
    if plan.follows_id:
        sql.run(_SERVE, {"plan": plan.pk, "before": plan.follows_id})
        sql.run(_REST, {"plan": plan.pk, "before": plan.follows_id})
