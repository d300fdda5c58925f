"""The applications to leave as a queue beside the inbox of the review chain."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from yanxiu.access.permissions import Permission
from yanxiu.approvals.matters import Beside
from yanxiu.kit.actor import Actor
from yanxiu.programmes.models import WithdrawalState
from yanxiu.programmes.permissions import visible_withdrawals


def _admits(actor: Actor) -> bool:
    return actor.may(Permission.PROGRAMMES_DEREGISTER)


def _count(actor: Actor) -> int:
    waiting = visible_withdrawals(actor).filter(state=WithdrawalState.APPLIED)
    return waiting.exclude(enrolment__person_id=actor.person_id or 0).count()


WITHDRAWALS = Beside(zh=gettext_lazy("报删"), address=lambda: reverse("programmes:withdrawals"), admits=_admits, count=_count)
