"""Observing a lesson case: keep the sheet while it is being filled, and hand it in."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import likeness, permissions, results, sheets
from yanxiu.assessment.events import ObservationEvent
from yanxiu.assessment.models import Observation, Remark, Rubric
from yanxiu.assessment.queries.observations import least_characters, rubric_for
from yanxiu.assessment.queries.study import blocks_of_case
from yanxiu.catalogue.events import StudyEvent
from yanxiu.catalogue.models import LessonCase
from yanxiu.integrity.actions import forget_text, index_text
from yanxiu.kit import moments
from yanxiu.kit.actor import Actor
from yanxiu.kit.components.wording import titled
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import characters, plain
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record
from yanxiu.records.models import RecordKey

MOST_CHARACTERS = 30_000
MOST_REMARK_CHARACTERS = 500
MOST_REMARKS = 200


class AlreadySubmitted(Conflict):
    """The observation was handed in and stays as it is."""

    code = "already_submitted"


@transaction.atomic
def save_observation(
    *, enrolment: Enrolment, case: LessonCase, levels: Mapping[str, int], report: str, by: Actor, at: datetime
) -> Observation:
    """Keep sheet and report as they stand, by the rubric of the first saving. Not a record: a draft saves itself many times.

    `levels`: dimension → level index, as far as chosen. Raises NotPermitted, WindowClosed, AlreadySubmitted, NoRubric, Conflict;
    Invalid with the place. Cost: 5 queries.
    """
    observation = _for_change(enrolment, case, by=by, at=at)
    _fill(observation, levels, report, at=at)
    observation.save(update_fields=["levels", "report", "saved_at"])
    return observation


@transaction.atomic
def submit_observation(
    *, enrolment: Enrolment, case: LessonCase, levels: Mapping[str, int], report: str, by: Actor, at: datetime
) -> Observation:
    """Hand in the sheet with every dimension judged and a report of the asked length; recorded once with the total.

    Raises as `save_observation`; Invalid names every part that is missing (security EM-12). Cost: 18 queries.
    """
    observation = _for_change(enrolment, case, by=by, at=at)
    _fill(observation, levels, report, at=at)
    dimensions = sheets.read(observation.rubric.dimensions)
    _check_complete(observation, dimensions, least=least_characters(enrolment, case, observation.rubric))
    observation.total = sheets.total(dimensions, observation.levels)
    observation.submitted_at = at
    observation.save(update_fields=["levels", "report", "saved_at", "submitted_at", "total"])
    block = next(iter(blocks_of_case(enrolment, case)), None)
    result = record(
        StudyEvent.OBSERVATION_SUBMITTED, object_id=case.pk, object_label=case.title, person_id=enrolment.person_id,
        programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, kind=block.id if block else "", measure=observation.total,
        data={"enrolment": enrolment.pk, "observation": observation.pk, "characters": characters(observation.report)},
        key=_key(enrolment, case, at=at), by=by, at=at,
    )  # fmt: skip
    index_text(text=likeness.text_of_report(enrolment, case, observation.report, observation_id=observation.pk, at=at), by=by, at=at)
    results.pass_on(result)
    return observation


@transaction.atomic
def reopen_observation(*, enrolment: Enrolment, case: LessonCase, by: Actor, at: datetime) -> bool:
    """Make a handed-in observation a draft again, words kept, because the case is begun anew; False if it was a draft.

    For the system. Until it is handed in again it counts nowhere. Cost: 4 queries.
    """
    permissions.check_can_reopen(by)
    open_again = {"submitted_at": None, "total": None, "saved_at": at}
    handed_in = Observation.objects.filter(enrolment=enrolment, case=case, submitted_at__isnull=False)
    ids = list(handed_in.values_list("pk", flat=True))
    if not handed_in.update(**open_again):
        return False
    for one in ids:
        forget_text(object_type=likeness.REPORT, object_id=one, by=by, at=at)
    record(
        ObservationEvent.REOPENED, object_id=case.pk, object_label=case.title, person_id=enrolment.person_id,
        programme_id=enrolment.programme_id, unit_path=enrolment.unit_path, data={"enrolment": enrolment.pk}, by=by, at=at,
    )  # fmt: skip
    return True


@transaction.atomic
def add_remark(*, enrolment: Enrolment, case: LessonCase, second: int, text: str, by: Actor, at: datetime) -> Remark:
    """Keep a comment at a whole second of the lesson, as part of the sheet. Raises as `save_observation`. Cost: 7 queries."""
    observation = _for_change(enrolment, case, by=by, at=at)
    kept = plain(text)
    if not kept:
        raise Invalid(_("点评还空着，写下您在这一刻看到了什么。"), field="text")
    if len(kept) > MOST_REMARK_CHARACTERS:
        words = {"count": len(kept), "most": MOST_REMARK_CHARACTERS}
        raise Invalid(_("这条点评有 %(count)s 个字符，最多 %(most)s 个。请分成两条。") % words, field="text")
    if not 0 <= second <= case.seconds:
        raise Invalid(_("这一刻不在片中，片长 %(length)s。") % {"length": moments.clock(case.seconds)}, field="moment")
    if Remark.objects.filter(observation=observation).count() >= MOST_REMARKS:
        raise Conflict(_("按时间的点评已有 %(most)s 条。请删去几条，或写进报告里。") % {"most": MOST_REMARKS})
    return Remark.objects.create(observation=observation, second=second, text=kept, written_at=at)


@transaction.atomic
def remove_remark(*, remark: Remark, by: Actor, at: datetime) -> None:
    """Take a comment away while the sheet is open; twice is once. Raises as `save_observation`. Cost: 5 queries."""
    observation = _for_change(remark.observation.enrolment, remark.observation.case, by=by, at=at)
    Remark.objects.filter(pk=remark.pk, observation=observation).delete()


def _for_change(enrolment: Enrolment, case: LessonCase, *, by: Actor, at: datetime) -> Observation:
    permissions.check_can_report(by, enrolment, case, at=at)
    rows = Observation.objects.select_for_update(of=("self",), no_key=True).select_related("rubric")
    found = rows.filter(enrolment=enrolment, case=case).first() or _begun(enrolment, case, rubric_for(enrolment), at=at)
    if found.submitted_at is not None:
        raise AlreadySubmitted(_("%(title)s的观课报告已经交了，不能再改。") % {"title": titled(case.title)})
    return found


def _key(enrolment: Enrolment, case: LessonCase, *, at: datetime) -> str:
    """Once; and once more for a case that was begun anew, whose sheet was opened again."""
    key = f"observation:{enrolment.pk}:{case.pk}"
    return f"{key}:{at.isoformat()}" if RecordKey.objects.filter(pk=key).exists() else key


def _begun(enrolment: Enrolment, case: LessonCase, rubric: Rubric, *, at: datetime) -> Observation:
    # Two first savings at once leave one row; the second waits here and then finds it.
    Observation.objects.bulk_create([Observation(enrolment=enrolment, case=case, rubric=rubric, saved_at=at)], ignore_conflicts=True)
    rows = Observation.objects.select_for_update(of=("self",), no_key=True).select_related("rubric")
    return rows.get(enrolment=enrolment, case=case)


def _fill(observation: Observation, levels: Mapping[str, int], report: str, *, at: datetime) -> None:
    kept = plain(report)
    if len(kept) > MOST_CHARACTERS:
        words = {"count": len(kept), "most": MOST_CHARACTERS}
        raise Invalid(_("观课报告有 %(count)s 个字符，最多 %(most)s 个。请缩短。") % words, field="report")
    observation.levels = sheets.kept(sheets.read(observation.rubric.dimensions), levels)
    observation.report, observation.saved_at = kept, at


def _check_complete(observation: Observation, dimensions: sheets.Dimensions, *, least: int) -> None:
    lacking = [_("“%(label)s”还没有评") % {"label": one.label} for one in sheets.missing(dimensions, observation.levels)]
    count = characters(observation.report)
    if count < least:
        words = {"lacking": least - count, "least": least, "count": count}
        lacking.append(_("观课报告还差 %(lacking)s 字（不少于 %(least)s 字，现在 %(count)s 字）") % words)
    if lacking:
        raise Invalid(_("还不能交：%(lacking)s。缺一项就不计学时。") % {"lacking": "；".join(lacking)})
