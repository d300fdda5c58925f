"""Packs of words, reports, measures, evidence and bars for tests."""

from datetime import date, timedelta
from itertools import count

from tests.integrity.factories import AT, signal
from yanxiu.integrity.models import (
    Bar,
    BarKind,
    Decision,
    Evidence,
    Measure,
    MeasureAppeal,
    MeasureKind,
    Report,
    ReportCase,
    ReportReason,
    Signal,
    SignalKind,
    WordAction,
    WordHit,
    WordPack,
)
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person

_numbers = count(1)


def word_pack(org: Org, *words: str, action: str = WordAction.HOLD, **facts) -> WordPack:
    facts = {"title": f"词库{next(_numbers)}", "changed_label": "管理员", "changed_at": AT} | facts
    return WordPack.objects.create(org=org, action=action, words=list(words), **facts)


def word_hit(person: Person, **facts) -> WordHit:
    facts = {
        "object_type": "post", "object_id": next(_numbers), "unit_path": person.unit_path, "word": "代刷学时", "found": "代 刷 学时",
        "pack_title": "平台词库", "pack_version": 1, "action": WordAction.FLAG, "found_at": AT,
    } | facts  # fmt: skip
    return WordHit.objects.create(person=person, **facts)


def report_case(person: Person | None, *, unit_path: str = "/1/", **facts) -> ReportCase:
    facts = {
        "object_type": "post", "object_id": next(_numbers), "title": "转让课件", "snapshot": "加我微信转让课件", "opened_at": AT,
    } | facts  # fmt: skip
    return ReportCase.objects.create(person=person, unit_path=person.unit_path if person else unit_path, **facts)


def report(case: ReportCase, person: Person, *, reason: str = ReportReason.ADVERT) -> Report:
    return Report.objects.create(case=case, person=person, reason=reason, words="推销课件", reported_at=AT)


def measure(person: Person, *, seat: Org, kind: str = MeasureKind.HIDE, taken_by: int = 0, **facts) -> Measure:
    facts = {
        "object_type": "post", "object_id": next(_numbers), "title": "转让课件", "unit_path": person.unit_path, "rule": ReportReason.ADVERT,
        "reason": "推销课件，与研修无关", "taken_label": "王老师", "taken_at": AT, "appeal_due_at": AT + timedelta(days=15),
    } | facts  # fmt: skip
    return Measure.objects.create(person=person, kind=kind, taken_by=taken_by, appeal_seat=seat, **facts)


def measure_appeal(one: Measure) -> MeasureAppeal:
    return MeasureAppeal.objects.create(measure=one, reason="这是坊里约好的交换课件，不是推销。", appealed_at=AT, against=one.taken_by)


def evidence(person: Person, *, into: Signal | None = None, **facts) -> Evidence:
    facts = {
        "object_type": "post", "object_id": next(_numbers), "title": "研讨里的回帖", "words": "整段照抄的一条评论", "written_at": AT,
        "secured_by": 0, "secured_label": "王老师", "secured_at": AT,
    } | facts  # fmt: skip
    return Evidence.objects.create(signal=into or signal(person, kind=SignalKind.CONDUCT), **facts)


def bar(decision: Decision, *, kind: str = BarKind.ETHICS_NOT_EXCELLENT) -> Bar:
    return Bar.objects.create(
        decision=decision, person_id=decision.inquiry.person_id, kind=kind, from_day=date(2026, 9, 1), to_day=date(2027, 9, 1)
    )
