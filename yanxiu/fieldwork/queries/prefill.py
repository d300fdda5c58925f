"""What a plan of study begins with: the plan above, what the programme asks for, the courses chosen, the school's topics.

Chosen courses and topics are read from the records of choosing: this package does not know who wrote them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from yanxiu.fieldwork.models import COUNTED, ItemKind, PlanItem, PlanLevel, PlanState, StudyPlan
from yanxiu.kit import sql
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, Offering, Programme
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.queries.plans import plan_of

# The last word about each course: chosen, or dropped again; and whether its topic is still one of the school's.
_CHOSEN = """
SELECT c.id AS course_id, c.title, o.hours FROM (
  SELECT DISTINCT ON (object_id) object_id, verb FROM records_record
  WHERE programme_id = %(programme)s AND person_id = %(person)s AND object_type = 'course' AND verb IN ('chose', 'dropped')
  ORDER BY object_id, at DESC, id DESC) said
JOIN catalogue_course c ON c.id = said.object_id::bigint
JOIN programmes_offering o ON o.programme_id = %(programme)s AND o.course_id = c.id
WHERE said.verb = 'chose' AND (o.topic = '' OR %(topics)s::text[] = '{}' OR o.topic = ANY(%(topics)s))
ORDER BY c.title, c.id LIMIT 30
"""
_TOPICS = """
SELECT data->'topics' AS topics FROM records_record
WHERE programme_id = %(programme)s AND verb = 'chose' AND object_type = 'topics' AND object_id = %(unit)s::text
ORDER BY at DESC, id DESC LIMIT 1
"""
_KIND_OF = {metric: kind for kind, metric in COUNTED.items()}


def plan_above(programme: Programme, unit: Org, *, level: str, stage: str = "", subject: str = "") -> StudyPlan | None:
    """Return the plan in force on which one of this level rests: for a person her group's, else the school's. Cost: one query."""
    if level == PlanLevel.SCHOOL:
        return None
    found = list(
        StudyPlan.objects.filter(
            programme=programme, unit=unit, state=PlanState.PUBLISHED, level__in=[PlanLevel.SCHOOL, PlanLevel.GROUP]
        ).order_by("level", "group", "pk")
    )
    if level == PlanLevel.PERSONAL:
        for one in found:
            if one.level == PlanLevel.GROUP and one.subject in ("", subject) and one.stage in ("", stage):
                return one
    return next((one for one in found if one.level == PlanLevel.SCHOOL), None)


def topics_of(programme: Programme, unit: Org) -> list[str]:
    """Return the topics that the school decided on last, [] while it did not. Cost: one query."""
    found = sql.rows(_TOPICS, {"programme": programme.pk, "unit": unit.pk})
    return [str(topic) for topic in found[0]["topics"] or []] if found else []


def for_person(enrolment: Enrolment, above: StudyPlan | None, topics: Sequence[str]) -> list[dict[str, str]]:
    """Return the items a personal plan begins with, typed. Cost: 2 queries."""
    facts = {"programme": enrolment.programme_id, "person": enrolment.person_id, "topics": list(topics)}
    items = taken_up(above)
    taken = {(one["kind"], one["block"]) for one in items}
    items += [one for one in asked_by(plan_of(enrolment.version_id), enrolment.stage) if (one["kind"], one["block"]) not in taken]
    courses = sql.rows(_CHOSEN, facts)
    items += [
        _item(kind=ItemKind.COURSE, label=_("学完《%(title)s》") % {"title": row["title"]}, course=row["course_id"], hours=row["hours"])
        for row in courses
    ]
    return _numbered(items)


def for_unit(programme: Programme, above: StudyPlan | None) -> list[dict[str, str]]:
    """Return the items that a school's or a group's plan begins with. Cost: at most one query."""
    asked = [] if above or programme.current_id is None else asked_by(plan_of(programme.current_id), "")
    return _numbered([*taken_up(above), *asked])


def taken_up(above: StudyPlan | None) -> list[dict[str, str]]:
    """Return the items of a plan as those of the plan below it, each serving its own. Cost: one query."""
    if above is None:
        return []
    rows = PlanItem.objects.filter(plan=above).exclude(kind=ItemKind.OTHER).order_by("position")
    return [typed(row) | {"serves": row.key} for row in rows]


def typed(item: PlanItem) -> dict[str, str]:
    """Return an item as it stands in the editor; `serves` is left to who knows the plan above. No query."""
    return _item(
        kind=item.kind, label=item.label, target=item.target, hours=item.hours, due=item.due, block=item.block, course=item.course_id
    ) | {"key": item.key}


def asked_by(plan: Plan, stage: str) -> list[dict[str, str]]:
    """Return what the programme itself asks of a participant: hours by block, practice that is counted. No query."""
    found = []
    for block in plan.learn:
        if (block.for_ and "learner" not in block.for_) or (stage and block.stages and stage not in block.stages):
            continue
        hours = block.min_hours or block.hours
        if hours:
            found.append(_item(kind=ItemKind.BLOCK, label=block.label, target=hours, hours=hours, block=block.id))
        elif block.requires and block.requires.metric in _KIND_OF and _whole(block.requires.min):
            found.append(_item(kind=_KIND_OF[block.requires.metric], label=block.label, target=block.requires.min))
    return found


def blocks_of(programme: Programme) -> list[tuple[str, str]]:
    """Return the blocks of the programme's plan that have hours: key and label. No query once the plan is read."""
    return [(block.id, block.label) for block in plan_of(programme.current_id).learn] if programme.current_id else []


def offered(programme_id: int) -> list[int]:
    """Return the courses offered in a programme. Cost: one query."""
    return list(Offering.objects.filter(programme_id=programme_id).values_list("course_id", flat=True))


def _whole(bound: object) -> bool:
    return isinstance(bound, int) and bound > 0


def _item(**given: object) -> dict[str, str]:
    made = dict.fromkeys(("kind", "label", "target", "hours", "due", "block", "course", "serves"), "") | {"target": "1"}
    return made | {name: _text(value) for name, value in given.items() if value is not None}


def _text(value: object) -> str:
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text and text.replace(".", "").isdecimal() else text


def _numbered(items: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [dict(one) | {"key": f"i{number}"} for number, one in enumerate(items, start=1)]
