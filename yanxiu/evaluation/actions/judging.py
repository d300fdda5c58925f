"""The verbs of evaluation: lay a plan down as rows, judge, waive, and list who is evaluated in which role."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from yanxiu.assessment.queries.scores import shown_scores
from yanxiu.evaluation import permissions
from yanxiu.evaluation.events import EvaluationEvent
from yanxiu.evaluation.laying import resliced, rows_of
from yanxiu.evaluation.models import CoverageMember, Judgement, Requirement, Role, Waiver
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, PlanVersion, Programme
from yanxiu.records.actions import Entry, record, record_all, void_all


@dataclass(frozen=True, kw_only=True)
class Findable:
    """What a finding is about: a key of a programme and one of person, space or unit."""

    programme: Programme
    key: str
    person_id: int = 0
    space_id: int = 0
    unit_id: int = 0


@transaction.atomic
def lay_down(*, version: PlanVersion, by: Actor, at: datetime) -> int:
    """Store the requirement rows of a published version; return how many. A second call changes nothing.

    A new version may cut the programme's time anew, so the slices of older versions' rows are set again too.
    For the system only (the reaction to publishing). Raises NotPermitted. Cost: 7 statements.
    """
    permissions.check_is_system(by)
    # Two workers may deliver the same record: the row of the version is the lock.
    PlanVersion.objects.select_for_update(of=("self",), no_key=True).get(pk=version.pk)
    if Requirement.objects.filter(version=version).exists():
        return 0
    found = Requirement.objects.bulk_create(rows_of(version))
    older = list(Requirement.objects.filter(version__programme=version.programme_id).exclude(version=version))
    Requirement.objects.bulk_update(resliced(older, programme_id=version.programme_id), ["slices"])
    sql.analyze("evaluation_requirement")  # without figures the planner takes a fresh programme for an empty one
    record(EvaluationEvent.LAID_DOWN, object_id=version.pk, by=by, at=at, programme_id=version.programme_id, measure=len(found))
    return len(found)


@transaction.atomic
def judge(
    *,
    programme: Programme,
    key: str,
    person: Person | None = None,
    space_id: int = 0,
    passed: bool,
    score: Decimal | None = None,
    grade: str = "",
    reason: str = "",
    path: str | None = None,
    by: Actor,
    at: datetime,
) -> Judgement:
    """Store the finding of an assessment about a person (or a space); an earlier one stays as history.

    `path` is the unit path in which the subject is judged (default: the person's unit). Raises NotPermitted, Invalid for a
    score outside 0–100 with two decimals. Cost: 4 queries.
    """
    if score is not None and not (0 <= score <= 100 and score == round(score, 2)):
        raise Invalid(f"分数 {score} 不能用：请填 0 到 100，最多两位小数。", field="score")
    where = path if path is not None else (person.unit_path if person else "/")
    permissions.check_can_judge(by, path=where, programme_id=programme.pk, person_id=person.pk if person else 0)
    subject = Findable(programme=programme, key=key, person_id=person.pk if person else 0, space_id=space_id)
    return found(subject, passed=passed, score=score, grade=grade, reason=reason, path=where, by=by, at=at)


def found(
    subject: Findable, *, passed: bool, score: Decimal | None, grade: str, reason: str, path: str, by: Actor, at: datetime
) -> Judgement:
    """Store and record a finding; the caller has checked who may. An earlier one stays as history.

    The record of one that said otherwise is voided: what rested on it is given anew (ADR 0023). Cost: 3 queries, 9 if it is.
    """
    about = {
        "programme": subject.programme, "key": subject.key, "person_id": subject.person_id, "space_id": subject.space_id,
        "unit_id": subject.unit_id,
    }  # fmt: skip
    # Ordered by pk and locked: two judges at once leave one current finding.
    earlier = Judgement.objects.select_for_update(of=("self",), no_key=True).filter(**about, superseded_at__isnull=True).order_by("pk")
    for one in earlier:
        one.superseded_at = at
        one.save(update_fields=["superseded_at"])
        if (one.passed, one.score, one.grade) != (passed, score, grade):
            void_all(record_ids=_records_of(subject), reason="评定有变，以新的评定为准", by=by, at=at)
    finding = Judgement.objects.create(
        **about, passed=passed, score=score, grade=grade, reason=reason, judged_by=by.person_id, judged_at=at
    )  # fmt: skip
    unit = {"unit": subject.unit_id} if subject.unit_id else {}
    record(
        EvaluationEvent.GRADED, object_id=subject.key, object_label=grade, by=by, at=at, programme_id=subject.programme.pk,
        space_id=subject.space_id or None, person_id=subject.person_id or None, unit_path=path, kind=subject.key, measure=score,
        data={"grade": grade, "passed": passed, "reason": reason, **unit},
    )  # fmt: skip
    return finding


# A finding about a space or a unit has who gave it as its person.
_FOUND = """
SELECT r.id FROM records_record r
WHERE r.programme_id = %(programme)s AND r.verb = 'graded' AND r.object_type = 'assessment' AND r.object_id = %(key)s
  AND COALESCE(r.space_id, 0) = %(space)s AND COALESCE(r.data ->> 'unit', '0') = %(unit)s AND (%(person)s = 0 OR r.person_id = %(person)s)
  AND NOT EXISTS (SELECT 1 FROM records_record v WHERE v.voids = r.id)
"""


def _records_of(subject: Findable) -> list[int]:
    facts = {
        "programme": subject.programme.pk, "key": subject.key, "person": subject.person_id, "space": subject.space_id,
        "unit": str(subject.unit_id),
    }  # fmt: skip
    return [row["id"] for row in sql.rows(_FOUND, facts)]


@transaction.atomic
def judge_scores(*, programme: Programme, assessment: str, by: Actor, at: datetime) -> int:
    """Bring the findings of a plan's score assessment to the scores that are shown; return how many changed. System only.

    A finding that another one replaces stays as history, and its record is voided: what rested on it is given anew (ADR 0023).
    A second call changes nothing. Cost: 15 queries at most, whatever the number of people.
    """
    permissions.check_is_system(by)
    # Two releases of one assessment at once: the programme's row decides who reads first.
    Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    shown = {(one.key, one.person_id): one for one in shown_scores(programme_id=programme.pk, assessment=assessment)}
    now = Judgement.objects.filter(programme=programme, key__in={key for key, _person in shown}, superseded_at__isnull=True, space_id=0)
    current = {(one.key, one.person_id): one for one in now}
    changed = {
        place: one for place, one in shown.items()
        if place not in current or (current[place].score, current[place].passed) != (one.score, one.passed)
    }  # fmt: skip
    if not changed:
        return 0
    replaced = [current[place] for place in changed if place in current]
    Judgement.objects.filter(pk__in=[one.pk for one in replaced]).update(superseded_at=at)
    people = sorted({one.person_id for one in replaced})
    keys = sorted({one.key for one in replaced})
    standing = sql.rows(_GRADED, {"programme": programme.pk, "people": people, "keys": keys}) if people else []
    void_all(record_ids=[row["id"] for row in standing], reason="成绩有变，以新成绩为准", by=by, at=at)
    Judgement.objects.bulk_create(
        (
            Judgement(
                programme=programme, key=one.key, person_id=one.person_id, score=one.score, passed=one.passed, judged_at=at,
                reason="" if one.score is not None else "缺考",
            )
            for one in changed.values()
        ),
        batch_size=1000,
    )  # fmt: skip
    entries = [
        Entry(
            event=EvaluationEvent.GRADED, object_id=one.key, person_id=one.person_id, programme_id=programme.pk, unit_path=one.unit_path,
            kind=one.key, measure=one.score, data={"grade": "", "passed": one.passed, "reason": ""},
        )
        for one in changed.values()
    ]  # fmt: skip
    for start in range(0, len(entries), 1000):
        record_all(entries[start : start + 1000], by=by, at=at)
    return len(changed)


_GRADED = """
SELECT r.id FROM records_record r
WHERE r.programme_id = %(programme)s AND r.verb = 'graded' AND r.object_type = 'assessment' AND r.person_id = ANY(%(people)s)
  AND r.object_id = ANY(%(keys)s) AND NOT EXISTS (SELECT 1 FROM records_record v WHERE v.voids = r.id)
"""


@transaction.atomic
def waive(*, enrolment: Enrolment, key: str, reason: str, by: Actor, at: datetime) -> Waiver:
    """Free a participant from one requirement. Raises NotPermitted, Invalid without a reason or for an unknown key, Conflict if done."""
    permissions.check_can_waive(by, path=enrolment.unit_path, programme_id=enrolment.programme_id, person_id=enrolment.person_id)
    if not reason.strip():
        raise Invalid("请写明免做的原因，例如产假、长期病假。", field="reason")
    requirement = Requirement.objects.filter(version=enrolment.version_id, key=key, subject_role=enrolment.role).first()
    if requirement is None:
        raise Invalid(f"方案里没有编号为 {key} 的要求。", field="key")
    waiver, created = Waiver.objects.get_or_create(
        programme_id=enrolment.programme_id, person_id=enrolment.person_id, key=key, revoked_at=None,
        defaults={"reason": reason.strip(), "granted_by": by.person_id, "granted_at": at},
    )  # fmt: skip
    if not created:
        raise Conflict("这一项已经批准免做，不用再批。")
    record(
        EvaluationEvent.WAIVED, object_id=key, object_label=requirement.label, by=by, at=at, person_id=enrolment.person_id,
        programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, data={"reason": reason.strip()},
    )  # fmt: skip
    return waiver


@transaction.atomic
def unwaive(*, waiver: Waiver, by: Actor, at: datetime) -> Waiver:
    """Take a waiver back; it stays as history. Raises NotPermitted, Conflict when it was taken back before."""
    enrolment = Enrolment.objects.get(programme=waiver.programme_id, person=waiver.person_id)
    permissions.check_can_waive(by, path=enrolment.unit_path, programme_id=waiver.programme_id, person_id=waiver.person_id)
    if Waiver.objects.filter(pk=waiver.pk, revoked_at__isnull=True).update(revoked_at=at, revoked_by=by.person_id) != 1:
        raise Conflict("这一项免做已经撤销过。")
    record(
        EvaluationEvent.UNWAIVED, object_id=waiver.key, by=by, at=at, person_id=waiver.person_id, programme_id=waiver.programme_id,
        unit_path=enrolment.unit_path,
    )  # fmt: skip
    waiver.refresh_from_db()
    return waiver


@transaction.atomic
def give_role(
    *,
    programme: Programme,
    person: Person,
    role: str,
    space_id: int = 0,
    stage: str = "",
    level: str = "",
    unit_path: str,
    by: Actor,
    at: datetime,
) -> Role:
    """List a person as evaluated in a role (a host in a workshop, a tutor). A second call returns the same row.

    Raises NotPermitted without evaluation.judge in the place, Conflict while the programme has no published plan.
    """
    if not by.is_system:
        permissions.check_can_judge(by, path=unit_path, programme_id=programme.pk, person_id=person.pk)
    if programme.current_id is None:
        raise Conflict("方案还没有发布，不能安排考核对象。请先发布方案。")
    row, created = Role.objects.get_or_create(
        programme=programme, person_id=person.pk, role=role, space_id=space_id, until_at=None,
        defaults={"version_id": programme.current_id, "stage": stage, "level": level, "unit_path": unit_path, "from_at": at},
    )  # fmt: skip
    if created:
        record(
            EvaluationEvent.ROLE_GIVEN, object_id=role, by=by, at=at, person_id=person.pk, programme_id=programme.pk,
            space_id=space_id or None, unit_path=unit_path,
        )  # fmt: skip
    return row


@transaction.atomic
def end_role(*, role: Role, by: Actor, at: datetime) -> Role:
    """Take a person off the list of those evaluated in a role; the row stays as history.

    Raises NotPermitted, Conflict when it ended before.
    """
    permissions.check_can_judge(by, path=role.unit_path, programme_id=role.programme_id, person_id=role.person_id)
    if Role.objects.filter(pk=role.pk, until_at__isnull=True).update(until_at=at) != 1:
        raise Conflict("这一项考核身份已经结束。")
    record(
        EvaluationEvent.ROLE_ENDED, object_id=role.role, by=by, at=at, person_id=role.person_id, programme_id=role.programme_id,
        space_id=role.space_id or None, unit_path=role.unit_path,
    )  # fmt: skip
    role.refresh_from_db()
    return role


@transaction.atomic
def move_roles(*, version: PlanVersion, by: Actor, at: datetime) -> int:
    """Evaluate the hosts of a programme by its new version, as its participants are; return how many moved. System only."""
    permissions.check_is_system(by)
    moved = Role.objects.filter(programme=version.programme_id, until_at__isnull=True).exclude(version=version).update(version=version)
    if moved:
        record(EvaluationEvent.ROLES_MOVED, object_id=version.pk, by=by, at=at, programme_id=version.programme_id, measure=moved)
    return moved


@transaction.atomic
def set_coverage(*, programme: Programme, over: str, space_id: int, members: tuple[str, ...], by: Actor, at: datetime) -> int:
    """State the set that a guiding workshop must cover (its lower workshops); return how many. Raises NotPermitted."""
    permissions.check_can_judge(by, path=programme.owner_path, programme_id=programme.pk, person_id=0)
    CoverageMember.objects.filter(programme=programme, over=over, space_id=space_id).exclude(member__in=members).delete()
    CoverageMember.objects.bulk_create(
        (CoverageMember(programme=programme, over=over, space_id=space_id, member=member) for member in members), ignore_conflicts=True
    )
    record(
        EvaluationEvent.COVERAGE_SET, object_id=over, by=by, at=at, programme_id=programme.pk, space_id=space_id or None,
        unit_path=programme.owner_path, measure=len(members),
    )  # fmt: skip
    return len(members)
