"""The inside of preparing an import: every file is checked and stored as if it were uploaded, and waits."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, cast

import msgspec
from django.utils.translation import gettext as _

from yanxiu.catalogue import content as contents
from yanxiu.catalogue import rubrics
from yanxiu.catalogue.content import CaseStudy, ImageSet, Package
from yanxiu.catalogue.models import LessonCase, StepKind
from yanxiu.catalogue.packages import reading as packages
from yanxiu.catalogue.rubrics import Offered
from yanxiu.catalogue.transport import BadCourseFile, Bundle, HeldFile, Plan, Refusal, Row, StepPlan, read_outline
from yanxiu.catalogue.transport.shape import CaseSign, Facts, RubricSign
from yanxiu.files import actions as files
from yanxiu.files import queries as stored
from yanxiu.files.actions import Ahead
from yanxiu.files.actions.putting import UNCHECKED
from yanxiu.files.actions.uploading import Sent
from yanxiu.files.kinds import Kind, kind_of
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Invalid
from yanxiu.orgs.models import Org, Stage
from yanxiu.orgs.queries import subjects

TAKEN = (Kind.VIDEO, Kind.AUDIO, Kind.CAPTIONS, Kind.IMAGE, Kind.DOCUMENT, Kind.PACKAGE)
_LOST = HeldFile(file_id=0, name="", kind="")


@dataclass(kw_only=True)
class Came:
    """What came besides files that are held: the rows of an outline (None = no outline), its title, what was refused."""

    rows: list[Row] | None = None
    title: str = ""
    refused: list[Refusal] = field(default_factory=list)


def kind_for(name: str) -> Kind | None:
    """Return the kind that a file's name promises, None when it is none that a course takes."""
    extension = name.rpartition(".")[2].lower()
    return next((kind for kind in TAKEN if extension in kind.extensions), None)


def put_by(one: Sent | Ahead, *, by: Actor, at: datetime) -> HeldFile:
    """Keep a file of a form to be looked at later; one that came ahead is already. Raises Invalid when its name or size is not taken."""
    kind = kind_for(one.name or "")
    if kind is None:
        hint = "、".join(extension.upper() for kind in TAKEN for extension in kind.extensions if extension != "jpeg")
        raise Invalid(_("课程里用不了这种文件。收：%(hint)s，提纲用 XLSX。") % {"hint": hint})
    if isinstance(one, Ahead):
        file = files.claim(file_id=one.file_id, kind=kind, by=by, at=at)
        files.set_aside(file=file, by=by, at=at)
    else:
        file = files.put_by(sent=one, kind=kind, by=by, at=at)
    return HeldFile(file_id=file.pk, name=file.name, kind=kind.code, sha256=file.sha256)


def taken(
    coming: Sequence[HeldFile], present: Sequence[HeldFile], held: list[HeldFile], *, by: Actor, at: datetime, told: Callable[[int], None]
) -> Came:
    """Look at every file that is coming; append those that can be used to `held`. One that cannot is named with its reason.

    `told` hears after each file how many there were.
    """
    came = Came()
    rows = StoredFile.objects.filter(deleted_at__isnull=True).in_bulk([one.file_id for one in coming])
    for number, one in enumerate(coming, start=1):
        try:
            file = _there(rows, one)
            if not _is_outline(file, came):
                held.append(_taken(file, cast("Kind", kind_of(one.kind)), [*present, *held], by=by, at=at))
        except Invalid as error:
            came.refused.append(Refusal(what=one.name[:150], why=error.message))
        told(number)
    return came


