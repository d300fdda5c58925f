"""What goes on in spaces beside words: guidance, praise, activities, ballots, resources that were pushed."""

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.components.wording import moment
from yanxiu.notices import actions
from yanxiu.notices.models import NoticeKind
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to
from yanxiu.workshops.events import ActivityEvent, BallotEvent, DeskEvent, GuidanceEvent, PostEvent, ShareEvent
from yanxiu.workshops.models import (
    Activity,
    ActivitySeat,
    Ballot,
    GuidanceAnswer,
    GuidanceQuestion,
    GuidanceState,
    Praise,
    Problem,
    SeatState,
    Space,
)

_LONGEST = 120


@reacts_to(GuidanceEvent.ANSWERED, GuidanceEvent.ADDED)
def tell_who_asked(record: Record) -> None:
    """Somebody of the chain of guidance answered: who asked is told."""
    answer = GuidanceAnswer.objects.select_related("question__enrolment__person").get(pk=int(record.data["answer"]))
    question = answer.question
    actions.tell(
        person=question.enrolment.person, title=(_("%(level)s答复了“%(title)s”") % {"level": answer.level, "title": question.title})[:120],
        words=f"{answer.author_label}：{strip_tags(answer.body).strip()[:_LONGEST]}",
        link=reverse("workshops:guidance_question", args=[question.pk]), key=f"guidance:{answer.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(GuidanceEvent.REMINDED)
def tell_who_should_answer(record: Record) -> None:
    """A question waits too long at a level: whoever stands there is told, once."""
    question = GuidanceQuestion.objects.filter(pk=int(record.object_id), state=GuidanceState.OPEN).first()
    if question is None or question.rung != record.data["rung"]:  # answered or passed up before the worker came
        return
    words = {"level": question.level, "title": question.title}
    for person in Person.objects.filter(pk__in=record.data["people"]).order_by("pk"):
        actions.tell(
            person=person, title=(_("“%(title)s”等着%(level)s答复") % words)[:120],
            words=_("已等了 %(days)d 天以上。答不了的可以转上一级") % {"days": record.data["days"]},
            link=reverse("workshops:guidance_question", args=[question.pk]),
            key=f"guidance-slow:{question.pk}:{question.rung}:{person.pk}", by=SYSTEM, at=record.at,
        )  # fmt: skip


@reacts_to(DeskEvent.NUDGED)
def tell_the_silent(record: Record) -> None:
    """A host reminded silent members: each finds one message that leads into the workshop."""
    space = Space.objects.select_related("org").filter(pk=record.space_id or 0).first()
    if space is None:
        return
    actions.tell_all(
        people=record.data["people"], org=space.org, title=(_("%(title)s有一阵没见到您") % {"title": space.title})[:120],
        words=_("主持人请您回来看看：新的简报、研讨和提问都在坊里，从签到开始就行。"), label=record.actor_label, kind=NoticeKind.REMINDER,
        link=reverse("workshops:space", args=[space.pk]), key=f"nudge:{record.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(PostEvent.PRAISED)
def tell_who_was_praised(record: Record) -> None:
    """A host praised a member: she is told, unless it was taken back before the worker came."""
    praise = Praise.objects.select_related("space", "person").filter(pk=int(record.data["praise"]), withdrawn_at__isnull=True).first()
    if praise is not None:
        actions.tell(
            person=praise.person, title=(_("%(title)s表扬了您") % {"title": praise.space.title})[:120], words=praise.reason[:_LONGEST],
            link=reverse("workshops:praises", args=[praise.space_id]), key=f"praise:{praise.pk}", by=SYSTEM, at=record.at,
        )  # fmt: skip


@reacts_to(DeskEvent.PRAISE_WITHDRAWN)
def take_praise_back(record: Record) -> None:
    """Praise was taken back: the message of it leaves her inbox."""
    actions.withdraw(key=f"praise:{record.object_id}", by=SYSTEM, at=record.at)


@reacts_to(ActivityEvent.MOVED_UP)
def tell_who_moved_up(record: Record) -> None:
    """A place came free: who waited longest has it, and is told."""
    person = Person.objects.filter(pk=record.person_id or 0).first()
    if person is not None:
        actions.tell(
            person=person, title=(_("“%(title)s”有名额了，您已报上名") % {"title": record.object_label})[:120],
            words=_("从候补转正。去不了请取消报名，让给后面的人"), link=reverse("workshops:thread", args=[record.object_id]),
            key=f"activity-up:{record.pk}", by=SYSTEM, at=record.at,
        )  # fmt: skip


@reacts_to(ActivityEvent.CALLED_OFF, ActivityEvent.CHANGED)
def tell_who_signed_up(record: Record) -> None:
    """An activity was called off or is arranged otherwise: whoever signed up is told."""
    activity = Activity.objects.select_related("post__space__org").filter(post=int(record.object_id)).first()
    if activity is None:
        return
    off = record.verb == ActivityEvent.CALLED_OFF.verb
    seats = ActivitySeat.objects.filter(activity=activity, state__in=[SeatState.SIGNED_UP, SeatState.WAITING])
    title = _("“%(title)s”取消了") if off else _("“%(title)s”的安排改了")
    when = _("%(when)s，%(place)s") % {"when": moment(activity.starts_at), "place": activity.place or activity.get_mode_display()}
    actions.tell_all(
        people=list(seats.order_by("person").values_list("person", flat=True)), org=activity.post.space.org,
        title=(title % {"title": record.object_label})[:120], words=str(record.data["reason"]) if off else when, label=record.actor_label,
        link=reverse("workshops:thread", args=[record.object_id]), key=f"activity:{record.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(ActivityEvent.SOLVED)
def tell_whose_problem_is_solved(record: Record) -> None:
    """A solution was published: whoever handed the problem in is told."""
    problem = Problem.objects.select_related("post__author").filter(post=int(record.object_id)).first()
    if problem is not None and problem.post.author_id != record.person_id:
        actions.tell(
            person=problem.post.author, title=(_("“%(title)s”有了解决方案") % {"title": problem.post.title})[:120],
            words=record.object_label, link=reverse("workshops:thread", args=[record.data["post"]]),
            key=f"solution:{record.data['post']}", by=SYSTEM, at=record.at,
        )  # fmt: skip


@reacts_to(BallotEvent.REMINDED)
def tell_who_has_not_answered(record: Record) -> None:
    """A host reminds those who have not answered a ballot."""
    ballot = Ballot.objects.select_related("post__space__org").filter(post=int(record.object_id)).first()
    if ballot is not None:
        actions.tell_all(
            people=record.data["people"], org=ballot.post.space.org,
            title=(_("“%(title)s”等您作答") % {"title": record.object_label})[:120],
            words=_("%(when)s 截止") % {"when": moment(ballot.closes_at)}, label=record.actor_label, kind=NoticeKind.REMINDER,
            link=reverse("workshops:thread", args=[record.object_id]), key=f"ballot:{record.pk}", by=SYSTEM, at=record.at,
        )  # fmt: skip


@reacts_to(ShareEvent.REMINDED)
def tell_who_has_not_opened(record: Record) -> None:
    """A host reminds of a resource that was pushed: each finds one message that leads to it."""
    space = Space.objects.select_related("org").filter(pk=record.space_id or 0).first()
    if space is None:
        return
    actions.tell_all(
        people=record.data["people"], org=space.org, title=(_("请看主持人推送的“%(title)s”") % {"title": record.object_label})[:120],
        words=space.title, label=record.actor_label, kind=NoticeKind.REMINDER,
        link=reverse("workshops:open_share", args=[int(record.object_id)]), key=f"share:{record.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip
