"""Who may see, enter, write in and host spaces. Every check has its queryset twin; a property test keeps them equal.

Outside (`visible`): the door with title, hosts and rules, for whoever might join. Inside (`enterable`): members, hosts, offices above.
"""

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from yanxiu.access.permissions import Permission
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.kit.rules import check_may
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, EnrolmentState
from yanxiu.workshops.models import GuidanceQuestion, Membership, MembershipState, Post, PostState, Space, SpaceKind

VIEW = Permission.WORKSHOPS_VIEW
OPEN = Permission.WORKSHOPS_OPEN
HOST = Permission.WORKSHOPS_HOST
MODERATE = Permission.WORKSHOPS_MODERATE
GUIDE = Permission.WORKSHOPS_GUIDE
OVERSEE = Permission.INSIGHT_VIEW
CLOSED_KINDS = (SpaceKind.PERSONAL, SpaceKind.SUB_WORKSHOP)


def enterable_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the spaces the actor may be in: the own workshops (also beside the own sub-workshop), hosted ones, those in the scope."""
    return Space.objects.filter(_granted(actor, VIEW) | _seated(actor))


def visible_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the spaces the actor may know of: enterable ones, and those that are open to her."""
    return Space.objects.filter(_granted(actor, VIEW) | _seated(actor) | _open_to(actor))


