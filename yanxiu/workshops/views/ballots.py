"""Ballots of a space: the list, asking and changing, answering, what came out, who has not answered."""

from collections.abc import Mapping

from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.kit import clock, htmx, paging, sheets
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError, Invalid
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.text import plain
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.asking import Asked
from yanxiu.workshops.models import Ballot, BallotKind, Post, PostKind, PostState, QuestionKind, Space
from yanxiu.workshops.queries.ballots import FEWEST_SHOWN
from yanxiu.workshops.tool_forms import AnswerForm, BallotForm, QuestionForm, a_week_later, kept_questions, question_forms
from yanxiu.workshops.views import composing, loading
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


@require_http_methods(["GET", "POST"])
@signed_in
def open_ballot(request: SignedInRequest, space_id: int) -> HttpResponse:
    """Ask: a poll, a vote, a questionnaire, a needs survey."""
    one = loading.inside(request, space_id)
    permissions.check_can_host(request.actor, one)
    about = _about(request, one)
    at = now()
    desk = composing.ballot_desk(request, one, about)
    form = BallotForm(request.POST or None, use_required_attribute=False, initial=desk.initial({"closes_at": a_week_later(at)}))
    kept = kept_questions(desk.kept.fields if desk.kept is not None else {})
    number = _number(request, max(1, len(kept)))
    blocks = question_forms(request.POST or None, number=number, initial=kept)
    status = 200
    if request.method == "POST" and "more" not in request.POST:
        status = 422
        if form.is_valid() and all(block.is_valid() for block in blocks):
            title, source = form.cleaned_data["title"], form.cleaned_data["source"]
            try:
                opened = actions.open_ballot(
                    space=one, title=title, source=source, facts=form.facts(_asked(blocks)), by=request.actor, at=at, about=about
                )
            except DomainError as error:
                status = _explained(form, blocks, error)
            else:
                return htmx.redirect(request, reverse("workshops:thread", args=[opened.post_id]), note=_("已发起，成员可以作答"))
    context = {
        "space": one,
        "form": form,
        "blocks": blocks,
        "number": number,
        "post": None,
        "about": about,
        "in_short": False,
        "desk": desk,
    }
    return htmx.page(request, "workshops/ballot_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def change_ballot(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Change a ballot; after the first answer only until when it is open."""
    ballot = ballot_at(request, post_id)
    permissions.check_can_hold(request.actor, ballot.post)
    questions = queries.questions_of(ballot)
    in_short = queries.turnout(ballot)[0] > 0
    initial = {name: getattr(ballot, name) for name in ("kind", "results", "is_anonymous", "closes_at")}
    form = BallotForm(request.POST or None, is_new=False, in_short=in_short, use_required_attribute=False, initial=initial)
    number = 0 if in_short else _number(request, len(questions))
    blocks = question_forms(request.POST or None, number=number, initial=[QuestionForm.of(one) for one in questions])
    status = 200
    if request.method == "POST" and "more" not in request.POST:
        status = 422
        if form.is_valid() and all(block.is_valid() for block in blocks):
            try:
                actions.change_ballot(ballot=ballot, facts=form.facts(_asked(blocks), of=ballot), by=request.actor, at=now())
            except DomainError as error:
                status = _explained(form, blocks, error)
            else:
                return htmx.redirect(request, reverse("workshops:thread", args=[post_id]), note=_("已改"))
    context = {
        "space": ballot.post.space, "form": form, "blocks": blocks, "number": number, "post": ballot.post, "about": ballot.about,
        "in_short": in_short,
    }  # fmt: skip
    return htmx.page(request, "workshops/ballot_form.html", context, status=status)


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


def _asked(blocks: list[QuestionForm]) -> list[Asked]:
    return [block.asked() for block in blocks if block.cleaned_data["title"] or block.cleaned_data["options"].strip()]


def _explained(form: BallotForm, blocks: list[QuestionForm], error: DomainError) -> int:
    """Put the sentence at its question, counting those that are not empty."""
    filled = [block for block in blocks if block.cleaned_data["title"] or block.cleaned_data["options"].strip()]
    for number, block in enumerate(filled, 1):
        if error.field == f"question{number}":
            block.add_error("title", error.message)
            form.add_error(None, error.message)
            return error.status
    return explain(form, error)


def _number(request: SignedInRequest, least: int) -> int:
    raw = request.POST.get("number", "")
    number = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 3 else least
    return max(1, number) + (1 if "more" in request.POST else 0)


def _about(request: SignedInRequest, space: Space) -> Post | None:
    raw = request.GET.get("about", "")
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 19):
        return None
    return Post.objects.filter(pk=int(raw), space__in=space.reading_ids, kind=PostKind.PROBLEM, state=PostState.PUBLISHED).first()


TOOL_PARTS[PostKind.BALLOT] = ToolPart(tab="ballots", template="workshops/ballot_part.html", reading=_reading)
