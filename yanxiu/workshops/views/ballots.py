"""Ballots of a space: the list, answering, what came out, who has not answered."""

from collections.abc import Mapping

from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.kit import clock, htmx, paging, sheets
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import Invalid
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.text import plain
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.models import Ballot, BallotKind, Post, PostKind, PostState, QuestionKind
from yanxiu.workshops.queries.ballots import FEWEST_SHOWN
from yanxiu.workshops.tool_forms import AnswerForm
from yanxiu.workshops.views import loading
from yanxiu.workshops.views.threads import thread_page
from yanxiu.workshops.views.tool_parts import TOOL_PARTS, ToolPart

SHOWS = ("open", "closed", "all")


@require_GET
@signed_in
def ballots(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List the ballots: open ones by when they close, closed ones; with search."""
    one = loading.inside(request, space_id)
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "open"
    text = plain(request.GET.get("q", "")).strip()[:40]
    at = now()
    page = paging.page_of(
        queries.ballots(one, show=show, text=text, person_id=request.person_id, at=at),
        number=paging.number_from(request.GET.get("page")),
    )
    counts = queries.count_ballots(one, at=at)
    named = {"open": _("正在收"), "closed": _("已截止"), "all": _("全部")}
    base = reverse("workshops:ballots", args=[one.pk])
    context = {
        "space": one,
        "tabs": loading.tabs(request, one, "ballots"),
        "shows": [
            Tab(
                label=label,
                url=f"{base}?{urlencode({'show': key, **({'q': text} if text else {})})}",
                current=key == show,
                count=counts[key],
            )
            for key, label in named.items()
        ],
        "show": show,
        "page": page,
        "to_answer": sum(not ballot.is_answered for ballot in page.rows) if show == "open" else 0,  # type: ignore[attr-defined]  # annotated
        "q": text,
        "more": "?" + urlencode({"show": show, "q": text, "page": str(page.following)}) if page.has_more else "",
        "hosts": permissions.holds_at(request.actor, permissions.HOST, one),
        "now": at,
    }
    return htmx.page(request, "workshops/ballots.html", context)


@require_POST
@signed_in
def answer_ballot(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Answer a ballot."""
    ballot = ballot_at(request, post_id)
    questions = queries.questions_of(ballot)
    form = AnswerForm(request.POST, questions=questions)
    status = 422
    if form.is_valid():
        try:
            actions.answer_ballot(ballot=ballot, answers=form.answers(), by=request.actor, at=now())
        except Invalid as error:
            status = explain(form, error)
        else:
            note = _("已收下，匿名") if ballot.is_anonymous else _("已收下，截止前可以改")
            return htmx.redirect(request, reverse("workshops:thread", args=[post_id]), note=note)
    return thread_page(request, ballot.post, tool={"form": form, "shows_form": True}, status=status)


@require_POST
@signed_in
def close_ballot(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Close a ballot before its time."""
    actions.close_ballot(ballot=ballot_at(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:thread", args=[post_id]), note=_("已截止，可以重开"))


@require_POST
@signed_in
def reopen_ballot(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Take back closing before the time."""
    actions.reopen_ballot(ballot=ballot_at(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:thread", args=[post_id]), note=_("已重开"))


@require_POST
@signed_in
def remind_ballot(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Remind those who have not answered."""
    count = actions.remind_ballot(ballot=ballot_at(request, post_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:unanswered", args=[post_id]), note=_("已提醒 %(n)s 人") % {"n": count})


@require_GET
@signed_in
def unanswered(request: SignedInRequest, post_id: int) -> HttpResponse:
    """List the members who have not answered, for those who run the space."""
    ballot = ballot_at(request, post_id)
    permissions.check_can_list(request.actor, ballot.post)
    name = plain(request.GET.get("q", "")).strip()[:40]
    page = paging.page_of(queries.unanswered_members(ballot, name=name), number=paging.number_from(request.GET.get("page")), size=50)
    answered, silent = queries.turnout(ballot)
    at = now()
    context = {
        "ballot": ballot,
        "post": ballot.post,
        "space": ballot.post.space,
        "tabs": loading.tabs(request, ballot.post.space, "ballots"),
        "page": page,
        "answered": answered,
        "silent": silent,
        "q": name,
        "more": "?" + urlencode({"q": name, "page": str(page.following)}) if page.has_more else "",
        "hosts": permissions.holds_at(request.actor, permissions.HOST, ballot.post.space),
        "is_open": ballot.closed_at is None and ballot.opens_at <= at < ballot.closes_at,
        "now": at,
    }
    return htmx.page(request, "workshops/unanswered.html", context)


@require_GET
@signed_in
def written_answers(request: SignedInRequest, post_id: int, question_id: int) -> HttpResponse:
    """List what was written to a question."""
    ballot = ballot_at(request, post_id)
    tool = _reading(request, ballot.post)
    question = next((one for one in queries.questions_of(ballot) if one.pk == question_id and one.kind == QuestionKind.TEXT), None)
    if question is None or tool["results"] is None:
        raise Http404
    page = queries.written_answers(ballot, question, number=paging.number_from(request.GET.get("page")))
    context = {
        "post": ballot.post, "space": ballot.post.space, "tabs": loading.tabs(request, ballot.post.space, "ballots"), "question": question,
        "page": page, "more": f"?page={page.following}" if page.has_more else "",
    }  # fmt: skip
    return htmx.page(request, "workshops/written_answers.html", context)


@require_GET
@signed_in
def export_ballot(request: SignedInRequest, post_id: int) -> FileResponse:
    """Give every answer as a workbook; of an anonymous ballot without names, and only when there are not too few."""
    ballot = ballot_at(request, post_id)
    permissions.check_can_list(request.actor, ballot.post)
    questions = queries.questions_of(ballot)
    found = queries.ballot_results(ballot, questions, at=now())
    if not found.is_shown:
        raise Invalid(_("匿名的截止后、满 %(n)s 份才导出，现在 %(m)s 份。") % {"n": FEWEST_SHOWN, "m": found.replies})
    who = [] if ballot.is_anonymous else [(_("姓名"), 10), (_("单位"), 26)]
    headings = [*who, *((f"{at}. {one.title}", 28) for at, one in enumerate(questions, 1))]
    file = sheets.workbook(ballot.post.title, headings, queries.reply_rows(ballot, questions))
    return FileResponse(file, as_attachment=True, filename=f"ballot-{post_id}-{clock.day(now()).isoformat()}.xlsx")


def ballot_at(request: SignedInRequest, post_id: int) -> Ballot:
    """Return a ballot whose thread the actor may read. Cost: 2 queries."""
    return queries.ballot_of(loading.post_of_kind(request, post_id, PostKind.BALLOT))


def _reading(request: SignedInRequest, post: Post) -> Mapping[str, object]:
    at = now()
    ballot, questions, has_answered = queries.asked_of(post, person_id=request.person_id)
    is_over = queries.is_over(ballot, at=at)
    is_asked = at >= ballot.opens_at and not is_over and post.state == PostState.PUBLISHED
    sees = permissions.sees_results(request.actor, ballot, has_answered=has_answered, is_over=is_over)
    results = queries.ballot_results(ballot, questions, at=at) if sees else None
    changes = has_answered and not ballot.is_anonymous and "again" in request.GET
    reply = queries.own_reply(ballot, request.person_id) if is_asked and changes else None
    return {
        "ballot": ballot,
        "kind": BallotKind(ballot.kind).label,
        "questions": questions,
        "has_answered": has_answered,
        "is_over": is_over,
        "is_asked": is_asked,
        "shows_form": is_asked and (not has_answered or changes),
        "form": AnswerForm(questions=questions, reply=reply) if is_asked else None,
        "results": results if results is not None and results.is_shown else None,
        "too_few": results is not None and not results.is_shown,
        "fewest": FEWEST_SHOWN,
        "replies": results.replies if results is not None else None,
        "hosts": permissions.holds_at(request.actor, permissions.HOST, post.space),
        "lists": permissions.runs_tools(request.actor, post.space),
        "closes_at": ballot.closed_at or ballot.closes_at,
        "may_reopen": ballot.closed_at is not None and ballot.closes_at > at and not (ballot.is_anonymous and results and results.replies),
    }


TOOL_PARTS[PostKind.BALLOT] = ToolPart(tab="ballots", template="workshops/ballot_part.html", reading=_reading)