def joinable_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the workshops the actor might ask to join: open to her, not hosted, and no request or seat there yet."""
    held = Membership.objects.filter(
        workshop=OuterRef("pk"), person_id=actor.person_id or 0, state__in=[MembershipState.REQUESTED, MembershipState.MEMBER]
    )
    return Space.objects.filter(_open_to(actor)).filter(~Exists(held)).exclude(_granted(actor, HOST))


def hosted_spaces(actor: Actor) -> QuerySet[Space]:
    """Return the spaces the actor hosts under the hat worn."""
    return Space.objects.filter(_granted(actor, HOST))


def check_can_see_space(actor: Actor, space: Space) -> None:
    """Raise NotFound unless the actor may know of the space. Cost: at most 2 queries."""
    if not (holds_at(actor, VIEW, space) or _has_seat(actor, space) or _is_open_to(actor, space)):
        raise NotFound(_("没有找到这个工作坊。可能不在您参训的项目里，或不在您当前身份的范围里。"))


def check_can_enter(actor: Actor, space: Space) -> None:
    """Raise NotFound, or NotPermitted when the actor only stands at the door. Cost: at most 2 queries."""
    if holds_at(actor, VIEW, space) or _has_seat(actor, space):
        return
    check_can_see_space(actor, space)
    raise NotPermitted(_("%(title)s里的内容入坊后可看。请先申请入坊，主持人认证后就能进。") % {"title": space.title})


def check_can_ask_to_join(actor: Actor, workshop: Space) -> None:
    """Raise unless the workshop is open to the actor, who does not host it. Cost: at most 2 queries."""
    check_can_see_space(actor, workshop)
    if actor.person_id is None or not _is_open_to(actor, workshop):
        raise NotPermitted(_("%(title)s面向本项目、本范围的参训教师，您不在其中。有疑问请问学校管理员。") % {"title": workshop.title})
    if holds_at(actor, HOST, workshop):
        raise Conflict(_("您是%(title)s的主持人，不占成员名额，也不用申请。") % {"title": workshop.title})


def check_can_admit(actor: Actor, workshop: Space) -> None:
    """Raise unless the actor hosts the workshop or opens workshops for its unit."""
    if not holds_at(actor, OPEN, workshop):
        check_can_host(actor, workshop)


def check_can_host(actor: Actor, space: Space) -> None:
    """Raise NotPermitted unless the actor hosts the space (or the workshop above a sub-workshop)."""
    if not holds_at(actor, HOST, space):
        raise NotPermitted(_("这件事由%(title)s的主持人办理。主持人请在左上角换成主持人身份。") % {"title": space.title})


def check_can_describe(actor: Actor, space: Space) -> None:
    """Raise unless the actor may write what the space is for and its rules."""
    check_can_admit(actor, space)


def check_can_open(actor: Actor, org: Org) -> None:
    """Raise NotPermitted unless the actor opens spaces for the unit."""
    check_may(actor, OPEN, _("开坊由县级及以上管理员办理，这个单位不在您当前身份的范围里。"), path=org.path)


def check_can_moderate(actor: Actor, space: Space) -> None:
    """Raise NotPermitted unless the actor keeps order in the space."""
    if not holds_at(actor, MODERATE, space):
        raise NotPermitted(_("隐藏和恢复别人的发言由主持人或上级管理员办理。"))


def check_can_speak(actor: Actor, space: Space) -> None:
    """Raise unless the actor has the seat in this very space, or hosts it. Cost: at most 2 queries."""
    if actor.person_id is not None and (holds_at(actor, HOST, space) or _memberships(actor).filter(space=space).exists()):
        return
    check_can_enter(actor, space)
    raise NotPermitted(_("发言、提问和签到请到您自己所在的坊。这里可以看，不能发。"))


def check_can_reply(actor: Actor, thread: Post) -> None:
    """Raise unless the thread is open and the actor is a member (or host) of its workshop. Cost: at most 2 queries."""
    check_can_see_post(actor, thread)
    if thread.state != PostState.PUBLISHED:
        raise Conflict(_("“%(title)s”现在没有公开，不能跟帖。") % {"title": thread.title})
    if actor.person_id is None or not (holds_at(actor, HOST, thread.space) or _has_seat(actor, thread.space)):
        raise NotPermitted(_("跟帖和回答由坊内成员和主持人写。您现在的身份可以看。"))


def visible_posts(actor: Actor) -> QuerySet[Post]:
    """Return the posts the actor may read: published ones inside, the own, drafts of a hosted space, hidden ones where she keeps order."""
    inside = Q(space__in=enterable_spaces(actor))
    keeps = Q(space__in=Space.objects.filter(_granted(actor, MODERATE)))
    own = Q(author_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    readable = Q(state=PostState.PUBLISHED) | own | Q(state=PostState.HIDDEN) & keeps
    readable |= Q(state=PostState.DRAFT, space__in=hosted_spaces(actor))
    thread_open = Q(parent__isnull=True) | Q(parent__state=PostState.PUBLISHED) | own | keeps
    return Post.objects.filter(inside, readable, thread_open)


def kept_posts(actor: Actor) -> QuerySet[Post]:
    """Return the posts of others in the spaces where the actor keeps order, drafts left out: to be read beside other texts."""
    kept = Post.objects.filter(space__in=Space.objects.filter(_granted(actor, MODERATE))).exclude(state=PostState.DRAFT)
    return kept.exclude(author_id=actor.person_id) if actor.person_id is not None else kept


def check_can_see_post(actor: Actor, post: Post) -> None:
    """Raise NotFound unless the actor may read the post. Cost: at most 3 queries."""
    if not ((holds_at(actor, VIEW, post.space) or _has_seat(actor, post.space)) and reads_inside(actor, post)):
        raise NotFound(_("没有找到这篇内容。可能已撤下，或您不在这个坊里。"))


def reads_inside(actor: Actor, post: Post) -> bool:
    """Tell whether somebody who may be in the space may read the post. No query when `parent` and `space` are loaded."""
    space = post.space
    keeps = holds_at(actor, MODERATE, space)
    own = actor.person_id is not None and post.author_id == actor.person_id
    readable = (
        post.state == PostState.PUBLISHED
        or own
        or (post.state == PostState.HIDDEN and keeps)
        or (post.state == PostState.DRAFT and holds_at(actor, HOST, space))
    )
    thread_open = post.parent is None or post.parent.state == PostState.PUBLISHED or own or keeps
    return readable and thread_open


def seat_at(space: str, person_id: int) -> Exists:
    """Return the condition that a person has a seat in the space of a row; `space`: the path to its id."""
    seats = Membership.objects.filter(person_id=person_id, state=MembershipState.MEMBER)
    return Exists(seats.filter(Q(space=OuterRef(space)) | Q(workshop=OuterRef(space))))


def check_can_write(actor: Actor, space: Space, post: Post | None = None) -> None:
    """Raise unless the actor hosts the space and, for a draft, has begun it or hosts together with who did."""
    if actor.person_id is None:
        raise NotPermitted(_("简报由主持人本人写。"))
    check_can_host(actor, space)
    if post is not None and post.state != PostState.DRAFT:
        raise Conflict(_("“%(title)s”已经发布，不能再当草稿改。要更正，请撤下后重发。") % {"title": post.title})


def check_can_correct(actor: Actor, post: Post) -> None:
    """Raise unless the actor wrote the post and it is public. What somebody else wrote nobody rewrites."""
    check_can_see_post(actor, post)
    if actor.person_id is None or actor.person_id != post.author_id:
        raise NotPermitted(_("发言只由写的人自己更正。有不妥的，主持人可以隐藏并写明原因。"))
    if post.state != PostState.PUBLISHED:
        raise Conflict(_("这条现在没有公开，不能更正。草稿请接着写，已撤下的请先请主持人恢复。"))


def check_can_accept(actor: Actor, question: Post) -> None:
    """Raise unless the actor asked the question, or hosts the space."""
    if actor.person_id is None or (actor.person_id != question.author_id and not holds_at(actor, HOST, question.space)):
        raise NotPermitted(_("采纳哪个回答由提问的人或主持人决定。"))


def check_can_hide(actor: Actor, post: Post) -> None:
    """Raise unless it is the actor's own post, or the actor keeps order in its space."""
    check_can_see_post(actor, post)
    if actor.person_id is None or actor.person_id != post.author_id:
        check_can_moderate(actor, post.space)


