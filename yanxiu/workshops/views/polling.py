"""Asking a ballot, and changing it: the form of a ballot with a block for each question."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.asking import Asked
from yanxiu.workshops.models import Post, PostKind, PostState, Space
from yanxiu.workshops.tool_forms import BallotForm, QuestionForm, a_week_later, kept_questions, question_forms
from yanxiu.workshops.views import composing, loading
from yanxiu.workshops.views.ballots import ballot_at


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
