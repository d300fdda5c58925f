"""提问, 答疑台, 学习园地: the chain of guidance on pages."""

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.kit import clock, htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.rich_text import shown
from yanxiu.kit.rules import holds
from yanxiu.programmes.models import Enrolment, EnrolmentState, Programme, ProgrammeState
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import guiding
from yanxiu.workshops.guidance_forms import AnswerForm, AskForm, NoteForm
from yanxiu.workshops.models import GuidanceAnswer, GuidanceQuestion, GuidanceState
from yanxiu.workshops.queries import guidance as queries


@require_http_methods(["GET", "POST"])
@signed_in
def my_guidance(request: SignedInRequest) -> HttpResponse:
    """Show the own questions, what others asked already, and the form to ask."""
    enrolments = _enrolments(request)
    asked = {one.pk: queries.asked_about(plan_of(one.version_id)) for one in enrolments}
    choices = [(f"{one.pk}:{part.id}", part.label) for one in enrolments for part in asked[one.pk] if part.by_chain]
    form = AskForm(request.POST or None, choices=choices)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        enrolment_id, _colon, block = form.cleaned_data["block"].partition(":")
        enrolment = next(one for one in enrolments if str(one.pk) == enrolment_id)
        try:
            question = guiding.ask_guidance(
                enrolment=enrolment, block=block, title=form.cleaned_data["title"], source=form.cleaned_data["source"],
                by=request.actor, at=now(),
            )  # fmt: skip
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, _url(question), note=_("已提给%(level)s") % {"level": question.level})
    text = request.GET.get("q", "")[:40]
    own = GuidanceQuestion.objects.filter(enrolment__in=enrolments).order_by("-asked_at", "-pk")
    context = {
        "own": list(own[:20]),
        "waiting": sum(one.state == GuidanceState.OPEN for one in own[:20]),
        "found": list(queries.answered([one.programme_id for one in enrolments], text=text)[:20]),
        "q": text,
        "form": form if choices else None,
        "chain": _chain(enrolments, asked) if choices else [],
        "in_workshop": [part.label for one in enrolments for part in asked[one.pk] if not part.by_chain],
    }
    return htmx.page(request, "workshops/my_guidance.html", context, status=status)


@require_GET
@signed_in
def guidance_question(request: SignedInRequest, question_id: int) -> HttpResponse:
    """Show a question with its way up and its answers; others of the programme read answered ones without the asker's name."""
    return _thread(request, _readable(request, question_id), AnswerForm())


@require_POST
@requires(permissions.GUIDE)
def answer_guidance(request: SignedInRequest, question_id: int) -> HttpResponse:
    """Answer a question."""
    question = _visible(request, question_id)
    form = AnswerForm(request.POST)
    try:
        guiding.answer_guidance(question=question, source=request.POST.get("source", ""), by=request.actor, at=now())
    except DomainError as error:
        form.is_valid()
        return _thread(request, question, form, status=explain(form, error))
    return htmx.redirect(request, _url(question), note=_("答复已发出"))


@require_POST
@requires(permissions.GUIDE)
def pass_up(request: SignedInRequest, question_id: int) -> HttpResponse:
    """Hand a question to the next level."""
    question = guiding.pass_up(question=_visible(request, question_id), remark=request.POST.get("remark", ""), by=request.actor, at=now())
    return htmx.redirect(request, reverse("workshops:guidance_desk"), note=_("已转给%(level)s") % {"level": question.level})


@require_POST
@signed_in
def accept_guidance(request: SignedInRequest, answer_id: int) -> HttpResponse:
    """Mark the answer that helped."""
    found = GuidanceAnswer.objects.filter(question__enrolment__person=request.actor.person_id).select_related("question__enrolment")
    answer = guiding.accept_guidance(answer=get_object_or_404(found, pk=answer_id), by=request.actor, at=now())
    return htmx.redirect(request, _url(answer.question), note=_("已采纳"))


@require_GET
@requires(permissions.GUIDE)
def guidance_desk(request: SignedInRequest) -> HttpResponse:
    """Show a guide what waits, the longest first."""
    return _desk(request, NoteForm(programmes=_programmes(request)))


@require_POST
@requires(permissions.GUIDE)
def hand_down(request: SignedInRequest) -> HttpResponse:
    """Hand guidance down to all below."""
    form = NoteForm(request.POST, programmes=_programmes(request))
    if not form.is_valid():
        return _desk(request, form, status=422)
    given = form.cleaned_data
    try:
        note = guiding.hand_down(
            programme=form.programmes[given["programme"]], path=permissions.guided_paths(request.actor)[0], title=given["title"],
            source=given["source"], by=request.actor, at=now(),
        )  # fmt: skip
    except DomainError as error:
        return _desk(request, form, status=explain(form, error))
    return htmx.redirect(request, reverse("workshops:guidance_desk"), note=_("已下发“%(title)s”") % {"title": note.title})


