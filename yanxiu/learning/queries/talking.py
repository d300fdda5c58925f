"""Reads of course discussions and of reports on offline activities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.files import queries as files
from yanxiu.integrity.queries import check_text
from yanxiu.integrity.similarity import Seen, seen_by_author
from yanxiu.kit.paging import Page, page_of
from yanxiu.learning import likeness
from yanxiu.learning.models import ActivityPhoto, ActivityReport, CoursePost, ReportState
from yanxiu.programmes.models import Enrolment


@dataclass(frozen=True, kw_only=True)
class Talk:
    """The discussion of a step: what is asked, how many of one's posts count, and the posts, newest first."""

    asked: content.Discussion
    counted: int
    posts: Page[CoursePost]

    @property
    def lacking(self) -> int:
        return max(self.asked.posts - self.counted, 0)


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A photo of an activity with its address."""

    pk: int
    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Activity:
    """An offline activity: what is asked, the report so far (None before the first saving), and its photos."""

    asked: content.Offline
    report: ActivityReport | None
    photos: Sequence[Photo]

    @property
    def is_open(self) -> bool:
        """Tell whether the report can be written."""
        return self.report is None or self.report.state in (ReportState.DRAFT, ReportState.RETURNED)


def talk_of(enrolment: Enrolment, step: Step, *, number: int) -> Talk:
    """Return one page of what the participants of the programme say. Cost: 2 queries."""
    posts = CoursePost.objects.filter(programme_id=enrolment.programme_id, step=step, removed_at__isnull=True)
    mine = CoursePost.objects.filter(enrolment=enrolment, step=step, record_id__isnull=False).count()
    shown = posts.select_related("enrolment__person", "enrolment__unit").order_by("-posted_at", "-pk")
    return Talk(asked=content.read(step.content, content.Discussion), counted=mine, posts=page_of(shown, number=number))


def alike_seen(enrolment: Enrolment, step: Step, text: str, *, at: datetime) -> Seen | None:
    """Return what the author should see before posting; None when little or nothing is alike. Cost: 5 queries."""
    if step.kind != StepKind.DISCUSSION:
        return None
    found = check_text(likeness.text_of_post(enrolment, step, text, post_id=0, at=at))
    return seen_by_author(found) if found.is_noticed else None


def activity_of(enrolment: Enrolment, step: Step, *, person_id: int, at: datetime) -> Activity:
    """Return an activity as its participant meets it. Cost: 2 queries."""
    report = ActivityReport.objects.filter(enrolment=enrolment, step=step).first()
    asked = content.read(step.content, content.Offline)
    return Activity(asked=asked, report=report, photos=photos_of(report, person_id=person_id, at=at) if report else [])


def photos_of(report: ActivityReport, *, person_id: int, at: datetime) -> list[Photo]:
    """Return the photos of a report. The caller has checked that the person may see it. Cost: one query."""
    rows = ActivityPhoto.objects.filter(report=report, removed_at__isnull=True).select_related("file").order_by("pk")
    return [Photo(pk=one.pk, name=one.file.name, url=files.link(one.file, person_id=person_id, at=at)) for one in rows]


def waiting_reports(visible: QuerySet[ActivityReport], *, number: int) -> tuple[int, Page[ActivityReport]]:
    """Return how many reports wait to be confirmed, and one page of them, oldest first. Cost: 2 queries."""
    waiting = visible.filter(state=ReportState.SUBMITTED)
    rows = waiting.select_related("enrolment__person", "enrolment__unit", "step__course").order_by("submitted_at", "pk")
    return waiting.count(), page_of(rows, number=number)
