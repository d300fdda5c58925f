"""Signals and inquiries for tests: a county with a school, a teacher whose study gave rise to questions, and the offices above."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from tests.files.factories import stored_row
from tests.programmes import factories as programmes
from yanxiu.integrity.models import (
    Appeal,
    Consequence,
    Decision,
    Enclosure,
    Finding,
    Handling,
    IndexedText,
    Inquiry,
    Likeness,
    Mark,
    PublicKind,
    PublicMark,
    PublicText,
    Signal,
    SignalKind,
    Statement,
    StatementKind,
    Strength,
    TextKind,
    Threshold,
    WaitingFile,
)
from yanxiu.integrity.similarity import folding, marking
from yanxiu.kit.actor import Actor
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Person

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
_numbers = count(1)
FACTS = {
    "lines": ["这台设备当天有 3 位教师登录学习，来回切换 9 次"],
    "figures": {"people": 3, "returns": 9},
    "strips": [
        {"row": "本人", "from": "2026-11-19T12:00:00+00:00", "to": "2026-11-19T12:20:00+00:00", "person": None},
        {"row": "同一设备", "from": "2026-11-19T12:21:00+00:00", "to": "2026-11-19T12:40:00+00:00", "person": 1},
    ],
}


@dataclass(frozen=True)
class Place:
    """A province, a city, a county, two schools and a teacher."""

    province: Org
    city: Org
    county: Org
    school: Org
    teacher: Person

    @property
    def learner(self) -> Actor:
        return programmes.learner(self.teacher)

    @property
    def school_admin(self) -> Actor:
        return programmes.holder("school_admin", self.school)

    @property
    def office(self) -> Actor:
        return programmes.holder("county_admin", self.county)

    @property
    def above(self) -> Actor:
        return programmes.holder("city_admin", self.city)


def place() -> Place:
    nation = programmes.org(name="中国", kind=Kind.NATION)
    province = programmes.org(parent=nation, kind=Kind.PROVINCE, name="东省")
    city = programmes.org(parent=province, kind=Kind.CITY, name="河市")
    county = programmes.org(parent=city, kind=Kind.COUNTY, name="青河县")
    school = programmes.org(parent=county, name="青河一中")
    return Place(province, city, county, school, programmes.teacher(school, stage="高中", subject="物理", name="李雷"))


def signal(person: Person, *, kind: str = SignalKind.SHARED_DEVICE, strength: int = Strength.STRONG, **facts) -> Signal:
    facts = {
        "unit_path": person.unit_path, "facts": FACTS, "on_day": date(2026, 11, 19), "raised_at": AT, "key": f"test:{next(_numbers)}",
    } | facts  # fmt: skip
    return Signal.objects.create(person=person, kind=kind, strength=strength, **facts)


def inquiry(person: Person, *, seat: Org, appeal_seat: Org | None = None, **facts) -> Inquiry:
    facts = {"unit_path": person.unit_path, "opened_by": 0, "opened_label": "教务", "opened_at": AT} | facts
    return Inquiry.objects.create(person=person, seat=seat, appeal_seat=appeal_seat or seat, **facts)


def handling(one: Signal, *, inquiry: Inquiry | None = None, reason: str = "") -> Handling:
    reason = reason or ("" if inquiry else "机房轮流使用，与课表相符")
    return Handling.objects.create(signal=one, inquiry=inquiry, reason=reason, handled_by=0, handled_label="教务", handled_at=AT)


def statement(one: Inquiry, *, kind: str = StatementKind.OWN, text: str = "当天在机房集中研修，三个人轮流用一台机器。") -> Statement:
    return Statement.objects.create(inquiry=one, kind=kind, text=text, stated_by=one.person_id, stated_label="李雷", stated_at=AT)


def enclosure(one: Statement) -> Enclosure:
    return Enclosure.objects.create(statement=one, file=stored_row(name="课表.pdf", media_type="application/pdf", kind="attachment"))


def decision(one: Inquiry, *, finding: str = Finding.WARNING, **facts) -> Decision:
    facts = {"reason": "说明与签到表相符", "decided_by": 0, "decided_label": "教务", "decided_at": AT} | facts
    return Decision.objects.create(inquiry=one, finding=finding, seat=one.seat, **facts)


def consequence(one: Decision, *, record_id: int = 1) -> Consequence:
    return Consequence.objects.create(decision=one, record_id=record_id, label="课堂观察", hours=Decimal(2), done_at=AT)


def appeal(one: Decision) -> Appeal:
    return Appeal.objects.create(decision=one, reason="签到表可以证明", appealed_at=AT + timedelta(days=1), against=one.decided_by)


def indexed_text(person: Person, body: str = "", **facts) -> IndexedText:
    number = next(_numbers)
    body = body or f"第 {number} 篇：先让学生说出自己的想法，再请同伴补充，最后由老师把两种做法放在一起比较，看看哪一种更省力。"
    facts = {
        "kind": TextKind.HOMEWORK, "object_type": "submission", "object_id": number, "unit_path": person.unit_path, "written_at": AT,
        "marks": marking.marks(folding.fold(body)), "characters": len(folding.fold(body)), "title": "《课堂提问》作业",
    } | facts  # fmt: skip
    row = IndexedText.objects.create(person=person, body=body, **facts)
    Mark.objects.bulk_create([mark(row, one) for one in row.marks])
    return row


def mark(text: IndexedText, value: int = 1) -> Mark:
    return Mark(mark=value, text_id=text.pk)


def likeness(text: IndexedText, other: IndexedText, *, share: str = "0.620") -> Likeness:
    return Likeness.objects.create(text=text, other=other, share=Decimal(share), characters=300, found_at=AT)


def waiting_file(text: IndexedText) -> WaitingFile:
    return WaitingFile.objects.create(text=text, file=stored_row(name="反思.docx", kind="attachment"), asked_at=AT)


def public_text(org: Org, body: str = "", **facts) -> PublicText:
    body = body or "教师要遵循学生身心发展规律，面向全体学生，因材施教，积极引导学生自主学习，提高课堂教学的实效。"
    facts = {
        "kind": PublicKind.POLICY, "title": f"公共文本 {next(_numbers)}", "characters": len(folding.fold(body)),
        "marks": marking.public(folding.fold(body)), "added_by": 0, "added_label": "教务", "added_at": AT,
    } | facts  # fmt: skip
    row = PublicText.objects.create(org=org, body=body, **facts)
    PublicMark.objects.bulk_create([public_mark(row, one) for one in row.marks])
    return row


def public_mark(text: PublicText, value: int = 1) -> PublicMark:
    return PublicMark(mark=value, text_id=text.pk)


def threshold(org: Org, *, kind: str = TextKind.HOMEWORK, share: str = "0.500") -> Threshold:
    return Threshold.objects.create(org=org, kind=kind, share=Decimal(share), set_by=0, set_label="教务", set_at=AT)
