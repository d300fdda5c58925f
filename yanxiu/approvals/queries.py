"""Reads of chains: the stations above a unit, the inbox, one chain with its steps and its object's history, who decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.models import Appointment
from yanxiu.access.permissions import Permission
from yanxiu.access.queries import in_force
from yanxiu.access.roles import ROLES
from yanxiu.approvals.matters import matter_of
from yanxiu.approvals.models import Chain, ChainState, ChainStep, StepState
from yanxiu.kit.components import wording
from yanxiu.kit.components.items import Step
from yanxiu.kit.paging import Page, page_of
from yanxiu.orgs.models import Kind, Org

LEVELS = {
    Kind.POINT: "教学点", Kind.SCHOOL: "学校", Kind.INSTITUTION: "机构", Kind.COUNTY: "区县", Kind.ZONE: "区县", Kind.CITY: "市",
    Kind.PROVINCE: "省", Kind.NATION: "国家",
}  # fmt: skip
SORTS = ("waiting", "due", "newest")
LATE_AFTER = timedelta(days=3)
UNDO_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Station:
    """A step to be: who holds `permission` at the unit (in the space) decides, by `due_at` (exclusive)."""

    unit_path: str
    unit_label: str
    level: str
    permission: str = Permission.APPROVALS_DECIDE
    space_id: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits: how many in all and of each kind, since when the oldest, when the first is due; how many were returned for mending."""

    count: int
    kinds: dict[str, int]
    oldest_at: datetime | None
    due_at: datetime | None
    returned: int


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A chain with its steps in order and the earlier chains of the same object, newest first. `step` waits; `last` was decided last."""

    chain: Chain
    steps: Sequence[ChainStep]
    earlier: Sequence[Chain]

    @property
    def step(self) -> ChainStep | None:
        return next((one for one in self.steps if one.state == StepState.WAITING), None)

    @property
    def last(self) -> ChainStep | None:
        return max((one for one in self.steps if one.decided_at is not None), key=lambda one: one.position, default=None)


def station_of(unit: Org, *, permission: str = Permission.APPROVALS_DECIDE, due_at: datetime | None = None) -> Station:
    """Return the station of a unit. No query."""
    return Station(unit_path=unit.path, unit_label=unit.name, level=LEVELS[Kind(unit.kind)], permission=permission, due_at=due_at)


def waiting(steps: QuerySet[ChainStep]) -> Waiting:
    """Return how much waits among the steps, and how much was returned and has not come again. Cost: one query."""
    open_ = Q(state=StepState.WAITING, chain__state=ChainState.OPEN)
    found = steps.filter(open_ | _sent_back()).order_by().values("state", "chain__kind")
    rows = list(found.annotate(n=Count("pk"), oldest=Min("came_at"), due=Min("due_at")).order_by("-n", "chain__kind"))
    now = [row for row in rows if row["state"] == StepState.WAITING]
    return Waiting(
        count=sum(row["n"] for row in now),
        kinds={row["chain__kind"]: row["n"] for row in now},
        oldest_at=min((row["oldest"] for row in now), default=None),
        due_at=min((row["due"] for row in now if row["due"] is not None), default=None),
        returned=sum(row["n"] for row in rows) - sum(row["n"] for row in now),
    )


def inbox(steps: QuerySet[ChainStep], *, kind: str, sort: str, number: int) -> Page[ChainStep]:
    """Return a page of the steps that wait, with their chains: those that wait longest, are due first, or came last. Cost: one query."""
    found = steps.filter(state=StepState.WAITING, chain__state=ChainState.OPEN).select_related("chain")
    if kind:
        found = found.filter(chain__kind=kind)
    orders = {"due": (F("due_at").asc(nulls_last=True), "came_at"), "newest": ("-came_at",)}
    return page_of(found.order_by(*orders.get(sort, ("came_at",)), "pk"), number=number, size=50)


def decided(person_id: int, *, kind: str, number: int) -> Page[ChainStep]:
    """Return a page of the steps that a person decided, the newest first. Cost: one query."""
    found = ChainStep.objects.filter(decided_by=person_id).select_related("chain")
    return page_of((found.filter(chain__kind=kind) if kind else found).order_by("-decided_at", "-pk"), number=number, size=50)


def sent_back(steps: QuerySet[ChainStep], *, number: int) -> Page[ChainStep]:
    """Return a page of the steps that were returned and have not been handed in again, the newest first. Cost: one query."""
    return page_of(steps.filter(_sent_back()).select_related("chain").order_by("-decided_at", "-pk"), number=number, size=50)


def asked(person_id: int, *, number: int) -> Page[Chain]:
    """Return a page of the chains that a person began, the newest first. Cost: one query."""
    return page_of(Chain.objects.filter(asked_by=person_id).order_by("-asked_at", "-pk"), number=number, size=50)


def opened(chain: Chain) -> Opened:
    """Return a chain with its steps and its object's other chains. Cost: one query."""
    of_object = ChainStep.objects.filter(
        chain__kind=chain.kind, chain__object_type=chain.object_type, chain__object_id=chain.object_id
    ).select_related("chain")
    steps = list(of_object.order_by("-chain__asked_at", "-chain_id", "position"))
    others = {one.chain_id: one.chain for one in steps if one.chain_id != chain.pk}
    return Opened(chain=chain, steps=[one for one in steps if one.chain_id == chain.pk], earlier=list(others.values())[:10])


