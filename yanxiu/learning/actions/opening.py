"""Opening a step or a lesson case: from then on server time runs for it, and a film gets its ticket."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yanxiu.catalogue.models import LessonCase, Step
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.learning import permissions, rules, statements, tickets
from yanxiu.learning.events import StudyEvent
from yanxiu.learning.models import CaseDraw, Item, Lease, Selection
from yanxiu.learning.origins import UNKNOWN, Origin
from yanxiu.learning.queries import curriculum, films
from yanxiu.learning.queries import studying as queries
from yanxiu.people.models import Account
from yanxiu.programmes.models import Enrolment
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.programmes.queries.windows import Span
from yanxiu.records.actions import record


class NotChosen(Conflict):
    """The course or case is not in the participant's list."""

    code = "not_chosen"


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What is open now: the ticket of a film ("" for other steps), seconds seen so far, and where to resume.

    `until`: from this second on nothing counts before a question is answered; 0 = nothing holds.
    """

    ticket: str
    seconds: int
    position: int
    until: int = 0


@dataclass(frozen=True, kw_only=True)
class _Place:
    """What is opened, how long it is, in which window and at what speed (per cent)."""

    kind: Item
    item_id: int
    length: int
    rate: int
    span: Span | None
    until: int = 0


@dataclass(frozen=True, kw_only=True)
class _Subject:
    """What is recorded the first time: the course or case, in its block; the key begins with `prefix`."""

    event: StudyEvent
    prefix: str
    object_id: int
    label: str
    block: str


@transaction.atomic
def open_step(
    *, enrolment: Enrolment, step: Step, by: Actor, at: datetime, origin: Origin = UNKNOWN, selection: Selection | None = None
) -> Opened:
    """Open a step for study; whatever the person had open elsewhere stops earning.

    Server time begins to run for it. `selection`: the course's entry in the participant's list, when the caller has just read it.
    Raises NotPermitted, NotChosen, WindowClosed, Conflict. Cost: 2 queries; 1 more to read the entry, 1 for questions in a film,
    3 the first time in a course.
    """
    permissions.check_can_study(by, enrolment)
    chosen = selection or selection_of(enrolment, step)
    if (chosen.enrolment_id, chosen.offering.course_id) != (enrolment.pk, step.course_id):
        raise NotChosen(f"《{step.course.title}》不在您的课程里，看了也不计学时。可以在选课开放时选它。")
    span = permissions.check_study_open(enrolment, chosen.block, at=at)
    reel = films.reel_of(step)
    passed = films.passed_cues(enrolment, step) if reel and reel.cues else set()
    place = _Place(
        kind=Item.STEP, item_id=step.pk, length=reel.seconds if reel else 0, rate=_rate(enrolment, chosen.block), span=span,
        until=films.until(reel.cues, passed) if reel else 0,
    )  # fmt: skip
    subject = _Subject(
        event=StudyEvent.COURSE_OPENED, prefix="opened", object_id=step.course_id, label=step.course.title, block=chosen.block
    )
    return _open(enrolment, place, subject, origin=origin, by=by, at=at)


@transaction.atomic
def open_case(*, enrolment: Enrolment, case: LessonCase, by: Actor, at: datetime, origin: Origin = UNKNOWN) -> Opened:
    """Open a lesson case's film; as `open_step`."""
    permissions.check_can_study(by, enrolment)
    draw = CaseDraw.objects.filter(enrolment=enrolment, case=case, voided_at__isnull=True).first()
    if draw is None:
        raise NotChosen(f"课例《{case.title}》没有分给您，请从“我的课程”里打开自己的课例。")
    span = permissions.check_study_open(enrolment, draw.block, at=at)
    place = _Place(kind=Item.CASE, item_id=case.pk, length=case.seconds, rate=_rate(enrolment, draw.block), span=span)
    subject = _Subject(event=StudyEvent.CASE_OPENED, prefix="opened-case", object_id=case.pk, label=case.title, block=draw.block)
    return _open(enrolment, place, subject, origin=origin, by=by, at=at)


