"""What messages do because of what happened below: authors hear of answers, teachers of inquiries."""

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from yanxiu.assessment.events import ExamEvent, MarkingEvent, ScoreEvent
from yanxiu.assessment.models import Exam, ScoreAppeal
from yanxiu.assessment.queries.exam_setup import candidates
from yanxiu.integrity.events import InquiryEvent
from yanxiu.integrity.models import Decision, Finding, Inquiry, Outcome
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.components.wording import moment, number, until
from yanxiu.learning.events import ChoiceEvent
from yanxiu.notices import actions
from yanxiu.notices.models import NoticeKind
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to
from yanxiu.workshops.events import DeskEvent, GuidanceEvent, PostEvent
from yanxiu.workshops.models import GuidanceAnswer, GuidanceQuestion, GuidanceState, Post, PostState, Praise, Space

_LONGEST = 120


@reacts_to(PostEvent.ANSWERED, PostEvent.ANSWER_ADDED, PostEvent.DISCUSSION_REPLIED, PostEvent.BRIEFING_REPLIED)
def tell_the_author(record: Record) -> None:
    """Somebody answered or replied: whoever began the thread is told, unless it was the same person."""
    found = Post.objects.filter(pk=record.data.get("post"), state=PostState.PUBLISHED).select_related("parent__author")
    post = found.first()
    if post is None or post.parent is None or post.parent.author_id == post.author_id:
        return
    thread = post.parent
    title = _("有人回答了“%(title)s”") if thread.kind == "question" else _("有人回复了“%(title)s”")
    actions.tell(
        person=thread.author, title=(title % {"title": thread.title})[:120],
        words=f"{post.author_label}：{strip_tags(post.body).strip()[:_LONGEST]}", link=reverse("workshops:thread", args=[thread.pk]),
        key=f"reply:{post.pk}", by=SYSTEM, at=record.at,
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
    inquiry = Inquiry.objects.select_related("person").get(pk=int(record.object_id))
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
        return _("申诉有了决定"), str(Outcome(record.data["outcome"]).label)
    if decision.finding == Finding.NO_FAULT:
        return _("请您说明的情况已结，不构成问题"), _("学时不变，原来的请求已撤回")
    return _("您说明的情况有了决定"), _("%(finding)s。不同意可以申诉，%(until)s 截止") % {
        "finding": Finding(decision.finding).label, "until": until(inquiry.appeal_due_at),
    }  # fmt: skip
