"""A new version of a course reaches those who have not begun the old one; whoever has, stays on it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yanxiu.catalogue.models import Course
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.learning import permissions, versions
from yanxiu.learning.events import ChoiceEvent
from yanxiu.programmes.actions import renew_offerings
from yanxiu.records.actions import record


@dataclass(frozen=True, kw_only=True)
class Followed:
    """How many lists now hold the new version, and how many keep the one that was begun."""

    moved: int
    stayed: int


@transaction.atomic
def follow_version(*, course: Course, by: Actor, at: datetime) -> Followed:
    """Offer the new version in place of the earlier ones and give it to whoever has not begun them. Idempotent.

    Raises NotPermitted. Cost: 7 queries, whatever the number of people.
    """
    permissions.check_can_follow(by)
    old = versions.earlier(course)
    if not old:
        return Followed(moved=0, stayed=0)
    renew_offerings(old=old, new=course, by=by, at=at)
    parameters = {"old": old, "new": course.pk}
    moved = sql.run(versions.MOVE, parameters)
    stayed = int(sql.rows(versions.COUNT, parameters)[0]["begun"])
    if moved:
        record(
            ChoiceEvent.VERSION_FOLLOWED, object_id=course.pk, object_label=course.title, unit_path=course.owner.path, by=by, at=at,
            data={"version": course.version, "moved": moved, "stayed": stayed},
        )  # fmt: skip
    return Followed(moved=moved, stayed=stayed)
