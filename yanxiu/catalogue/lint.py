"""What keeps a course from being published, and what its author should look at once more. Pure: no queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from yanxiu.catalogue import content
from yanxiu.catalogue.models import Course, Module, Step, StepKind
from yanxiu.files import queries as files
from yanxiu.kit.errors import DomainError

FRAGMENT_SECONDS = 15 * 60  # 002 §三(二)1: in principle no longer (C-46)
HOUR_SECONDS = 45 * 60
LEAST_SHARE_OF_HOURS = 0.25
MOOC_SHARE = Decimal("0.25")  # C-47
ELECTIVE_RATIO = Decimal(2)  # C-48
IN_PRINCIPLE = ("fragments", "mooc", "electives", "quiz", "peer_review")  # 原则上: an exception may be put on record (W-62)
FILMS = (StepKind.VIDEO, StepKind.AUDIO)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One finding. `blocks`: it cannot be published so; `step_number`: where, None for the course itself.

    `rule` names one that holds in principle: with a granted exception it no longer blocks.
    """

    text: str
    blocks: bool
    step_number: int | None = None
    rule: str = ""

    @property
    def sentence(self) -> str:
        """The finding with its place."""
        if self.step_number is None:
            return self.text
        return _("第 %(number)s 个环节：%(text)s") % {"number": self.step_number, "text": self.text}


