"""Findings by a sheet: choosing the rubric, keeping the draft, giving the finding; without a rubric a score or grade is typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from yanxiu.assessment import sheets
from yanxiu.assessment.models import Rubric
from yanxiu.evaluation import permissions
from yanxiu.evaluation.actions.judging import Findable, found
from yanxiu.evaluation.appraisals import Asked, Subject, check_lines, check_usable, outcome_of
from yanxiu.evaluation.events import AppraisalEvent
from yanxiu.evaluation.models import Appraisal, AppraisalRule
from yanxiu.evaluation.queries import rule_for
from yanxiu.integrity.models import BarKind
from yanxiu.integrity.queries import bar_on
from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.kit.sql import save_or_raise
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org
from yanxiu.records.actions import record

MOST_COMMENT = 2_000
MOST_BASIS = 500
EXCELLENT = "优秀"


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What stands on a sheet: a level and what it rests on for each dimension, or a typed score and grade; and words."""

    levels: Mapping[str, int] = field(default_factory=dict)
    basis: Mapping[str, str] = field(default_factory=dict)
    score: Decimal | None = None
    grade: str = ""
    comment: str = ""


@transaction.atomic
def set_appraisal_rule(*, asked: Asked, org: Org, rubric: Rubric, lines: Sequence[Decimal], by: Actor, at: datetime) -> AppraisalRule:
    """Let an assessment be judged by a rubric under `org`; sheets that are begun keep theirs.

    Raises NotPermitted; Invalid with the field for a rubric of another use, scope or sum, and for lines that do not fall. Cost: 5 queries.
    """
    permissions.check_can_appraise(by, path=org.path, programme_id=asked.programme.pk, person_id=0, by_school=asked.is_by_school)
    check_usable(asked, org, rubric)
    kept = check_lines(asked, lines)
    rule, _is_new = AppraisalRule.objects.update_or_create(
        programme=asked.programme, assessment=asked.id, org=org,
        defaults={"rubric": rubric, "lines": kept, "set_by": by.person_id, "set_at": at},
    )  # fmt: skip
    data = {"rubric": rubric.pk, "edition": rubric.edition, "lines": [str(line) for line in kept]}
    _note(AppraisalEvent.RULE_SET, asked, label=rubric.title, path=org.path, data=data, by=by, at=at)
    return rule


@transaction.atomic
def drop_appraisal_rule(*, asked: Asked, rule: AppraisalRule, by: Actor, at: datetime) -> None:
    """Let scores be typed again, or the rule of the unit above hold; sheets that are begun keep their rubric. Raises NotPermitted."""
    path = rule.org.path
    permissions.check_can_appraise(by, path=path, programme_id=asked.programme.pk, person_id=0, by_school=asked.is_by_school)
    data = {"rubric": rule.rubric_id, "lines": [str(line) for line in rule.lines]}
    gone, _each = AppraisalRule.objects.filter(pk=rule.pk).delete()
    if not gone:
        raise Conflict("这条评定办法已经停用了，请刷新后再看。")
    _note(AppraisalEvent.RULE_DROPPED, asked, label=rule.rubric.title, path=path, data=data, by=by, at=at)


@transaction.atomic
def save_appraisal(*, asked: Asked, subject: Subject, filled: Filled, by: Actor, at: datetime) -> Appraisal:
    """Keep the assessor's draft, whole or not; the first time freezes the rubric that holds now. Not a record: it saves itself often.

    Raises NotPermitted (also for oneself), Invalid with the place. Cost: 5 queries.
    """
    _check(asked, subject, by)
    draft = _draft(asked, subject, by=by, at=at)
    _fill(draft, filled)
    draft.saved_at, draft.assessor = at, by.label[:120]
    twice = Conflict("这份评定表刚在另一处打开了，请刷新后接着填。")
    save_or_raise(draft, {"evaluation_appraisal_one_draft": twice}, update_fields=_FIELDS if draft.pk else None)
    return draft


@transaction.atomic
def submit_appraisal(*, asked: Asked, subject: Subject, filled: Filled, by: Actor, at: datetime) -> Appraisal:
    """Give the finding that the sheet says; an earlier one stays as history.

    Raises NotPermitted (also for oneself); Invalid with the place for a dimension without level, a basis that the plan wants, a score
    outside 0 to 100. Cost: 12 queries.
    """
    draft = save_appraisal(asked=asked, subject=subject, filled=filled, by=by, at=at)
    if draft.rubric is not None:
        _check_whole(asked, draft)
        draft.score = sheets.total(sheets.read(draft.rubric.dimensions), draft.levels)
    draft.grade, passed = outcome_of(asked, score=draft.score, lines=draft.lines, grade=draft.grade)
    allowed = _allowed(asked, subject, draft, at=at)
    if allowed != draft.grade:
        draft.grade, passed = outcome_of(asked, score=draft.score, lines=(), grade=allowed)
    draft.submitted_at = at
    draft.judgement = found(
        Findable(programme=asked.programme, key=asked.key_of(subject.role), person_id=subject.person_id, unit_id=subject.unit_id),
        passed=passed, score=draft.score, grade=draft.grade, reason=draft.comment[:500], path=subject.path, by=by, at=at,
    )  # fmt: skip
    draft.save(update_fields=[*_FIELDS, "submitted_at", "judgement"])
    data = {"judgement": draft.judgement.pk, "rubric": draft.rubric_id, "subject": subject.name, "unit": subject.unit_id}
    record(
        AppraisalEvent.SUBMITTED, object_id=draft.pk, object_label=asked.label, person_id=subject.person_id or None,
        programme_id=asked.programme.pk, unit_path=subject.path, data=data, by=by, at=at,
    )  # fmt: skip
    return draft


