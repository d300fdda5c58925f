"""The words by which a course is found, from its facts, modules, steps and captions; answers and explanations stay out."""

import re
from collections.abc import Iterable, Iterator, Sequence

from django.utils.html import strip_tags

from yanxiu.catalogue import content
from yanxiu.catalogue.content import CueSheet, ImageSet, Link, QuestionSet, Test
from yanxiu.catalogue.models import Course, Module, Step, StepKind
from yanxiu.files import queries as files
from yanxiu.files.models import StoredFile
from yanxiu.kit import pinyin
from yanxiu.kit.errors import DomainError

_TIMES = re.compile(r"^(?:WEBVTT.*|NOTE.*|\d+|.*-->.*)$")
MOST_CHARACTERS = 200_000


def parts(course: Course, modules: Sequence[Module], steps: Sequence[Step]) -> list[tuple[str, str]]:
    """Return the texts with their weights: the title first, then people and topic, then what the steps are about."""
    found = [(course.title, "A"), *((text, "B") for text in (course.lecturer, course.topic, course.provider, course.summary))]
    for module in modules:
        found += [(module.title, "B"), *((text, "C") for text in (module.goals, module.topics, module.cases, module.outcomes))]
    for step in steps:
        found += [(step.title, "B"), *((text, "C") for text in _of_content(step)), (transcript(step.captions), "D")]
    return [(text, weight) for text, weight in found if text]


def initials(course: Course) -> str:
    """Return the first letters of title and lecturer: 有效观课 谢柏年 → yxgk xbn."""
    names = [pinyin.initials(pinyin.syllables(course.title))]
    if course.lecturer:
        names.append(pinyin.initials(pinyin.name_syllables(course.lecturer)))
    return " ".join(names)[:200]


def kinds(steps: Iterable[Step]) -> list[str]:
    """Return the kinds of steps that the course has, in their order."""
    present = {str(step.kind) for step in steps}
    return [kind for kind in StepKind.values if kind in present]


def transcript(captions: StoredFile | None) -> str:
    """Return what is said in a film, from its captions; "" when there are none (any more)."""
    if captions is None or captions.deleted_at is not None:
        return ""
    try:
        lines = files.text(captions)[:MOST_CHARACTERS].splitlines()
    except (OSError, UnicodeDecodeError):
        return ""  # the bytes are gone: the course is found by the rest
    return "\n".join(strip_tags(line) for line in lines if line.strip() and not _TIMES.match(line.strip()))


def _of_content(step: Step) -> Iterator[str]:
    yield strip_tags(step.body)
    try:
        held = content.read(step.content, content.TYPES[step.kind])
    except DomainError:
        return
    if isinstance(held, QuestionSet | Test):
        yield from (question.stem for question in held.questions)
    elif isinstance(held, CueSheet):
        yield from (cue.question.stem for cue in held.cues)
    elif isinstance(held, ImageSet):
        yield from (picture.caption for picture in held.pictures)
    elif isinstance(held, Link):
        yield held.why
