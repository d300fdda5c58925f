"""Reads for the page of a step or a lesson case."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet

from yanxiu.catalogue.models import Course, Step, StepKind
from yanxiu.kit import sql
from yanxiu.kit.compiled import Compiled
from yanxiu.kit.components import wording
from yanxiu.learning import bits, rules, statements
from yanxiu.learning.models import CaseDraw, Item, Progress, Selection
from yanxiu.programmes.models import Enrolment

_LEGS = f"""
SELECT t.id AS step_id, t.number, t.kind, t.title, t.seconds AS length, x.id IS NOT NULL AS is_done, COALESCE(p.seconds, 0) AS seen,
       d.inquiry_id
FROM catalogue_step t
LEFT JOIN learning_stepdone x ON x.step_id = t.id AND x.enrolment_id = %(enrolment)s
LEFT JOIN learning_progress p ON p.person_id = %(person)s AND p.enrolment_id = %(enrolment)s AND p.kind = 1 AND p.item_id = t.id
LEFT JOIN (SELECT ({statements.WITHHELD_BY.format(record="z.record_id")}) AS inquiry_id FROM learning_coursedone z
           WHERE z.enrolment_id = %(enrolment)s AND z.course_id = %(course)s) d ON true
WHERE t.course_id = %(course)s
ORDER BY t.number, t.id
"""


_CASE = f"""
SELECT ({statements.WITHHELD_BY.format(record="k.record_id")}) AS inquiry_id
FROM learning_casedraw d JOIN LATERAL ({statements.CASE_RECORD.format(draw="d")}) k ON true WHERE d.id = %(draw)s
"""


@dataclass(frozen=True, kw_only=True)
class Leg:
    """A step of the course as the participant stands to it; `inquiry_id`: by its decision the whole course does not count."""

    step_id: int
    number: int
    kind: str
    title: str
    length: int
    is_done: bool
    seen: int
    inquiry_id: int | None

    @property
    def icon(self) -> str:
        return StepKind(self.kind).icon

    @property
    def kind_label(self) -> str:
        """The kind, with the length of a film: 视频 12 分 40 秒."""
        label = str(StepKind(self.kind).label)
        return f"{label} {wording.length(self.length)}" if self.length else label

    @property
    def words(self) -> str:
        """The state in words: 已完成, 看了 45%."""
        if self.is_done:
            return "已完成"
        return f"看了 {self.seen * 100 // self.length}%" if self.seen and self.length else ""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen of a film: ranges in seconds, how many seconds in all, and where to resume."""

    ranges: Sequence[bits.Range]
    seconds: int
    position: int

    @property
    def text(self) -> str:
        """The ranges as the player reads them: 0-12,40-61."""
        return ",".join(f"{start}-{end}" for start, end in self.ranges)


def legs(enrolment: Enrolment, course: Course) -> list[Leg]:
    """Return the steps of a course in order. Cost: one query."""
    parameters = {"person": enrolment.person_id, "enrolment": enrolment.pk, "course": course.pk}
    return [Leg(**row) for row in sql.rows(_LEGS, parameters)]


def following(found: Sequence[Leg], step_id: int) -> Leg | None:
    """Return the step to go on with after this one: the next that is not done, else the first that is not; None when all are done."""
    at = next((place for place, leg in enumerate(found) if leg.step_id == step_id), 0)
    return next((leg for leg in (*found[at + 1 :], *found[:at]) if not leg.is_done), None)


def withheld_by(found: Sequence[Leg]) -> int | None:
    """Return the inquiry by whose decision the course does not count, None when it does or was not completed."""
    return next((leg.inquiry_id for leg in found), None)


def case_withheld_by(draw: CaseDraw) -> int | None:
    """Return the inquiry by whose decision a lesson case does not count, None when it does or is not done. Cost: at most one query."""
    rows = sql.rows(_CASE, {"draw": draw.pk}) if draw.done_at is not None else []
    return rows[0]["inquiry_id"] if rows else None


def next_step(found: Sequence[Leg]) -> Leg | None:
    """Return the first step not done, else the first; None for a course without steps."""
    return next((leg for leg in found if not leg.is_done), found[0] if found else None)


def seen(enrolment: Enrolment, kind: Item, item_id: int) -> Seen:
    """Return what the participant has seen of a film. Cost: one query."""
    row = Progress.objects.filter(person_id=enrolment.person_id, enrolment_id=enrolment.pk, kind=kind, item_id=item_id).first()
    if row is None:
        return Seen(ranges=(), seconds=0, position=0)
    return Seen(ranges=bits.ranges_of(row.watched), seconds=row.seconds, position=row.position)


def selection_of(enrolment: Enrolment, course: Course) -> Selection | None:
    """Return the course's entry in the participant's list, with its offering; None when it is not there. Cost: one query."""
    found = Selection.objects.filter(
        enrolment=enrolment, offering__course=course, offering__programme_id=enrolment.programme_id, dropped_at__isnull=True
    )
    return found.select_related("offering").order_by("pk").first()


def _own_selection(person: int, enrolment: int, course: int) -> QuerySet[Selection]:
    found = Selection.objects.filter(
        enrolment_id=enrolment, enrolment__person_id=person, offering__course_id=course, dropped_at__isnull=True,
        offering__programme_id=F("enrolment__programme_id"),
    )  # fmt: skip
    related = ("offering", "enrolment__programme", "enrolment__unit", "enrolment__person")
    return found.select_related(*related).order_by("pk")[:1]


_OWN_SELECTION = Compiled(_own_selection, person=int, enrolment=int, course=int)
# A step with its course and files.
STEP = Compiled(lambda step: Step.objects.filter(pk=step).select_related("course", "media", "captions", "poster"), step=int)


def selection_with_enrolment(person_id: int, enrolment_id: int, course: Course) -> Selection | None:
    """Return a person's own entry of the course with enrolment, programme, unit and offering. Cost: one query."""
    return _OWN_SELECTION.first(person=person_id, enrolment=enrolment_id, course=course.pk)


def seconds_lacking(length: int, seconds: int) -> int:
    """Return how many seconds are missing until a film counts as watched."""
    return max(rules.seconds_needed(length) - seconds, 0)
