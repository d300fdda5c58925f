"""Who keeps order: sees what waits, takes measures and undoes them, appeals, and rules on appeals."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.models import Appointment
from yanxiu.access.permissions import Permission
from yanxiu.integrity import permissions as integrity
from yanxiu.integrity.models import Measure, MeasureAppeal, MeasureKind, ReportCase, WordHit
from yanxiu.kit.actor import Actor
from yanxiu.kit.components.wording import until
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.people.models import Person
from yanxiu.workshops.likeness import POST
from yanxiu.workshops.models import Membership, Post, Space, SpaceDocument
from yanxiu.workshops.permissions.cases import sealed_entries
from yanxiu.workshops.permissions.posts import check_can_see_post
from yanxiu.workshops.permissions.reach import MODERATE, granted
from yanxiu.workshops.permissions.spaces import check_can_moderate, enterable_spaces

HEAR = Permission.INTEGRITY_HEAR
OFFICE = Permission.INTEGRITY_MODERATE
SILENCING = (MeasureKind.MUTE, MeasureKind.BAN)


def kept_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the spaces in which the actor keeps order under the hat worn."""
    return Space.objects.filter(granted(actor, MODERATE))


def silenced(person_id: int, space: Space, *, at: datetime) -> QuerySet[Measure]:
    """Return the measures by which a person may not speak in the space at a moment; those of a workshop hold in its sub-workshops."""
    holds = Q(until__isnull=True) | Q(until__gt=at)
    return Measure.objects.filter(
        holds, person_id=person_id, space_id__in=space.reading_ids, kind__in=SILENCING, undone_at__isnull=True, taken_at__lte=at
    )


def muted(actor: Actor, space: Space, *, at: datetime) -> Measure | None:
    """Return the measure by which the actor may not speak here now, the longest one; None = she may. Cost: one query."""
    if actor.person_id is None:
        return None
    return silenced(actor.person_id, space, at=at).order_by("kind", "-until", "-pk").first()


def silence_words(kind: str, ends: datetime | None, reason: str) -> str:
    """Return the sentence that tells somebody why she cannot speak now, until when, and what she can do."""
    words = {"reason": reason, "until": until(ends) if ends is not None else ""}
    if kind == MeasureKind.BAN:
        return _("您已被移出这个坊，不能在这里发言。原因：%(reason)s。不服可以在“对我的处理”里申诉。写的内容没有丢。") % words
    if ends is None:
        return _("您在这里被禁言。原因：%(reason)s。不服可以在“对我的处理”里申诉。写的内容没有丢。") % words
    return _("您在这里被禁言到 %(until)s。原因：%(reason)s。到时再发，或在“对我的处理”里申诉。写的内容没有丢。") % words


def check_not_banned(actor: Actor, space: Space, *, at: datetime) -> None:
    """Raise Conflict for somebody who was sent out of the workshop and may not come back yet. Cost: one query."""
    if actor.person_id is not None:
        found = silenced(actor.person_id, space, at=at).filter(kind=MeasureKind.BAN).order_by("-pk").first()
        if found is not None:
            raise Conflict(silence_words(found.kind, found.until, found.reason))


def check_can_act_on(actor: Actor, post: Post) -> None:
    """Raise unless the actor keeps order where the post stands and did not write it."""
    check_can_see_post(actor, post)
    check_can_moderate(actor, post.space)
    if actor.person_id is None or actor.person_id == post.author_id:
        raise NotPermitted(_("自己的发言请用“撤回”，处理别人的发言才走这里。"))


def check_can_act_against(actor: Actor, space: Space, person_id: int) -> None:
    """Raise unless the actor keeps order in the space, and the measure is about somebody else who is or was there. Cost: one query."""
    check_can_moderate(actor, space)
    if actor.person_id is None or actor.person_id == person_id:
        raise NotPermitted(_("不能处理自己。"))
    if not known_in(space).filter(pk=person_id).exists():
        raise NotFound(_("%(title)s里没有这个人。") % {"title": space.title})


def known_in(space: Space) -> QuerySet[Person]:
    """Return the people whom those who run a workshop know there: who has or had a seat or asked for one, who wrote, who hosts."""
    workshop = space.counted_id
    return Person.objects.filter(
        Q(pk__in=Membership.objects.filter(workshop=workshop).values("person"))
        | Q(pk__in=Post.objects.filter(Q(space=workshop) | Q(space__parent=workshop)).values("author"))
        | Q(pk__in=Appointment.objects.filter(space_id=workshop).values("person"))
    )