def planned(
    found: Bundle, held: list[HeldFile], *, owner: Org, by: Actor, at: datetime, told: Callable[[int], None] = lambda _: None
) -> Plan:
    """Store the members of a course file and plan its steps; a step whose file is refused does not come. Appends to `held`.

    Homework keeps its rubric when `owner` has one that says the same; else it is marked by a plain score, and that is said.
    `told` hears after each member how many there were.
    """
    refused: list[Refusal] = []
    notes: list[str] = []
    for number, member in enumerate(found.file.files, start=1):
        kind = cast("Kind", kind_of(member.kind))
        content = cast("IO[bytes]", found.content(number))
        try:
            held.append(_held(files.store(content=content, name=member.name, kind=kind, by=by, at=at), by=by, at=at))
        except BadCourseFile:
            raise
        except Invalid as error:
            held.append(msgspec.structs.replace(_LOST, name=member.name[:150], kind=kind.code))
            refused.append(Refusal(what=member.name[:150], why=error.message))
        told(number)
    cases = [_case_of(sign) for sign in found.file.cases]
    here = {one.sign: one for one in reversed(rubrics.offered(owner))} if found.file.rubrics else {}
    steps = []
    for number, step in enumerate(found.file.steps, start=1):
        try:
            steps.append(_judged(_fitted(step, held, cases, notes), found.file.rubrics, here, notes))
        except Invalid as error:
            refused.append(Refusal(what=_("第 %(n)s 个环节“%(title)s”") % {"n": number, "title": step.title}, why=error.message))
    if not steps:
        raise BadCourseFile(_("这份课程文件没有一个环节能用：%(why)s") % {"why": "；".join(one.why for one in refused[:3])})
    facts = _known_words(found.file.facts, notes)
    return Plan(
        origin="course", facts=facts, modules=found.file.modules, steps=tuple(steps), files=tuple(held), refused=tuple(refused),
        notes=tuple(notes),
    )  # fmt: skip


def let_go(held: Iterable[HeldFile], *, at: datetime) -> None:
    """Delete the files of an import that does not come about."""
    ids = [one.file_id for one in held if one.file_id]
    for file in StoredFile.objects.filter(pk__in=ids, deleted_at__isnull=True).order_by("pk"):
        files.delete(file=file, by=SYSTEM, at=at)


def _there(rows: Mapping[int, StoredFile], one: HeldFile) -> StoredFile:
    if one.file_id not in rows:
        raise Invalid(_("先传上来的文件已经不在了。请重新选文件再传。"))
    return rows[one.file_id]


def _is_outline(file: StoredFile, came: Came) -> bool:
    if file.kind != UNCHECKED or not file.name.lower().endswith(".xlsx") or file.size_bytes > Kind.SHEET.most_bytes:
        return False
    rows = read_outline(stored.path(file).read_bytes())
    if rows is None:
        return False
    if came.rows is not None:
        raise Invalid(_("提纲只要一份，已经读了前一份。请只传一份提纲。"))
    came.rows = rows
    came.title = file.name.rpartition(".")[0].removesuffix("提纲").strip(" -_的")[:120]
    return True


def _taken(brought: StoredFile, kind: Kind, present: Sequence[HeldFile], *, by: Actor, at: datetime) -> HeldFile:
    is_unchecked = brought.kind == UNCHECKED
    file = files.check(file=brought, by=by, at=at) if is_unchecked else files.claim(file_id=brought.pk, kind=kind, by=by, at=at)
    if any(other.name == file.name for other in present):
        if file.pk not in {other.file_id for other in present}:
            files.delete(file=file, by=SYSTEM, at=at)
        raise Invalid(_("已经有一个同名的文件了。请改名再传，或先放弃这次导入重来。"))
    return _held(file, by=by, at=at)


def _held(file: StoredFile, *, by: Actor, at: datetime) -> HeldFile:
    """Let the file wait. A package is taken apart once to see that it can be understood; nothing of that is kept."""
    edition = ""
    if file.kind == Kind.PACKAGE.code:
        try:
            with packages.read(stored.path(file), stored.folder(), title=file.name.rpartition(".")[0]) as found:
                edition = found.manifest.edition
        except BaseException:
            files.delete(file=file, by=SYSTEM, at=at)
            raise
    files.set_aside(file=file, by=by, at=at)
    return HeldFile(file_id=file.pk, name=file.name, kind=file.kind, sha256=file.sha256, edition=edition)


