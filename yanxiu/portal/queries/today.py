"""What the home of a participant is made of, over all programmes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from yanxiu.assessment.queries.sittings import DueExam, due_exams
from yanxiu.evaluation import standing
from yanxiu.evaluation.standing import Standing
from yanxiu.integrity.models import Inquiry, InquiryState
from yanxiu.kit import sql
from yanxiu.kit.compiled import Compiled
from yanxiu.learning.models import SchoolTopic
from yanxiu.learning.queries import needs
from yanxiu.portal.queries.work import Work, work_of
from yanxiu.programmes.models import Enrolment, EnrolmentState, ProgrammeState
from yanxiu.programmes.queries import plan_of
from yanxiu.programmes.queries.windows import Span, windows_of
from yanxiu.workshops.queries import open_surveys

# The newest threads of the open workshops a person sits in; a sub-workshop also reads what its workshop publishes. Cases are no news:
# while they are judged nobody is told whose they are.
_NEWS = """
SELECT p.id, p.kind, p.title, p.series, p.number, p.author_label, p.published_at, s.id AS space_id, s.title AS space,
       r.id IS NOT NULL AS is_read
FROM workshops_membership m
JOIN workshops_space s ON s.id = m.space_id
JOIN workshops_post p ON p.space_id IN (m.space_id, m.workshop_id) AND p.state = 'published' AND p.parent_id IS NULL
  AND p.kind <> 'case' AND s.state <> 'preparing'
LEFT JOIN workshops_read r ON r.post_id = p.id AND r.person_id = m.person_id
WHERE m.person_id = %(person)s AND m.state = 'member' AND p.author_id <> m.person_id
ORDER BY r.id IS NOT NULL, p.published_at DESC, p.id DESC LIMIT 4
"""


@dataclass(frozen=True, kw_only=True)
class News:
    """A thread of one's workshops."""

    id: int
    kind: str
    title: str
    series: str
    number: int | None
    author_label: str
    published_at: datetime
    space_id: int
    space: str
    is_read: bool


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Participations that run (newest first), with standing, work and news; `spans` are the windows of the first one.

    `asked`: inquiries that wait for the person's own words; `exams`: those open or soon. `unsaid`: participations whose plan begins with
    the needs survey and that have not answered it; `surveys`: by programme the post of one that is open in a space of hers.
    """

    enrolments: Sequence[Enrolment]
    standings: Sequence[Standing]
    work: Sequence[Work]
    spans: Sequence[Span]
    news: Sequence[News]
    asked: Sequence[Inquiry] = ()
    exams: Sequence[DueExam] = ()
    unsaid: Collection[int] = ()
    surveys: Mapping[int, int] = field(default_factory=dict)

    def of(self, enrolment: Enrolment) -> list[Standing]:
        """Return the standing in one of the programmes."""
        return [row for row in self.standings if row.programme_id == enrolment.programme_id]


def _running_of(person: int) -> QuerySet[Enrolment]:
    decided = SchoolTopic.objects.filter(programme=OuterRef("programme"), school=OuterRef("unit"))
    found = Enrolment.objects.filter(person_id=person, state=EnrolmentState.ACTIVE, programme__state=ProgrammeState.RUNNING)
    rows = found.select_related("programme", "unit").annotate(topics_decided=Exists(decided), has_said=needs.has_answered())
    return rows.order_by("-enrolled_at", "-pk")


def _asked_of(person: int) -> QuerySet[Inquiry]:
    return Inquiry.objects.filter(person_id=person, state=InquiryState.ASKED).select_related("seat").order_by("due_at", "pk")


_RUNNING, _ASKED = Compiled(_running_of, person=int), Compiled(_asked_of, person=int)


def running(person_id: int) -> list[Enrolment]:
    """Return a person's participations that run, newest first, with `topics_decided` and `has_said`. Cost: one query."""
    return _RUNNING(person=person_id)


def today(person_id: int, *, at: datetime) -> Facts:
    """Return what the home of a participant needs. Cost: 7 queries, 1 without a programme; one more before a needs survey."""
    enrolments = running(person_id)
    if not enrolments:
        return Facts(enrolments=(), standings=(), work=(), spans=(), news=())
    first = enrolments[0]
    versions = sorted({one.version_id for one in enrolments})
    unsaid = _unsaid(enrolments)
    with sql.planned("kept"):
        standings = standing.of(versions=versions, persons=[person_id], at=at)
        work = work_of(person_id, [one.pk for one in enrolments])
    return Facts(
        enrolments=enrolments,
        standings=standings,
        work=work,
        spans=windows_of(first.version_id, first.unit_path),
        news=[News(**row) for row in sql.rows(_NEWS, {"person": person_id})],
        asked=_ASKED(person=person_id),
        exams=due_exams([one.pk for one in enrolments], at=at),
        unsaid={one.pk for one in unsaid},
        surveys=open_surveys(person_id, [one.programme_id for one in unsaid], at=at) if unsaid else {},
    )


def _unsaid(enrolments: Sequence[Enrolment]) -> list[Enrolment]:
    return [one for one in enrolments if needs.asks_needs(plan_of(one.version_id)) and not one.has_said]  # type: ignore[attr-defined]  # annotated
