"""Lesson cases: register, correct, publish, withdraw."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import permissions
from yanxiu.catalogue.actions import writing
from yanxiu.catalogue.actions.materials import Film, check_film
from yanxiu.catalogue.events import CaseEvent
from yanxiu.catalogue.models import CaseLevel, LessonCase
from yanxiu.kit import text
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.orgs.models import Org
from yanxiu.orgs.queries import subjects
from yanxiu.records.actions import record


class NotOnShelf(Conflict):
    """The case is not where this step starts: published already, not published, or open to change no more."""

    code = "case_state"


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What a lesson case says about itself. `author_id` is the person who gave the lesson, if she is known here."""

    title: str
    level: str
    stage: str
    subject: str
    author_name: str
    author_school: str = ""
    author_id: int | None = None
    grade: str = ""
    summary: str = ""
    commentary: str = ""


@transaction.atomic
def register_case(*, facts: CaseFacts, film: Film, owner: Org, by: Actor, at: datetime) -> LessonCase:
    """Register a lesson on film for a unit; learners meet it once it is published. Raises NotPermitted; Invalid. Cost: 3 queries."""
    permissions.check_can_draft(by, owner)
    case = LessonCase(owner=owner, **_checked(facts), **_film(film))
    case.save(force_insert=True)
    _record(CaseEvent.REGISTERED, case, by=by, at=at)
    return case


@transaction.atomic
def correct_case(*, case: LessonCase, facts: CaseFacts, film: Film | None = None, by: Actor, at: datetime) -> LessonCase:
    """Change a case that learners do not meet now; without `film` the present one stays.

    Raises NotPermitted, NotOnShelf; Invalid with the field. Cost: 4 queries.
    """
    permissions.check_can_correct_case(by, case)
    case = _locked(case)
    if case.is_published:
        raise NotOnShelf(_("“%(title)s”已经发布，有人在观课。要改，请先撤下。") % {"title": case.title})
    values = {**_checked(facts), **(_film(film) if film else {})}
    for name, value in values.items():
        setattr(case, name, value)
    case.save(update_fields=list(values))
    _record(CaseEvent.CORRECTED, case, by=by, at=at)
    return case


@transaction.atomic
def publish_case(*, case: LessonCase, by: Actor, at: datetime) -> LessonCase:
    """Publish a case: from now on it is drawn for learners of its stage and subject. Raises NotPermitted, NotOnShelf. Cost: 4 queries."""
    permissions.check_can_publish_case(by, case)
    case = _locked(case)
    if case.is_published:
        raise NotOnShelf(_("“%(title)s”已经发布了。") % {"title": case.title})
    if case.media is None or case.media.deleted_at is not None:
        raise NotOnShelf(_("“%(title)s”的视频不在了，请重新上传后再发布。") % {"title": case.title})
    case.published_at, case.withdrawn_at = at, None
    case.save(update_fields=["published_at", "withdrawn_at"])
    _record(CaseEvent.PUBLISHED, case, by=by, at=at)
    return case


@transaction.atomic
def withdraw_case(*, case: LessonCase, reason: str, by: Actor, at: datetime) -> LessonCase:
    """Take a published case away: it is drawn no more, and learning draws another for whom it was drawn.

    Raises NotPermitted, NotOnShelf; Invalid without a reason. Cost: 4 queries.
    """
    permissions.check_can_withdraw_case(by, case)
    if not reason.strip():
        raise Invalid(_("请写明撤下的原因，已抽到这节课例的老师会看到。"), field="reason")
    case = _locked(case)
    if not case.is_published:
        raise NotOnShelf(_("“%(title)s”没有发布，不用撤下。") % {"title": case.title})
    case.withdrawn_at = at
    case.save(update_fields=["withdrawn_at"])
    _record(CaseEvent.WITHDRAWN, case, by=by, at=at, data={"reason": reason.strip()})
    return case


def _checked(facts: CaseFacts) -> dict[str, object]:
    if facts.level not in CaseLevel.values:
        raise Invalid(_("没有“%(level)s”这个级别，请从国家级、省级、市级、县级里选。") % {"level": facts.level}, field="level")
    writing.check_stage(facts.stage)
    writing.check_subject(facts.subject)
    if facts.stage not in subjects()[facts.subject].stages:
        words = {"stage": facts.stage, "subject": facts.subject}
        raise Invalid(_("%(stage)s没有%(subject)s这个学科，请改学段或学科。") % words, field="subject")
    author = text.person_name(facts.author_name)
    if not author:
        raise Invalid(_("授课教师还空着，请写上姓名。"), field="author_name")
    return {
        "title": writing.check_title(facts.title),
        "level": facts.level,
        "stage": facts.stage,
        "subject": facts.subject,
        "author_name": author[:120],
        "author_school": facts.author_school.strip()[:100],
        "author_id": facts.author_id,
        "grade": facts.grade.strip()[:30],
        "summary": facts.summary.strip(),
        "commentary": facts.commentary.strip(),
    }


def _film(film: Film) -> dict[str, object]:
    check_film(film)
    return {"media": film.media, "captions": film.captions, "poster": film.poster, "seconds": film.media.seconds}


def _locked(case: LessonCase) -> LessonCase:
    return LessonCase.objects.select_for_update(of=("self",), no_key=True).select_related("owner", "media").get(pk=case.pk)


def _record(event: CaseEvent, case: LessonCase, *, by: Actor, at: datetime, data: dict[str, object] | None = None) -> None:
    facts = {"level": case.level, "stage": case.stage, "subject": case.subject, **(data or {})}
    record(event, object_id=case.pk, object_label=case.title, unit_path=case.owner.path, kind=case.level, by=by, at=at, data=facts)
