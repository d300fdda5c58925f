"""Who designs themes, enters cases, judges without names, sends up and selects (W-36)."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.people.models import Person
from yanxiu.workshops.models import CaseConflict, CaseEntry, CaseRound, CaseTheme, Level, Post, PostKind, Space, SpaceKind
from yanxiu.workshops.permissions.reach import HOST, OPEN, VIEW, granted, guided, guides, holds_at, seated
from yanxiu.workshops.permissions.spaces import check_can_host


def sealed(actor: Actor) -> Q:
    """Return the condition that a post is a case of others whose theme is not published: nobody reads it with its author's name."""
    public = CaseEntry.objects.filter(post=OuterRef("pk"), theme__published_at__isnull=False)
    others = Q(kind=PostKind.CASE) & ~Q(Exists(public))
    return others if actor.person_id is None else others & ~Q(author_id=actor.person_id)


def sealed_entries(actor: Actor) -> QuerySet[CaseEntry]:
    """Return the cases of others whose theme is not published: whatever names their author together with them is not for the actor."""
    found = CaseEntry.objects.filter(theme__published_at__isnull=True)
    return found if actor.person_id is None else found.exclude(author_id=actor.person_id)


def is_sealed(actor: Actor, post: Post) -> bool:
    """Tell whether `sealed` holds for a post. Cost: one query for the case of somebody else, none for other posts."""
    if post.kind != PostKind.CASE or (actor.person_id is not None and actor.person_id == post.author_id):
        return False
    return not CaseEntry.objects.filter(post=post, theme__published_at__isnull=False).exists()


def is_judged(post: Post) -> bool:
    """Tell whether a post is a case whose round is closed: its words stay as they were entered. One query for a case, none for others."""
    return post.kind == PostKind.CASE and CaseEntry.objects.filter(post=post, entered__closed_at__isnull=False).exists()


def is_under_judgement(post: Post) -> bool:
    """Tell whether a post is a case whose round is closed and whose theme is not published yet. One query for a case, none for others."""
    if post.kind != PostKind.CASE:
        return False
    return CaseEntry.objects.filter(post=post, entered__closed_at__isnull=False, theme__published_at__isnull=True).exists()


def check_can_design(actor: Actor, space: Space) -> None:
    """Raise unless the workshop stands at the top of its tree and the actor hosts it, or opens workshops for its unit."""
    if not holds_at(actor, OPEN, space):
        check_can_host(actor, space)
    if space.is_sub or (space.parent_id is not None and space.level):
        raise Conflict(_("征集主题由最上一级工作坊设计，这里提交和推荐。"))


def visible_themes(actor: Actor) -> QuerySet[CaseTheme]:
    """Return the themes of the trees in which the actor has a seat, hosts, opens workshops, or looks into one."""
    inside = Space.objects.filter(seated(actor) | granted(actor, VIEW) | granted(actor, HOST) | granted(actor, OPEN) | guided(actor))
    rounds = CaseRound.objects.filter(theme=OuterRef("pk"), space__in=inside)
    return CaseTheme.objects.filter(Q(space__in=inside) | Q(Exists(rounds)))


def check_can_see_round(actor: Actor, one: CaseRound) -> None:
    """Raise NotFound unless the actor hosts the workshop of the round or one above it, or opens workshops for its unit, or selects.

    No query when the space is loaded with `org`, but for those who select in a workshop that has no level.
    """
    if not (sees_round(actor, one) or (one.is_final and selects(actor, one))):
        raise NotFound(_("没有找到这一轮推荐，或不在您当前身份的范围里。"))


def sees_round(actor: Actor, one: CaseRound) -> bool:
    space = one.space
    return holds_at(actor, HOST, space) or holds_at(actor, OPEN, space) or guides(actor, space)


def visible_rounds(actor: Actor) -> QuerySet[CaseRound]:
    """Return the rounds the actor may look at: as `check_can_see_round`."""
    seen = Q(space__in=Space.objects.filter(granted(actor, HOST) | granted(actor, OPEN) | guided(actor)))
    return CaseRound.objects.filter(seen | Q(is_final=True, space__level="", space__programme_id__in=_provincial(actor)))


