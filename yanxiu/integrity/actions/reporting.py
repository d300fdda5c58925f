"""People report what is against the rules; all reports of one thing are settled together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yanxiu.integrity import permissions, rules
from yanxiu.integrity.actions import writing
from yanxiu.integrity.events import ReportEvent
from yanxiu.integrity.models import CaseState, Report, ReportCase, ReportReason
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, TooMany
from yanxiu.kit.text import plain
from yanxiu.records.actions import record


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What may be reported or acted on, named by its object. `person_id` wrote it; `space_id` is where it stands, if anywhere."""

    object_type: str
    object_id: int
    title: str
    snapshot: str
    person_id: int | None
    unit_path: str
    space_id: int | None = None
    place: str = ""
    programme_id: int | None = None


@transaction.atomic
def report(*, thing: Thing, reason: ReportReason, words: str = "", is_above: bool = False, by: Actor, at: datetime) -> Report:
    """Report a thing that the caller has let the actor see; the same person reporting it again changes nothing.

    `is_above` sends the case past those who keep order on the spot, to the office (the report is about one of them). Raises NotPermitted
    (own words, nobody), Invalid (`words` missing for “other”, too long), TooMany.
    """
    permissions.check_can_report(by, thing.person_id)
    who = writing.person_of(by)
    words = plain(words)
    if len(words) > rules.LONGEST_REPORT:
        raise Invalid(_("说明最多 %(most)d 个字，现在 %(n)d 个。") % {"most": rules.LONGEST_REPORT, "n": len(words)}, field="words")
    if reason == ReportReason.OTHER and len(words) < writing.LEAST_CHARACTERS:
        raise Invalid(_("选“其他”时请写明是什么问题，至少 %(n)d 个字。") % {"n": writing.LEAST_CHARACTERS}, field="words")
    case = open_case(thing, is_above=is_above, at=at)
    known = Report.objects.filter(case=case, person_id=who).first()
    if known is not None:
        return known
    if Report.objects.filter(person_id=who, reported_at__gt=at - timedelta(days=1)).count() >= rules.MOST_REPORTS:
        raise TooMany(_("您一天内已举报 %(n)d 次，请明天再来，急事请打管理员电话。") % {"n": rules.MOST_REPORTS}, retry_after_seconds=3600)
    made = Report.objects.create(case=case, reason=reason, words=words, person_id=who, reported_at=at)
    ReportCase.objects.filter(pk=case.pk).update(report_count=F("report_count") + 1, is_above=case.is_above or is_above)
    _note(ReportEvent.REPORTED, case, kind=str(reason), by=by, at=at)
    return made


@transaction.atomic
def settle_case(*, case: ReportCase, state: CaseState, answer: str, by: Actor, at: datetime) -> ReportCase:
    """Settle a case; the caller has asked who keeps order where the thing stands. Those who reported read the `answer`.

    Raises Conflict when it was settled, NotPermitted for who is reported, Invalid.
    """
    if case.person_id is not None:
        permissions.check_can_act_against(by, case.person_id)
    who = writing.person_of(by)
    case = ReportCase.objects.select_for_update(no_key=True).get(pk=case.pk)
    if case.state != CaseState.OPEN:
        raise Conflict(_("这件举报已由%(who)s处理。请刷新后再看。") % {"who": case.decided_label})
    case.answer = writing.words(answer, field="reason", name=_("处理说明"), most=rules.LONGEST_REASON, least=2)
    case.state, case.decided_by, case.decided_label, case.decided_at = state, who, by.label[:120], at
    case.save(update_fields=["state", "answer", "decided_by", "decided_label", "decided_at"])
    _note(ReportEvent.SETTLED, case, kind=str(state), by=by, at=at)
    return case


def open_case(thing: Thing, *, at: datetime, is_above: bool = False) -> ReportCase:
    """Return the open case of a thing with its row locked, made when there is none. Cost: 3 queries."""
    same = {"object_type": thing.object_type, "object_id": thing.object_id, "state": CaseState.OPEN}
    if not ReportCase.objects.filter(**same).exists():
        try:
            with transaction.atomic():
                ReportCase.objects.create(
                    **same, title=thing.title[:200], snapshot=thing.snapshot[: rules.LONGEST_SNAPSHOT], person_id=thing.person_id,
                    space_id=thing.space_id, unit_path=thing.unit_path, is_above=is_above, opened_at=at,
                )  # fmt: skip
        except IntegrityError:  # somebody reported it in the same moment
            pass
    return ReportCase.objects.select_for_update(no_key=True).get(**same)


def _note(event: ReportEvent, case: ReportCase, *, kind: str, by: Actor, at: datetime) -> None:
    record(
        event, object_id=case.pk, object_label=case.title, person_id=case.person_id, space_id=case.space_id, unit_path=case.unit_path,
        kind=kind, data={"object": f"{case.object_type}:{case.object_id}"}, by=by, at=at,
    )  # fmt: skip
