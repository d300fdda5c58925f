"""Giving pieces out (互评): rolling, a fixed number of statements for a whole step, and late reviewers are replaced."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from yanxiu.assessment import allotting, permissions
from yanxiu.assessment.actions.counting import count_homework
from yanxiu.assessment.events import PeerEvent
from yanxiu.assessment.models import CalibrationPiece, PeerReview, Submission, SubmissionState
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record

PATIENCE = timedelta(days=1)
"""How long a reviewer waits for pieces with too few reviews before she is given one that has enough."""

# Every piece of the step in the programme: how often it was and is being reviewed, and what its author did and holds as a reviewer.
_POOL = """
SELECT s.id, s.enrolment_id AS author, e.unit_id AS school, s.state = 'accepted' AS is_settled, s.submitted_at,
       v.id AS version, coalesce(got.count, 0)::int AS load, coalesce(did.done, 0)::int AS done, coalesce(did.open, 0)::int AS open,
       coalesce(did.had, '{}') AS had, did.newest AS newest, coalesce(did.is_away, false) AS is_away, e.state = 'active' AS is_active,
       (SELECT count(*)::int FROM assessment_calibrationreview c JOIN assessment_calibrationpiece p ON p.id = c.piece_id
        WHERE c.reviewer_id = e.id AND p.step_id = s.step_id AND p.removed_at IS NULL) AS calibrated
FROM assessment_submission s
JOIN programmes_enrolment e ON e.id = s.enrolment_id
JOIN LATERAL (SELECT h.id FROM assessment_handedin h WHERE h.submission_id = s.id ORDER BY h.number DESC LIMIT 1) v ON true
LEFT JOIN (SELECT r.submission_id, count(*) AS count FROM assessment_peerreview r
           WHERE r.released_at IS NULL GROUP BY r.submission_id) got ON got.submission_id = s.id
LEFT JOIN (SELECT r.reviewer_id, count(*) FILTER (WHERE r.submitted_at IS NOT NULL) AS done,
                  count(*) FILTER (WHERE r.submitted_at IS NULL AND r.released_at IS NULL) AS open,
                  array_agg(r.submission_id) FILTER (WHERE r.released_at IS NULL) AS had, max(r.submitted_at) AS newest,
                  (array_agg(r.released_at IS NOT NULL ORDER BY r.assigned_at DESC, r.id DESC))[1] AS is_away
           FROM assessment_peerreview r JOIN assessment_submission x ON x.id = r.submission_id
           WHERE x.step_id = %(step)s GROUP BY r.reviewer_id) did ON did.reviewer_id = s.enrolment_id