def visible_guidance(actor: Actor) -> QuerySet[GuidanceQuestion]:
    """Return the guidance questions the actor may read: the own, those below a guide of the chain, those in an office's scope."""
    found = Q(enrolment__person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    for permission in (GUIDE, OVERSEE):
        for path in actor.paths(permission):
            found |= Q(unit_path__startswith=path)
    return GuidanceQuestion.objects.filter(found)


def check_can_see_guidance(actor: Actor, question: GuidanceQuestion) -> None:
    """Raise NotFound unless `visible_guidance` holds the question. No query when `enrolment` is loaded."""
    own = actor.person_id is not None and actor.person_id == question.enrolment.person_id
    if not own and not any(actor.may(permission, path=question.unit_path) for permission in (GUIDE, OVERSEE)):
        raise NotFound(_("没有找到这个提问，或不在您当前身份的范围里。"))


def check_can_ask_guidance(actor: Actor, enrolment: Enrolment) -> None:
    """Raise NotPermitted unless the actor is the participant, Conflict when the participation is over."""
    if actor.person_id is None or actor.person_id != enrolment.person_id:
        raise NotPermitted(_("提问由参训教师本人提。"))
    if enrolment.state != EnrolmentState.ACTIVE:
        raise Conflict(_("您已从这个项目报删，不能再提问。已有的答复还可以看。"))


def check_can_guide(actor: Actor, question: GuidanceQuestion) -> None:
    """Raise unless the actor guides in the chain above the asker and did not ask herself."""
    check_can_see_guidance(actor, question)
    if actor.person_id is None or not actor.may(GUIDE, path=question.unit_path):
        raise NotPermitted(_("答复由指导链上的研修组长、指导教师和专家写。"))
    if actor.person_id == question.enrolment.person_id:
        raise Conflict(_("自己的提问由别人答复。"))


def check_can_hand_down(actor: Actor, path: str) -> None:
    """Raise NotPermitted unless the actor guides those below the path."""
    check_may(actor, GUIDE, _("指导意见由研修组长、指导教师和专家下发，这个范围不在您当前的身份里。"), path=path)


def guided_paths(actor: Actor) -> tuple[str, ...]:
    """Return the places that the hat worn guides."""
    return actor.paths(GUIDE)


def person_of(actor: Actor) -> int:
    """Return who acts. Raises NotPermitted for the system and for nobody: words and seats belong to people."""
    if actor.person_id is None:
        raise NotPermitted(_("这件事由登录的本人办理。"))
    return actor.person_id


def check_is_system(actor: Actor) -> None:
    """Raise NotPermitted unless the system acts."""
    if not actor.is_system:
        raise NotPermitted(_("提醒答疑和比对发言由后台办理。"))


def holds_at(actor: Actor, permission: Permission, space: Space) -> bool:
    """Tell whether a grant of the hat worn reaches the space. No query when `org` is loaded."""
    if actor.is_system:
        return True
    ids = space.reading_ids  # who hosts a workshop hosts its sub-workshops
    return any(
        permission in grant.permissions
        and grant.covers(path=space.org.path, programme_id=space.programme_id or 0, space_id=None)
        and (grant.space_id is None or grant.space_id in ids)
        for grant in actor.grants
    )


def _granted(actor: Actor, permission: Permission) -> Q:
    if actor.is_system:
        return ~Q(pk__in=[])
    found = Q(pk__in=[])
    for grant in actor.grants:
        if permission not in grant.permissions:
            continue
        one = Q(org__path__startswith=grant.path)
        if grant.programme_id is not None:
            one &= Q(programme_id=grant.programme_id)
        if grant.space_id is not None:
            one &= Q(pk=grant.space_id) | Q(parent_id=grant.space_id, kind=SpaceKind.SUB_WORKSHOP)
        found |= one
    return found


def _memberships(actor: Actor) -> QuerySet[Membership]:
    return Membership.objects.filter(person_id=actor.person_id or 0, state=MembershipState.MEMBER)


def _seated(actor: Actor) -> Q:
    if actor.person_id is None:
        return Q(pk__in=[])
    return Q(Exists(_memberships(actor).filter(Q(space=OuterRef("pk")) | Q(workshop=OuterRef("pk")))))


def _has_seat(actor: Actor, space: Space) -> bool:
    return actor.person_id is not None and _memberships(actor).filter(Q(space=space) | Q(workshop=space)).exists()


def _open_to(actor: Actor) -> Q:
    if actor.person_id is None:
        return Q(pk__in=[])
    enrolled = (
        Enrolment.objects.filter(
            programme=OuterRef("programme"),
            person_id=actor.person_id,
            state=EnrolmentState.ACTIVE,
            unit_path__startswith=OuterRef("org__path"),
        )
        .annotate(
            wanted_stage=ExpressionWrapper(OuterRef("stage"), output_field=CharField()),
            wanted_subject=ExpressionWrapper(OuterRef("subject"), output_field=CharField()),
        )
        .filter(Q(wanted_stage="") | Q(wanted_stage=F("stage")), Q(wanted_subject="") | Q(wanted_subject=F("subject")))
    )
    working = Person.objects.filter(pk=actor.person_id, unit_path__startswith=OuterRef("org__path"))
    return ~Q(kind__in=CLOSED_KINDS) & (Q(programme__isnull=False) & Q(Exists(enrolled)) | Q(programme__isnull=True) & Q(Exists(working)))


def _is_open_to(actor: Actor, space: Space) -> bool:
    if actor.person_id is None or space.kind in CLOSED_KINDS:
        return False
    if space.programme_id is None:
        return Person.objects.filter(pk=actor.person_id, unit_path__startswith=space.org.path).exists()
    enrolled = Enrolment.objects.filter(
        programme=space.programme_id, person_id=actor.person_id, state=EnrolmentState.ACTIVE, unit_path__startswith=space.org.path
    )
    if space.stage:
        enrolled = enrolled.filter(stage=space.stage)
    if space.subject:
        enrolled = enrolled.filter(subject=space.subject)
    return enrolled.exists()
