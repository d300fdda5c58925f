"""What evaluation does because of what happened below."""

from yanxiu.access.events import AccessEvent
from yanxiu.access.models import Appointment
from yanxiu.assessment.events import ScoreEvent
from yanxiu.evaluation import actions
from yanxiu.evaluation.models import CoverageMember, Role
from yanxiu.kit.actor import SYSTEM
from yanxiu.learning.events import PointEvent
from yanxiu.programmes.events import ProgrammeEvent
from yanxiu.programmes.models import PlanVersion, Programme
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import Space, SpaceKind, SpaceState

HOST_ROLES = {SpaceKind.TOPIC_WORKSHOP: "topic_host", SpaceKind.SUBJECT_WORKSHOP: "subject_host"}


@reacts_to(ProgrammeEvent.PUBLISHED)
def lay_down_requirements(record: Record) -> None:
    """A plan was published: its requirements become rows."""
    version = PlanVersion.objects.get(pk=int(record.object_id))
    actions.lay_down(version=version, by=SYSTEM, at=record.at)


@reacts_to(PointEvent.LOADED)
def lay_down_at_point(record: Record) -> None:
    """A course package came to a teaching point: the requirements of its versions become rows there."""
    for version in PlanVersion.objects.filter(programme=record.programme_id).order_by("pk"):
        actions.lay_down(version=version, by=SYSTEM, at=record.at)


@reacts_to(ProgrammeEvent.MOVED)
def move_hosts(record: Record) -> None:
    """Participants were moved to a version: those evaluated in roles follow."""
    actions.move_roles(version=PlanVersion.objects.get(pk=int(record.object_id)), by=SYSTEM, at=record.at)


@reacts_to(ScoreEvent.RELEASED)
def judge_scores(record: Record) -> None:
    """Scores of an assessment came out, or came out anew: the findings about its participants follow."""
    assessment = record.data["assessment"]
    if assessment:
        programme = Programme.objects.get(pk=record.programme_id or 0)
        actions.judge_scores(programme=programme, assessment=assessment, by=SYSTEM, at=record.at)


@reacts_to(AccessEvent.APPOINTED, AccessEvent.REVOKED)
def list_hosts(record: Record) -> None:
    """A host was appointed in a workshop of a programme, or is one no longer: the list of those evaluated follows."""
    appointment = Appointment.objects.select_related("person").get(pk=int(record.object_id))
    space = Space.objects.select_related("programme").filter(pk=appointment.space_id or 0).first()
    if appointment.role != "host" or space is None or space.programme is None or space.programme.current_id is None:
        return
    role = HOST_ROLES.get(SpaceKind(space.kind))
    if role is None:
        return
    if appointment.revoked_at is None:
        actions.give_role(
            programme=space.programme, person=appointment.person, role=role, space_id=space.pk, stage=space.stage, level=space.level,
            unit_path=appointment.person.unit_path or space.programme.owner_path, by=SYSTEM, at=record.at,
        )  # fmt: skip
        return
    for listed in Role.objects.filter(person_id=appointment.person_id, role=role, space_id=space.pk, until_at__isnull=True).order_by("pk"):
        actions.end_role(role=listed, by=SYSTEM, at=record.at)


@reacts_to(SpaceEvent.OPENED, SpaceEvent.CLOSED, SpaceEvent.REOPENED)
def cover_lower(record: Record) -> None:
    """A workshop of a tree was opened, closed or opened again: the set that the hosts above must cover follows (C-40)."""
    opened = Space.objects.select_related("programme").filter(pk=int(record.object_id)).exclude(level="").first()
    if opened is None or opened.programme is None or opened.parent_id is None or opened.kind == SpaceKind.SUB_WORKSHOP:
        return
    beside = Space.objects.filter(parent=opened.parent_id, level=opened.level).exclude(kind=SpaceKind.SUB_WORKSHOP)
    members = {str(number) for number in beside.exclude(state=SpaceState.CLOSED).values_list("pk", flat=True)}
    known = CoverageMember.objects.filter(programme=opened.programme, over=opened.level, space_id=opened.parent_id)
    if members != set(known.values_list("member", flat=True)):
        actions.set_coverage(
            programme=opened.programme, over=opened.level, space_id=opened.parent_id, members=tuple(sorted(members)), by=SYSTEM,
            at=record.at,
        )  # fmt: skip
