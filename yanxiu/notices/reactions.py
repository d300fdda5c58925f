"""What messages do because of what happened below: authors hear of answers, teachers of inquiries."""

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from yanxiu.approvals.events import ApprovalEvent
from yanxiu.approvals.models import Chain
from yanxiu.assessment.events import ExamEvent, MarkingEvent, ScoreEvent
from yanxiu.assessment.models import Exam, ScoreAppeal
from yanxiu.assessment.queries.exam_setup import candidates
from yanxiu.drafts.events import DraftEvent
from yanxiu.integrity.events import InquiryEvent
from yanxiu.integrity.models import Appeal, Decision, Finding, Inquiry, Outcome
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.components.wording import moment, number, until
from yanxiu.learning.events import ChoiceEvent
from yanxiu.notices import actions, appeals
from yanxiu.notices.models import NoticeKind
from yanxiu.notices.spaces import essence_words
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
    Mention,
    Post,
    PostState,
    Praise,
    Problem,
    SeatState,
    Space,
    SpaceKind,
)
from yanxiu.workshops.queries import insiders, slow_readers

_LONGEST = 120


@reacts_to(PostEvent.ANSWERED, PostEvent.ANSWER_ADDED, PostEvent.DISCUSSION_REPLIED, PostEvent.BRIEFING_REPLIED)
def tell_the_author(record: Record) -> None:
    """Somebody answered or replied: whoever began the thread is told, unless it was the same person."""
    found = Post.objects.filter(pk=record.data.get("post"), state=PostState.PUBLISHED).select_related("parent__author", "space")
    post = found.first()
    if post is None or post.parent is None or post.parent.author_id == post.author_id:
        return
    thread = post.parent
    if not _is_inside(post, thread.author_id):
        return
    title = _("有人回答了“%(title)s”") if thread.kind == "question" else _("有人回复了“%(title)s”")
    actions.tell(
        person=thread.author, title=(title % {"title": thread.title})[:120],
        words=f"{post.author_label}：{strip_tags(post.body).strip()[:_LONGEST]}", link=reverse("workshops:thread", args=[thread.pk]),
        key=f"reply:{post.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(
    PostEvent.DISCUSSION_OPENED, PostEvent.DISCUSSION_REPLIED, PostEvent.BRIEFING_PUBLISHED, PostEvent.BRIEFING_REPLIED,
    PostEvent.ARTICLE_PUBLISHED, PostEvent.GUIDE_PUBLISHED, PostEvent.ANNOUNCED, PostEvent.LOG_PUBLISHED, PostEvent.OPENED, PostEvent.ASKED,
    PostEvent.ANSWERED, PostEvent.ANSWER_ADDED, PostEvent.CORRECTED, ActivityEvent.STARTED, ActivityEvent.STARTED_ACROSS,
    ActivityEvent.POSTED, ActivityEvent.SOLVED,
)  # fmt: skip
def tell_the_named(record: Record) -> None:
    """Somebody was named with @ in a public post, or somebody's words were quoted: they are told, each once."""
    found = Post.objects.filter(pk=int(record.data.get("post") or record.object_id), state=PostState.PUBLISHED)
    post = found.select_related("parent", "quoted__author", "space").first()
    if post is None:
        return
    words = f"{post.author_label}：{strip_tags(post.body).strip()[:_LONGEST]}"
    thread, link = post.title or (post.parent.title if post.parent else ""), reverse("workshops:thread", args=[post.pk])
    for one in Mention.objects.filter(post=post).select_related("person").order_by("pk"):
        if not _is_inside(post, one.person_id):
            continue
        title = (_("有人在“%(title)s”里提到您") % {"title": thread})[:120]
        key = f"mention:{post.pk}:{one.person_id}"
        actions.tell(person=one.person, title=title, words=words, link=link, key=key, by=SYSTEM, at=record.at)
    quoted = post.quoted
    told = {post.author_id, post.parent.author_id if post.parent else 0}
    if quoted is not None and quoted.author_id not in told and _is_inside(post, quoted.author_id):
        title = (_("有人在“%(title)s”里引用了您的话") % {"title": thread})[:120]
        actions.tell(person=quoted.author, title=title, words=words, link=link, key=f"quote:{post.pk}", by=SYSTEM, at=record.at)


def _is_inside(post: Post, person_id: int) -> bool:
    """Tell whether somebody is still in the space of a post: words of those inside do not follow her out. Cost: one query."""
    return insiders(post.space).filter(pk=person_id).exists() or (
        post.space.kind == SpaceKind.PERSONAL and post.space.opened_by == person_id
    )


