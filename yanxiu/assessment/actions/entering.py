"""Scores of paper (综合考核): entered twice by two people, shown once both agree and are released; and regular scores by rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import process
from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.events import ScoreEvent
from yanxiu.assessment.models import EnteredScore, ProcessRule, ProcessScore
from yanxiu.assessment.queries.entered import process_values
from yanxiu.assessment.queries.scores import assessment_in
from yanxiu.assessment.telling import tell
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotFound
from yanxiu.programmes.models import Enrolment, EnrolmentState, Programme
from yanxiu.records.actions import Entry, record, record_all


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What stands in a cell: a score, absent (缺考), or nothing (both empty: taken back)."""

    score: Decimal | None = None
    absent: bool = False


class ScoresRefused(Invalid):
    """Scores cannot be what was typed; `each` says why, by enrolment, and nothing was stored."""

    code = "scores_refused"

    def __init__(self, each: Mapping[int, str]) -> None:
        super().__init__(next(iter(each.values())), field="score")
        self.each = each


class EntryRefused(Conflict):
    """An entry cannot be made or taken back any more; `each` says why, by enrolment, and nothing was stored."""

    code = "entry_refused"

    def __init__(self, each: Mapping[int, str]) -> None:
        super().__init__(next(iter(each.values())))
        self.each = each


@transaction.atomic
def enter_scores(*, programme: Programme, assessment: str, typed: Mapping[int, Typed], by: Actor, at: datetime) -> int:
    """Keep what one person entered for participants (by enrolment): the first or the second of two entries; return how many changed.

    Whoever enters sees only the own entries. All or nothing. Raises NotPermitted, NotFound, ScoresRefused with the sentence for each,
    EntryRefused for participants whom two others have entered. Cost: 8 queries, whatever the number.
    """
    permissions.check_can_enter(by, programme)
    _check_known(programme, assessment)
    people = Enrolment.objects.filter(programme=programme, pk__in=typed, state=EnrolmentState.ACTIVE).select_related("person")
    enrolments = {one.pk: one for one in people}
    if missing := set(typed) - set(enrolments):
        raise NotFound(_("名单里没有编号 %(number)s 的参训教师，没有存。请重新下载名单。") % {"number": min(missing)})
    if odd := {key: why for key, one in typed.items() if (why := _fault(one, name=enrolments[key].person.name))}:
        raise ScoresRefused(odd)
    EnteredScore.objects.bulk_create(
        [EnteredScore(programme=programme, enrolment_id=key, assessment=assessment) for key in sorted(typed)], ignore_conflicts=True
    )
    held = EnteredScore.objects.filter(assessment=assessment, enrolment__in=typed).order_by("pk")
    rows = list(held.select_for_update(of=("self",), no_key=True))
    changed = [row for row in rows if _put(row, typed[row.enrolment_id], name=enrolments[row.enrolment_id].person.name, by=by, at=at)]
    EnteredScore.objects.bulk_update(changed, [*_FIELDS["first"], *_FIELDS["second"], "score", "settled_at"], batch_size=500)
    entries = [
        Entry(
            event=ScoreEvent.ENTERED, object_id=assessment, person_id=enrolments[row.enrolment_id].person_id, programme_id=programme.pk,
            unit_path=enrolments[row.enrolment_id].unit_path, kind=assessment,
            data={"enrolment": row.enrolment_id, "absent": typed[row.enrolment_id].absent},
        )
        for row in changed
    ]  # fmt: skip
    for start in range(0, len(entries), 1000):
        record_all(entries[start : start + 1000], by=by, at=at)
    return len(changed)


@transaction.atomic
def release_scores(*, programme: Programme, assessment: str, by: Actor, at: datetime) -> int:
    """Show the scores on which both entries agree; return how many are new or changed.

    Raises NotPermitted, Conflict while entries differ or stand alone, or when nothing is new. Cost: about 12 queries.
    """
    permissions.check_can_handle(by, programme)
    asked = _check_known(programme, assessment)
    rows = EnteredScore.objects.filter(programme=programme, assessment=assessment).order_by("pk")
    held = list(rows.select_for_update(of=("self",), no_key=True))
    open_count = sum(not _agrees(row) and (row.first_at is not None or row.second_at is not None) for row in held)
    if open_count:
        raise Conflict(_("还有 %(count)d 人只登记了一遍或两遍不一致，核对好再公布。") % {"count": open_count})
    fresh = [row for row in held if _agrees(row) and (row.released_at is None or row.score != row.first)]
    if not fresh:
        raise Conflict(_("没有新登记好的分数要公布。"))
    for row in fresh:
        row.score, row.settled_at, row.released_at = row.first, row.settled_at or at, at
    EnteredScore.objects.bulk_update(fresh, ["score", "settled_at", "released_at"], batch_size=500)
    _tell(programme, assessment, label=asked, table="assessment_enteredscore", ids=[row.pk for row in fresh], by=by, at=at)
    return len(fresh)


