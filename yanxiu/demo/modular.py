"""The demo's courses of modules with every kind of step, read from `content/modular/`."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Literal

from yanxiu.demo.catalogue import CONTENT, Entry, Question, Stage, read, slides
from yanxiu.demo.slides import Script


class Cue(Entry, frozen=True, kw_only=True):
    second: int
    question: Question
    required: bool = True


class FilmStep(Entry, frozen=True, kw_only=True, tag="video", tag_field="kind"):
    """`script` as in the other courses; `cues` are questions inside."""

    title: str
    script: str
    cues: tuple[Cue, ...] = ()


class SoundStep(Entry, frozen=True, kw_only=True, tag="audio", tag_field="kind"):
    title: str
    script: str


class ImagesStep(Entry, frozen=True, kw_only=True, tag="images", tag_field="kind"):
    """One picture a slide of `script`, with a caption each."""

    title: str
    script: str
    captions: tuple[str, ...]
    dwell_seconds: int = 30


class PaperStep(Entry, frozen=True, kw_only=True, tag="document", tag_field="kind"):
    """`body`: a paragraph a line; becomes a PDF."""

    title: str
    body: str
    dwell_seconds: int = 60


class TalkStep(Entry, frozen=True, kw_only=True, tag="discussion", tag_field="kind"):
    title: str
    prompt: str
    posts: int = 1
    min_characters: int = 30


class CaseStep(Entry, frozen=True, kw_only=True, tag="case", tag_field="kind"):
    title: str
    needs_report: bool = False


class LinkStep(Entry, frozen=True, kw_only=True, tag="link", tag_field="kind"):
    title: str
    url: str
    why: str


class OfflineStep(Entry, frozen=True, kw_only=True, tag="offline", tag_field="kind"):
    title: str
    task: str
    place: str = ""
    min_characters: int = 50
    photos: int = 0


class PackageStep(Entry, frozen=True, kw_only=True, tag="package", tag_field="kind"):
    """`folder` of `content/` holds a SCORM package, unpacked."""

    title: str
    folder: str
    min_seconds: int = 60
    pass_score: int = 60


class QuestionsStep(Entry, frozen=True, kw_only=True, tag="questions", tag_field="kind"):
    title: str
    questions: tuple[Question, ...]


class TestStep(Entry, frozen=True, kw_only=True, tag="test", tag_field="kind"):
    title: str
    questions: tuple[Question, ...]


class HomeworkStep(Entry, frozen=True, kw_only=True, tag="homework", tag_field="kind"):
    """Marked by the county's rubric for it, or by a plain score. `peers`: so many others' pieces each author reviews; 0 = none."""

    title: str
    task: str
    min_characters: int
    by_rubric: bool = False
    peers: int = 0


Step = (
    FilmStep
    | SoundStep
    | ImagesStep
    | PaperStep
    | TalkStep
    | CaseStep
    | LinkStep
    | OfflineStep
    | PackageStep
    | QuestionsStep
    | TestStep
    | HomeworkStep
)


class Module(Entry, frozen=True, kw_only=True):
    title: str
    goals: str
    outcomes: str
    online_hours: Decimal
    offline_hours: Decimal
    steps: tuple[Step, ...]
    topics: str = ""
    cases: str = ""
    online_activity: str = ""
    offline_activity: str = ""
    is_compulsory: bool = True


class ModularCourse(Entry, frozen=True, kw_only=True):
    """`state`: on the shelf, or waiting for an expert. `exceptions` maps rules that hold in principle to why not here."""

    id: str
    title: str
    intro: str
    topic: str
    hours: Decimal
    stages: tuple[Stage, ...]
    lecturer: str
    provider: str
    state: Literal["published", "review"]
    modules: tuple[Module, ...]
    exceptions: dict[str, str] = {}


@lru_cache(maxsize=1)
def courses() -> tuple[ModularCourse, ...]:
    """All courses of modules in file order. Raises BadContentError."""
    return tuple(read(path, ModularCourse) for path in sorted((CONTENT / "modular").glob("*.yaml")))


def films() -> tuple[tuple[str, Script], ...]:
    """Every film and sound as (key, script); keys are `<course id>/<module>.<step>`."""
    return tuple(
        (f"{course.id}/{number}.{place}", script_of(course, step.title, step.script))
        for course in courses()
        for number, module in enumerate(course.modules, start=1)
        for place, step in enumerate(module.steps, start=1)
        if isinstance(step, FilmStep | SoundStep)
    )


def script_of(course: ModularCourse, title: str, script: str) -> Script:
    """The script of one film, sound or set of pictures."""
    return Script(title=title, series=course.title, speaker=f"主讲：{course.lecturer}（{course.provider}）", slides=slides(script))