def _allowed(asked: Asked, subject: Subject, draft: Appraisal, *, at: datetime) -> str:
    """Return the grade that the person may have: in ethics none is excellent in a school year of an incident (C-111).

    What points alone would give is lowered by one; a typed one is refused. Raises Conflict at `grade`.
    """
    if draft.grade != EXCELLENT or not (subject.person_id and asked.is_of_ethics):
        return draft.grade
    bar = bar_on(subject.person_id, clock.day(at), kind=BarKind.ETHICS_NOT_EXCELLENT)
    if bar is None:
        return draft.grade
    if draft.lines and len(asked.grades) > 1:
        return asked.grades[1]
    until = (bar.to_day - timedelta(days=1)).isoformat()
    raise Conflict(f"{subject.name}本学年度认定过研修事故，到 {until} 师德考核不能评为优秀。请另选等级。", field="grade")


@transaction.atomic
def discard_appraisal(*, asked: Asked, subject: Subject, by: Actor, at: datetime) -> None:
    """Throw the assessor's draft away, so that the next one takes the rubric that holds now. Raises NotPermitted, NotFound."""
    _check(asked, subject, by)
    draft = _drafts(asked, subject, by).first()
    if draft is None:
        raise NotFound("没有没交的评定表，可能已经交了或丢弃了。")
    pk = draft.pk
    draft.delete()
    record(
        AppraisalEvent.DISCARDED, object_id=pk, object_label=asked.label, person_id=subject.person_id or None,
        programme_id=asked.programme.pk, unit_path=subject.path, data={"unit": subject.unit_id}, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def note_export(*, asked: Asked, count: int, by: Actor, at: datetime) -> None:
    """Write down that the list of an assessment with its results left as a file. Raises NotPermitted. Cost: one query."""
    paths = permissions.appraised_paths(by, programme_id=asked.programme.pk, by_school=asked.is_by_school)
    path = next(iter(paths), "")
    permissions.check_can_appraise(by, path=path, programme_id=asked.programme.pk, person_id=0, by_school=asked.is_by_school)
    _note(AppraisalEvent.EXPORTED, asked, label=asked.label, path=path, data={"rows": count}, by=by, at=at)


_FIELDS = ["levels", "basis", "score", "grade", "comment", "saved_at", "assessor"]


def _check(asked: Asked, subject: Subject, by: Actor) -> None:
    permissions.check_can_appraise(
        by, path=subject.path, programme_id=asked.programme.pk, person_id=subject.person_id, by_school=asked.is_by_school
    )
    if by.person_id is None:
        raise NotPermitted("评定由人办理，后台不代填评定表。")


def _drafts(asked: Asked, subject: Subject, by: Actor) -> QuerySet[Appraisal]:
    rows = Appraisal.objects.filter(
        programme=asked.programme, assessment=asked.id, role=subject.role, person_id=subject.person_id, unit_id=subject.unit_id,
        assessor_id=by.person_id or 0, submitted_at__isnull=True,
    )  # fmt: skip
    return rows.select_for_update(of=("self",), no_key=True).select_related("rubric")


def _draft(asked: Asked, subject: Subject, *, by: Actor, at: datetime) -> Appraisal:
    begun = _drafts(asked, subject, by).first()
    if begun is not None:
        return begun
    rule = rule_for(asked, subject.path)
    return Appraisal(
        programme=asked.programme, assessment=asked.id, role=subject.role, person_id=subject.person_id, unit_id=subject.unit_id,
        rubric=rule.rubric if rule is not None else None, lines=rule.lines if rule is not None else [],
        assessor_id=by.person_id or 0, saved_at=at,
    )  # fmt: skip


def _fill(draft: Appraisal, filled: Filled) -> None:
    if len(filled.comment) > MOST_COMMENT:
        raise Invalid(f"评语有 {len(filled.comment)} 字，最多 {MOST_COMMENT} 字。请缩短。", field="comment")
    draft.comment = plain(filled.comment)
    if draft.rubric is None:
        if filled.score is not None and not (0 <= filled.score <= 100 and filled.score == round(filled.score, 2)):
            raise Invalid(f"分数 {filled.score} 不能用：请填 0 到 100，最多两位小数。", field="score")
        draft.score, draft.grade = filled.score, filled.grade
        return
    dimensions = sheets.read(draft.rubric.dimensions)
    draft.levels = sheets.kept(dimensions, filled.levels)
    draft.basis = {one.key: plain(filled.basis.get(one.key, "")) for one in dimensions if filled.basis.get(one.key, "").strip()}
    for one in dimensions:
        if len(draft.basis.get(one.key, "")) > MOST_BASIS:
            raise Invalid(f"“{one.label}”的依据最多 {MOST_BASIS} 字，请缩短。", field=f"basis_{one.key}")


def _check_whole(asked: Asked, draft: Appraisal) -> None:
    dimensions = sheets.read(draft.rubric.dimensions if draft.rubric else [])
    if left := sheets.missing(dimensions, draft.levels):
        raise Invalid(f"“{left[0].label}”还没有给等级。", field=f"level_{left[0].key}")
    if asked.wants_basis:
        for one in dimensions:
            if one.key not in draft.basis:
                raise Invalid(f"方案要求写明依据，“{one.label}”还没有写。", field=f"basis_{one.key}")


def _note(event: AppraisalEvent, asked: Asked, *, label: str, path: str, data: dict[str, object], by: Actor, at: datetime) -> None:
    record(
        event, object_id=asked.id, object_label=label, programme_id=asked.programme.pk, unit_path=path, kind=asked.id, data=data, by=by,
        at=at,
    )  # fmt: skip
