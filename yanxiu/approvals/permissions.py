"""Who decides, who looks on. A step is decided by whoever holds its permission at its unit; every check has its queryset twin."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.approvals.models import Chain, ChainState, ChainStep, StepState
from yanxiu.kit.actor import Actor, Grant
from yanxiu.kit.errors import NotFound, NotPermitted

DECIDE = Permission.APPROVALS_DECIDE


def own_steps(actor: Actor) -> QuerySet[ChainStep]:
    """Return the steps that are this hat's to decide: at its very unit (or space), asked by others, not decided by it elsewhere."""
    found = Q(pk__in=[])
    for grant in actor.grants:
        found |= Q(unit_path=grant.path, permission__in=grant.permissions) & _narrowed(grant)
    return ChainStep.objects.filter(found, _others(actor))


def decidable_steps(actor: Actor) -> QuerySet[ChainStep]:
    """Return the waiting steps that `check_can_decide` lets the actor decide: the own ones and those of the units below."""
    return ChainStep.objects.filter(_reached(actor), _others(actor), state=StepState.WAITING, chain__state=ChainState.OPEN)


def lower_steps(actor: Actor) -> QuerySet[ChainStep]:
    """Return the waiting steps of the units below, which the actor may decide in their place."""
    return decidable_steps(actor).exclude(pk__in=own_steps(actor).values("pk"))


def check_can_decide(actor: Actor, step: ChainStep, *, steps: Sequence[ChainStep]) -> None:
    """Raise unless the actor holds the permission at the place of the step, did not ask, and decided no other of the `steps`. No query."""
    if actor.person_id is None:
        raise NotPermitted(_("审核由登录的本人办理。"))
    _check_seen(actor, step.chain, steps)
    if not _reaches(actor, step):
        words = {"unit": step.unit_label, "level": step.level}
        raise NotPermitted(_("这一步由%(unit)s（%(level)s）审核。主管人员请换成那里的身份。") % words)
    if step.asked_by == actor.person_id:
        raise NotPermitted(_("自己送审的由别人审。请本单位另一位管理员或上级来审。"))
    if any(one.decided_by == actor.person_id for one in steps):
        raise NotPermitted(_("您已经审过这件的另一步，每一步要由不同的人审。"))


def check_can_undo(actor: Actor, step: ChainStep | None) -> None:
    """Raise unless the actor decided the step."""
    if actor.person_id is None or step is None or step.decided_by != actor.person_id:
        raise NotPermitted(_("审核意见由写的人自己撤回。"))


def check_can_withdraw(actor: Actor, chain: Chain) -> None:
    """Raise unless the actor asked, or the system acts."""
    check_can_see_chain(actor, chain)
    if not actor.is_system and (actor.person_id is None or actor.person_id != chain.asked_by):
        raise NotPermitted(_("送审由送审的人自己撤回：%(who)s。") % {"who": chain.asked_label})


def check_can_ask(actor: Actor) -> None:
    """Raise NotPermitted unless a person asks: whoever may hand in this kind is the matter of its domain."""
    if actor.person_id is None:
        raise NotPermitted(_("送审由登录的本人办理。"))


def check_is_system(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts."""
    if not actor.is_system:
        raise NotPermitted(_("到期提醒由后台办理。"))


def visible_chains(actor: Actor) -> QuerySet[Chain]:
    """Return the chains that the actor may see: asked by herself, decided by her, or with a step in her reach."""
    if actor.is_system:
        return Chain.objects.all()
    steps = ChainStep.objects.filter(chain=OuterRef("pk"))
    own = Q(asked_by=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    decided = Q(Exists(steps.filter(decided_by=actor.person_id))) if actor.person_id is not None else Q(pk__in=[])
    return Chain.objects.filter(own | decided | Q(Exists(steps.filter(_reached(actor)))))


def check_can_see_chain(actor: Actor, chain: Chain) -> None:
    """Raise NotFound unless `visible_chains` holds the chain. Cost: at most 1 query."""
    is_own = actor.is_system or (actor.person_id is not None and actor.person_id == chain.asked_by)
    _check_seen(actor, chain, [] if is_own else list(ChainStep.objects.filter(chain=chain).select_related("chain")))


def _check_seen(actor: Actor, chain: Chain, steps: Sequence[ChainStep]) -> None:
    is_own = actor.person_id is not None and actor.person_id in (chain.asked_by, *(step.decided_by for step in steps))
    if not (actor.is_system or is_own or any(_reaches(actor, step) for step in steps)):
        raise NotFound(_("没有找到这件审核。可能已撤回，或不在您当前身份的范围里。"))


def _reaches(actor: Actor, step: ChainStep) -> bool:
    return any(
        step.permission in grant.permissions
        and step.unit_path.startswith(grant.path)
        and grant.programme_id in (None, step.chain.programme_id)
        and grant.space_id in (None, step.space_id)
        for grant in actor.grants
    )


def _reached(actor: Actor) -> Q:
    found = Q(pk__in=[])
    for grant in actor.grants:
        found |= Q(unit_path__startswith=grant.path, permission__in=grant.permissions) & _narrowed(grant)
    return found


def _narrowed(grant: Grant) -> Q:
    narrowed = Q()
    if grant.programme_id is not None:
        narrowed &= Q(chain__programme_id=grant.programme_id)
    if grant.space_id is not None:
        narrowed &= Q(space_id=grant.space_id)
    return narrowed


def _others(actor: Actor) -> Q:
    """Asked by somebody else, and no other step of the chain decided by the actor."""
    person = actor.person_id or 0
    elsewhere = ChainStep.objects.filter(chain=OuterRef("chain"), decided_by=person)
    return (Q(asked_by__isnull=True) | ~Q(asked_by=person)) & ~Q(Exists(elsewhere))
