"""Another try at what is made of a step's film, sound or document."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import permissions
from yanxiu.catalogue.events import StepEvent
from yanxiu.catalogue.models import Step
from yanxiu.files import actions as files
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict
from yanxiu.records.actions import record


@transaction.atomic
def convert_again(*, step: Step, by: Actor, at: datetime) -> int:
    """Have everything made anew of a step's file, what failed and what looks wrong; return how many. Cost: 5 queries.

    For whoever writes the course, whoever brought the file in. Raises NotPermitted, NotFound; Conflict when nothing is made of it, or
    it is under way.
    """
    permissions.check_can_correct(by, step.course)
    if step.media is None or step.media.deleted_at is not None:
        raise Conflict(_("第 %(number)s 个环节没有文件，没有可以重新转换的。") % {"number": step.number})
    count = files.retry(file=step.media, is_doubtful=True, by=SYSTEM, at=at)
    facts = {"file": step.media_id, "count": count, "course": step.course_id}
    record(
        StepEvent.CONVERSION_ASKED, object_id=step.pk, object_label=step.title, unit_path=step.course.owner.path, by=by, at=at, data=facts
    )
    return count
