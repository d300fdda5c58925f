"""Spaces that a plan asks for (W-30, 002 §四, C-42 to C-44, C-66), laid set-based and seated from the roster; levels that are excepted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.access import actions as access
from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Kind, Stage
from yanxiu.orgs.queries import subjects_of
from yanxiu.people.models import Person
from yanxiu.programmes.models import Offering, Programme
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.work import Space as SpaceRow
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.actions import record, record_from
from yanxiu.workshops import permissions, provisions
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import Level, LevelException, Space

MOST = 20_000  # personal spaces a statement
ORG_KINDS: dict[str, tuple[str, ...]] = {
    Level.PROVINCE: (Kind.PROVINCE,), Level.CITY: (Kind.CITY,), Level.COUNTY: (Kind.COUNTY, Kind.ZONE),
}  # fmt: skip
LEVELS = tuple(ORG_KINDS)  # from above


@transaction.atomic
def open_spaces(*, programme: Programme, by: Actor, at: datetime) -> list[Space]:
    """Open every space that the plan asks for and that is not there yet; return the new ones, personal spaces left out.

    Topic workshops, the tree of subject workshops by level, communities of schools and regions, classes, workshops of experts and
    county trainers (who host them), personal spaces. Idempotent, also when two do it at once. Raises NotPermitted; Conflict when no
    version is published. Cost: some statements a row of the plan, whatever the number of schools.
    """
    permissions.check_can_open(by, programme.owner)
    if programme.current_id is None:
        raise Conflict(_("%(title)s还没有发布，发布后再开坊。") % {"title": programme.title})
    plan = plan_of(programme.current_id)
    fresh: list[int] = []
    for row in plan.spaces:
        if row.type == "personal_space":
            _lay_personal(programme, row, by=by, at=at)
            continue
        laid = [one for rows, more in _wanted(plan, programme, row) for one in _lay(programme, row, rows, more, at=at)]
        _record_opened(laid, by=by, at=at)
        if row.type == "teacher_workshop":
            _appoint(laid, by=by, at=at)
        fresh += laid
    return list(Space.objects.select_related("org", "parent", "programme").filter(pk__in=fresh).order_by("pk"))


@transaction.atomic
def seat_by_roster(*, programme: Programme, by: Actor, at: datetime) -> int:
    """Seat the participants where seats follow from the roster (classes, school communities, subject workshops); return how many.

    Idempotent; who left or was removed stays out. Raises NotPermitted. Cost: 2 statements.
    """
    permissions.check_can_open(by, programme.owner)
    facts = {"programme": programme.pk, "at": at}
    ids = sql.rows(provisions.SEAT, facts)[0]["ids"] or []
    if ids:
        record_from(
            event=SpaceEvent.SEATED, rows=provisions.SEATED, parameters={"ids": ids}, by=by, at=at, more=["programme_id", "space_id"]
        )
    return len(ids)


@transaction.atomic
def except_levels(
    *, programme: Programme, stage: str, subject: str, levels: Sequence[str], reason: str, by: Actor, at: datetime
) -> LevelException:
    """Say on which levels a subject has workshops, where it differs from the plan (个别学科除外); no levels: as the plan says again.

    What is open already stays open. Raises NotPermitted, Invalid.
    """
    permissions.check_can_open(by, programme.owner)
    if stage not in Stage.values or subject not in subjects_of(stage):
        raise Invalid(_("%(stage)s没有“%(subject)s”这个学科，请从列表里选。") % {"stage": stage, "subject": subject}, field="subject")
    if not levels or any(level not in LEVELS for level in levels):
        raise Invalid(_("级别只有省、市、县，至少选一级。"), field="levels")
    given = [level for level in LEVELS if level in levels]
    found, _made = LevelException.objects.update_or_create(
        programme=programme, stage=stage, subject=subject,
        defaults={"levels": given, "reason": plain(reason)[:200], "set_at": at, "set_by": by.person_id},
    )  # fmt: skip
    record(
        SpaceEvent.LEVELS_EXCEPTED, object_id=found.pk, object_label=f"{stage}{subject}", programme_id=programme.pk,
        unit_path=programme.owner_path, data={"levels": given, "reason": found.reason}, by=by, at=at,
    )  # fmt: skip
    return found


def _wanted(plan: Plan, programme: Programme, row: SpaceRow) -> Iterable[tuple[str, Mapping[str, object]]]:
    """Give the SELECT of a row of the plan with its own parameters; a tree is several, from above."""
    if row.type in ("topic_workshop", "topic_page"):
        return [(provisions.TOPICS, {"topics": _topics(plan, programme), "type": row.type})]
    if row.type == "subject_workshop":
        return [(provisions.SUBJECTS, facts) for facts in _tree(plan, programme)]
    if row.type == "subject_page":
        return [(provisions.SUBJECT_PAGES, {"subjects": _subjects(plan)})]
    if row.type == "class":
        rows = provisions.SCHOOL_CLASSES if row.per == "school" else provisions.CLASSES
        return [(rows, {"is_shared": row.shared_with is not None})]
    others = {
        "school_community": provisions.SCHOOLS, "regional_community": provisions.REGIONS, "teacher_workshop": provisions.TRAINERS,
    }  # fmt: skip
    return [(others[row.type], {})]


def _lay(
    programme: Programme, row: SpaceRow, rows: str, more: Mapping[str, object], *, at: datetime, seats: int = 0, shared: bool = True
) -> list[int]:
    begins = provisions.KINDS[row.type]
    facts = {
        "programme": programme.pk, "programme_or_none": programme.pk if shared else None, "owner": programme.owner_id,
        "below": f"{programme.owner_path}%", "kind": begins.kind.value, "tools": provisions.tools_of(row), "needs": list(row.needs),
        "column": row.column or "", "cap": row.cap, "splits": row.split is not None and "platform" in row.split.by, "seats": seats,
        "visibility": "public" if row.shared_with else begins.visibility.value, "joining": begins.joining.value,
        "state": provisions.state_of(row).value, "day": clock.day(at), "at": at, **more,
    }  # fmt: skip
    return [int(found["id"]) for found in sql.rows(provisions.LAY.format(rows=rows), facts)]


def _lay_personal(programme: Programme, row: SpaceRow, *, by: Actor, at: datetime) -> None:
    while ids := _lay(programme, row, provisions.LEARNERS, {"most": MOST}, at=at, seats=1, shared=False):
        sql.run(provisions.OWN_SEATS, {"ids": ids, "at": at})
        _record_opened(ids, by=by, at=at)
        if len(ids) < MOST:
            return


def _record_opened(ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    if ids:
        more = ["kind", "programme_id", "space_id"]
        record_from(event=SpaceEvent.OPENED, rows=provisions.OPENED, parameters={"ids": list(ids)}, by=by, at=at, more=more)


def _appoint(ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Make those for whom a workshop was opened its hosts."""
    spaces = Space.objects.select_related("org").filter(pk__in=ids).order_by("pk")
    people = Person.objects.in_bulk([space.opened_by for space in spaces])
    for space in spaces:
        access.appoint(
            person=people[space.opened_by or 0], role="host", org=space.org, programme_id=space.programme_id, space_id=space.pk,
            title=f"{space.title}主持人", by=by, at=at,
        )  # fmt: skip