def check_step(enrolment: Enrolment, step: Step, *kinds: str, by: Actor, at: datetime) -> Selection:
    """Return the step's entry in the list. Raises unless the participant acts, in the window, on a step of one of the kinds."""
    permissions.check_can_study(by, enrolment)
    selection = selection_of(enrolment, step)
    permissions.check_study_open(enrolment, selection.block, at=at)
    if step.kind not in kinds:
        raise Invalid(f"“{step.title}”是{step.get_kind_display()}环节，不能这样完成。请从课程页打开它。")
    return selection


def selection_of(enrolment: Enrolment, step: Step) -> Selection:
    """Return the entry of the step's course in the list. Raises NotChosen. Cost: one query."""
    found = queries.selection_of(enrolment, step.course)
    if found is None:
        raise NotChosen(f"《{step.course.title}》不在您的课程里，看了也不计学时。可以在选课开放时选它。")
    return found


def renewed(enrolment: Enrolment, step: Step, *, length: int, span: Span | None, until: int) -> str:
    """Return a ticket for the lease that is open on the step, holding at `until`; "" when something else is open. Cost: 2 queries."""
    lease = Lease.objects.filter(
        person_id=enrolment.person_id, enrolment_id=enrolment.pk, kind=Item.STEP, item_id=step.pk, ended_at__isnull=True
    ).first()
    if lease is None:
        return ""
    place = _Place(kind=Item.STEP, item_id=step.pk, length=length, rate=lease.rate, span=span, until=until)
    stamp = Account.objects.values_list("security_stamp", flat=True).get(person_id=enrolment.person_id)
    return _ticket(enrolment, place, number=lease.number, nonce=lease.nonce, issued=lease.started_at, stamp=stamp)


def _rate(enrolment: Enrolment, block_id: str) -> int:
    return int(curriculum.play_of(plan_of(enrolment.version_id), block_id).max_rate * 100)


def _open(enrolment: Enrolment, place: _Place, subject: _Subject, *, origin: Origin, by: Actor, at: datetime) -> Opened:
    nonce, once = secrets.randbits(62), f"{subject.prefix}:{enrolment.pk}:{subject.object_id}"
    lease = sql.rows(
        statements.OPEN,
        {
            "person": enrolment.person_id, "enrolment": enrolment.pk, "kind": place.kind, "item": place.item_id, "length": place.length,
            "rate": place.rate, "nonce": nonce, "device": origin.device, "address": origin.address, "once": once,
        },
    )[0]  # fmt: skip
    if not lease["is_known"]:  # the person is locked: nobody else writes this key meanwhile
        record(
            subject.event, object_id=subject.object_id, object_label=subject.label, kind=subject.block, person_id=enrolment.person_id,
            programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, key=once, by=by, at=at,
        )  # fmt: skip
    if not place.length:
        return Opened(ticket="", seconds=0, position=0)
    ticket = _ticket(enrolment, place, number=lease["number"], nonce=nonce, issued=lease["at"], stamp=lease["stamp"])
    return Opened(ticket=ticket, seconds=lease["seconds"], position=lease["resume"], until=place.until)


def _ticket(enrolment: Enrolment, place: _Place, *, number: int, nonce: int, issued: datetime, stamp: str) -> str:
    began = int(issued.timestamp())
    ticket = tickets.Ticket(
        version=tickets.VERSION, person=enrolment.person_id, enrolment=enrolment.pk, kind=int(place.kind), item=place.item_id,
        seconds=place.length, number=number, nonce=nonce, rate=place.rate, issued=began,
        expires=began + int(rules.TICKET_LASTS.total_seconds()),
        closes=int(place.span.ends_at.timestamp()) if place.span and place.span.ends_at else 0, stamp=stamp, until=place.until,
    )  # fmt: skip
    return tickets.sign(ticket)
