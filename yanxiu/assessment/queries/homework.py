"""Pages of homework: the participant's own, and the marker's queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from yanxiu.assessment import parts, sheets
from yanxiu.assessment.comparing import Change, changes
from yanxiu.assessment.likeness import OBJECT, text_of
from yanxiu.assessment.models import Attachment, HandedIn, Mark, Rubric, Submission, SubmissionState
from yanxiu.assessment.parts import Lack
from yanxiu.assessment.queries.rubrics import homework_rubric
from yanxiu.catalogue import content
from yanxiu.catalogue.content.steps import Part
from yanxiu.catalogue.models import Step
from yanxiu.files import queries as files
from yanxiu.integrity.queries import Alike, alike_objects, check_text
from yanxiu.integrity.similarity import Seen, seen_by_author
from yanxiu.kit import rich_text
from yanxiu.kit.paging import Page, page_of
from yanxiu.kit.text import characters, plain
from yanxiu.programmes.models import Enrolment

_COUNT = HandedIn.objects.filter(submission=OuterRef("pk")).order_by().values("submission").annotate(n=Count("pk")).values("n")
OPEN_STATES = (SubmissionState.DRAFT, SubmissionState.RETURNED)


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file of a homework with a link that holds for an hour."""

    attachment: Attachment
    url: str


@dataclass(frozen=True, kw_only=True)
class FilePart:
    """A part of a homework that is files: those there are, and how many more fit."""

    part: Part
    attached: Sequence[Attached]

    @property
    def room(self) -> int:
        return max(0, self.part.most - len(self.attached))

    @property
    def count_words(self) -> str:
        return _("%(count)s 个，最多 %(most)s 个") % {"count": len(self.attached), "most": self.part.most}


@dataclass(frozen=True, kw_only=True)
class HomeworkPage:
    """The task and the work on it. `texts`: label and words of each text part; `versions` what was handed in, newest first."""

    enrolment: Enrolment
    step: Step
    task: str
    asked: content.Homework
    submission: Submission | None
    kept: Mapping[str, str]
    files: Sequence[FilePart]
    marks: Sequence[Mark]
    versions: Sequence[HandedIn]
    rubric: Rubric | None
    has_versions: bool

    @property
    def is_open(self) -> bool:
        """Tell whether the work may still be changed, windows aside."""
        return self.submission is None or self.submission.state in OPEN_STATES

    @property
    def state(self) -> str:
        """The state's code; a homework not yet begun is a draft."""
        return self.submission.state if self.submission else SubmissionState.DRAFT

    @property
    def is_taken_back(self) -> bool:
        """Tell whether it was handed in once and lies open again."""
        return self.state == SubmissionState.DRAFT and self.has_versions

    @property
    def texts(self) -> list[tuple[str, str]]:
        return [(part.label, self.kept[part.key]) for part in self.asked.asked_parts if part.is_text and self.kept[part.key]]

    @property
    def rows(self) -> int:
        """How high the field of each text part is."""
        return 14 if sum(part.is_text for part in self.asked.asked_parts) == 1 else 8

    @property
    def count(self) -> int:
        return sum(characters(words) for words in self.kept.values())

    @property
    def lacks(self) -> Sequence[Lack]:
        """What still keeps it from being handed in."""
        return parts.lacking(self.asked, self.kept, {one.part.key: len(one.attached) for one in self.files})

    @property
    def lacking(self) -> int:
        """How many characters are lacking, 0 when something else is or nothing."""
        return sum(lack.count for lack in self.lacks)

    @property
    def count_words(self) -> str:
        return _("%(count)s 字") % {"count": self.count}

    @property
    def dimensions(self) -> sheets.Dimensions:
        """The sheet by which it is marked; empty where a score is given."""
        return sheets.read(self.rubric.dimensions) if self.rubric else ()

    @property
    def score_words(self) -> str:
        return _("满分 %(most)s，合格 %(pass)s；不到合格分请退回") % {"most": self.asked.points, "pass": self.asked.pass_points}

    @property
    def changes(self) -> Sequence[Change]:
        """What the newest version changed against the one before; empty for a first one."""
        return changes(self.versions[1].text, self.versions[0].text) if len(self.versions) > 1 else ()


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits for marking in a scope: `count`, the oldest moment, and one page of it, oldest first."""

    count: int
    oldest_at: datetime | None
    page: Page[Submission]


def with_version_count(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Return the submissions with `version_count`, how often each was handed in: a first version needs no list of them."""
    return submissions.annotate(version_count=Coalesce(Subquery(_COUNT), 0))


