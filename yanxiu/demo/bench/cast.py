"""Who looks at the pages: people of the installation, with sessions that the bench opens and takes away again."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Count

from yanxiu.access.models import Appointment
from yanxiu.access.permissions import Permission
from yanxiu.access.roles import ROLES
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.demo.bench.ground import NotReady
from yanxiu.learning.models import Selection
from yanxiu.people import sessions
from yanxiu.people.models import Account, AccountState
from yanxiu.programmes.models import Enrolment, EnrolmentState, ProgrammeState
from yanxiu.workshops.models import Space


@dataclass(frozen=True, kw_only=True)
class Cast:
    """A teacher with her programme and a video step of hers, a host with a space, an office that may settle it."""

    enrolment: Enrolment
    step: Step
    host: Appointment
    space: Space
    county: Appointment
    office: Appointment


def choose() -> Cast:
    """Return people who can sign in; the teacher is the one with most courses. Raises NotReady without a demo town."""
    accounts = Account.objects.filter(state=AccountState.ACTIVE)
    found = (
        Selection.objects.filter(dropped_at__isnull=True, enrolment__state=EnrolmentState.ACTIVE)
        .filter(enrolment__programme__state=ProgrammeState.RUNNING, enrolment__person__in=accounts.values("person"))
        .values("enrolment")
        .annotate(courses=Count("pk"))
        .order_by("-courses", "enrolment")
        .first()
    )
    if found is None:
        raise NotReady("没有已激活、已选课的参训教师。请先运行 yanxiu demo --size town。")
    enrolment = Enrolment.objects.select_related("programme", "person").get(pk=found["enrolment"])
    courses = Selection.objects.filter(enrolment=enrolment, dropped_at__isnull=True).values("offering__course")
    step = Step.objects.filter(course__in=courses, kind=StepKind.VIDEO).order_by("course", "number", "pk").first()
    held = Appointment.objects.filter(revoked_at__isnull=True, person__in=accounts.values("person")).select_related("person", "org")
    host = held.filter(role="host", space_id__isnull=False).order_by("pk").first()
    county = held.filter(role="county_admin").order_by("pk").first()
    office = _office(list(held.order_by("pk")), enrolment.programme.owner_path)
    space = Space.objects.filter(pk=host.space_id).first() if host and host.space_id else None
    if not (step and host and county and office and space):
        raise NotReady("演示县不完整：要有视频环节、工作坊主持人、县级管理员和能登记学分的单位。请重新生成演示县。")
    return Cast(enrolment=enrolment, step=step, host=host, space=space, county=county, office=office)


def _office(held: Sequence[Appointment], owner_path: str) -> Appointment | None:
    able = [
        one
        for one in held
        if owner_path.startswith(one.org.path)
        and {Permission.CREDITS_SETTLE, Permission.PROGRAMMES_VIEW} <= set(ROLES[one.role].permissions)
    ]
    return max(able, key=lambda one: len(one.org.path), default=None)


@contextlib.contextmanager
def signed_in(
    person_ids: Sequence[tuple[int, int | None]], *, each: int, at: datetime
) -> Iterator[dict[tuple[int, int | None], list[str]]]:
    """Open `each` sessions for every (person, appointment worn); yield their keys; delete them at the end."""
    stores = opened(person_ids, each=each, at=at)
    try:
        yield {who: [str(store.session_key) for store in own] for who, own in stores.items()}
    finally:
        for own in stores.values():
            for store in own:
                store.delete()


def opened(
    person_ids: Sequence[tuple[int, int | None]], *, each: int, at: datetime
) -> dict[tuple[int, int | None], list[SessionStore]]:  # fmt: skip
    """Open `each` sessions for every (person, appointment worn)."""
    stores: dict[tuple[int, int | None], list[SessionStore]] = {}
    for person_id, hat in dict.fromkeys(person_ids):
        account = Account.objects.get(person=person_id)
        for _ in range(each):
            store = SessionStore()
            sessions.begin(store, account_id=account.pk, stamp=account.security_stamp, at=at)
            if hat is not None:
                store[sessions.HAT] = str(hat)
            store.save()
            stores.setdefault((person_id, hat), []).append(store)
    return stores