@transaction.atomic
def set_process_rule(*, programme: Programme, assessment: str, parts: process.Parts, by: Actor, at: datetime) -> ProcessRule:
    """Say how a regular assessment is computed; scores that are shown stay until it is released anew. Raises NotPermitted, Invalid."""
    permissions.check_can_handle(by, programme)
    _check_known(programme, assessment)
    process.check(parts)
    facts = {"parts": process.write(parts), "set_at": at, "set_by": by.person_id}
    rule, _is_new = ProcessRule.objects.update_or_create(programme=programme, assessment=assessment, defaults=facts)
    record(
        ScoreEvent.RULE_SET, object_id=assessment, programme_id=programme.pk, unit_path=programme.owner_path, kind=assessment,
        data={"parts": process.write(parts)}, by=by, at=at,
    )  # fmt: skip
    return rule


@transaction.atomic
def release_process(*, rule: ProcessRule, by: Actor, at: datetime) -> int:
    """Compute the regular scores of all participants from what is counted now in the assessment's window, and show them.

    Return how many are new or changed. Raises NotPermitted, Conflict when nothing changes. Cost: about 13 queries, whatever the number
    of people.
    """
    programme = rule.programme
    permissions.check_can_handle(by, programme)
    rule = ProcessRule.objects.select_for_update(of=("self",), no_key=True).select_related("programme").get(pk=rule.pk)
    label = _check_known(programme, rule.assessment)
    parts = process.read(rule.parts)
    process.check(parts)
    shown = {row.enrolment_id: row for row in ProcessScore.objects.filter(rule=rule).order_by("pk")}
    fresh = []
    for key, values in process_values(programme, parts, rule.assessment).items():
        each, score = process.score_of(parts, values)
        if key not in shown or shown[key].score != score:
            fresh.append(ProcessScore(rule=rule, enrolment_id=key, each=each, score=score, released_at=at))
    if not fresh:
        raise Conflict(_("按现在的记录算，分数都没有变，不用再公布。"))
    ProcessScore.objects.bulk_create(
        fresh, batch_size=1000, update_conflicts=True, unique_fields=["rule", "enrolment"], update_fields=["each", "score", "released_at"]
    )
    rule.computed_at = at
    rule.save(update_fields=["computed_at"])
    ids = list(ProcessScore.objects.filter(rule=rule, released_at=at).values_list("pk", flat=True))
    _tell(programme, rule.assessment, label=label, table="assessment_processscore", ids=ids, by=by, at=at)
    return len(fresh)


_FIELDS = {
    slot: (slot, f"{slot}_absent", f"{slot}_at", f"{slot}_by") for slot in ("first", "second")
}  # fmt: skip


def _put(row: EnteredScore, one: Typed, *, name: str, by: Actor, at: datetime) -> bool:
    """Write an entry into the place of whoever enters; tell whether anything changed."""
    me = by.person_id
    slot = next((place for place in ("first", "second") if getattr(row, f"{place}_by") == me), "")
    is_empty = one.score is None and not one.absent
    if not slot:
        if is_empty:
            return False
        slot = next((place for place in ("first", "second") if getattr(row, f"{place}_at") is None), "")
        if not slot:
            raise EntryRefused({row.enrolment_id: _("%(name)s 已由两位老师登记过，要改请他们本人改。") % {"name": name}})
    elif (getattr(row, slot), getattr(row, f"{slot}_absent")) == (one.score, one.absent):
        return False
    values = (None, False, None, None) if is_empty else (one.score, one.absent, at, me)
    if is_empty and row.released_at is not None:
        raise EntryRefused({row.enrolment_id: _("%(name)s 的分数已经公布，不能清空，只能改成别的分。") % {"name": name}})
    for field, value in zip(_FIELDS[slot], values, strict=True):
        setattr(row, field, value)
    if row.released_at is None:  # what is shown stays until the next release
        row.score, row.settled_at = (row.first, at) if _agrees(row) else (None, None)
    return True


def _agrees(row: EnteredScore) -> bool:
    both = row.first_at is not None and row.second_at is not None
    return both and (row.first, row.first_absent) == (row.second, row.second_absent)


def _fault(one: Typed, *, name: str) -> str:
    """Why a score cannot be what was typed; "" = it can."""
    if one.score is None:
        return ""
    exponent = one.score.as_tuple().exponent
    if one.absent or not one.score.is_finite() or not isinstance(exponent, int) or exponent < -2 or not 0 <= one.score <= 100:
        return _("%(name)s：分数在 0 到 100 之间，最多两位小数；没来的写“缺考”。") % {"name": name}
    return ""


def _check_known(programme: Programme, assessment: str) -> str:
    asked = assessment_in(programme.current_id, assessment) if programme.current_id is not None else None
    if asked is None:
        raise NotFound(_("方案里没有这项考核。请从“平时与书面考核”里打开。"))
    return asked.label


def _tell(programme: Programme, assessment: str, *, label: str, table: str, ids: list[int], by: Actor, at: datetime) -> None:
    rows = f"""
        SELECT %(assessment)s::text AS object_id, %(label)s::text AS object_label, n.person_id, n.unit_path, %(assessment)s::text AS kind,
               n.programme_id, f.score AS measure, jsonb_build_object('enrolment', n.id, 'absent', f.score IS NULL) AS data
        FROM {table} f JOIN programmes_enrolment n ON n.id = f.enrolment_id WHERE f.id = ANY(%(ids)s)"""
    facts = {"assessment": assessment, "label": label, "ids": ids}
    people = [row["person_id"] for row in sql.rows(rows, facts)]
    tell(
        programme=programme, assessment=assessment, source=table, object_id=assessment, label=label, rows=rows, facts=facts, people=people,
        by=by, at=at,
    )  # fmt: skip