def _tree(plan: Plan, programme: Programme) -> list[dict[str, object]]:
    """Return for each level, from above, the stages and subjects that have a workshop there."""
    excepted = {(one.stage, one.subject): set(one.levels) for one in LevelException.objects.filter(programme=programme).order_by("pk")}
    usual = plan.orgs.workshop_levels if plan.orgs else {}
    taught = [(stage, subject) for stage in usual for subject in _subjects(plan, stage)]
    found: list[dict[str, object]] = []
    for level in LEVELS:
        here = [pair for pair in taught if level in excepted.get(pair, usual[pair[0]])]
        found.append({
            "level": str(level), "kinds": [str(kind) for kind in ORG_KINDS[level]], "stages": [stage for stage, _subject in here],
            "subjects": [subject for _stage, subject in here],
        })  # fmt: skip
    return found


def _subjects(plan: Plan, stage: Stage | str = "") -> list[str]:
    """The subjects that the plan's audience names for a stage, else all that are taught there; without a stage, all of the audience."""
    groups = [group for group in plan.audience if not stage or not group.stages or stage in group.stages]
    named = [subject for group in groups for subject in group.subjects]
    stages: list[str] = [stage] if stage else [one for group in groups for one in group.stages] or list(Stage.values)
    taught = [subject for one in stages for subject in subjects_of(one)]
    return list(dict.fromkeys(named or taught))


def _topics(plan: Plan, programme: Programme) -> list[str]:
    """The topics of the plan, else those under which courses are offered."""
    named: Iterable[str] = [topic for block in plan.learn for topic in block.topics]
    offered = Offering.objects.filter(programme=programme).exclude(topic="").order_by("topic").values_list("topic", flat=True).distinct()
    return list(dict.fromkeys(named or offered))
