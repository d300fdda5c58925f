"""Publishing rubrics: each correction is a new version; sheets that were begun keep theirs."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yanxiu.assessment import permissions, sheets
from yanxiu.assessment.events import RubricEvent
from yanxiu.assessment.models import Rubric
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.sql import save_or_raise
from yanxiu.orgs.models import Org
from yanxiu.records.actions import record


@dataclass(frozen=True, kw_only=True)
class RubricFacts:
    """What a rubric says; `min_characters` holds where the plan states no length of its own."""

    title: str
    guide: str = ""
    min_characters: int = sheets.LEAST_CHARACTERS
    dimensions: sheets.Dimensions


@transaction.atomic
def publish_rubric(*, owner: Org, facts: RubricFacts, by: Actor, at: datetime) -> Rubric:
    """Publish the owner's next version; programmes of the owner and below use it for sheets begun from now on.

    Raises NotPermitted; Invalid with the place; Conflict when another version came at the same moment. Cost: 5 queries.
    """
    permissions.check_can_publish_rubric(by, owner)
    title = " ".join(facts.title.split())
    if not title or len(title) > 120:
        raise Invalid(_("评价标准要有名称，最多 120 字。"), field="title")
    if not 0 <= facts.min_characters <= 20_000:
        raise Invalid(_("最少字数应在 0 到 20000 之间，现在是 %(count)s。") % {"count": facts.min_characters}, field="min_characters")
    sheets.check(facts.dimensions)
    last: int = Rubric.objects.filter(owner=owner).aggregate(last=Max("number"))["last"] or 0
    rubric = Rubric(
        owner=owner, number=last + 1, title=title, guide=facts.guide.strip(), min_characters=facts.min_characters,
        dimensions=sheets.write(facts.dimensions), published_at=at, published_by=by.person_id,
    )  # fmt: skip
    save_or_raise(rubric, {"assessment_rubric_number_once": Conflict(_("另一版评价标准刚刚发布，请看过后再发布。"))})
    record(
        RubricEvent.PUBLISHED, object_id=rubric.pk, object_label=title, unit_path=owner.path, data={"number": rubric.number}, by=by, at=at
    )  # fmt: skip
    return rubric