def homework_page(enrolment: Enrolment, step: Step, *, person_id: int, at: datetime) -> HomeworkPage:
    """Return a participant's own homework. Cost: 2 to 5 queries."""
    submission = with_version_count(Submission.objects.filter(enrolment=enrolment, step=step)).first()
    return _page(enrolment, step, submission, person_id=person_id, at=at)


def alike_seen(enrolment: Enrolment, step: Step, words: parts.Words, *, at: datetime) -> Seen | None:
    """Return what the author learns of words that are much like others', None when they are not. Cost: at most 7 queries; 20 ms."""
    asked = content.read(step.content, content.Homework)
    text = parts.read_as_one(asked, {key: plain(one) for key, one in parts.texts_of(asked, words).items()})
    own = Submission.objects.filter(enrolment=enrolment, step=step).values_list("pk", flat=True).first() or 0
    report = check_text(text_of(enrolment, step, text, submission_id=own, at=at))
    return seen_by_author(report) if report.is_noticed else None


def alike_pair(submission: Submission) -> Alike | None:
    """Return the text that a homework is most like, for its marker. Cost: one query."""
    return alike_objects(OBJECT, [submission.pk]).get(submission.pk)


def marking_page(submission: Submission, *, person_id: int, at: datetime) -> HomeworkPage:
    """Return a homework as a marker sees it. Cost: at most 4 queries."""
    return _page(submission.enrolment, submission.step, submission, person_id=person_id, at=at)


def queue_of(waiting: QuerySet[Submission], *, number: int, person_id: int | None = None, at: datetime | None = None) -> Queue:
    """Return what waits of a set of submissions, oldest first; with a moment, without what lies on others' desks. Cost: one query."""
    if at is not None:
        waiting = waiting.exclude(~Q(claimed_by=person_id), claimed_until__gt=at)
    rows = _in_order(waiting).annotate(total=Window(Count("pk")), oldest=Window(Min("submitted_at")))
    page: Page[Submission] = cast("Page[Submission]", page_of(rows, number=number))
    first = page.rows[0] if page.rows else None
    return Queue(count=getattr(first, "total", 0), oldest_at=getattr(first, "oldest", None), page=page)


def _in_order(waiting: QuerySet[Submission]) -> QuerySet[Submission]:
    related = waiting.select_related("enrolment__person", "enrolment__unit", "enrolment__programme", "step__course")
    return related.order_by("submitted_at", "pk")


def _page(enrolment: Enrolment, step: Step, submission: Submission | None, *, person_id: int, at: datetime) -> HomeworkPage:
    asked = content.read(step.content, content.Homework)
    attached: dict[str, list[Attached]] = {}
    marks: list[Mark] = []
    versions: list[HandedIn] = []
    count = 0
    if submission is not None:
        count = int(getattr(submission, "version_count", 2))
        if any(not part.is_text for part in asked.asked_parts):
            attached = _attached(submission, person_id=person_id, at=at)
        if submission.returned_at is not None or submission.state == SubmissionState.ACCEPTED:
            marks = list(Mark.objects.filter(submission=submission).select_related("rubric").order_by("-marked_at", "-pk"))
        if submission.state != SubmissionState.DRAFT and count > 1:
            versions = list(HandedIn.objects.filter(submission=submission).order_by("-number")[:20])
    return HomeworkPage(
        enrolment=enrolment,
        step=step,
        task=rich_text.shown(step.body or rich_text.from_source(asked.task)),
        asked=asked,
        submission=submission,
        kept=parts.kept_texts(asked, submission),
        files=[FilePart(part=part, attached=attached.get(part.key, [])) for part in parts.file_parts(asked)],
        marks=marks,
        versions=versions,
        rubric=homework_rubric(asked),
        has_versions=count > 0,
    )


def _attached(submission: Submission, *, person_id: int, at: datetime) -> dict[str, list[Attached]]:
    found: dict[str, list[Attached]] = {}
    rows = Attachment.objects.filter(submission=submission, removed_at__isnull=True).select_related("file").order_by("added_at", "pk")
    for row in rows:
        found.setdefault(row.part, []).append(Attached(attachment=row, url=files.link(row.file, person_id=person_id, at=at)))
    return found
