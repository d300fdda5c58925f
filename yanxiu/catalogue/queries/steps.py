"""A course with its modules and steps, and a step as a learner sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef
from django.utils.safestring import SafeString

from yanxiu.catalogue import content, cue_text
from yanxiu.catalogue.content import AskedQuestion, Content, Homework, Test
from yanxiu.catalogue.models import Course, LessonCase, Module, RemovedStep, Step, StepKind
from yanxiu.files import queries as files
from yanxiu.files.models import StoredFile
from yanxiu.kit import rich_text

FILM_LINK_SECONDS = 4 * 3600


@dataclass(frozen=True, kw_only=True)
class Part:
    """A module (None: the course has none) with its steps in order."""

    module: Module | None
    steps: Sequence[Step]

    @property
    def key(self) -> str:
        """The module's id as forms send it; "" without one."""
        return str(self.module.pk) if self.module else ""

    @property
    def seconds(self) -> int:
        return sum(step.seconds for step in self.steps)


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A course as its author sees it: modules with steps, and what was taken out of it last."""

    parts: Sequence[Part]
    removed: Sequence[RemovedStep]

    @property
    def steps(self) -> list[Step]:
        return [step for part in self.parts for step in part.steps]

    @property
    def modules(self) -> list[Module]:
        return [part.module for part in self.parts if part.module]


@dataclass(frozen=True, kw_only=True)
class ShownPicture:
    """A picture of a set with its link."""

    url: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A step as a learner sees it: no answers, no explanations. Links end after four hours; "" = there is none.

    `held` is the typed content of kinds that have nothing to hide; questions inside films are only counted, with their moments.
    """

    number: int
    title: str
    kind: str
    seconds: int
    body: SafeString
    media_url: str
    media_name: str
    captions_url: str
    poster_url: str
    questions: Sequence[AskedQuestion]
    cue_seconds: Sequence[int]
    pictures: Sequence[ShownPicture]
    test: Test | None
    homework: Homework | None
    held: Content | None
    case: LessonCase | None

    @property
    def cue_moments(self) -> list[str]:
        return [cue_text.moment(second) for second in self.cue_seconds]

    @property
    def film_url(self) -> str:
        return self.media_url if self.kind == StepKind.VIDEO else ""


def steps_of(course: Course, *, with_content: bool = False, with_made: bool = False) -> list[Step]:
    """Return the steps in order; without `with_content` neither texts nor answers are read. Cost: one query.

    `with_made`: each brings as `made` what was or could not be made of its file, for `queries.materials`.
    """
    steps = Step.objects.filter(course_id=course.pk).select_related("media", "captions").order_by("number", "pk")
    steps = steps.annotate(made=files.made_of(OuterRef("media"))) if with_made else steps
    return list(steps if with_content else steps.defer("content", "body"))


def outline(course: Course, *, with_content: bool = False, with_made: bool = False, with_removed: bool = False) -> Outline:
    """Return modules with their steps; `with_removed` also what may be put back. Cost: 2 to 3 queries."""
    steps = steps_of(course, with_content=with_content, with_made=with_made)
    modules = list(Module.objects.filter(course_id=course.pk).order_by("number", "pk"))
    loose = [step for step in steps if step.module_id is None]
    parts = [Part(module=module, steps=[step for step in steps if step.module_id == module.pk]) for module in modules]
    if loose or not modules:
        parts.insert(0, Part(module=None, steps=loose))
    removed = (
        RemovedStep.objects.filter(course_id=course.pk).defer("content", "body").order_by("-removed_at", "-pk")[:3] if with_removed else []
    )
    return Outline(parts=parts, removed=list(removed))


def preview(step: Step, *, person_id: int, at: datetime) -> Preview:
    """Return the step as a learner would see it. The step brings its files (select_related). Cost: none, one for pictures or a case."""
    held = content.read(step.content, content.TYPES[step.kind])
    return Preview(
        number=step.number,
        title=step.title,
        kind=step.kind,
        seconds=step.seconds,
        body=rich_text.shown(step.body),
        media_url=film_link(step.media, person_id=person_id, at=at),
        media_name=step.media.name if step.media else "",
        captions_url=film_link(step.captions, person_id=person_id, at=at),
        poster_url=film_link(step.poster, person_id=person_id, at=at),
        questions=content.asked(held.questions) if isinstance(held, content.QuestionSet | Test) else (),
        cue_seconds=[cue.second for cue in held.cues] if isinstance(held, content.CueSheet) else (),
        pictures=pictures(held, person_id=person_id, at=at) if isinstance(held, content.ImageSet) else (),
        test=held if isinstance(held, Test) else None,
        homework=held if isinstance(held, Homework) else None,
        held=None if isinstance(held, content.QuestionSet | Test | content.CueSheet) else held,
        case=_case(held) if isinstance(held, content.CaseStudy) else None,
    )


def pictures(held: content.ImageSet, *, person_id: int, at: datetime) -> list[ShownPicture]:
    """Return the pictures of a set with links, those whose file is gone left out. Cost: one query."""
    stored = StoredFile.objects.filter(deleted_at__isnull=True).in_bulk([picture.file_id for picture in held.pictures])
    return [
        ShownPicture(url=film_link(stored[picture.file_id], person_id=person_id, at=at), caption=picture.caption)
        for picture in held.pictures
        if picture.file_id in stored
    ]


def film_link(file: StoredFile | None, *, person_id: int, at: datetime) -> str:
    """Return a link that lasts for a long sitting before a film; "" when there is no file."""
    return files.link(file, person_id=person_id, at=at, seconds=FILM_LINK_SECONDS) if file else ""


def _case(held: content.CaseStudy) -> LessonCase | None:
    return LessonCase.objects.filter(pk=held.case_id).first()
