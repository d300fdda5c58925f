"""Publishing rubrics: each correction is a new edition; sheets that were begun keep theirs."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yanxiu.assessment import permissions, sheets
from yanxiu.assessment.events import RubricEvent
from yanxiu.assessment.models import Rubric, RubricUse
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.sql import save_or_raise
from yanxiu.orgs.models import Org
from yanxiu.records.actions import record

MOST_GUIDE = 4_000
MOST_HOMEWORK_POINTS = 1_000
APPRAISED = frozenset({RubricUse.HOST, RubricUse.SCHOOL_BASED, RubricUse.UNIT})
"""Uses whose sum is the score of a plan's assessment, 0 to 100."""


@dataclass(frozen=True, kw_only=True)
class RubricFacts:
    """What a rubric says; `min_characters` holds, for observations, where the plan states no length of its own."""

    title: str
    guide: str = ""
    min_characters: int = sheets.LEAST_CHARACTERS
    dimensions: sheets.Dimensions
    use: str = RubricUse.OBSERVATION


@transaction.atomic
def publish_rubric(*, owner: Org, facts: RubricFacts, follows: Rubric | None = None, by: Actor, at: datetime) -> Rubric:
    """Publish a rubric, or the next edition of the one it follows; what is begun from now on in the owner's scope can use it.

    Raises NotPermitted; Invalid with the place; Conflict when another edition came at the same moment. Cost: 5 queries.
    """
    permissions.check_can_publish_rubric(by, owner)
    title = check_facts(facts)
    if follows is not None and (follows.owner_id, follows.use) != (owner.pk, facts.use):
        raise Invalid(_("新的一版要和上一版同单位、同用途。请另起草一份。"), field="use")
    last: int = Rubric.objects.filter(owner=owner).aggregate(last=Max("number"))["last"] or 0
    rubric = Rubric(
        owner=owner, number=last + 1, use=facts.use, follows=follows, edition=follows.edition + 1 if follows else 1, title=title,
        guide=facts.guide.strip(), min_characters=facts.min_characters, dimensions=sheets.write(facts.dimensions), published_at=at,
        published_by=by.person_id,
    )  # fmt: skip
    another = Conflict(_("另一版评价标准刚刚发布，请看过后再发布。"))
    save_or_raise(rubric, {"assessment_rubric_number_once": another, "assessment_rubric_follows_id_key": another})
    data = {"number": rubric.number, "use": rubric.use, "edition": rubric.edition}
    record(RubricEvent.PUBLISHED, object_id=rubric.pk, object_label=title, unit_path=owner.path, data=data, by=by, at=at)
    return rubric


@transaction.atomic
def withdraw_rubric(*, rubric: Rubric, by: Actor, at: datetime) -> Rubric:
    """Offer a rubric no more; what uses it keeps it. Raises NotFound, NotPermitted, Conflict when it is withdrawn. Cost: 4 queries."""
    permissions.check_can_publish_rubric(by, rubric.owner)
    rubric = Rubric.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=rubric.pk)
    if rubric.withdrawn_at is not None:
        raise Conflict(_("“%(title)s”已经停用。") % {"title": rubric.title})
    return _set_withdrawn(rubric, at, RubricEvent.WITHDRAWN, by=by, at=at)


@transaction.atomic
def reinstate_rubric(*, rubric: Rubric, by: Actor, at: datetime) -> Rubric:
    """Offer a withdrawn rubric again. Raises NotFound, NotPermitted, Conflict when it is in use. Cost: 4 queries."""
    permissions.check_can_publish_rubric(by, rubric.owner)
    rubric = Rubric.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=rubric.pk)
    if rubric.withdrawn_at is None:
        raise Conflict(_("“%(title)s”在用，没有停过。") % {"title": rubric.title})
    return _set_withdrawn(rubric, None, RubricEvent.REINSTATED, by=by, at=at)


def _set_withdrawn(rubric: Rubric, when: datetime | None, event: RubricEvent, *, by: Actor, at: datetime) -> Rubric:
    rubric.withdrawn_at = when
    rubric.save(update_fields=["withdrawn_at"])
    record(event, object_id=rubric.pk, object_label=rubric.title, unit_path=rubric.owner.path, by=by, at=at)
    return rubric


def check_facts(facts: RubricFacts) -> str:
    """Return the title as it is kept. Raises Invalid, with the place, for what no rubric may say."""
    title = " ".join(facts.title.split())
    if not title or len(title) > 120:
        raise Invalid(_("评价标准要有名称，最多 120 字。"), field="title")
    if len(facts.guide) > MOST_GUIDE:
        raise Invalid(_("说明有 %(count)s 字，最多 %(most)s 字。") % {"count": len(facts.guide), "most": MOST_GUIDE}, field="guide")
    if facts.use not in RubricUse.values:
        raise Invalid(_("没有“%(use)s”这种用途，请从列出的里选。") % {"use": facts.use[:20]}, field="use")
    if not 0 <= facts.min_characters <= 20_000:
        raise Invalid(_("最少字数应在 0 到 20000 之间，现在是 %(count)s。") % {"count": facts.min_characters}, field="min_characters")
    sheets.check(facts.dimensions)
    full = sheets.full(facts.dimensions)
    if facts.use == RubricUse.HOMEWORK and not (full == full.to_integral_value() and 1 <= full <= MOST_HOMEWORK_POINTS):
        sentence = _("评作业用的标准，各维度最高等级加起来要是 1 到 1000 的整数，现在是 %(full)s。")
        raise Invalid(sentence % {"full": full}, field="dimensions")
    if facts.use in APPRAISED:
        _check_hundred(facts)
    return title


def _check_hundred(facts: RubricFacts) -> None:
    full = sheets.full(facts.dimensions)
    if full != 100:
        words = {"use": RubricUse(facts.use).label, "full": f"{full:f}"}
        raise Invalid(_("用来评%(use)s的标准，各维度最高等级加起来要是 100，现在是 %(full)s。") % words, field="dimensions")
    for one in facts.dimensions:
        for level in one.levels:
            if level.points != round(level.points, 2):
                words = {"label": one.label, "level": level.label}
                raise Invalid(_("“%(label)s”的“%(level)s”：分值最多两位小数。") % words, field="dimensions")
