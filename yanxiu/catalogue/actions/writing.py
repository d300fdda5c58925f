"""What every writing action of the catalogue does first: lock the course, and see that it is open to change."""

from django.utils.translation import gettext as _

from yanxiu.catalogue.models import Course, CourseState
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.orgs.models import Stage
from yanxiu.orgs.queries import subjects


class Locked(Conflict):
    """A course that waits for review, is published or archived is not edited in place."""

    code = "course_locked"


def locked(course_id: int) -> Course:
    """Return the course as it is now, locked until the end of the transaction. Cost: one query."""
    return Course.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=course_id)


def open_for_change(course_id: int) -> Course:
    """Return the locked course. Raises Locked unless it is a draft."""
    course = locked(course_id)
    if course.state == CourseState.REVIEW:
        raise Locked(_("“%(title)s”正在审核，不能再改。要改，请审核人退回。") % {"title": course.title})
    if not course.is_open_to_change:
        raise Locked(_("“%(title)s”已经发布过，不能直接改：已有人在学。请复制成新草稿，改好后发布新的一门。") % {"title": course.title})
    return course


def check_title(title: str, *, most: int = 120) -> str:
    """Return the title in its kept form. Raises Invalid when it is empty or too long."""
    kept = " ".join(title.split())
    if not kept:
        raise Invalid(_("名称还空着，请写上。"), field="title")
    if len(kept) > most:
        raise Invalid(_("名称有 %(count)s 字，最多 %(most)s 字。请缩短。") % {"count": len(kept), "most": most}, field="title")
    return kept


def check_stage(stage: str) -> str:
    """Return the stage. Raises Invalid for an unknown one."""
    if stage not in Stage.values:
        raise Invalid(_("没有“%(stage)s”这个学段，请从幼儿园、小学、初中、高中里选。") % {"stage": stage}, field="stages")
    return stage


def check_subject(subject: str) -> str:
    """Return the subject. Raises Invalid for one that the table of subjects does not know."""
    if subject not in subjects():
        raise Invalid(_("没有“%(subject)s”这个学科，请从学科表里选。") % {"subject": subject}, field="subjects")
    return subject
