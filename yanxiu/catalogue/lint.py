"""What keeps a course from being published, and what its author should look at once more. Pure: no queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yanxiu.catalogue import content
from yanxiu.catalogue.models import Course, Step, StepKind
from yanxiu.kit.errors import DomainError

FRAGMENT_SECONDS = 15 * 60  # 002 §三(二)1: in principle no longer (C-46)
HOUR_SECONDS = 45 * 60
LEAST_SHARE_OF_HOURS = 0.25


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One finding. `blocks`: it cannot be published so; `step_number`: where, None for the course itself."""

    text: str
    blocks: bool
    step_number: int | None = None

    @property
    def sentence(self) -> str:
        """The finding with its place."""
        if self.step_number is None:
            return self.text
        return _("第 %(number)s 个环节：%(text)s") % {"number": self.step_number, "text": self.text}


def problems(course: Course, steps: Sequence[Step]) -> list[Problem]:
    """Return the findings, blocking ones first, then by place."""
    found = [*_of_course(course, steps), *(problem for step in steps for problem in _of_step(step))]
    return sorted(found, key=lambda problem: (not problem.blocks, problem.step_number or 0))


def _of_course(course: Course, steps: Sequence[Step]) -> list[Problem]:
    found: list[Problem] = []
    if not steps:
        found.append(Problem(text=_("还没有环节，至少加一个视频、阅读或题目。"), blocks=True))
    if not course.stages:
        found.append(Problem(text=_("还没有选学段，不知道该推给谁。"), blocks=True))
    if not course.summary.strip():
        found.append(Problem(text=_("还没有简介，教师选课时看不到这门课讲什么。"), blocks=True))
    tests = [step for step in steps if step.kind == StepKind.TEST]
    if len(tests) > 1:
        found.append(Problem(text=_("有 %(count)s 个测试，一门课只考一次，请并成一个。") % {"count": len(tests)}, blocks=True))
    watched = sum(step.seconds for step in steps)
    if steps and watched < float(course.hours) * HOUR_SECONDS * LEAST_SHARE_OF_HOURS:
        text = _("计 %(hours)s 学时，视频一共 %(minutes)s 分钟。请确认阅读和作业撑得起这个学时。")
        found.append(Problem(text=text % {"hours": f"{course.hours.normalize():f}", "minutes": watched // 60}, blocks=False))
    return found


def _of_step(step: Step) -> list[Problem]:
    if step.kind == StepKind.VIDEO:
        return _of_film(step)
    try:
        content.check(content.read(step.content, content.TYPES[step.kind]))
    except DomainError as error:
        return [Problem(text=error.message, blocks=True, step_number=step.number)]
    return []


def _of_film(step: Step) -> list[Problem]:
    found: list[Problem] = []
    if step.media is None or step.media.deleted_at is not None or not step.seconds:
        found.append(Problem(text=_("视频文件不在了，请重新上传。"), blocks=True, step_number=step.number))
    if step.captions is None:
        found.append(Problem(text=_("没有字幕，听不清的老师学不了。请补一份 VTT 字幕。"), blocks=False, step_number=step.number))
    if step.seconds > FRAGMENT_SECONDS:
        text = _("视频长 %(minutes)s 分钟，原则上每段不超过 15 分钟，建议剪成几段。") % {"minutes": -(-step.seconds // 60)}
        found.append(Problem(text=text, blocks=False, step_number=step.number))
    return found
