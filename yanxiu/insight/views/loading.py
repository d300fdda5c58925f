"""What the pages of insight read from an address."""

from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from yanxiu.insight.queries import RULES, Place, link, place_of
from yanxiu.kit.actor import Actor
from yanxiu.kit.components import Filter, Option
from yanxiu.kit.errors import NotFound
from yanxiu.orgs.models import Stage

_DIGITS = 18


def number_from(raw: str | None) -> int | None:
    """Read an id; None for nothing. Raises NotFound for what is none."""
    if not raw:
        return None
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= _DIGITS):
        raise NotFound(_("没有找到这一页。地址里的编号不对，请从看板里打开。"))
    return int(raw)


def place_from(given: QueryDict, actor: Actor, *, at: datetime) -> Place:
    """Return the place that `unit` and `programme` name. Cost: 3 queries."""
    return place_of(actor, unit_id=number_from(given.get("unit")), programme_id=number_from(given.get("programme")), at=at)


def rule_from(given: QueryDict, *, otherwise: str) -> str:
    """Return the rule that the address names, or another."""
    chosen = given.get("rule", "")
    return chosen if chosen in RULES else otherwise


def stage_from(given: QueryDict) -> str:
    """Return the school stage that the address names, "" for all."""
    chosen = given.get("stage", "")
    return chosen if chosen in Stage.values else ""


def stage_filter(page: str, place: Place, stage: str, **more: object) -> Filter:
    """Return the filter by school stage of a page about the place."""
    stages = [("", _("全部")), *((str(value), str(label)) for value, label in Stage.choices)]
    options = [Option(label=label, url=link(page, place, **more, stage=value), current=value == stage) for value, label in stages]
    return Filter(label=_("学段"), value=next(option.label for option in options if option.current), options=options)
