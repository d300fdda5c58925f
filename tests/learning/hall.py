"""A school with study days: a session that is running, its host, and teachers who are called."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from tests.learning import factories as make
from tests.learning.conftest import Place, build
from tests.programmes import factories as programmes
from yanxiu.kit.actor import Actor
from yanxiu.learning import rotating
from yanxiu.learning.actions import convening, signing
from yanxiu.learning.models import Attendance, StudySession
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.records.models import Record, Tally

AT = make.AT  # 20:00 in Shanghai: the plan of the tests does not ask for working hours
PLAN = make.PLAN.replace(
    "choose:\n",
    "  - {id: together, label: 统一集中学习, from: 2026-11-19, to: 2026-11-22, for: [learner], do: [attend]}\nchoose:\n",
).replace(
    "assess:\n",
    "attend:\n  - {window: together, hours: any, by: [code, face, spot_check], min_share: 0.5, block: law}\nassess:\n",
)  # fmt: skip


@dataclass
class Hall:
    place: Place
    programme: Programme
    session: StudySession
    people: list[Enrolment] = field(default_factory=list)

    @property
    def host(self) -> Actor:
        return programmes.holder("group_leader", self.place.school)

    @property
    def school_admin(self) -> Actor:
        return self.place.school_admin

    def who(self, number: int = 0) -> Actor:
        return programmes.learner(self.people[number].person)

    def of(self, number: int = 0) -> Attendance:
        return Attendance.objects.select_related("session__unit", "enrolment__person").get(
            session=self.session, enrolment=self.people[number]
        )

    def scan(self, number: int = 0, *, at: datetime = AT, device: str = "") -> signing.Signed:
        """Scan the code that the screen shows at the moment, and sign in at once."""
        step = rotating.step_of(at)
        arrival = rotating.Arrival(session_id=self.session.pk, step=step, at=at, device=device or f"phone{number}")
        return signing.sign_in(attendance=self.of(number), arrival=arrival, by=self.who(number), at=at)

    def settle(self, *, at: datetime | None = None) -> int:
        from yanxiu.kit.actor import SYSTEM

        return convening.settle_sessions(by=SYSTEM, at=at or self.session.ends_at)

    def records(self, number: int = 0) -> list[str]:
        """The standing results of a person, `attended`, `missed` or `excused`."""
        found = Record.objects.filter(person_id=self.people[number].person_id, object_type="session").order_by("id")
        voided = set(Record.objects.filter(voids__isnull=False).values_list("voids", flat=True))
        return [one.verb for one in found if one.verb in {"attended", "missed", "excused"} and one.pk not in voided]

    def tally(self, metric: str, number: int = 0) -> tuple[int, Decimal]:
        found = list(Tally.objects.filter(metric=metric, person_id=self.people[number].person_id).values_list("count", "amount"))
        return sum(count for count, _ in found), sum((amount for _, amount in found), Decimal(0))


def facts(**more) -> convening.SessionFacts:
    given = {
        "title": "有效观课的方法", "place": "报告厅", "starts_at": AT - timedelta(minutes=5), "ends_at": AT + timedelta(minutes=85),
        "hours": Decimal("1.5"),
    } | more  # fmt: skip
    return convening.SessionFacts(**given)


def make_hall(*, people: int = 3, plan: str = PLAN) -> Hall:
    place = build()
    running = make.programme(place.county, source=plan)
    called = [make.participant(running, place.school, name=name) for name in ("李雷", "韩雪", "赵敏", "周正", "吴芳")[:people]]
    session = convening.fix_session(programme=running, unit=place.school, facts=facts(), by=place.school_admin, at=AT - timedelta(days=1))
    return Hall(place=place, programme=running, session=session, people=called)
