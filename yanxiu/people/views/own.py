"""What a person sets for herself: password, phone, what she teaches, how the pages look."""

from datetime import timedelta

from django.conf import settings as config
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.components import Fact
from yanxiu.kit.errors import DomainError, Invalid
from yanxiu.kit.forms import explain
from yanxiu.kit.network import client_network
from yanxiu.kit.policy import ActorRequest, SignedInRequest, public, signed_in, signed_in_before_change
from yanxiu.people import actions, queries, sessions
from yanxiu.people.forms import ChangePasswordForm, MobileForm, TeachingsForm
from yanxiu.people.models import Account, Person

_COOKIE_DAYS = 400


@require_GET
@signed_in
def settings(request: SignedInRequest) -> HttpResponse:
    """Show what one can set: phone, password, stage and subject, text size, colours."""
    return _settings_page(request)


@require_POST
@signed_in
def set_mobile(request: SignedInRequest) -> HttpResponse:
    """Keep one's mobile number."""
    form = MobileForm(request.POST)
    if not form.is_valid():
        return _settings_page(request, mobile_form=form, status=422)
    try:
        actions.set_mobile(person=_me(request), number=form.cleaned_data["mobile"], by=request.actor, at=now())
    except DomainError as error:
        return _settings_page(request, mobile_form=form, status=explain(form, error))
    return htmx.redirect(request, "people:settings", note=_("手机号已存"))


@require_POST
@signed_in
def set_teachings(request: SignedInRequest) -> HttpResponse:
    """Keep what one teaches."""
    form = TeachingsForm(request.POST)
    if not form.is_valid():
        return _settings_page(request, teachings_form=form, status=422)
    try:
        actions.set_teachings(person=_me(request), teachings=form.teachings(), by=request.actor, at=now())
    except DomainError as error:
        return _settings_page(request, teachings_form=form, status=explain(form, error))
    return htmx.redirect(request, "people:settings", note=_("学段学科已存"))


@sensitive_post_parameters("old", "password", "again")
@require_http_methods(["GET", "POST"])
@signed_in_before_change
def change_password(request: SignedInRequest) -> HttpResponse:
    """Change one's own password; all other sessions end."""
    account = Account.objects.select_related("person").get(person=request.person_id)
    form = ChangePasswordForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            stamp = actions.change_password(
                account=account, old=form.cleaned_data["old"], new=form.cleaned_data["password"], network=client_network(request),
                by=request.actor, at=now(),
            )  # fmt: skip
        except DomainError as error:
            status = explain(form, error)
        else:
            sessions.restamp(request.session, stamp=stamp)
            return htmx.redirect(request, "/", note=_("密码已换，其他地方的登录都已退出"))
    return htmx.page(
        request, "people/change_password.html", {"form": form, "account": account, "is_forced": account.must_change_password}, status=status
    )


@require_POST
@public
def set_text_size(request: ActorRequest) -> HttpResponse:
    """Remember normal or large text: with the account, and in this browser for the pages before sign-in."""
    chosen = request.POST.get("text_size", "")
    _check(chosen, actions.TEXT_SIZES)
    if not request.actor.is_anonymous:
        actions.set_text_size(person=_me(request), text_size=chosen, by=request.actor, at=now())
    return _remembered(request, "text_size", chosen)


@require_POST
@public
def set_theme(request: ActorRequest) -> HttpResponse:
    """Remember light, dark or automatic colours: with the account, and in this browser for the pages before sign-in."""
    chosen = request.POST.get("theme", "")
    _check(chosen, actions.THEMES)
    if not request.actor.is_anonymous:
        actions.set_theme(person=_me(request), theme=chosen, by=request.actor, at=now())
    return _remembered(request, "theme", chosen)


@require_POST
@signed_in
def end_session(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Sign out one of one's devices; the one in hand signs out altogether."""
    ended = actions.end_session(person=_me(request), session_id=session_id, by=request.actor, at=now())
    return htmx.redirect(request, "people:settings", note=_("“%(device)s”已退出") % {"device": ended.device})


@require_POST
@signed_in
def end_other_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign out all of one's devices but the one in hand."""
    keep = sessions.opened_id(request.session)
    ended, stamp = actions.end_other_sessions(person=_me(request), keep=keep, by=request.actor, at=now())
    sessions.restamp(request.session, stamp=stamp)
    note = _("%(count)d 台设备已退出，只留这一台") % {"count": ended} if ended else _("别处都已退出，只留这一台")
    return htmx.redirect(request, "people:settings", note=note)


def _check(chosen: str, choices: tuple[str, ...]) -> None:
    if chosen not in choices:
        raise Invalid(_("没有这个选项，请从页面上的按钮里选。"))


def _remembered(request: HttpRequest, name: str, value: str) -> HttpResponse:
    back = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = redirect(back if is_ours else "/")
    response.set_cookie(name, value, max_age=_COOKIE_DAYS * 86_400, httponly=True, samesite="Lax", secure=request.is_secure())
    return response


def _me(request: HttpRequest) -> Person:
    return Person.objects.select_related("unit").get(pk=request.actor.person_id)  # type: ignore[attr-defined]  # ActorRequest


def _settings_page(
    request: SignedInRequest, *, mobile_form: MobileForm | None = None, teachings_form: TeachingsForm | None = None, status: int = 200
) -> HttpResponse:
    account = Account.objects.select_related("person__unit").get(person=request.person_id)
    person = account.person
    taught = queries.teachings_of([person.pk]).get(person.pk, [])
    facts = [
        Fact(label=_("姓名"), value=person.name),
        Fact(label=_("账号"), value=account.username),
        Fact(label=_("单位"), value=person.unit.name if person.unit else _("没有登记单位")),
        Fact(label=_("证件号"), value=person.identity_hint or _("没有登记")),
        Fact(label=_("手机号"), value=person.mobile_hint or _("没有登记")),
    ]
    here = sessions.opened_id(request.session)
    opened = queries.open_sessions(account, since=now() - timedelta(seconds=config.SESSION_COOKIE_AGE))
    context = {
        "account": account,
        "facts": facts,
        "here": next((one for one in opened if one.pk == here), None),
        "others": [one for one in opened if one.pk != here],
        "mobile_form": mobile_form or MobileForm(auto_id="mobile_%s"),
        "teachings_form": teachings_form or TeachingsForm(initial=TeachingsForm.initial_of(taught), auto_id="teaching_%s"),
    }
    return htmx.page(request, "people/settings.html", context, status=status)
