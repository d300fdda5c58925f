"""Papers: put together as drafts, published once everything fits, copied for a correction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment import composing_papers, drafting, paper_removals, papers
from yanxiu.assessment.drawing import Pool, drawn, pools_of
from yanxiu.assessment.events import PaperEvent
from yanxiu.assessment.models import Exam, Paper, QuestionState, QuestionVersion
from yanxiu.assessment.paper_removals import Removed
from yanxiu.assessment.papers import Sections
from yanxiu.drafts import actions as drafts
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.orgs.models import Org
from yanxiu.records.actions import record

Pools = Sequence[Pool]


class PaperNotReady(Conflict):
    """The paper cannot be sat as it is; the message names the first fault and its place."""

    code = "paper_not_ready"


@transaction.atomic
def draft_paper(*, owner: Org, title: str, by: Actor, at: datetime) -> Paper:
    """Begin a paper of a unit with one empty section. Raises NotPermitted, Invalid. Cost: 2 queries."""
    permissions.check_can_write_for(by, owner)
    sections = (papers.Section(title=_("一、单项选择题")),)
    paper = Paper(owner=owner, title=_title(title), sections=papers.write(sections), created_at=at, created_by=by.person_id)
    paper.save(force_insert=True)
    _record(PaperEvent.WRITTEN, paper, by=by, at=at)
    return paper


@transaction.atomic
def write_paper(
    *, paper: Paper, before: Sections, sections: Sections, title: str, shuffles_questions: bool, shuffles_options: bool,
    taken_out: Removed | None = None, put_back: Removed | None = None, by: Actor, at: datetime,
) -> Paper:  # fmt: skip
    """Write the sections and settings of a draft anew; `before` is what the writer saw.

    `taken_out` is what is no longer in them and is kept so that it can come back, `put_back` what was kept and is in them again.
    Raises NotFound, NotPermitted, Invalid with the place; Conflict when it is published, or was changed by somebody else meanwhile.
    Cost: 5 queries.
    """
    permissions.check_can_write_paper(by, paper)
    composing_papers.check(sections)
    paper = _draft(paper.pk)
    if papers.read(paper.sections) != before:
        raise Conflict(_("“%(title)s”刚刚在别处改过，请刷新后再改，没有覆盖那边的改动。") % {"title": paper.title})
    _check_versions(paper, sections)
    paper.title, paper.sections = _title(title), papers.write(sections)
    paper.shuffles_questions, paper.shuffles_options = shuffles_questions, shuffles_options
    removals = paper_removals.read(paper.removed)
    if put_back is not None:
        removals = paper_removals.without(removals, put_back.number)
    if taken_out is not None:
        removals = paper_removals.kept(removals, taken_out)
    paper.removed = paper_removals.write(removals)
    paper.save(update_fields=["title", "sections", "shuffles_questions", "shuffles_options", "removed"])
    _record(PaperEvent.WRITTEN, paper, by=by, at=at)
    drafts.clear(key=drafting.paper_key(paper.pk), by=by, at=at)
    return paper


@transaction.atomic
def publish_paper(*, paper: Paper, by: Actor, at: datetime) -> Paper:
    """Publish a draft: from now on exams can take it and nothing in it changes.

    Raises NotFound, NotPermitted, PaperNotReady. Cost: 6 queries.
    """
    permissions.check_can_write_paper(by, paper)
    paper = _draft(paper.pk)
    sections = papers.read(paper.sections)
    if fault := next(iter(faults_of(paper, sections)), ""):
        raise PaperNotReady(fault)
    paper.points, paper.published_at, paper.published_by, paper.removed = papers.points_of(sections), at, by.person_id, []
    paper.save(update_fields=["points", "published_at", "published_by", "removed"])
    _record(PaperEvent.PUBLISHED, paper, by=by, at=at)
    drafts.clear(key=drafting.paper_key(paper.pk), by=by, at=at)
    return paper


@transaction.atomic
def copy_paper(*, paper: Paper, by: Actor, at: datetime) -> Paper:
    """Copy a paper into a new draft of its unit. Raises NotFound, NotPermitted. Cost: 2 queries."""
    permissions.check_can_write_paper(by, paper)
    copy = Paper(
        owner=paper.owner, title=_("%(title)s（副本）") % {"title": paper.title[:110]}, sections=paper.sections, created_at=at,
        shuffles_questions=paper.shuffles_questions, shuffles_options=paper.shuffles_options, copied_from=paper.pk, created_by=by.person_id,
    )  # fmt: skip
    copy.save(force_insert=True)
    _record(PaperEvent.WRITTEN, copy, by=by, at=at)
    return copy


@transaction.atomic
def remove_paper(*, paper: Paper, by: Actor, at: datetime) -> None:
    """Delete a draft. Raises NotFound, NotPermitted, Conflict when it is published or an exam is being set with it. Cost: 5 queries."""
    permissions.check_can_write_paper(by, paper)
    paper = _draft(paper.pk)
    if Exam.objects.filter(paper=paper).exists():
        raise Conflict(_("有考试正用“%(title)s”，不能删除。") % {"title": paper.title})
    _record(PaperEvent.REMOVED, paper, by=by, at=at)
    drafts.clear(key=drafting.paper_key(paper.pk), by=by, at=at)
    paper.delete()


def faults_of(
    paper: Paper, sections: Sections, *, known: Mapping[int, QuestionVersion] | None = None, pools: Pools | None = None
) -> list[str]:
    """Return why a draft cannot be published yet, each with its place; [] = it can. Cost: 2 queries, none for what is given."""
    faults = []
    try:
        composing_papers.check(sections)
    except Invalid as error:
        return [error.message]
    faults += [
        _("第 %(n)s 大题“%(title)s”还没有题。") % {"n": number, "title": section.title}
        for number, section in enumerate(sections, start=1)
        if not section.count
    ]
    if not sections:
        faults.append(_("试卷还没有题。先加一个大题，再选题或设抽题规则。"))
    return faults + _unfit(paper, sections, known) + shortages_of(paper, sections, pools)


def shortages_of(paper: Paper, sections: Sections, pools: Pools | None = None) -> list[str]:
    """Return which draws the bank cannot fill, all draws together. Cost: one query."""
    draws = [(number, draw) for number, section in enumerate(sections, start=1) for draw in section.draws]
    fixed = [one.version for section in sections for one in section.fixed]
    counts = [draw.count for _number, draw in draws]
    held = pools_of(paper.owner_id, [draw for _number, draw in draws], fixed=fixed) if pools is None else pools
    found = drawn(held, counts, by=Random(1))  # noqa: S311 - only how many
    return [
        _("第 %(n)s 大题要抽 %(count)s 道，题库里合条件又不重复的只有 %(has)s 道。请放宽条件，或先在题库里补题。")
        % {"n": number, "count": draw.count, "has": len(versions)}
        for (number, draw), versions in zip(draws, found, strict=True)
        if len(versions) < draw.count
    ]


def _unfit(paper: Paper, sections: Sections, given: Mapping[int, QuestionVersion] | None) -> list[str]:
    """Fixed questions that papers may not take: never approved, retired, or the same question twice."""
    known = _versions(sections) if given is None else given
    faults, seen = [], set[int]()
    for number, section in enumerate(sections, start=1):
        for place, one in enumerate(section.fixed, start=1):
            version = known.get(one.version)
            words = {"n": number, "place": place}
            if version is None or version.question.owner_id != paper.owner_id:
                faults.append(_("第 %(n)s 大题第 %(place)s 题已不在本单位题库里，请换一道。") % words)
            elif version.question.state == QuestionState.RETIRED:
                faults.append(_("第 %(n)s 大题第 %(place)s 题已停用，请换一道。") % words)
            elif version.question.approved_id != version.pk:
                faults.append(_("第 %(n)s 大题第 %(place)s 题不是审过的那一版，请用新的一版。") % words)
            elif version.question_id in seen:
                faults.append(_("第 %(n)s 大题第 %(place)s 题前面已经有了，请去掉一道。") % words)
            else:
                seen.add(version.question_id)
    return faults


def _check_versions(paper: Paper, sections: Sections) -> None:
    known = _versions(sections)
    wanted = {one.version for section in sections for one in section.fixed}
    strange = [one for one in wanted if one not in known or known[one].question.owner_id != paper.owner_id]
    if strange:
        raise Invalid(_("有 %(n)s 道题不在本单位题库里，请刷新后再选。") % {"n": len(strange)})


def _versions(sections: Sections) -> dict[int, QuestionVersion]:
    wanted = [one.version for section in sections for one in section.fixed]
    return {version.pk: version for version in QuestionVersion.objects.filter(pk__in=wanted).select_related("question")}


def _draft(paper_id: int) -> Paper:
    paper = Paper.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=paper_id)
    if paper.published_at is not None:
        raise Conflict(_("“%(title)s”已经发布，不能再改：考试要用。要改，请复制成新草稿。") % {"title": paper.title})
    return paper


def _title(raw: str) -> str:
    title = " ".join(raw.split())
    if not title or len(title) > 120:
        raise Invalid(_("试卷要有名称，最多 120 字，现在有 %(now)s 字。") % {"now": len(title)}, field="title")
    return title


def _record(event: PaperEvent, paper: Paper, *, by: Actor, at: datetime) -> None:
    record(event, object_id=paper.pk, object_label=paper.title, unit_path=paper.owner.path, by=by, at=at)
