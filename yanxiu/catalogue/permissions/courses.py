"""Who may see, write and publish courses and lesson cases. Every `check_can_see_x` has its queryset twin `visible_xs`."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.catalogue.models import Course, CourseImport, CourseState, LessonCase, Package
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.kit.rules import check_may
from yanxiu.orgs.models import Org

VIEW = Permission.CATALOGUE_VIEW
DRAFT = Permission.CATALOGUE_DRAFT
PUBLISH = Permission.CATALOGUE_PUBLISH
ARCHIVE = Permission.CATALOGUE_ARCHIVE
REVIEW = Permission.CATALOGUE_REVIEW


def visible_courses(actor: Actor) -> QuerySet[Course]:
    """Return the courses that the actor may see: published ones, those of the own units, and the own drafts.

    Who hosts a workshop is of no unit by that: she sees what is published, as all do who learn there.
    """
    return Course.objects.filter(_visible(actor, published=Q(state=CourseState.PUBLISHED)))


def check_can_see_course(actor: Actor, course: Course) -> None:
    """Raise NotFound unless the course is published to a signed-in person, in the actor's scope, or the actor's own."""
    is_own = actor.person_id is not None and actor.person_id == course.author_id
    is_open = actor.person_id is not None and course.state == CourseState.PUBLISHED
    if not (is_open or is_own or actor.reaches(VIEW, path=course.owner.path)):
        raise NotFound(_("没有找到这门课程。它可能还没有发布，或不在您当前身份的范围里。"))


def visible_cases(actor: Actor) -> QuerySet[LessonCase]:
    """Return the lesson cases that the actor may see."""
    return LessonCase.objects.filter(_visible(actor, published=Q(published_at__isnull=False, withdrawn_at__isnull=True)))


def check_can_see_case(actor: Actor, case: LessonCase) -> None:
    """Raise NotFound unless the case is published to a signed-in person, in the actor's scope, or the actor's own lesson."""
    is_own = actor.person_id is not None and actor.person_id == case.author_id
    is_open = actor.person_id is not None and case.is_published
    if not (is_open or is_own or actor.reaches(VIEW, path=case.owner.path)):
        raise NotFound(_("没有找到这节课例。它可能已经撤下，或不在您当前身份的范围里。"))


def check_can_draft(actor: Actor, owner: Org) -> None:
    """Raise NotPermitted unless the actor writes for this unit."""
    check_may(actor, DRAFT, _("编写课程和课例由本单位的方案设计人员办理。请在左上角换一个身份，或请管理员任命。"), path=owner.path)


def check_can_correct(actor: Actor, course: Course) -> None:
    """Raise unless the actor sees the course and writes for its unit. Whether it is locked is the course's matter."""
    check_can_see_course(actor, course)
    check_can_draft(actor, course.owner)


def check_can_publish(actor: Actor, course: Course) -> None:
    """Raise unless the actor sees the course and may publish for its unit."""
    check_can_see_course(actor, course)
    check_may(actor, PUBLISH, _("发布由课程所属单位的方案设计或管理员办理。写好后请送审。"), path=course.owner.path)


def check_can_review(actor: Actor, course: Course) -> None:
    """Raise unless the actor sees the course, reviews for its unit, and did not write it: four eyes."""
    check_can_see_course(actor, course)
    check_may(actor, REVIEW, _("审课由课程所属单位或上级的评课专家、管理员办理。"), path=course.owner.path)
    if actor.person_id is not None and actor.person_id == course.author_id:
        raise NotPermitted(_("自己写的课由别人审。请换一位评课专家。"))


def check_can_send_back(actor: Actor, course: Course) -> None:
    """Raise unless the actor may publish the course or review it."""
    if not actor.may(PUBLISH, path=course.owner.path):
        check_can_review(actor, course)
    check_can_see_course(actor, course)


def reviewable_courses(actor: Actor) -> QuerySet[Course]:
    """Return the courses that `check_can_review` lets the actor review."""
    places = [Q(owner__path__startswith=path) for path in actor.paths(REVIEW)]
    return visible_courses(actor).filter(reduce(or_, places, Q(pk__in=[]))).exclude(author_id__isnull=False, author_id=actor.person_id or 0)


def check_can_index(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts: the index is nobody's opinion."""
    if not actor.is_system:
        raise NotPermitted(_("课程检索由后台更新。"))


def check_can_archive(actor: Actor, course: Course) -> None:
    """Raise unless the actor sees the course and may take it off the shelf."""
    check_can_see_course(actor, course)
    check_may(actor, ARCHIVE, _("下架和重新上架由课程所属单位的方案设计或管理员办理。"), path=course.owner.path)


def check_can_correct_case(actor: Actor, case: LessonCase) -> None:
    """Raise unless the actor sees the case and writes for its unit."""
    check_can_see_case(actor, case)
    check_can_draft(actor, case.owner)


def check_can_publish_case(actor: Actor, case: LessonCase) -> None:
    """Raise unless the actor sees the case and may publish for its unit."""
    check_can_see_case(actor, case)
    check_may(actor, PUBLISH, _("发布课例由它所属单位的方案设计或管理员办理。"), path=case.owner.path)


def check_can_withdraw_case(actor: Actor, case: LessonCase) -> None:
    """Raise unless the actor sees the case and may take it away."""
    check_can_see_case(actor, case)
    check_may(actor, ARCHIVE, _("撤下课例由它所属单位的方案设计或管理员办理。"), path=case.owner.path)


def _visible(actor: Actor, *, published: Q) -> Q:
    places = [Q(owner__path__startswith=path) for path in actor.paths(VIEW)]
    own = [published, Q(author_id=actor.person_id)] if actor.person_id is not None else []
    return reduce(or_, [*places, *own], Q(pk__in=[]))


def visible_packages(actor: Actor) -> QuerySet[Package]:
    """Return the packages of the units for which the actor writes."""
    places = [Q(owner__path__startswith=path) for path in actor.paths(DRAFT)]
    return Package.objects.filter(reduce(or_, places, Q(pk__in=[])))


def check_can_see_package(actor: Actor, package: Package) -> None:
    """Raise NotFound unless the actor writes for the unit of the package."""
    if not actor.may(DRAFT, path=package.owner.path):
        raise NotFound(_("没有找到这个课件包。它可能属于别的单位。"))


def visible_imports(actor: Actor) -> QuerySet[CourseImport]:
    """Return the actor's own imports for the units for which the actor writes: what waits there is nobody else's yet."""
    places = [Q(owner__path__startswith=path) for path in actor.paths(DRAFT)]
    return CourseImport.objects.filter(reduce(or_, places, Q(pk__in=[])), person_id__isnull=False, person_id=actor.person_id)


def check_can_import(actor: Actor, brought: CourseImport) -> None:
    """Raise NotFound unless it is the actor's own import for a unit for which the actor writes."""
    if actor.person_id != brought.person_id or not actor.may(DRAFT, path=brought.owner.path):
        raise NotFound(_("没有找到这次导入。它可能是别人的，或不在您当前身份的范围里。"))


def check_can_sweep(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts."""
    if not actor.is_system:
        raise NotPermitted(_("无主的课件文件由后台任务清理。"))