def check_can_close(actor: Actor, one: CaseRound) -> None:
    """Raise unless the system acts, or somebody who recommends or selects in the round."""
    if actor.is_system:
        return
    if one.is_final:
        check_can_select(actor, one)
    else:
        check_can_recommend(actor, one)


def check_can_recommend(actor: Actor, one: CaseRound) -> None:
    """Raise unless the actor hosts the workshop of the round, or opens workshops for its unit."""
    check_can_see_round(actor, one)
    if actor.person_id is None or not (holds_at(actor, HOST, one.space) or holds_at(actor, OPEN, one.space)):
        raise NotPermitted(_("推荐由%(title)s的主持人办理。") % {"title": one.space.title})


def check_can_grant(actor: Actor, one: CaseRound) -> None:
    """Raise unless the actor opens workshops for the unit next above, or hosts the workshop next above."""
    check_can_see_round(actor, one)
    if one.upper is None:
        raise Conflict(_("最后一轮不限名额，不用给例外。"))
    upper = one.upper.space
    is_above = upper.pk != one.space_id and holds_at(actor, HOST, upper)
    if actor.person_id is None or not (is_above or holds_at(actor, OPEN, upper)):
        raise NotPermitted(_("例外名额由上一级给：%(title)s的主持人，或它的上级办公室。") % {"title": upper.title})


def selects(actor: Actor, one: CaseRound) -> bool:
    """Tell whether the actor selects in a last round: the hosts at the top, for a topic those of the province, and the office."""
    if actor.person_id is None:
        return False
    if holds_at(actor, OPEN, one.space):
        return True
    if one.space.level:
        return holds_at(actor, HOST, one.space)
    return _provincial(actor).filter(programme_id=one.space.programme_id or 0).exists()


def check_can_select(actor: Actor, one: CaseRound) -> None:
    """Raise unless the round is the last and the actor selects in it."""
    if not one.is_final:
        raise Conflict(_("这一级往上推荐，遴选在最后一轮。"))
    if not selects(actor, one):
        check_can_see_round(actor, one)
        raise NotPermitted(_("遴选由省级工作坊主持人团队和上级办公室办理。"))


def check_can_judge(actor: Actor, one: CaseRound) -> None:
    """Raise unless the actor is one of those who choose in the round: its hosts, in the last one those who select."""
    if one.is_final:
        check_can_select(actor, one)
        return
    check_can_see_round(actor, one)
    if actor.person_id is None or not holds_at(actor, HOST, one.space):
        raise NotPermitted(_("评分由%(title)s的主持人办理。") % {"title": one.space.title})


def near(judge: Person, theme_id: int) -> Q:
    """Return the condition that a judge keeps out of an entry: the own one, one of the own school, one of somebody named."""
    named = CaseConflict.objects.filter(theme=theme_id, judge=judge, person=OuterRef("author"))
    found = Q(author=judge) | Q(Exists(named))
    return found | Q(unit_id=judge.unit_id) if judge.unit_id is not None else found


def check_is_not_near(judge: Person, entry: CaseEntry) -> None:
    """Raise NotPermitted when the judge has to keep out of the case. Cost: one query."""
    if CaseEntry.objects.filter(near(judge, entry.theme_id), pk=entry.pk).exists():
        raise NotPermitted(_("这一件您要回避：本人、同校或登记过回避的作者，由别的主持人评。"))


def check_can_withdraw_case(actor: Actor, entry: CaseEntry) -> None:
    """Raise unless it is the actor's own case."""
    if actor.person_id is None or actor.person_id != entry.author_id:
        raise NotFound(_("没有找到这件案例。"))


def _provincial(actor: Actor) -> QuerySet[Space, int | None]:
    """The programmes in which the actor hosts a workshop of the province."""
    ids = [grant.space_id for grant in actor.grants if HOST in grant.permissions and grant.space_id is not None]
    found = Space.objects.filter(pk__in=ids, level=Level.PROVINCE, kind=SpaceKind.SUBJECT_WORKSHOP, programme__isnull=False)
    return found.values_list("programme_id", flat=True)