@require_GET
@signed_in
def guidance_notes(request: SignedInRequest) -> HttpResponse:
    """学习园地: what guides handed down."""
    page = paging.page_of(
        queries.notes_for(_enrolments(request), person_id=request.person_id), number=paging.number_from(request.GET.get("page"))
    )
    context = {
        "page": page,
        "unread": sum(not getattr(one, "is_read", False) for one in page.rows),
        "more": f"?page={page.following}" if page.has_more else "",
    }
    return htmx.page(request, "workshops/guidance_notes.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def guidance_note(request: SignedInRequest, note_id: int) -> HttpResponse:
    """Show one piece of guidance; reading is noted by a button."""
    enrolments = _enrolments(request)
    note = get_object_or_404(queries.notes_for(enrolments, person_id=request.person_id), pk=note_id)
    if request.method == "POST":
        enrolment = next(one for one in enrolments if one.programme_id == note.programme_id)
        guiding.mark_note_read(note=note, enrolment=enrolment, by=request.actor, at=now())
        return htmx.redirect(request, reverse("workshops:guidance_notes"), note=_("已记下"))
    return htmx.page(request, "workshops/guidance_note.html", {"note": note, "body": shown(note.body)})


@require_GET
@requires(permissions.OVERSEE)
def guidance_counts(request: SignedInRequest) -> HttpResponse:
    """Show an office what each level did and what waits."""
    at = now()
    rows = queries.level_counts(request.actor.paths(permissions.OVERSEE))
    late = [one for one in rows if one.since is not None and at - one.since > queries.SLOW]
    open_ones = queries.queue(permissions.visible_guidance(request.actor))
    context = {
        "rows": [(one, at - one.since if one.since else None) for one in rows],
        "late": late,
        "waiting": sum(one.waiting for one in rows),
        "slow": [(one, at - one.waiting_since) for one in open_ones[:20]],
    }
    return htmx.page(request, "workshops/guidance_counts.html", context)


def _desk(request: SignedInRequest, form: NoteForm, *, status: int = 200) -> HttpResponse:
    at = now()
    show = request.GET.get("show", "mine")
    visible = permissions.visible_guidance(request.actor)
    mine = visible.filter(queries.turns(request.actor))
    count, since = queries.oldest(mine)
    kept = {"mine": queries.queue(mine), "all": queries.queue(visible)}
    answered = visible.filter(state=GuidanceState.ANSWERED).select_related("enrolment__person__unit").order_by("-answered_at", "-pk")
    page = paging.page_of(kept.get(show, answered), number=paging.number_from(request.GET.get("page")))
    context = {
        "rows": [(one, at - one.waiting_since) for one in page.rows],
        "show": show,
        "count": count,
        "wait": at - since if since else None,
        "is_slow": since is not None and at - since > queries.SLOW,
        "tabs": [
            Tab(label=_("轮到我"), url="?show=mine", current=show == "mine", count=count),
            Tab(label=_("别级在答"), url="?show=all", current=show == "all"),
            Tab(label=_("已答"), url="?show=done", current=show not in kept),
        ],
        "more": f"?show={show}&page={page.following}" if page.has_more else "",
        "form": form,
        "notes": list(queries.own_notes(request.person_id)[:5]),
    }
    return htmx.page(request, "workshops/guidance_desk.html", context, status=status)


def _thread(request: SignedInRequest, question: GuidanceQuestion, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    answers, passes = queries.thread(question)
    may_guide = holds(permissions.check_can_guide, request.actor, question)
    is_own = request.actor.person_id == question.enrolment.person_id
    context = {
        "question": question,
        "body": shown(question.body),
        "answers": [(one, shown(one.body)) for one in answers],
        "passes": passes,
        "form": form,
        "may_guide": may_guide,
        "may_pass": may_guide
        and question.state == GuidanceState.OPEN
        and GuidanceQuestion.objects.filter(queries.turns(request.actor), pk=question.pk).exists(),
        "is_own": is_own,
        "shows_asker": is_own or holds(permissions.check_can_see_guidance, request.actor, question),
    }
    return htmx.page(request, "workshops/guidance_question.html", context, status=status)


def _chain(enrolments: list[Enrolment], asked: dict[int, list[queries.Asked]]) -> list[queries.Filled]:
    one = next(one for one in enrolments if any(part.by_chain for part in asked[one.pk]))
    block = next(part.id for part in asked[one.pk] if part.by_chain)
    return queries.chain_of(one, queries.rungs(plan_of(one.version_id), block), on=clock.day(now()))[::-1]


def _enrolments(request: SignedInRequest) -> list[Enrolment]:
    found = Enrolment.objects.filter(person=request.actor.person_id, state=EnrolmentState.ACTIVE, programme__state=ProgrammeState.RUNNING)
    return list(found.select_related("programme").order_by("-enrolled_at", "-pk"))


def _programmes(request: SignedInRequest) -> list[Programme]:
    """Return the running programmes in which somebody below the hat takes part. Cost: one query."""
    paths = permissions.guided_paths(request.actor)
    if not paths:
        return []
    below = Enrolment.objects.filter(programme=OuterRef("pk"), unit_path__startswith=paths[0], state=EnrolmentState.ACTIVE)
    return list(Programme.objects.filter(Exists(below), state=ProgrammeState.RUNNING).order_by("-created_at", "-pk")[:20])


def _visible(request: SignedInRequest, question_id: int) -> GuidanceQuestion:
    found = permissions.visible_guidance(request.actor).select_related("enrolment__person__unit", "programme")
    return get_object_or_404(found, pk=question_id)


def _readable(request: SignedInRequest, question_id: int) -> GuidanceQuestion:
    """Load a question of the scope, or an answered one of a programme in which one takes part."""
    own = Enrolment.objects.filter(person=request.actor.person_id, state=EnrolmentState.ACTIVE)
    shared = GuidanceQuestion.objects.filter(state=GuidanceState.ANSWERED, programme__in=own.values("programme"))
    found = (permissions.visible_guidance(request.actor) | shared).distinct().select_related("enrolment__person__unit", "programme")
    return get_object_or_404(found, pk=question_id)


def _url(question: GuidanceQuestion) -> str:
    return reverse("workshops:guidance_question", args=[question.pk])
