"""Rulings (改判): what is decided about a question or the pass line after an exam; results follow with the next edition."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import papers
from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.events import ScoreEvent
from yanxiu.assessment.models import Exam, QuestionVersion, RulingKind, ScoreRuling, Sitting
from yanxiu.catalogue.content import Given, is_answered
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.records.actions import record


@transaction.atomic
def rule(
    *, exam: Exam, kind: RulingKind, version: QuestionVersion | None = None, given: Given = None, pass_score: Decimal | None = None,
    reason: str, by: Actor, at: datetime,
) -> ScoreRuling:  # fmt: skip
    """Decide about a question of the exam (another answer counts, everybody gets the points, it is left out) or about the pass line.

    Nothing changes for candidates until results are computed anew and released. Raises NotPermitted, Invalid. Cost: 5 queries.
    """
    permissions.check_can_release(by, exam)
    kept = plain(reason).strip()[:300]
    if not kept:
        raise Invalid(_("请写明改判的理由，考生会看到。"), field="reason")
    exam = Exam.objects.select_for_update(of=("self",), no_key=True).select_related("programme", "paper").get(pk=exam.pk)
    if kind == RulingKind.PASS_SCORE:
        version, given = None, None
        pass_score = _pass_score(pass_score)
    else:
        version, pass_score = _asked(exam, version), None
        given = _accepted(given) if kind == RulingKind.ACCEPT else None
    ruling = ScoreRuling.objects.create(
        exam=exam, kind=kind, version=version, given=given, pass_score=pass_score, reason=kept, made_at=at, made_by=by.person_id,
        maker=by.label[:120],
    )  # fmt: skip
    _record(ScoreEvent.RULED, ruling, by=by, at=at)
    return ruling


@transaction.atomic
def withdraw_ruling(*, ruling: ScoreRuling, by: Actor, at: datetime) -> None:
    """Take a ruling back that no released result rests on. Raises NotPermitted, Conflict once it counts. Cost: 4 queries."""
    ruling = ScoreRuling.objects.select_for_update(of=("self",), no_key=True).select_related("exam__programme").get(pk=ruling.pk)
    permissions.check_can_release(by, ruling.exam)
    if ruling.edition is not None:
        raise Conflict(_("已经按这条改判公布过成绩，不能撤回。要改回来，请再作一条改判，写明理由。"))
    _record(ScoreEvent.RULING_REMOVED, ruling, by=by, at=at)
    ruling.delete()


def _asked(exam: Exam, version: QuestionVersion | None) -> QuestionVersion:
    """The version, when the paper or any candidate's sheet asks it."""
    if version is None:
        raise Invalid(_("请选是哪一道题。"), field="version")
    fixed = {one.version for section in papers.read(exam.paper.sections) for one in section.fixed}
    if version.pk not in fixed and not Sitting.objects.filter(exam=exam, sheet__contains=[[version.pk]]).exists():
        raise Invalid(_("这场考试没有考这道题。请从列出的题里选。"), field="version")
    return version


def _accepted(given: Given) -> Given:
    if not is_answered(given):
        raise Invalid(_("请写另认的答案。"), field="given")
    return given


def _pass_score(score: Decimal | None) -> Decimal:
    exponent = score.as_tuple().exponent if score is not None else None
    if score is None or not score.is_finite() or not isinstance(exponent, int) or exponent < -2 or not 0 <= score <= 100:
        raise Invalid(_("及格线在 0 到 100 之间，最多两位小数。"), field="pass_score")
    return score


def _record(event: ScoreEvent, ruling: ScoreRuling, *, by: Actor, at: datetime) -> None:
    exam = ruling.exam
    record(
        event, object_id=exam.pk, object_label=exam.title, programme_id=exam.programme_id, unit_path=exam.programme.owner_path,
        kind=exam.assessment, data={"ruling": ruling.pk, "kind": ruling.kind, "version": ruling.version_id, "reason": ruling.reason},
        by=by, at=at,
    )  # fmt: skip
