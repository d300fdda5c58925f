"""An institution chooses courses for its learners (W-18): given set-based, refused person by person, undone until begun."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.learning import permissions, versions
from yanxiu.learning.events import ChoiceEvent
from yanxiu.learning.models import Assignment, Selection, Source
from yanxiu.learning.queries import assignable, curriculum
from yanxiu.learning.queries.assignable import Refusal
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, Offering, Programme
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.actions import Entry, record, record_all

MOST_PEOPLE = 20_000
MOST_COURSES = 50

_UNDO = f"""
UPDATE learning_selection AS s SET dropped_at = %(at)s, drop_reason = '指定已撤回'
FROM programmes_offering o, programmes_enrolment e
WHERE s.assignment_id = %(assignment)s AND s.dropped_at IS NULL AND o.id = s.offering_id AND e.id = s.enrolment_id
  AND NOT {versions.BEGUN}
"""


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """What came of it: `given` entries of lists for `people`, and who was refused, with the reason."""

    assignment: Assignment | None
    people: int
    given: int
    refused: Sequence[Refusal]


@transaction.atomic
def assign_courses(
    *,
    programme: Programme,
    unit: Org,
    enrolments: QuerySet[Enrolment],
    offerings: Sequence[Offering],
    plan: str = "",
    by: Actor,
    at: datetime,
) -> Assigned:  # fmt: skip
    """Put courses of a block that institutions fill into the lists of learners of a unit, and tell them so.

    Whoever cannot take them (other stage, window closed, under the block's hours) is refused with the reason, and only he; whoever has a
    course keeps it as it is. Raises NotPermitted; Invalid (nothing chosen, several blocks, too many); Conflict (not running, block not
    for institutions). Cost: 9 queries, whatever the number of people, and one for each unit's own windows.
    """
    permissions.check_can_assign(by, unit.path)
    block = assignable.block_for(programme, offerings)
    people = list(enrolments.filter(unit_path__startswith=unit.path).select_related("person", "unit").order_by("pk")[: MOST_PEOPLE + 1])
    _check_amount(people, offerings)
    held = assignable.held(people, block)
    fit, refused = assignable.sorted_out(people, offerings, block, held, at=at)
    wanted = [(one, offering) for one in fit for offering in offerings if offering.pk not in held[one.pk].offerings]
    takers = {one.pk: one for one, _offering in wanted}
    if not wanted:
        return Assigned(assignment=None, people=0, given=0, refused=refused)
    kept = plain(plan)[:2000]
    assignment = Assignment.objects.create(
        programme=programme, unit=unit, block=block.id, plan=kept, people=len(takers), assigned_at=at, assigned_by=by.person_id
    )
    needs = {version: curriculum.needs_of(plan_of(version)) for version in {one.version_id for one in takers.values()}}
    Selection.objects.bulk_create(
        [
            Selection(
                enrolment=one, offering=offering, block=block.id, source=Source.ASSIGNED, assignment=assignment,
                needs=needs[one.version_id], by_choice=curriculum.is_of_choice(block), chosen_at=at, chosen_by=by.person_id,
            )
            for one, offering in wanted
        ],
        batch_size=2_000,
        ignore_conflicts=True,
    )  # fmt: skip
    hours = sum((offering.hours for offering in offerings), Decimal(0))
    titles = [offering.course.title for offering in offerings]
    record_all(
        [
            Entry(
                event=ChoiceEvent.COURSES_ASSIGNED, object_id=assignment.pk, object_label="、".join(titles)[:300],
                kind=block.id, measure=hours,
                person_id=one.person_id, programme_id=programme.pk, unit_path=one.unit_path, data={"by": unit.name, "plan": kept[:300]},
            )
            for one in takers.values()
        ],
        by=by,
        at=at,
    )  # fmt: skip
    return Assigned(assignment=assignment, people=len(takers), given=len(wanted), refused=refused)


@transaction.atomic
def undo_assignment(*, assignment: Assignment, by: Actor, at: datetime) -> int:
    """Take an assignment back where nobody has begun; return how many entries stay because they are begun.

    Raises NotPermitted; Conflict when it is undone already. Cost: 5 queries.
    """
    permissions.check_can_assign(by, assignment.unit.path)
    assignment = Assignment.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "programme").get(pk=assignment.pk)
    if assignment.undone_at is not None:
        raise Conflict("这次指定已经撤回了。请刷新后再看。")
    undone = sql.run(_UNDO, {"assignment": assignment.pk, "at": at})
    assignment.undone_at = at
    assignment.save(update_fields=["undone_at"])
    stay = Selection.objects.filter(assignment=assignment, dropped_at__isnull=True).count()
    record(
        ChoiceEvent.ASSIGNMENT_UNDONE, object_id=assignment.pk, programme_id=assignment.programme_id, unit_path=assignment.unit.path,
        kind=assignment.block, by=by, at=at, data={"undone": undone, "begun": stay},
    )  # fmt: skip
    return stay


def _check_amount(people: Sequence[Enrolment], offerings: Sequence[Offering]) -> None:
    if not people:
        raise Invalid("还没有选学员：所选条件下没有在册的参训教师。", field="people")
    if len(people) > MOST_PEOPLE:
        raise Invalid(f"一次最多给 {MOST_PEOPLE:,} 人指定。请按单位分几次。", field="people")
    if len(offerings) > MOST_COURSES:
        raise Invalid(f"一次最多指定 {MOST_COURSES} 门，现在选了 {len(offerings)} 门。", field="courses")