def check_is_author(actor: Actor, post: Post) -> None:
    """Raise NotPermitted unless the actor wrote the post."""
    if actor.person_id is None or actor.person_id != post.author_id:
        raise NotPermitted(_("退回的内容由写的人自己改。"))


def visible_documents(actor: Actor) -> QuerySet[SpaceDocument]:
    """Return the versions of documents that the actor may read: those of spaces she may enter, hidden ones where she keeps order."""
    kept = Space.objects.filter(granted(actor, MODERATE))
    return SpaceDocument.objects.filter(Q(hidden_at__isnull=True, space__in=enterable_spaces(actor)) | Q(space__in=kept))


def visible_cases(actor: Actor) -> QuerySet[ReportCase]:
    """Return the report cases the actor settles: of the spaces she keeps, unless they go past them; of her office's units all.

    Never one about herself.
    """
    kept = Q(space_id__in=kept_spaces(actor).values("pk"), is_above=False)
    for path in actor.paths(OFFICE):
        kept |= Q(unit_path__startswith=path)
    found = ReportCase.objects.filter(kept)
    return found if actor.person_id is None else found.exclude(person_id=actor.person_id)


def check_can_settle(actor: Actor, case: ReportCase) -> None:
    """Raise NotFound unless `visible_cases` holds the case. Cost: one query."""
    if actor.person_id is None or not visible_cases(actor).filter(pk=case.pk).exists():
        raise NotFound(_("没有找到这件举报，或不由您当前的身份处理。"))


def visible_hits(actor: Actor) -> QuerySet[WordHit]:
    """Return the words that were hit in the spaces the actor keeps, in what others wrote; in sealed cases when they are published."""
    found = WordHit.objects.filter(space_id__in=kept_spaces(actor).values("pk"))
    found = found.exclude(object_type=POST, object_id__in=sealed_entries(actor).values("post"))
    return found if actor.person_id is None else found.exclude(person_id=actor.person_id)


def visible_measures(actor: Actor) -> QuerySet[Measure]:
    """Return the measures the actor may read: those about her, those in the spaces she keeps, those whose appeal her office hears."""
    found = Q(space_id__in=kept_spaces(actor).values("pk"))
    if actor.person_id is not None:
        found |= Q(person_id=actor.person_id)
    for path in actor.paths(HEAR):
        found |= Q(appeal_seat__path__startswith=path)
    return Measure.objects.filter(found | _outside_spaces(actor))


def _outside_spaces(actor: Actor) -> Q:
    """Measures about what stands in no space, of the units where the actor keeps order for an office."""
    found = Q(pk__in=[])
    for path in actor.paths(OFFICE):
        found |= Q(unit_path__startswith=path, space_id__isnull=True)
    return found


def check_can_see_measure(actor: Actor, measure: Measure) -> None:
    """Raise NotFound unless `visible_measures` holds it. Cost: at most one query."""
    own = actor.person_id is not None and actor.person_id == measure.person_id
    if not own and not visible_measures(actor).filter(pk=measure.pk).exists():
        raise NotFound(_("没有找到这条处理记录，或不在您当前身份的范围里。"))


def check_can_undo(actor: Actor, measure: Measure) -> None:
    """Raise unless the actor keeps order where the measure was taken, and it is not about her."""
    check_can_see_measure(actor, measure)
    if actor.person_id is not None and actor.person_id == measure.person_id:
        raise NotPermitted(_("对自己的处理不能自己撤销，可以申诉。"))
    of_office = measure.space_id is None and actor.may(OFFICE, path=measure.unit_path)
    if not of_office and not kept_spaces(actor).filter(pk=measure.space_id or 0).exists():
        raise NotPermitted(_("这条处理由坊里维持秩序的人撤销。"))


def check_can_appeal_measure(actor: Actor, measure: Measure) -> None:
    """Raise unless it is about the actor."""
    check_can_see_measure(actor, measure)
    integrity.check_can_appeal_measure(actor, measure)


def rulable_appeals(actor: Actor) -> QuerySet[MeasureAppeal]:
    """Return the appeals that the actor may rule on: of her office or those below, about others, against what others did."""
    found = Q(pk__in=[])
    for path in actor.paths(HEAR):
        found |= Q(measure__appeal_seat__path__startswith=path)
    waiting = MeasureAppeal.objects.filter(found)
    return waiting.exclude(Q(measure__person_id=actor.person_id) | Q(against=actor.person_id)) if actor.person_id else waiting.none()


def check_can_rule(actor: Actor, appeal: MeasureAppeal) -> None:
    """Raise unless the actor acts for the next office up, took no part in the measure and is not concerned. No query when loaded."""
    check_can_see_measure(actor, appeal.measure)
    integrity.check_can_rule_on(actor, appeal)
