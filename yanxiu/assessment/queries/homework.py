"""Pages of homework: the participant's own, and the marker's queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _

from yanxiu.assessment.models import Attachment, Mark, Submission, SubmissionState
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step
from yanxiu.files import queries as files
from yanxiu.files.kinds import Kind
from yanxiu.kit import rich_text
from yanxiu.kit.paging import Page, page_of
from yanxiu.kit.text import characters
from yanxiu.programmes.models import Enrolment

OPEN_STATES = (SubmissionState.DRAFT, SubmissionState.RETURNED)


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file of a homework with a link that holds for an hour."""

    attachment: Attachment
    url: str


@dataclass(frozen=True, kw_only=True)
class HomeworkPage:
    """The task and one's own work on it. `lacking` are the characters still missing; `room` how many more files fit."""

    enrolment: Enrolment
    step: Step
    task: str
    asked: content.Homework
    submission: Submission | None
    attached: Sequence[Attached]
    marks: Sequence[Mark]

    @property
    def is_open(self) -> bool:
        """Tell whether the work may still be changed, windows aside."""
        return self.submission is None or self.submission.state in OPEN_STATES

    @property
    def state(self) -> str:
        """The state's code; a homework not yet begun is a draft."""
        return self.submission.state if self.submission else SubmissionState.DRAFT

    @property
    def text(self) -> str:
        return self.submission.text if self.submission else ""

    @property
    def count(self) -> int:
        return characters(self.text)

    @property
    def lacking(self) -> int:
        return max(0, self.asked.min_characters - self.count)

    @property
    def room(self) -> int:
        return max(0, self.asked.attachments - len(self.attached))

    @property
    def file_limit(self) -> int:
        """The greatest number of bytes of one file."""
        return Kind.ATTACHMENT.most_bytes

    @property
    def count_words(self) -> str:
        return _("%(count)s 字") % {"count": self.count}

    @property
    def attached_words(self) -> str:
        return _("%(count)s 个，最多 %(most)s 个") % {"count": len(self.attached), "most": self.asked.attachments}

    @property
    def score_words(self) -> str:
        return _("满分 %(most)s，合格 %(pass)s；不到合格分请退回") % {"most": self.asked.points, "pass": self.asked.pass_points}


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits for marking in a scope: `count`, the oldest moment, and one page of it, oldest first."""

    count: int
    oldest_at: datetime | None
    page: Page[Submission]


def homework_page(enrolment: Enrolment, step: Step, *, person_id: int, at: datetime) -> HomeworkPage:
    """Return a participant's own homework. Cost: 3 queries, one before anything is saved."""
    submission = Submission.objects.filter(enrolment=enrolment, step=step).first()
    return _page(enrolment, step, submission, person_id=person_id, at=at)


def marking_page(submission: Submission, *, person_id: int, at: datetime) -> HomeworkPage:
    """Return a homework as a marker sees it. Cost: 2 queries."""
    return _page(submission.enrolment, submission.step, submission, person_id=person_id, at=at)


def queue_of(waiting: QuerySet[Submission], *, number: int) -> Queue:
    """Return what waits of a set of submissions, oldest first. Cost: 2 queries."""
    facts = waiting.aggregate(oldest=Min("submitted_at"), count=Count("pk"))
    return Queue(count=facts["count"], oldest_at=facts["oldest"], page=page_of(_in_order(waiting), number=number))


def first_of(waiting: QuerySet[Submission]) -> Submission | None:
    """Return what waits longest. Cost: one query."""
    return _in_order(waiting).first()


def _in_order(waiting: QuerySet[Submission]) -> QuerySet[Submission]:
    related = waiting.select_related("enrolment__person", "enrolment__unit", "enrolment__programme", "step__course")
    return related.order_by("submitted_at", "pk")


def _page(enrolment: Enrolment, step: Step, submission: Submission | None, *, person_id: int, at: datetime) -> HomeworkPage:
    asked = content.read(step.content, content.Homework)
    attached: list[Attached] = []
    marks: list[Mark] = []
    if submission is not None:
        rows = Attachment.objects.filter(submission=submission, removed_at__isnull=True).select_related("file").order_by("added_at", "pk")
        attached = [Attached(attachment=row, url=files.link(row.file, person_id=person_id, at=at)) for row in rows]
        marks = list(Mark.objects.filter(submission=submission).order_by("-marked_at", "-pk"))
    return HomeworkPage(
        enrolment=enrolment,
        step=step,
        task=rich_text.shown(step.body or rich_text.from_source(asked.task)),
        asked=asked,
        submission=submission,
        attached=attached,
        marks=marks,
    )