def shown_steps(found: Opened, *, at: datetime) -> list[Step]:
    """Return the steps as the component `chain` shows them: handed in, each decision, in force. No query."""
    chain = found.chain
    first = Step(title=_("送审"), state="done", who=chain.asked_label, when=wording.moment_short(chain.asked_at))
    return [first, *(_shown(one, at=at) for one in found.steps)]


def deciders(steps: Sequence[ChainStep], *, on: date) -> dict[int, list[int]]:
    """Return by step who holds its office on a day, without who asked. Cost: one query."""
    roles = {code: role.permissions for code, role in ROLES.items()}
    wanted = [code for code, permissions in roles.items() if any(step.permission in permissions for step in steps)]
    at_units = Appointment.objects.filter(role__in=wanted, org__path__in={step.unit_path for step in steps})
    held = list(in_force(at_units, on=on).select_related("org").order_by("pk"))
    return {
        step.pk: sorted(
            {
                one.person_id
                for one in held
                if one.org.path == step.unit_path
                and step.permission in roles[one.role]
                and one.space_id in (None, step.space_id)
                and one.programme_id in (None, step.chain.programme_id)
                and one.person_id != step.asked_by
            }
        )
        for step in steps
    }


def waits(step: ChainStep, *, at: datetime) -> str:
    """Return how long a step waits, or since when it is decided, in words. No query."""
    if step.state == StepState.WAITING and step.came_at is not None:
        return wording.waited(at - step.came_at)
    return f"{step.get_state_display()} {wording.day_short(step.decided_at)}"


def is_late(step: ChainStep, *, at: datetime) -> bool:
    """Tell whether a step waits past its day, or, without one, for three days. No query."""
    if step.state != StepState.WAITING or step.came_at is None:
        return False
    return step.due_at < at if step.due_at is not None else at - step.came_at >= LATE_AFTER


def why_not_undone(chain: Chain, step: ChainStep, *, at: datetime) -> str:
    """Return why a decision cannot be taken back ("" = it can). At most 1 query."""
    if step.decided_at is None or chain.state == ChainState.WITHDRAWN:
        return _("这一步没有审核意见可以撤回。")
    if ChainStep.objects.filter(chain=chain, position__gt=step.position, decided_at__isnull=False).exists():
        return _("下一步已经审了，不能再撤回。要改，请联系下一步的审核人退回。")
    if chain.state != ChainState.OPEN and matter_of(chain.kind).reopened is None:
        return _("这一类审完即生效，不能撤回。")
    if chain.state != ChainState.OPEN and at - step.decided_at > UNDO_WITHIN:
        return _("审完超过一天，不能再撤回。")
    return ""


def _sent_back() -> Q:
    """Returned, and no later chain of the same object."""
    again = Chain.objects.filter(
        kind=OuterRef("chain__kind"), object_type=OuterRef("chain__object_type"), object_id=OuterRef("chain__object_id"),
        asked_at__gt=OuterRef("chain__asked_at"),
    )  # fmt: skip
    return ~Q(Exists(again)) & Q(state=StepState.RETURNED, chain__state=ChainState.RETURNED)


def _shown(step: ChainStep, *, at: datetime) -> Step:
    title = _("%(level)s审核") % {"level": step.level}
    if step.state == StepState.WAITING:
        lasts = wording.waited(at - step.came_at) if step.came_at is not None else ""
        return Step(title=title, state="now", who=step.unit_label, when=_("等了 %(time)s") % {"time": lasts})
    if step.state == StepState.COMING:
        due = _("%(day)s前") % {"day": wording.day_short(wording.last_day(step.due_at))} if step.due_at is not None else ""
        return Step(title=title, state="next", who=step.unit_label, when=due)
    if step.state == StepState.SKIPPED:
        return Step(title=title, state="skipped", who=step.unit_label, note=step.opinion)
    states = {StepState.APPROVED: "done", StepState.RETURNED: "returned", StepState.REFUSED: "returned"}
    who = f"{step.decided_label} {step.get_state_display()}"
    return Step(title=title, state=states[StepState(step.state)], who=who, when=wording.moment_short(step.decided_at), note=step.opinion)
