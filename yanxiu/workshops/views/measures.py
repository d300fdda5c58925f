"""Measures: taking one, the list of those taken, one with its appeal, one's own; reporting; a returned post written anew."""

from collections.abc import Callable

from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.integrity import rules
from yanxiu.integrity.forms import AppealForm, HearForm
from yanxiu.integrity.models import Measure, MeasureAppeal, MeasureKind, ReportReason, Ruling
from yanxiu.integrity.report_forms import ReportForm
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Filter, Option
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.rich_text import shown
from yanxiu.kit.rules import holds
from yanxiu.kit.text import plain
from yanxiu.people.models import Person
from yanxiu.workshops import actions, permissions
from yanxiu.workshops.likeness import POST
from yanxiu.workshops.models import Membership, Post
from yanxiu.workshops.order_forms import MeasureForm, ReviseForm, SilenceForm, UndoForm
from yanxiu.workshops.queries import order
from yanxiu.workshops.queries.likeness import alike_posts
from yanxiu.workshops.views import loading

MODERATE = Permission.WORKSHOPS_MODERATE
SANDBOX = "sandbox; default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@require_http_methods(["GET", "POST"])
@signed_in
def report_post(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Report what is against the rules."""
    post = loading.post_of(request, post_id)
    form = ReportForm(request.POST or None)

    def act() -> str:
        actions.report_post(
            post=post, reason=ReportReason(form.cleaned_data["reason"]), words=form.cleaned_data["words"], by=request.actor, at=now()
        )
        return _("已收到举报，处理结果会通知您")

    context = {
        "post": post,
        "heading": order.heading(post),
        "space": post.space,
        "words": order.plain_words(post),
        "tabs": loading.tabs(request, post.space, ""),
    }
    return _form(request, form, act, "workshops/report.html", context, to=_thread(post))


@require_http_methods(["GET", "POST"])
@requires(MODERATE)
def take_measure(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Show a post to whoever keeps order, as plain words, and take a measure about it."""
    post = loading.post_of(request, post_id)
    permissions.check_can_act_on(request.actor, post)
    form = MeasureForm(request.POST or None)

    def act() -> str:
        facts = form.cleaned_data
        rule, kind, at = ReportReason(facts["rule"]), MeasureKind(facts["kind"]), now()
        with transaction.atomic():
            if facts["refer"]:
                actions.refer_posts(posts=[post], rule=rule, reason=facts["reason"], by=request.actor, at=at)
            actions.take_measure(post=post, kind=kind, rule=rule, reason=facts["reason"], by=request.actor, at=at)
        return _("已%(kind)s，作者会收到通知，可以申诉") % {"kind": kind.label}

    alike = alike_posts([post]).get(post.pk)
    context = {
        "post": post, "heading": order.heading(post), "space": post.space, "alike": alike, "days": rules.APPEAL_DAYS,
        "author": post.author, "membership": Membership.objects.filter(workshop=post.space.counted_id, person=post.author_id).first(),
        "earlier": order.own_measures(post.author_id).filter(space_id__in=post.space.reading_ids)[:5],
    }  # fmt: skip
    return _form(request, form, act, "workshops/take_measure.html", context, to=reverse("workshops:space_order", args=[post.space_id]))


@require_GET
@requires(MODERATE)
def look(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Show a post formatted in a page of its own that may run nothing, load nothing and send nothing (security XS-09)."""
    post = loading.post_of(request, post_id)
    permissions.check_can_act_on(request.actor, post)
    answer = HttpResponse(render_to_string("workshops/look.html", {"post": post, "body": shown(post.body)}))
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_http_methods(["GET", "POST"])
@requires(MODERATE)
def silence(request: SignedInRequest, space_id: int, person_id: int) -> HttpResponse:
    """Mute a member or send her out."""
    space = loading.inside(request, space_id)
    person = get_object_or_404(Person.objects.select_related("unit"), pk=person_id)
    permissions.check_can_act_against(request.actor, space, person.pk)
    form = SilenceForm(request.POST or None)

    def act() -> str:
        facts = form.cleaned_data
        actions.silence(
            space=space, person=person, kind=MeasureKind(facts["kind"]), days=facts["days"], rule=ReportReason(facts["rule"]),
            reason=facts["reason"], by=request.actor, at=now(),
        )  # fmt: skip
        return _("已办理，本人会收到通知，可以申诉")

    context = {
        "space": space, "person": person, "tabs": loading.tabs(request, space, "members"),
        "earlier": order.own_measures(person.pk).filter(space_id__in=space.reading_ids)[:5],
    }  # fmt: skip
    return _form(request, form, act, "workshops/silence.html", context, to=reverse("workshops:space_order", args=[space.pk]))


@require_http_methods(["GET", "POST"])
@signed_in
def revise_post(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Write a returned post anew."""
    post = loading.post_of(request, post_id)
    permissions.check_is_author(request.actor, post)
    form = ReviseForm(request.POST or None, initial={"title": post.title, "source": post.source})

    def act() -> str:
        actions.revise_post(post=post, title=form.cleaned_data["title"], source=form.cleaned_data["source"], by=request.actor, at=now())
        return _("已交，主持人看过就公开")

    context = {"post": post, "heading": order.heading(post), "space": post.space}
    return _form(request, form, act, "workshops/revise.html", context, to=reverse("workshops:space", args=[post.space_id]))


@require_GET
@requires(MODERATE)
def measures(request: SignedInRequest) -> HttpResponse:
    """List the measures of the spaces that one keeps, the latest first."""
    space_id, kind, name = request.GET.get("space", ""), request.GET.get("kind", ""), plain(request.GET.get("q", ""))[:60]
    space = loading.inside(request, int(space_id)) if space_id.isdecimal() and len(space_id) < 12 else None
    kind = kind if kind in MeasureKind.values else ""
    spaces = permissions.kept_spaces(request.actor)
    found = order.measures_of(spaces if space is None else order.below(spaces, space), kind=kind, name=name)
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    kept = {key: value for key, value in (("space", space_id if space else ""), ("kind", kind), ("q", name)) if value}

    def link(**changed: str | int) -> str:
        return "?" + urlencode({key: value for key, value in {**kept, **changed}.items() if value})

    options = [Option(label=_("全部"), url=link(kind=""), current=not kind)]
    options += [Option(label=str(label), url=link(kind=value), current=value == kind) for value, label in MeasureKind.choices]
    chosen = MeasureKind(kind).label if kind else _("全部")
    context = {
        "page": page, "more": link(page=page.following) if page.has_more else "", "q": name, "kind": kind, "space": space,
        "tabs": loading.tabs(request, space, "space_order") if space is not None else [],
        "filters": [Filter(label=_("种类"), value=str(chosen), options=options)],
    }  # fmt: skip
    return htmx.page(request, "workshops/measures.html", context)


@require_GET
@signed_in
def my_measures(request: SignedInRequest) -> HttpResponse:
    """List what was done about the person's own words and seats, with the way to appeal."""
    page = paging.page_of(order.own_measures(request.person_id), number=paging.number_from(request.GET.get("page")))
    returned = Post.objects.filter(author_id=request.person_id, state="draft").exclude(returned_for="").select_related("space", "parent")
    context = {
        "page": page, "more": f"?page={page.following}" if page.has_more else "",
        "returned": [(one, order.heading(one)) for one in returned.order_by("-pk")[:20]],
        "now": now(),
    }  # fmt: skip
    return htmx.page(request, "workshops/my_measures.html", context)


@require_GET
@signed_in
def measure(request: SignedInRequest, measure_id: int) -> HttpResponse:
    """Show a measure with what can be done about it by whoever looks."""
    return _measure(request, _one(request, measure_id))


@require_POST
@requires(MODERATE)
def undo_measure(request: SignedInRequest, measure_id: int) -> HttpResponse:
    """Undo a measure."""
    one, form = _one(request, measure_id), UndoForm(request.POST)
    return _done(
        request, one, "undo", form, _("已撤销，内容和计数照原样恢复"),
        lambda: actions.undo_measure(measure=one, reason=form.cleaned_data["reason"], by=request.actor, at=now()),
    )  # fmt: skip


@require_POST
@signed_in
def appeal_measure(request: SignedInRequest, measure_id: int) -> HttpResponse:
    """Appeal against a measure."""
    one, form = _one(request, measure_id), AppealForm(request.POST)
    return _done(
        request, one, "appeal", form, _("申诉已交，由上一级另一位人员决定"),
        lambda: actions.appeal_measure(measure=one, reason=form.cleaned_data["reason"], by=request.actor, at=now()),
    )  # fmt: skip


@require_POST
@requires(Permission.INTEGRITY_HEAR)
def rule_on_appeal(request: SignedInRequest, measure_id: int) -> HttpResponse:
    """Rule on the appeal against a measure."""
    one, form = _one(request, measure_id), HearForm(request.POST, outcomes=Ruling)
    appeal = get_object_or_404(MeasureAppeal.objects.select_related("measure__appeal_seat"), measure=one)
    return _done(
        request, one, "hear", form, _("申诉已决定，本人会收到通知"),
        lambda: actions.rule_on_appeal(
            appeal=appeal, ruling=Ruling(form.cleaned_data["outcome"]), opinion=form.cleaned_data["opinion"], by=request.actor, at=now()
        ),
    )  # fmt: skip


def _one(request: SignedInRequest, measure_id: int) -> Measure:
    found = permissions.visible_measures(request.actor).select_related("person__unit", "appeal_seat")
    return get_object_or_404(found, pk=measure_id)


def _measure(request: SignedInRequest, one: Measure, *, given: dict[str, Form] | None = None, status: int = 200) -> HttpResponse:
    appeal = MeasureAppeal.objects.select_related("measure__appeal_seat", "seat").filter(measure=one).first()
    actor, at, forms = request.actor, now(), dict[str, Form]()
    is_own = one.person_id == request.person_id
    if one.undone_at is None and holds(permissions.check_can_undo, actor, one):
        forms["undo"] = UndoForm()
    if is_own and one.undone_at is None and appeal is None and at < one.appeal_due_at:
        forms["appeal"] = AppealForm()
    if appeal is not None and appeal.ruled_at is None and holds(permissions.check_can_rule, actor, appeal):
        forms["hear"] = HearForm(outcomes=Ruling)
    post = Post.objects.select_related("space", "parent").filter(pk=one.object_id or 0).first() if one.object_type == POST else None
    forms |= {name: form for name, form in (given or {}).items() if name in forms}
    context = {
        "one": one, "appeal": appeal, "forms": forms, "is_own": is_own, "post": post, "now": at,
        "words": order.plain_words(post, most=400) if post is not None else "", "rule": ReportReason(one.rule).label,
        "may_revise": is_own and post is not None and post.state == "draft" and bool(post.returned_for),
    }  # fmt: skip
    return htmx.page(request, "workshops/measure.html", context, status=status)


def _done(request: SignedInRequest, one: Measure, name: str, form: Form, note: str, act: Callable[[], object]) -> HttpResponse:
    status = 422
    if form.is_valid():
        try:
            act()
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:measure", args=[one.pk]), note=note)
    return _measure(request, _one(request, one.pk), given={name: form}, status=status)


def _form(
    request: SignedInRequest, form: Form, act: Callable[[], str], template: str, context: dict[str, object], *, to: str
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                note = act()
            except DomainError as error:
                status = explain(form, error)
            else:
                return htmx.redirect(request, to, note=note)
    return htmx.page(request, template, {**context, "form": form}, status=status)


def _thread(post: Post) -> str:
    where = reverse("workshops:thread", args=[post.thread_id])
    return where if post.parent_id is None else f"{where}#p{post.pk}"
