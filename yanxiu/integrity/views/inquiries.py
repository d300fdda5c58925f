"""Inquiries for offices and schools: the list with its figures, and one with all its steps."""

import csv
from collections.abc import Callable

from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.files import queries as files
from yanxiu.integrity import actions, forms, permissions, queries, rules
from yanxiu.integrity.models import Enclosure, Finding, Inquiry, InquiryState, Outcome
from yanxiu.integrity.views.signals import tabs
from yanxiu.integrity.views.steps import chain
from yanxiu.kit import clock, htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Effect, Tab
from yanxiu.kit.components.wording import number
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.rules import holds


@require_GET
@requires(permissions.VIEW)
def inquiries(request: SignedInRequest) -> HttpResponse:
    """List inquiries, those due first, with how the others ended."""
    state = request.GET.get("state", "")
    state = state if state in (*InquiryState.values, queries.INCIDENTS) else ""
    visible = _others(request)
    page = paging.page_of(queries.listed(visible, state=state), number=paging.number_from(request.GET.get("page")))
    here = reverse("integrity:inquiries")
    states = [("", _("没有结的")), *((value, str(label)) for value, label in InquiryState.choices), (queries.INCIDENTS, _("研修事故"))]
    context = {
        "page": page,
        "state": state,
        "more": f"{here}?state={state}&page={page.following}" if page.has_more else "",
        "tabs": tabs("inquiries"),
        "states": [Tab(label=label, url=f"{here}?state={value}", current=value == state) for value, label in states],
        "outcomes": queries.outcomes(visible),
        "kinds": queries.kind_counts(permissions.visible_signals(request.actor)),
        "now": now(),
    }
    return htmx.page(request, "integrity/inquiries.html", context)


