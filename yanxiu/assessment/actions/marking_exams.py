"""Marking written answers of exams: lay them out, take the next under a lease, give points, take the last mark back; who marks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from yanxiu.assessment import exam_scores
from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.actions.scoring_exams import after_hand_in
from yanxiu.assessment.answer_rubrics import judged, rubric_of
from yanxiu.assessment.events import MarkingEvent
from yanxiu.assessment.models import AnswerMark, Exam, ExamMarker, MarkingClaim, MarkingTask, Release
from yanxiu.assessment.queries.scoring import INSIDE
from yanxiu.catalogue.content import read_question
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.kit.sql import save_or_raise
from yanxiu.kit.text import plain
from yanxiu.people.models import Person
from yanxiu.records.actions import record

LEASE = timedelta(minutes=20)
MOST_COMMENT = 500

# Written questions, and materials with a written part, to which something was given.
_LAY_OUT = """
INSERT INTO assessment_markingtask (exam_id, sitting_id, number, version_id, points, round)
SELECT s.exam_id, s.id, q.number, v.id, (q.asked ->> 1)::numeric, 1
FROM assessment_sitting s
CROSS JOIN LATERAL jsonb_array_elements(s.sheet) WITH ORDINALITY q(asked, number)
JOIN assessment_questionversion v ON v.id = (q.asked ->> 0)::bigint
JOIN assessment_sittinganswer a ON a.sitting_id = s.id AND a.number = q.number
WHERE s.id = ANY(%(sittings)s) AND (
    v.content ->> 'type' = 'written' AND COALESCE(a.given #>> '{}', '') ~ '[^[:space:]]'
    OR v.content ->> 'type' = 'material' AND EXISTS (
        SELECT 1 FROM jsonb_array_elements(v.content -> 'parts') WITH ORDINALITY p(part, place)
        WHERE p.part -> 'question' ->> 'type' = 'written' AND jsonb_typeof(a.given) = 'array'
          AND COALESCE(a.given ->> (p.place - 1)::int, '') ~ '[^[:space:]]'))
ON CONFLICT DO NOTHING
"""
# Complete sittings that ended lately, and older ones of which nothing was laid out: what is marked is never written over afterwards.
_TO_LAY_OUT = """
SELECT s.id FROM assessment_sitting s JOIN assessment_exam e ON e.id = s.exam_id
WHERE e.cancelled_at IS NULL AND (s.handed_in_at < s.ends_at OR s.ends_at + e.offline_minutes * INTERVAL '1 minute' <= %(inside)s)
  AND (s.ends_at > %(since)s OR e.released_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM assessment_markingtask t WHERE t.sitting_id = s.id))