WHERE s.step_id = %(step)s AND e.programme_id = %(programme)s AND s.state <> 'draft'
ORDER BY s.submitted_at, s.id
"""
# Steps with reviews to give out: handed-in work in running programmes.
_STEPS = """
SELECT DISTINCT e.programme_id AS programme, s.step_id AS step
FROM assessment_submission s JOIN programmes_enrolment e ON e.id = s.enrolment_id
JOIN programmes_programme g ON g.id = e.programme_id AND g.state = 'running'
JOIN catalogue_step t ON t.id = s.step_id AND t.kind = %(kind)s AND t.content -> 'peers' <> 'null'::jsonb
WHERE s.state <> 'draft'
ORDER BY 1, 2
"""


@transaction.atomic
def give_out(*, programme_id: int, step: Step, only: Enrolment | None = None, by: Actor, at: datetime) -> int | None:
    """Give one piece to everybody who owes a review and has none before them, or to `only` her; return how many were given.

    Without `only`, for the system: who let a piece lapse is left out until she asks again herself. None when `only` has handed nothing
    in. One at a time for a step. Cost: 3 queries, and one for the record.
    """
    permissions.check_is_somebody(by)
    if only is None:
        permissions.check_is_system(by)
    sql.rows("SELECT pg_advisory_xact_lock(%s, %s)", [programme_id % 2**31, step.pk % 2**31])
    asked = content.read(step.content, content.Homework)
    peers = asked.peers
    rows = sql.rows(_POOL, {"step": step.pk, "programme": programme_id})
    if peers is None or (only is not None and not any(row["author"] == only.pk for row in rows)):
        return None
    calibration = min(peers.calibration, _calibration_pieces(programme_id, step)) if peers.calibration else 0
    waiting = [
        allotting.Reviewer(
            key=row["author"], school=row["school"], had=frozenset(row["had"]),
            is_patient=at < max(row["submitted_at"], row["newest"] or row["submitted_at"]) + PATIENCE,
        )
        for row in rows
        if row["done"] < peers.reviews and not row["open"] and row["is_active"] and row["calibrated"] >= calibration
        and (row["author"] == only.pk if only is not None else not row["is_away"])
    ]  # fmt: skip
    pieces = [
        allotting.Piece(key=row["id"], author=row["author"], school=row["school"], load=row["load"], is_settled=row["is_settled"])
        for row in rows
    ]
    given = allotting.allot(waiting, pieces, most=peers.reviews, other_school=peers.is_other_school)
    _keep(given, rows, days=peers.days, at=at)
    if given:
        record(
            PeerEvent.ALLOTTED, object_id=step.pk, object_label=step.title, programme_id=programme_id, measure=len(given),
            data={"reviews": [[one.reviewer, one.piece] for one in given[:200]]}, by=by, at=at,
        )  # fmt: skip
    return len(given)


@transaction.atomic
def replace_late(*, by: Actor, at: datetime) -> int:
    """Take pieces back from reviewers whose term is over; return how many. For the system. Cost: one query, and one for the record."""
    permissions.check_is_system(by)
    late = PeerReview.objects.filter(due_at__lte=at, submitted_at__isnull=True, released_at__isnull=True).update(released_at=at)
    if late:
        record(PeerEvent.RELEASED, object_id=at.date().isoformat(), measure=late, by=by, at=at)
    return late


def run_peer_reviews(*, by: Actor, at: datetime) -> int:
    """Replace the late, give pieces out in every step that has some, and count what nothing is owed for; return how many were given.

    For the system; each step in a transaction of its own, so that one does not hold up the others.
    """
    permissions.check_is_system(by)
    replace_late(by=by, at=at)
    given = 0
    found = sql.rows(_STEPS, {"kind": StepKind.HOMEWORK.value})
    steps = Step.objects.in_bulk([row["step"] for row in found])
    for row in found:
        given += give_out(programme_id=row["programme"], step=steps[row["step"]], by=by, at=at) or 0
    count_waiting(by=by, at=at)
    return given


def count_waiting(*, by: Actor, at: datetime) -> int:
    """Count accepted homework whose writers found nothing to review for the whole term; return how many. For the system."""
    permissions.check_is_system(by)
    waiting = Submission.objects.filter(state=SubmissionState.ACCEPTED, counted_at__isnull=True).order_by("pk").values_list("pk", flat=True)
    counted = 0
    for pk in list(waiting[:1000]):
        with transaction.atomic():
            rows = Submission.objects.select_for_update(of=("self",), no_key=True).select_related("enrolment", "step")
            counted += count_homework(submission=rows.get(pk=pk), by=by, at=at)
    return counted


def _calibration_pieces(programme_id: int, step: Step) -> int:
    return CalibrationPiece.objects.filter(programme_id=programme_id, step=step, removed_at__isnull=True).count()


def _keep(given: Sequence[allotting.Allotment], rows: Sequence[dict[str, Any]], *, days: int, at: datetime) -> None:
    known = {row["id"]: row for row in rows}
    reviews = [
        PeerReview(
            submission_id=one.piece, version_id=known[one.piece]["version"], author_id=known[one.piece]["author"], reviewer_id=one.reviewer,
            is_fallback=one.is_fallback, assigned_at=at, due_at=at + timedelta(days=days),
        )
        for one in given
    ]  # fmt: skip
    # Who let a piece lapse and asks again may be given the same: the row begins anew.
    PeerReview.objects.bulk_create(
        reviews, update_conflicts=True, unique_fields=["submission", "reviewer"],
        update_fields=["version", "is_fallback", "assigned_at", "due_at", "opened_at", "released_at", "levels", "comment"],
    )  # fmt: skip