@require_GET
@requires(permissions.INQUIRE)
def export_inquiries(request: SignedInRequest) -> HttpResponse:
    """Give the inquiries of the scope as a table (CSV with a byte order mark, as Excel opens it)."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="inquiries-{clock.day(now()).isoformat()}.csv"'
    writer = csv.writer(answer)
    writer.writerow(["编号", "姓名", "单位", "方案", "状态", "立案", "答复截止", "决定", "不计学时", "申诉结果", "结案", "后果"])
    for row in queries.table(_others(request)):
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in row])
    return answer


@require_GET
@requires(permissions.VIEW)
def inquiry(request: SignedInRequest, inquiry_id: int) -> HttpResponse:
    """Show an inquiry; with a finding and records in the address, what that decision would do."""
    one = _one(request, inquiry_id)
    asked = request.GET if "finding" in request.GET else None
    return _page(request, one, given={"decide": forms.DecideForm(asked, countable=_countable(one))} if asked else {})


@require_POST
@requires(permissions.INQUIRE)
def ask(request: SignedInRequest, inquiry_id: int) -> HttpResponse:
    """Ask the teacher."""
    form = forms.AskForm(request.POST)
    return _done(
        request,
        inquiry_id,
        "ask",
        form,
        _("已请教师说明"),
        lambda one: actions.ask(
            inquiry=one, question=form.cleaned_data["question"], days=form.cleaned_data["days"], by=request.actor, at=now()
        ),
    )


@require_POST
@requires(permissions.VIEW)
def comment(request: SignedInRequest, inquiry_id: int) -> HttpResponse:
    """Say something for the school."""
    form = forms.CommentForm(request.POST)
    return _done(
        request,
        inquiry_id,
        "comment",
        form,
        _("学校说明已交"),
        lambda one: actions.comment(inquiry=one, text=form.cleaned_data["text"], by=request.actor, at=now()),
    )


@require_POST
@requires(permissions.INQUIRE)
def decide(request: SignedInRequest, inquiry_id: int) -> HttpResponse:
    """Decide."""
    form = forms.DecideForm(request.POST, countable=_countable(_one(request, inquiry_id)))
    return _done(
        request,
        inquiry_id,
        "decide",
        form,
        _("已作决定，教师会收到通知"),
        lambda one: actions.decide(
            inquiry=one,
            finding=Finding(form.cleaned_data["finding"]),
            reason=form.cleaned_data["reason"],
            record_ids=[int(raw) for raw in form.cleaned_data["records"]],
            by=request.actor,
            at=now(),
        ),
    )


@require_POST
@requires(permissions.HEAR)
def hear(request: SignedInRequest, inquiry_id: int) -> HttpResponse:
    """Decide an appeal."""
    form = forms.HearForm(request.POST)
    return _done(
        request,
        inquiry_id,
        "hear",
        form,
        _("申诉已决定，这件核查已结"),
        lambda one: actions.hear(
            inquiry=one, outcome=Outcome(form.cleaned_data["outcome"]), opinion=form.cleaned_data["opinion"], by=request.actor, at=now()
        ),
    )


@require_GET
@signed_in
def enclosure(request: SignedInRequest, enclosure_id: int) -> HttpResponse:
    """Go to a file of a statement, for whoever sees the inquiry."""
    seen = permissions.visible_inquiries(request.actor)
    one = get_object_or_404(Enclosure.objects.select_related("file"), pk=enclosure_id, statement__inquiry__in=seen)
    return htmx.redirect(request, files.link(one.file, person_id=request.person_id, at=now()))


def _done(request: SignedInRequest, inquiry_id: int, name: str, form: Form, note: str, act: Callable[[Inquiry], object]) -> HttpResponse:
    one, status = _one(request, inquiry_id), 422
    if form.is_valid():
        try:
            act(one)
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("integrity:inquiry", args=[one.pk]), note=note)
    return _page(request, one, given={name: form}, status=status)


def _page(request: SignedInRequest, one: Inquiry, *, given: dict[str, Form], status: int = 200) -> HttpResponse:
    whole, at = queries.whole(one), now()
    names = queries.people_in(whole.signals)
    offered = _forms(request, whole)
    form = {**offered, **{name: form for name, form in given.items() if name in offered}}
    context = {
        "whole": whole,
        "inquiry": one,
        "signals": [queries.shown(signal, names=names) for signal in whole.signals],
        "forms": form,
        "chain": chain(whole, at=at),
        "history": whole.history,
        "evidence": queries.evidence_of(whole.signals),
        "bars": [queries.said_of(bar) for bar in queries.bars_of(whole.decision)],
        "effects": _effects(form.get("decide")),
        "now": at,
        "rules": rules,
        "headline": _headline(one),
    }
    return htmx.page(request, "integrity/inquiry.html", context, status=status)


def _headline(one: Inquiry) -> str:
    words = {
        InquiryState.OPEN: _("%(name)s：已立案，先请本人说明"),
        InquiryState.ASKED: _("%(name)s：等本人说明"),
        InquiryState.ANSWERED: _("%(name)s：已说明，等决定"),
        InquiryState.DECIDED: _("%(name)s：已决定，可以申诉"),
        InquiryState.APPEALED: _("%(name)s：有申诉，等上一级决定"),
        InquiryState.CLOSED: _("%(name)s：已结"),
    }
    return words[InquiryState(one.state)] % {"name": one.person.name}


def _forms(request: SignedInRequest, whole: queries.Whole) -> dict[str, Form]:
    """The forms that this hat may send in this state."""
    one, actor = whole.inquiry, request.actor
    found: dict[str, Form] = {}
    is_undecided = one.state in (InquiryState.OPEN, InquiryState.ASKED, InquiryState.ANSWERED)
    if one.state == InquiryState.OPEN and holds(permissions.check_can_ask, actor, one):
        found["ask"] = forms.AskForm(initial={"question": _question(whole), "days": rules.ANSWER_DAYS})
    if is_undecided and holds(permissions.check_can_decide, actor, one):
        found["decide"] = forms.DecideForm(countable=_countable(one))
    if is_undecided and holds(permissions.check_can_comment, actor, one):
        found["comment"] = forms.CommentForm()
    if (
        one.state == InquiryState.APPEALED
        and whole.decision
        and holds(permissions.check_can_hear, actor, one, decided_by=whole.decision.decided_by)
    ):
        found["hear"] = forms.HearForm()
    return found


def _question(whole: queries.Whole) -> str:
    parts = [f"{one.on_day.month} 月 {one.on_day.day} 日：{'；'.join(one.facts.get('lines', [])[:1])}。" for one in whole.signals[:3]]
    return "\n".join([*parts, _("请说明当时的情况。")])


def _effects(form: Form | None) -> list[Effect]:
    if not isinstance(form, forms.DecideForm) or not form.is_bound:
        return []
    chosen = _sent(form) if form.data.get("finding") in (Finding.HOURS, Finding.INCIDENT) else frozenset()
    before = sum(one.hours for one in form.countable)
    lost = sum(one.hours for one in form.countable if str(one.id) in chosen)
    return [
        Effect(label=_("计入的学时"), now=number(before), then=number(before - lost), tone="late" if lost else ""),
        *_barred(form),
        Effect(label=_("计入的记录"), now=str(len(form.countable)), then=str(len(form.countable) - len(chosen))),
    ]


def _barred(form: Form) -> list[Effect]:
    is_incident = form.data.get("finding") == Finding.INCIDENT
    return [Effect(label=_("本学年度师德考核"), now=_("可评优秀"), then=_("不评优秀"), tone="late")] if is_incident else []


def _sent(form: forms.DecideForm) -> frozenset[str]:
    return frozenset(form.data.getlist("records")) if isinstance(form.data, QueryDict) else frozenset()


def _countable(one: Inquiry) -> list[queries.Countable]:
    return queries.countable_records(one.person_id, one.programme_id)


def _others(request: SignedInRequest) -> QuerySet[Inquiry]:
    return permissions.visible_inquiries(request.actor).exclude(person_id=request.person_id)


def _one(request: SignedInRequest, inquiry_id: int) -> Inquiry:
    return get_object_or_404(_others(request).select_related("person__unit", "seat", "appeal_seat"), pk=inquiry_id)
