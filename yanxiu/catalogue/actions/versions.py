"""New versions of a published course: begun as a draft that knows its predecessor, put in its place when published."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.catalogue import permissions
from yanxiu.catalogue.actions import copying, writing
from yanxiu.catalogue.events import CourseEvent
from yanxiu.catalogue.models import Course, CourseState, GrantedException
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.records.actions import record


@transaction.atomic
def revise_course(*, course: Course, by: Actor, at: datetime) -> Course:
    """Begin the next version of a published course as a draft; the present one goes on until the new one is published.

    Raises NotPermitted; Conflict when it was never published, or a next version is being written. Cost: 11 queries.
    """
    permissions.check_can_correct(by, course)
    course = writing.locked(course.pk)
    if course.state not in (CourseState.PUBLISHED, CourseState.ARCHIVED):
        raise Conflict(_("“%(title)s”还没有发布，直接改就行，不用改一版。") % {"title": course.title})
    first = course.family or course.pk
    if course.family:
        writing.locked(first)  # two people who begin a version at once take turns
    begun = family(course).filter(state__in=[CourseState.DRAFT, CourseState.REVIEW]).order_by("pk").first()
    if begun is not None:
        raise Conflict(_("第 %(version)s 版已经在写了，请接着改那一版。") % {"version": begun.version})
    number: int = family(course).aggregate(last=Max("version"))["last"] + 1
    facts = {"title": course.title, "family": first, "version": number}
    draft = copying.copied(course, owner=course.owner, facts=facts, by=by, at=at)
    GrantedException.objects.bulk_create(
        GrantedException(course=draft, rule=one.rule, reason=one.reason, granted_at=one.granted_at, granted_by=one.granted_by)
        for one in GrantedException.objects.filter(course_id=course.pk).order_by("pk")
    )
    data = {"from": course.pk, "version": number}
    record(CourseEvent.REVISED, object_id=draft.pk, object_label=draft.title, unit_path=draft.owner.path, by=by, at=at, data=data)
    return draft


def retire_earlier(course: Course, *, by: Actor, at: datetime) -> list[int]:
    """Take the earlier versions off the shelf as the new one comes onto it; return their ids. Part of publishing. Cost: 1 to 3 queries."""
    if course.family is None:
        return []
    earlier = list(family(course).filter(version__lt=course.version, state=CourseState.PUBLISHED).order_by("version", "pk"))
    for old in earlier:
        old.state = CourseState.ARCHIVED
        old.save(update_fields=["state"])
        data = {"replaced_by": course.pk, "version": course.version}
        record(CourseEvent.ARCHIVED, object_id=old.pk, object_label=old.title, unit_path=course.owner.path, by=by, at=at, data=data)
    return [old.pk for old in earlier]


def family(course: Course) -> QuerySet[Course]:
    """Return all versions of a course, itself included."""
    first = course.family or course.pk
    return Course.objects.filter(Q(pk=first) | Q(family=first))