def problems(course: Course, steps: Sequence[Step], *, modules: Sequence[Module] = (), excepted: Collection[str] = ()) -> list[Problem]:
    """Return the findings, blocking ones first, then by place; a rule in `excepted` still shows and does not block."""
    found = [
        *_of_course(course, steps),
        *(_of_modules(course, steps, modules) if modules else []),
        *(problem for step in steps for problem in _of_step(step, in_modules=bool(modules))),
    ]
    judged = [
        Problem(text=one.text, blocks=one.blocks and not (one.rule and one.rule in excepted), step_number=one.step_number, rule=one.rule)
        for one in found
    ]
    return sorted(judged, key=lambda problem: (not problem.blocks, problem.step_number or 0))


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
        found.append(Problem(text=text % {"hours": _hours(course.hours), "minutes": watched // 60}, blocks=False))
    return found


def _of_modules(course: Course, steps: Sequence[Step], modules: Sequence[Module]) -> list[Problem]:
    return [*_of_sums(course, modules), *_of_each(steps, modules), *_of_shares(steps, modules), *_of_monitoring(steps)]


def _of_sums(course: Course, modules: Sequence[Module]) -> list[Problem]:
    """Hours of compulsory modules, online and offline, add up to the course's, or leave room for the electives (C-25)."""
    compulsory = sum((one.online_hours + one.offline_hours for one in modules if one.is_compulsory), Decimal(0))
    everything = sum((one.online_hours + one.offline_hours for one in modules), Decimal(0))
    if compulsory <= course.hours <= everything:
        return []
    words = {"hours": _hours(course.hours), "compulsory": _hours(compulsory), "all": _hours(everything)}
    if everything < course.hours:
        text = _("课程计 %(hours)s 学时，各模块线上线下加起来只有 %(all)s。请补足模块学时或改课程学时。") % words
    else:
        text = _("课程计 %(hours)s 学时，必修模块加起来就有 %(compulsory)s。请改模块学时或课程学时。") % words
    return [Problem(text=text, blocks=True)]


def _of_each(steps: Sequence[Step], modules: Sequence[Module]) -> list[Problem]:
    found = []
    filled = {step.module_id for step in steps}
    for module in modules:
        place = _("模块%(number)s“%(title)s”") % {"number": module.number, "title": module.title}
        if module.pk not in filled:
            found.append(Problem(text=_("%(place)s还没有环节。") % {"place": place}, blocks=True))
        if not module.goals.strip() or not module.outcomes.strip():
            found.append(Problem(text=_("%(place)s还没有写学习目标或成果要求。") % {"place": place}, blocks=True))
        if not module.online_hours and not module.offline_hours:
            found.append(Problem(text=_("%(place)s线上、线下学时都是 0。") % {"place": place}, blocks=True))
        if module.offline_hours and not module.offline_activity.strip():
            found.append(Problem(text=_("%(place)s有线下学时，还没有写线下活动。") % {"place": place}, blocks=True))
    return found


def _of_shares(steps: Sequence[Step], modules: Sequence[Module]) -> list[Problem]:
    """The MOOC part of compulsory modules and the choice of electives, each against the online hours required."""
    online = sum((one.online_hours for one in modules if one.is_compulsory), Decimal(0))
    if not online:
        return []
    compulsory = {one.pk for one in modules if one.is_compulsory}
    seconds = sum(step.seconds for step in steps if step.kind in FILMS and step.module_id in compulsory)
    mooc = Decimal(seconds) / HOUR_SECONDS
    electives = sum((one.online_hours for one in modules if not one.is_compulsory), Decimal(0))
    found = []
    if mooc < online * MOOC_SHARE:
        words = {"mooc": _hours(mooc), "least": _hours(online * MOOC_SHARE), "online": _hours(online)}
        text = _("慕课部分（必修模块的视频音频）约 %(mooc)s 学时，原则上不少于线上 %(online)s 学时的四分之一，即 %(least)s。") % words
        found.append(Problem(text=text, blocks=True, rule="mooc"))
    if electives < online * ELECTIVE_RATIO:
        words = {"electives": _hours(electives), "least": _hours(online * ELECTIVE_RATIO)}
        text = _("选修模块线上 %(electives)s 学时，原则上不少于必修线上学时的两倍，即 %(least)s。") % words
        found.append(Problem(text=text, blocks=True, rule="electives"))
    return found


def _of_monitoring(steps: Sequence[Step]) -> list[Problem]:
    """Instant questions and peer review watch over the process (W-24)."""
    found = []
    asks = any(step.kind == StepKind.QUESTION or (step.kind in FILMS and step.content.get("cues")) for step in steps)
    if not asks:
        found.append(Problem(text=_("没有即时测评：请加片中提问或回馈题。"), blocks=True, rule="quiz"))
    if not any(step.kind == StepKind.HOMEWORK for step in steps):
        found.append(Problem(text=_("没有可以互评的作业，原则上慕课要有作业互评。"), blocks=True, rule="peer_review"))
    return found


def _of_step(step: Step, *, in_modules: bool) -> list[Problem]:
    found = _of_film(step, in_modules=in_modules) if step.kind in FILMS else []
    if step.kind == StepKind.DOCUMENT and (step.media is None or step.media.deleted_at is not None):
        found.append(Problem(text=_("文档不在了，请重新上传。"), blocks=True, step_number=step.number))
    found += [Problem(text=text, blocks=False, step_number=step.number) for text in _left_behind(step)]
    try:
        content.check(content.read(step.content, content.TYPES[step.kind]))
    except DomainError as error:
        found.append(Problem(text=error.message, blocks=True, step_number=step.number))
    return found


def _left_behind(step: Step) -> list[str]:
    """What readers of a document could find though its author may not think of it (security UP-12)."""
    return files.warnings(step.media) if step.media is not None and step.media.deleted_at is None else []


def _of_film(step: Step, *, in_modules: bool) -> list[Problem]:
    found: list[Problem] = []
    word = StepKind(step.kind).label
    if step.media is None or step.media.deleted_at is not None or not step.seconds:
        found.append(Problem(text=_("%(word)s文件不在了，请重新上传。") % {"word": word}, blocks=True, step_number=step.number))
    if step.captions is None:
        found.append(Problem(text=_("没有字幕，听不清的老师学不了。请补一份 VTT 字幕。"), blocks=False, step_number=step.number))
    if step.seconds > FRAGMENT_SECONDS:
        words = {"word": word, "minutes": -(-step.seconds // 60)}
        text = _("%(word)s长 %(minutes)s 分钟，原则上每段不超过 15 分钟，建议剪成几段。") % words
        found.append(Problem(text=text, blocks=in_modules, step_number=step.number, rule="fragments"))
    return found


def _hours(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.01')).normalize():f}"