def _fitted(step: StepPlan, held: Sequence[HeldFile], cases: Sequence[LessonCase | None], notes: list[str]) -> StepPlan:
    """Return the step as this installation can make it. Raises Invalid with the reason when it cannot."""
    if _is_lost(step.media, held):
        raise Invalid(_("它的文件“%(name)s”没有收下。") % {"name": held[step.media - 1].name})
    for number, word in ((step.captions, _("字幕")), (step.poster, _("封面图"))):
        if _is_lost(number, held):
            notes.append(_("“%(title)s”的%(word)s没有收下，环节照常建。") % {"title": step.title, "word": word})
    content = _mapped(contents.read(step.content, contents.TYPES[step.kind]), held, cases)
    contents.check(content)
    return msgspec.structs.replace(
        step,
        content=contents.write(content),
        captions=0 if _is_lost(step.captions, held) else step.captions,
        poster=0 if _is_lost(step.poster, held) else step.poster,
    )


def _judged(step: StepPlan, signs: Sequence[RubricSign], here: Mapping[str, Offered], notes: list[str]) -> StepPlan:
    """Return homework with the rubric of this installation that says the same, else with none. Ids of elsewhere mean nothing here."""
    if step.kind != StepKind.HOMEWORK:
        return step
    asked = contents.read(step.content, contents.Homework)
    number = asked.rubric_id
    if number is None:
        return step
    sign = signs[number - 1] if 1 <= number <= len(signs) else None
    same = here.get(sign.sign) if sign is not None else None
    if same is None or same.points != asked.points:
        words = {"title": step.title, "rubric": sign.title[:60] if sign is not None else _("原来的评价标准")}
        notes.append(_("“%(title)s”原来按“%(rubric)s”打分，这里没有同样的一份，先改成直接打分，可以在编写页另选。") % words)
    kept = same.rubric_id if same is not None and same.points == asked.points else None
    return msgspec.structs.replace(step, content=contents.write(msgspec.structs.replace(asked, rubric_id=kept)))


def _mapped(content: contents.Content, held: Sequence[HeldFile], cases: Sequence[LessonCase | None]) -> contents.Content:
    """Return the content without what was refused, its lesson case the one of this installation."""
    if isinstance(content, ImageSet):
        left = tuple(one for one in content.pictures if not _is_lost(one.file_id, held))
        if content.pictures and not left:
            raise Invalid(_("它的图片一张也没有收下。"))
        return msgspec.structs.replace(content, pictures=left)
    if isinstance(content, Package) and _is_lost(content.package_id, held):
        raise Invalid(_("它的课件包没有收下。"))
    if isinstance(content, CaseStudy):
        case = cases[content.case_id - 1]
        if case is None:
            raise Invalid(_("这里没有这节课例，或没有发布。请先登记并发布课例，再在编写页添加。"))
        return msgspec.structs.replace(content, case_id=case.pk)
    return content


def _is_lost(number: int, held: Sequence[HeldFile]) -> bool:
    return number > 0 and not held[number - 1].file_id


def _case_of(sign: CaseSign) -> LessonCase | None:
    """Return the published case of this installation that is known by the same words; None when there is none, or more than one."""
    same = LessonCase.objects.filter(
        title=sign.title, level=sign.level, stage=sign.stage, subject=sign.subject, author_name=sign.author_name,
        published_at__isnull=False, withdrawn_at__isnull=True,
    )  # fmt: skip
    found = list(same.order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def _known_words(facts: Facts, notes: list[str]) -> Facts:
    """Leave out stages and subjects that this installation does not know, and say so."""
    known = subjects()
    unknown = [one for one in facts.stages if one not in Stage.values] + [one for one in facts.subjects if one not in known]
    if unknown:
        notes.append(_("这里没有这些学段或学科，没有带上：%(words)s。") % {"words": "、".join(word[:20] for word in unknown[:10])})
    return msgspec.structs.replace(
        facts,
        stages=tuple(one for one in facts.stages if one in Stage.values),
        subjects=tuple(one for one in facts.subjects if one in known),
    )
