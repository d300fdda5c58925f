"""What messages tell of appeals, in the same words for decisions and measures: how one appeals, what came of it."""

from datetime import datetime

from django.utils.translation import gettext as _

from yanxiu.kit.components.wording import until
from yanxiu.orgs.models import Org


def way(*, due_at: datetime, seat: Org) -> str:
    """Return until when and with which office one may appeal."""
    return _("不服可以在 %(until)s 前向%(seat)s申诉") % {"until": until(due_at), "seat": seat.name}


def heard(outcome: str) -> str:
    """Return the headline of an appeal that was decided."""
    return _("申诉有了决定：%(outcome)s") % {"outcome": outcome}