ORDER BY s.id
"""
# Whoever read the queue a moment earlier may come to the same answer: the row of the claim decides.
_CLAIM = """
INSERT INTO assessment_markingclaim AS c (sitting_id, number, round, marker_id, until)
VALUES (%(sitting)s, %(number)s, %(round)s, %(me)s, %(until)s)
ON CONFLICT (sitting_id, number, round) DO UPDATE SET marker_id = excluded.marker_id, until = excluded.until
WHERE c.until <= %(at)s OR c.marker_id = excluded.marker_id
"""


@transaction.atomic
def lay_out(*, since: datetime, by: Actor, at: datetime) -> int:
    """Lay out the written answers of sittings to which nothing can be added any more; return how many. System only, again and again.

    What ran out waits for as long as a device without a line may deliver, so that nobody marks half an answer (P-14). What ended after
    `since` is looked at again. Cost: 2 queries.
    """
    permissions.check_is_system(by)
    sittings = [row["id"] for row in sql.rows(_TO_LAY_OUT, {"since": since, "inside": at - INSIDE})]
    return sql.run(_LAY_OUT, {"sittings": sittings}) if sittings else 0


@transaction.atomic
def claim_next(*, exam: Exam, version_id: int | None, by: Actor, at: datetime) -> MarkingTask | None:
    """Take the next written answer of an exam (of one question, when given) for twenty minutes; None when nothing waits.

    What the actor holds already comes first, then thirds, then the oldest. Two markers never hold the same. Raises NotPermitted.
    Cost: 4 queries.
    """
    MarkingClaim.objects.filter(marker_id=by.person_id or 0, sitting__exam=exam, until__lte=at).delete()
    passed_over: list[int] = []
    while True:
        free = _free(exam, by=by, at=at).exclude(pk__in=passed_over)
        if version_id is not None:
            free = free.filter(version=version_id)
        mine = Exists(_held(at).filter(marker_id=by.person_id or 0))
        rows = free.order_by(mine.desc(), "-round", "pk").select_for_update(of=("self",), skip_locked=True)
        task = rows.select_related("sitting__enrolment", "version", "exam").first()
        if task is None or _claim(task, by=by, at=at):
            return task
        passed_over.append(task.pk)


def _free(exam: Exam, *, by: Actor, at: datetime) -> QuerySet[MarkingTask]:
    """Return what the actor may mark next: nobody else reads it, and she gave it no mark before."""
    here = {"sitting": OuterRef("sitting"), "number": OuterRef("number")}
    me = by.person_id or 0
    waiting = permissions.markable_tasks(by).filter(exam=exam, round__isnull=False)
    return waiting.filter(~Exists(_held(at).exclude(marker_id=me)), ~Exists(AnswerMark.objects.filter(**here, marked_by=me)))


def _held(at: datetime) -> QuerySet[MarkingClaim]:
    here = {name: OuterRef(name) for name in ("sitting", "number", "round")}
    return MarkingClaim.objects.filter(**here, until__gt=at)


def _claim(task: MarkingTask, *, by: Actor, at: datetime) -> bool:
    permissions.check_can_mark_answer(by, task)
    facts = {
        "sitting": task.sitting_id, "number": task.number, "round": task.round, "me": by.person_id or 0, "until": at + LEASE, "at": at,
    }  # fmt: skip
    return sql.run(_CLAIM, facts) == 1


@transaction.atomic
def mark_answer(
    *, task: MarkingTask, round_number: int, points: Decimal | None, levels: Mapping[str, int] | None = None, comment: str, by: Actor,
    at: datetime,
) -> AnswerMark:  # fmt: skip
    """Give an answer its points in a round, or its levels by the question's rubric; two far apart call for a third.

    Raises NotPermitted (the own answer, not appointed, somebody who marked it before), Conflict when another was faster or results
    are proposed already, Invalid for points beyond the question's. Cost: about 9 queries.
    """
    task = _locked(task)
    permissions.check_can_mark_answer(by, task)
    _check_turn(task, round_number, by=by, at=at)
    kept, given = _judged(task, points, levels)
    mark = AnswerMark(
        sitting=task.sitting, number=task.number, round=round_number, points=given, levels=kept, comment=_kept(comment),
        marked_at=at, marked_by=by.person_id, marker=by.label[:120],
    )  # fmt: skip
    save_or_raise(mark, {"assessment_answer_mark_once": Conflict(_("这一份刚由别的老师阅过，没有重复记。请看下一份。"))})
    MarkingClaim.objects.filter(sitting=task.sitting_id, number=task.number, round=round_number).delete()
    _advance(task)
    _record(MarkingEvent.MARKED, task, points=mark.points, round_number=round_number, by=by, at=at)
    if task.round is None and task.exam.release == Release.AT_ONCE:
        waits = MarkingTask.objects.filter(sitting=task.sitting_id, round__isnull=False).exists()
        if not waits:
            after_hand_in(sitting=task.sitting, by=SYSTEM, at=at)
    return mark


@transaction.atomic
def unmark(*, mark: AnswerMark, by: Actor, at: datetime) -> MarkingTask:
    """Take the own mark back while nobody built on it: no later round, and no results computed since.

    Raises NotPermitted for another's, Conflict when it is too late. Cost: 7 queries.
    """
    if by.person_id is None or mark.marked_by != by.person_id:
        raise NotPermitted(_("只能撤回自己阅的。要改别人的，请走成绩复核。"))
    task = _locked(MarkingTask.objects.get(sitting=mark.sitting_id, number=mark.number))
    permissions.check_can_mark_answer(by, task)
    later = AnswerMark.objects.filter(sitting=mark.sitting_id, number=mark.number, round__gt=mark.round).exists()
    if later or task.exam.edition > 0:
        raise Conflict(_("后面一轮已经阅过，或成绩已经公布，这一份不能撤回了。要改，请走成绩复核。"))
    AnswerMark.objects.filter(pk=mark.pk).delete()
    _advance(task)
    _record(MarkingEvent.UNMARKED, task, points=mark.points, round_number=mark.round, by=by, at=at)
    return task


@transaction.atomic
def appoint_marker(*, exam: Exam, person: Person, by: Actor, at: datetime) -> ExamMarker:
    """Let a person mark the exam; from the first on nobody else does. Twice changes nothing. Raises NotPermitted."""
    permissions.check_can_appoint_markers(by, exam)
    marker, is_new = ExamMarker.objects.get_or_create(
        exam=exam, person=person, defaults={"appointed_at": at, "appointed_by": by.person_id}
    )  # fmt: skip
    if is_new:
        _record_marker(MarkingEvent.APPOINTED, exam, person, by=by, at=at)
    return marker


@transaction.atomic
def dismiss_marker(*, marker: ExamMarker, by: Actor, at: datetime) -> None:
    """End an appointment; what was marked stays, what is being read is free for others. Raises NotPermitted."""
    permissions.check_can_appoint_markers(by, marker.exam)
    MarkingClaim.objects.filter(marker_id=marker.person_id, sitting__exam=marker.exam_id).delete()
    found, _rows = ExamMarker.objects.filter(pk=marker.pk).delete()
    if found:
        _record_marker(MarkingEvent.DISMISSED, marker.exam, marker.person, by=by, at=at)


def _locked(task: MarkingTask) -> MarkingTask:
    rows = MarkingTask.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("sitting__enrolment", "exam__programme", "version").get(pk=task.pk)


def _check_turn(task: MarkingTask, round_number: int, *, by: Actor, at: datetime) -> None:
    if task.round is None or task.round != round_number:
        raise Conflict(_("这一份刚由别的老师阅过，没有重复记。请看下一份。"))
    if AnswerMark.objects.filter(sitting=task.sitting_id, number=task.number, marked_by=by.person_id or 0).exists():
        raise NotPermitted(_("这一份您已经阅过一轮，另一轮由别的老师阅。请看下一份。"))
    held = MarkingClaim.objects.filter(sitting=task.sitting_id, number=task.number, round=round_number, until__gt=at)
    if held.exclude(marker_id=by.person_id or 0).exists():
        raise Conflict(_("这一份正由别的老师在阅，没有存。请看下一份。"))


def _advance(task: MarkingTask) -> None:
    found = AnswerMark.objects.filter(sitting=task.sitting_id, number=task.number).values_list("round", "points")
    task.round = exam_scores.next_round(dict(found), markers=task.exam.markers, tolerance=task.exam.tolerance)
    task.save(update_fields=["round"])


def _judged(task: MarkingTask, points: Decimal | None, levels: Mapping[str, int] | None) -> tuple[dict[str, int] | None, Decimal]:
    """Return the levels as kept (None without a rubric) and the points. Raises Invalid."""
    rubric = rubric_of(read_question(task.version.content))
    if rubric is None:
        if points is None:
            raise Invalid(_("请写给多少分。"), field="points")
        return None, _checked(points, task.points)
    return judged(rubric, levels or {}, points=task.points)


def _checked(points: Decimal, most: Decimal) -> Decimal:
    exponent = points.as_tuple().exponent
    if not points.is_finite() or not isinstance(exponent, int) or exponent < -2 or not 0 <= points <= most:
        raise Invalid(_("给分在 0 到 %(most)s 之间，最多两位小数。请改了再存。") % {"most": f"{most.normalize():f}"}, field="points")
    return points


def _kept(comment: str) -> str:
    kept = plain(comment).strip()
    if len(kept) > MOST_COMMENT:
        raise Invalid(_("评语有 %(count)s 字，最多 %(most)s 字。请缩短。") % {"count": len(kept), "most": MOST_COMMENT}, field="comment")
    return kept


def _record(event: MarkingEvent, task: MarkingTask, *, points: Decimal, round_number: int, by: Actor, at: datetime) -> None:
    # The trail tells of the sitting, not of the person: marking is anonymous.
    record(
        event, object_id=task.sitting_id, object_label=task.exam.title, programme_id=task.exam.programme_id, person_id=by.person_id,
        measure=points, data={"exam": task.exam_id, "number": task.number, "round": round_number}, by=by, at=at,
    )  # fmt: skip


def _record_marker(event: MarkingEvent, exam: Exam, person: Person, *, by: Actor, at: datetime) -> None:
    record(
        event, object_id=exam.pk, object_label=exam.title, person_id=person.pk, programme_id=exam.programme_id,
        unit_path=exam.programme.owner_path, data={"person": person.pk}, by=by, at=at,
    )  # fmt: skip
