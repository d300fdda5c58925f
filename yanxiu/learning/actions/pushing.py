"""The compulsory courses go into everybody's list (W-17)."""

from datetime import datetime

from django.db import transaction

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.learning import permissions
from yanxiu.learning.events import ChoiceEvent
from yanxiu.learning.queries import curriculum
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.work import Block
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.actions import record

# A course without stages or subjects is for all. Whoever has the course, or had it taken away, is left alone.
_PUSH = """
INSERT INTO learning_selection (enrolment_id, offering_id, block, source, needs, chosen_at, chosen_by, drop_reason)
SELECT e.id, o.id, o.block, 'pushed', %(needs)s::varchar[], %(at)s, %(by)s, ''
FROM programmes_enrolment e
JOIN programmes_offering o ON o.programme_id = e.programme_id AND o.block = %(block)s
JOIN catalogue_course c ON c.id = o.course_id AND c.state = 'published'
WHERE e.programme_id = %(programme)s AND e.version_id = %(version)s AND e.state = 'active'
  AND (%(only)s::bigint IS NULL OR e.id = %(only)s::bigint)
  AND (cardinality(%(roles)s::text[]) = 0 OR e.role = ANY(%(roles)s::text[]))
  AND (cardinality(%(stages)s::text[]) = 0 OR e.stage = ANY(%(stages)s::text[]))
  AND (%(any_stage)s OR cardinality(c.stages) = 0 OR e.stage = ANY(c.stages))
  AND (cardinality(c.subjects) = 0 OR e.subject = ANY(c.subjects))
  AND NOT EXISTS (SELECT 1 FROM learning_selection s WHERE s.enrolment_id = e.id AND s.offering_id = o.id)
  AND NOT EXISTS (SELECT 1 FROM learning_selection s JOIN programmes_offering x ON x.id = s.offering_id
                  JOIN catalogue_course v ON v.id = x.course_id AND coalesce(v.family, v.id) = coalesce(c.family, c.id)
                  WHERE s.enrolment_id = e.id AND s.dropped_at IS NULL)
ORDER BY e.id, o.id
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def push_compulsory(*, programme: Programme, by: Actor, at: datetime, only: Enrolment | None = None) -> int:
    """Give every participant (or `only` one) the courses of the pushed blocks by stage and subject; return how many entries are new.

    Idempotent. Raises NotPermitted. Cost: one statement per pushed block and plan version.
    """
    permissions.check_can_push(by, programme)
    pushed = sum(
        _push(programme, version_id, plan, block, only=only, by=by, at=at)
        for version_id, plan in _plans(programme)
        for block in curriculum.pushed_blocks(plan)
    )
    if pushed:
        record(
            ChoiceEvent.COMPULSORY_PUSHED, object_id=programme.pk, object_label=programme.title, programme_id=programme.pk,
            unit_path=programme.owner_path, by=by, at=at, person_id=only.person_id if only else None, data={"entries": pushed},
        )  # fmt: skip
    return pushed


def _push(programme: Programme, version_id: int, plan: Plan, block: Block, *, only: Enrolment | None, by: Actor, at: datetime) -> int:
    return sql.run(
        _PUSH,
        {
            "programme": programme.pk,
            "version": version_id,
            "block": block.id,
            "needs": curriculum.needs_of(plan),
            "roles": list(block.for_),
            "stages": curriculum.stages_of(block),
            "any_stage": block.assign == "auto_by_subject",
            "only": only.pk if only else None,
            "at": at,
            "by": by.person_id,
        },
    )


def _plans(programme: Programme) -> list[tuple[int, Plan]]:
    pinned = Enrolment.objects.filter(programme=programme).order_by("version_id").values_list("version_id", flat=True).distinct()
    return [(version_id, plan_of(version_id)) for version_id in pinned]