@reacts_to(PostEvent.ANSWER_ACCEPTED, PostEvent.MADE_ESSENCE)
def tell_whose_words_helped(record: Record) -> None:
    """An answer was accepted, a thread set apart as essence: its author is told."""
    post = Post.objects.filter(pk=int(record.object_id), state=PostState.PUBLISHED).select_related("author", "space").first()
    if post is None or post.author_id == record.actor_id:
        return
    accepted = record.verb == PostEvent.ANSWER_ACCEPTED.verb
    title = _("您的回答被采纳了") if accepted else _("您的“%(title)s”被设为精华") % {"title": record.object_label}
    words = record.object_label if accepted else essence_words(post)
    actions.tell(
        person=post.author, title=title[:120], words=words[:_LONGEST], link=reverse("workshops:thread", args=[post.pk]),
        key=f"helped:{record.verb}:{post.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(PostEvent.ANNOUNCED, PostEvent.REMINDED)
def tell_who_should_read(record: Record) -> None:
    """A host announced something, or reminds those who have not read it: they are told, with the way to it."""
    post = Post.objects.filter(pk=int(record.object_id), state=PostState.PUBLISHED).select_related("space__org").first()
    if post is None:
        return
    is_new = record.verb == PostEvent.ANNOUNCED.verb
    people = [row.person_id for row in slow_readers(post)] if is_new else list(record.data["people"])
    title = _("公告：%(title)s") if is_new else _("请看“%(title)s”")
    asks = _("看过以后请确认收到") if post.asks_confirmation else _("主持人请大家看一看")
    actions.tell_all(
        people=people, org=post.space.org, title=(title % {"title": post.title})[:120],
        words=f"{post.space.title}：{asks}"[:_LONGEST], link=reverse("workshops:thread", args=[post.pk]),
        key=f"read:{record.verb}:{record.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(DraftEvent.AGES)
def tell_whose_draft_goes(record: Record) -> None:
    """A draft has lain for long: its owner is told before it goes."""
    person = Person.objects.filter(pk=record.person_id or 0).first()
    if person is not None:
        actions.tell(
            person=person, title=(_("草稿一周后清掉：%(place)s") % {"place": record.object_label})[:120],
            words=_("很久没有动过。要留着就打开接着写，存一下"), link=reverse("drafts:drafts"), key=f"draft:{record.pk}", by=SYSTEM,
            at=record.at,
        )  # fmt: skip


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


@reacts_to(ChoiceEvent.COURSES_ASSIGNED)
def tell_about_assigned_courses(record: Record) -> None:
    """An institution chose courses for her: she is told which, and by whom."""
    person = Person.objects.filter(pk=record.person_id or 0).first()
    if person is None:
        return
    title = _("%(unit)s为您指定了课程") % {"unit": record.data.get("by", "")}
    actions.tell(
        person=person, title=title[:120], words=record.object_label[:_LONGEST], link=reverse("learning:my_courses"),
        key=f"assigned:{record.object_id}:{person.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(InquiryEvent.ASKED, InquiryEvent.DECIDED, InquiryEvent.HEARD)
def tell_about_an_inquiry(record: Record) -> None:
    """She is asked to explain, or her matter was decided: she is told; a request without object leaves her inbox."""
    inquiry = Inquiry.objects.select_related("person", "appeal_seat").get(pk=int(record.object_id))
    decision = Decision.objects.filter(inquiry=inquiry).first()
    if record.verb == InquiryEvent.DECIDED.verb and decision is not None and decision.finding == Finding.NO_FAULT:
        actions.withdraw(key=f"inquiry:{inquiry.pk}:asked", by=SYSTEM, at=record.at)
        if inquiry.asked_at is None:  # she never heard of it, and need not
            return
    title, words = _inquiry_words(record, inquiry, decision)
    actions.tell(
        person=inquiry.person, title=title, words=words, link=reverse("integrity:explanation", args=[inquiry.pk]),
        key=f"inquiry:{inquiry.pk}:{record.verb}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(ExamEvent.ANNOUNCED, ExamEvent.EXTENDED, ExamEvent.CANCELLED)
def tell_candidates(record: Record) -> None:
    """An exam was announced, widened or called off: all who may sit it are told when, and why."""
    exam = Exam.objects.select_related("programme__owner").filter(pk=int(record.object_id)).first()
    if exam is None or (exam.cancelled_at is not None and record.verb != ExamEvent.CANCELLED.verb):
        return
    title, words = _exam_words(record, exam)
    actions.tell_all(
        people=candidates(exam), org=exam.programme.owner, title=title, words=words, link=reverse("assessment:my_exam", args=[exam.pk]),
        key=f"exam:{record.verb}:{record.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(ExamEvent.ALLOWED)
def tell_who_is_allowed_more(record: Record) -> None:
    """A candidate was given more than the rules: she is told what, and why."""
    person = Person.objects.filter(pk=record.person_id or 0).first()
    if person is None:
        return
    actions.tell(
        person=person, title=(_("“%(title)s”给您安排了照顾") % {"title": record.object_label})[:120],
        words=_("原因：%(reason)s。加时、加考和结束时间写在考试页上") % {"reason": record.data["reason"]},
        link=reverse("assessment:my_exam", args=[record.object_id]), key=f"exam:allowed:{record.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(ScoreEvent.GIVEN)
def tell_about_a_score(record: Record) -> None:
    """A score came out, or came out anew: its owner is told, with the way to it."""
    person = Person.objects.filter(pk=record.person_id or 0).first()
    if person is None:
        return
    words = {"title": record.object_label, "score": number(record.measure) if record.measure is not None else _("缺考")}
    is_changed = Record.objects.filter(
        person_id=record.person_id, verb=record.verb, object_type=record.object_type, object_id=record.object_id,
        programme_id=record.programme_id, id__lt=record.pk,
    ).exists()  # fmt: skip
    title = _("%(title)s成绩有变：%(score)s") if is_changed else _("%(title)s出成绩了：%(score)s")
    sitting = record.data.get("sitting")
    actions.tell(
        person=person, title=(title % words)[:120],
        words=_("有疑问可以在成绩页申请复核") if sitting else _("已计入考核，学时页上看得到"),
        link=reverse("assessment:sitting_result", args=[sitting]) if sitting else "/", key=f"score:{record.pk}", by=SYSTEM,
        at=record.at,
    )  # fmt: skip


@reacts_to(MarkingEvent.APPEAL_DECIDED)
def tell_about_an_appeal(record: Record) -> None:
    """An appeal against a score was answered: who asked is told."""
    appeal = ScoreAppeal.objects.select_related("sitting__enrolment__person", "sitting__exam").get(pk=record.data["appeal"])
    words = {"title": appeal.sitting.exam.title, "state": appeal.get_state_display()}
    actions.tell(
        person=appeal.sitting.enrolment.person, title=(_("%(title)s成绩复核有了答复：%(state)s") % words)[:120],
        words=appeal.answer[:_LONGEST],
        link=reverse("assessment:sitting_result", args=[appeal.sitting_id]), key=f"score-appeal:{appeal.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


def _exam_words(record: Record, exam: Exam) -> tuple[str, str]:
    """Return the title and the words of what candidates are told of an exam."""
    facts = {
        "title": exam.title, "opens": moment(exam.opens_at), "closes": until(exam.closes_at), "minutes": exam.minutes,
        "attempts": exam.attempts, "why": record.data.get("reason", ""),
    }  # fmt: skip
    if record.verb == ExamEvent.CANCELLED.verb:
        return _("“%(title)s”取消了，不用再考") % facts, _("原因：%(why)s。答过的不计成绩") % facts
    if record.verb == ExamEvent.EXTENDED.verb:
        words = _("现在 %(closes)s 前可以考，每次 %(minutes)s 分钟，可考 %(attempts)s 次。原因：%(why)s")
        return _("“%(title)s”放宽了") % facts, words % facts
    words = _("%(opens)s 起、%(closes)s 前可以考，每次 %(minutes)s 分钟，可考 %(attempts)s 次。规则写在考试页上，考前请先看")
    return _("“%(title)s”%(opens)s 开考") % facts, words % facts


def _inquiry_words(record: Record, inquiry: Inquiry, decision: Decision | None) -> tuple[str, str]:
    if decision is None or record.verb == InquiryEvent.ASKED.verb:
        words = _("%(until)s 前答复。请说明不等于认定有问题，说明以前学时不变") % {"until": until(inquiry.due_at)}
        return _("有一件情况请您说明"), words
    if record.verb == InquiryEvent.HEARD.verb:
        appeal = Appeal.objects.get(decision=decision)
        return appeals.heard(Outcome(appeal.outcome).label), appeal.opinion[:_LONGEST]
    if decision.finding == Finding.NO_FAULT:
        return _("请您说明的情况已结，不构成问题"), _("学时不变，原来的请求已撤回")
    way = appeals.way(due_at=inquiry.appeal_due_at, seat=inquiry.appeal_seat) if inquiry.appeal_due_at else ""
    return _("您说明的情况有了决定"), f"{Finding(decision.finding).label}。{way}"


@reacts_to(ApprovalEvent.APPROVED, ApprovalEvent.RETURNED, ApprovalEvent.REFUSED)
def tell_who_handed_in(record: Record) -> None:
    """A step was decided: whoever handed it in is told, with the opinion."""
    chain = Chain.objects.filter(pk=int(record.object_id)).first()
    person = Person.objects.filter(pk=chain.asked_by or 0).first() if chain is not None else None
    if chain is None or person is None:
        return
    said = {
        "approved": _("“%(title)s”%(level)s审核同意"),
        "returned": _("“%(title)s”退回补正"),
        "refused": _("“%(title)s”%(level)s审核不同意"),
    }
    actions.tell(
        person=person, title=(said[record.verb] % {"title": chain.title, "level": record.data["level"]})[:120],
        words=f"{record.actor_label}：{record.data['opinion']}"[:_LONGEST] if record.data["opinion"] else record.actor_label,
        link=reverse("approvals:chain", args=[chain.pk]), key=f"approval:{record.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(ApprovalEvent.REMINDED)
def tell_who_decides(record: Record) -> None:
    """A step is due: whoever decides it is told, once."""
    for person in Person.objects.filter(pk__in=record.data["people"]).order_by("pk"):
        title = _("“%(title)s”等着您审") % {"title": record.object_label}
        actions.tell(
            person=person, title=title[:120], words=_("到期前要审完；不归您审的请告诉上级"),
            link=reverse("approvals:chain", args=[int(record.object_id)]), key=f"approval-due:{record.pk}:{person.pk}", by=SYSTEM,
            at=record.at,
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
