"""The demo's courses, lesson cases, rubric and conversations, read from `content/` (its README describes the files).

Everything is typed and refused as a whole when a key is unknown, an answer names no option or a number is out of range.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
import yaml

from yanxiu.demo.slides import Script, Slide

CONTENT = Path(__file__).parent / "content"
LETTERS = "ABCDEFGH"

T = TypeVar("T")
Stage = Literal["幼儿园", "小学", "初中", "高中"]


class BadContentError(ValueError):
    """A content file cannot be read; the message names file and place."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything in the files: immutable, no unknown keys."""


class Question(Entry, frozen=True, kw_only=True):
    """`answer` is one letter (single), several in order (multiple), or 对 / 错 (truth, without options)."""

    kind: Literal["single", "multiple", "truth"]
    text: str
    answer: str
    why: str
    options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind == "truth":
            fits = self.answer in ("对", "错") and not self.options
        else:
            known = LETTERS[: len(self.options)]
            fits = len(self.options) >= 3 and bool(self.answer) and self.answer == "".join(sorted(set(self.answer) & set(known)))
            fits = fits and (len(self.answer) == 1) == (self.kind == "single")
        if not fits:
            raise ValueError(f"answer {self.answer!r} does not fit a {self.kind} question: {self.text}")

    @property
    def correct(self) -> tuple[int, ...]:
        """Indexes of the right options; for true/false 0 is 对 and 1 is 错."""
        if self.kind == "truth":
            return (0,) if self.answer == "对" else (1,)
        return tuple(LETTERS.index(letter) for letter in self.answer)


class VideoStep(Entry, frozen=True, kw_only=True, tag="video", tag_field="kind"):
    """`script`: a line that begins with `# ` opens a slide, each other line is a sentence."""

    title: str
    script: str


class TextStep(Entry, frozen=True, kw_only=True, tag="text", tag_field="kind"):
    """`body` is Markdown: paragraphs, `##` headings, lists."""

    title: str
    body: str


class QuestionStep(Entry, frozen=True, kw_only=True, tag="questions", tag_field="kind"):
    title: str
    questions: tuple[Question, ...]


Step = VideoStep | TextStep | QuestionStep


class Homework(Entry, frozen=True, kw_only=True):
    """`min_characters` counts Chinese characters and words, without blanks."""

    title: str
    requirements: str
    min_characters: int


class Course(Entry, frozen=True, kw_only=True):
    """`subjects` empty = all subjects. `hours` are 学时. `topic` only in the electives block. `pass_line` of the test in percent."""

    id: str
    title: str
    intro: str
    block: Literal["methods", "law", "electives"]
    topic: str | None = None
    stages: tuple[Stage, ...]
    subjects: tuple[str, ...] = ()
    hours: int
    lecturer: str
    provider: str
    steps: tuple[Step, ...]
    test: tuple[Question, ...]
    homework: Homework
    pass_line: int = 60

    def __post_init__(self) -> None:
        if (self.topic is None) == (self.block == "electives"):
            raise ValueError(f"{self.id}: a topic belongs to electives and only there")


class Commentary(Entry, frozen=True, kw_only=True):
    by: str
    text: str


class LessonCase(Entry, frozen=True, kw_only=True):
    """A lesson told in a film. `commentary` comes with national cases."""

    id: str
    level: Literal["nation", "province"]
    stage: Stage
    subject: str
    grade: str
    title: str
    author: str
    school: str
    synopsis: str
    script: str
    commentary: tuple[Commentary, ...] = ()


class RubricLevel(Entry, frozen=True, kw_only=True):
    label: str
    points: int
    describes: str


class RubricDimension(Entry, frozen=True, kw_only=True):
    """Levels from best to least; `max_points` equals the best level's points."""

    key: str
    label: str
    max_points: int
    looks_at: str
    levels: tuple[RubricLevel, ...]


class Rubric(Entry, frozen=True, kw_only=True):
    """Observation sheet; the dimensions' `max_points` add up to 100. `report` says what the written report must contain."""

    id: str
    title: str
    report: str
    min_characters: int
    dimensions: tuple[RubricDimension, ...]


class PeerWork(Entry, frozen=True, kw_only=True):
    """Texts in the order in which they are used. `reply` answers a review; `draft` is one left half done."""

    pieces: tuple[str, ...]
    comments: tuple[str, ...]
    reply: str
    draft: str


class Briefing(Entry, frozen=True, kw_only=True):
    topic: str
    issue: int
    title: str
    body: str


class Post(Entry, frozen=True, kw_only=True):
    topic: str
    text: str


class Answered(Entry, frozen=True, kw_only=True):
    topic: str
    question: str
    answer: str


class Thread(Entry, frozen=True, kw_only=True):
    """A discussion of a community: the first of `posts` opens it, others reply."""

    kind: Literal["school_community", "regional_community"]
    title: str
    posts: tuple[str, ...]


class Talk(Entry, frozen=True, kw_only=True):
    """What is said in the topic workshops and the communities; every `topic` is one of the electives' topics."""

    briefings: tuple[Briefing, ...]
    posts: tuple[Post, ...]
    questions: tuple[Answered, ...]
    communities: tuple[Thread, ...]


@lru_cache(maxsize=1)
def courses() -> tuple[Course, ...]:
    """All courses in file order (compulsory first). Raises BadContentError."""
    return tuple(read(path, Course) for path in sorted((CONTENT / "courses").glob("*.yaml")))


@lru_cache(maxsize=1)
def lesson_cases() -> tuple[LessonCase, ...]:
    """All lesson cases in file order. Raises BadContentError."""
    found: list[LessonCase] = []
    for path in sorted((CONTENT / "cases").glob("*.yaml")):
        found.extend(read(path, tuple[LessonCase, ...]))
    return tuple(found)


@lru_cache(maxsize=1)
def rubric() -> Rubric:
    """The observation sheet (观课评价表). Raises BadContentError."""
    return read(CONTENT / "rubric.yaml", Rubric)


@lru_cache(maxsize=1)
def homework_rubric() -> Rubric:
    """The sheet by which homework of the course of modules is marked. Raises BadContentError."""
    return read(CONTENT / "homework_rubric.yaml", Rubric)


@lru_cache(maxsize=1)
def peer_work() -> PeerWork:
    """What is handed in, said and answered where authors review each other. Raises BadContentError."""
    return read(CONTENT / "peers.yaml", PeerWork)


@lru_cache(maxsize=1)
def talk() -> Talk:
    """Briefings, posts and answered questions of the topic workshops. Raises BadContentError."""
    return read(CONTENT / "talk.yaml", Talk)


def films() -> tuple[tuple[str, Script], ...]:
    """Every film of the demo as (key, script).

    Keys are `<course id>/<number of the step, from 1>` and `<case id>`; they serve as file names.
    """
    found: list[tuple[str, Script]] = []
    for course in courses():
        for number, step in enumerate(course.steps, start=1):
            if isinstance(step, VideoStep):
                found.append((f"{course.id}/{number}", film_of(course, step)))
    found.extend((case.id, film_of_case(case)) for case in lesson_cases())
    return tuple(found)


def film_of(course: Course, step: VideoStep) -> Script:
    """The script of one video step."""
    speaker = f"主讲：{course.lecturer}（{course.provider}）"
    return Script(title=step.title, series=course.title, speaker=speaker, slides=slides(step.script))


def film_of_case(case: LessonCase) -> Script:
    """The script of a lesson case."""
    level = "国家级课例" if case.level == "nation" else "省级课例"
    return Script(title=case.title, series=f"{level} · {case.grade}", speaker=f"{case.school} {case.author}", slides=slides(case.script))


def slides(script: str) -> tuple[Slide, ...]:
    """Part a script into slides. Raises BadContentError when it does not begin with one."""
    found: list[tuple[str, list[str]]] = []
    for line in filter(None, map(str.strip, script.splitlines())):
        if line.startswith("# "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
        else:
            raise BadContentError(f"a script begins with a slide title (# …), not with: {line}")
    return tuple(Slide(title=title, sentences=tuple(sentences)) for title, sentences in found)


def read(path: Path, kind: type[T]) -> T:
    """Read one content file as `kind`. Raises BadContentError."""
    try:
        return msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), kind)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as problem:
        raise BadContentError(f"{path.name}: {problem}") from problem
