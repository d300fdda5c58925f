"""Sign in, activate with a code, sign out, and what to do with a forgotten password."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, TooMany
from yanxiu.kit.forms import explain
from yanxiu.kit.network import client_network
from yanxiu.kit.policy import ActorRequest, SignedInRequest, public, signed_in_before_change
from yanxiu.people import actions, device, queries, sessions
from yanxiu.people.forms import CodeForm, FirstPasswordForm, SignInForm, TeachingsForm
from yanxiu.people.models import Account, Teaching

HOME = "/"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@public
def sign_in(request: ActorRequest) -> HttpResponse:
    """Ask for account and password, and let the person in (W-09)."""
    onward = _onward(request, request.POST.get("next") or request.GET.get("next", ""))
    if not request.actor.is_anonymous:
        return redirect(onward)
    form = SignInForm(request.POST or None)
    status, retry = 422 if request.method == "POST" else 200, 0
    if request.method == "POST" and form.is_valid():
        at = now()
        try:
            done = actions.sign_in(
                typed=form.cleaned_data["typed"], password=form.cleaned_data["password"], network=client_network(request),
                device_mark=request.COOKIES.get(device.COOKIE, ""), by=request.actor, at=at,
            )  # fmt: skip
        except DomainError as error:
            status = explain(form, error)
            retry = error.retry_after_seconds if isinstance(error, TooMany) else 0
        else:
            if done.opens_activation:
                sessions.remember_activation(request.session, account_id=done.account.pk, code_id=None, at=at)
                return redirect("people:activate")
            return _let_in(request, done.account, onward)
    response = htmx.page(request, "people/sign_in.html", {"form": form, "onward": onward}, status=status)
    if retry:
        response.headers["Retry-After"] = str(retry)
    return response


@require_POST
@signed_in_before_change
def sign_out(request: SignedInRequest) -> HttpResponse:
    """End the session, and have the browser forget what it kept (AU-12)."""
    held = sessions.account_id(request.session)
    if held is not None:
        actions.sign_out(account_id=held, session_id=sessions.opened_id(request.session), by=request.actor, at=now())
    sessions.end(request.session)
    response = redirect("people:sign_in")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@public
def activate(request: ActorRequest) -> HttpResponse:
    """Ask for account, name and activation code; the page that sets the password follows."""
    at = now()
    begun = sessions.activation(request.session, at=at)
    known = begun[0] if begun and begun[1] is None else None
    form = CodeForm(request.POST or None, is_known=known is not None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            proof = actions.prove_code(
                typed=form.cleaned_data.get("typed", ""), name=form.cleaned_data.get("name", ""), code=form.cleaned_data["code"],
                account_id=known, network=client_network(request), by=request.actor, at=at,
            )  # fmt: skip
        except DomainError as error:
            status = explain(form, error)
        else:
            sessions.remember_activation(request.session, account_id=proof.account_id, code_id=proof.code_id, at=at)
            return redirect("people:set_first_password")
    return htmx.page(request, "people/activate.html", {"form": form, "is_known": known is not None}, status=status)


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
@public
def set_first_password(request: ActorRequest) -> HttpResponse:
    """Set the password, confirm stage, subject and phone, and come in."""
    at = now()
    begun = sessions.activation(request.session, at=at)
    if begun is None or begun[1] is None:
        return redirect("people:activate")
    proof = actions.Proof(account_id=begun[0], code_id=begun[1])
    account = Account.objects.select_related("person__unit").get(pk=proof.account_id)
    taught = queries.teachings_of([account.person_id]).get(account.person_id, [])
    asks = bool(taught) or account.activated_at is None
    form = FirstPasswordForm(request.POST or None, asks_teachings=asks, initial=TeachingsForm.initial_of(taught))
    if not taught and asks:
        form.fields["main"].required = False
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        typed_mobile = form.cleaned_data["mobile"]
        try:
            account = actions.activate(
                proof=proof, password=form.cleaned_data["password"], teachings=_kept(form, taught) if asks else None,
                mobile_number=typed_mobile or None, by=request.actor, at=at,
            )  # fmt: skip
        except DomainError as error:
            status = explain(form, error)
        else:
            return _let_in(request, account, HOME)
    context = {"form": form, "person": account.person, "account": account, "is_first": account.activated_at is None}
    return htmx.page(request, "people/set_first_password.html", context, status=status)


@require_GET
@public
def forgotten(request: HttpRequest) -> HttpResponse:
    """Say how one gets back in: through the school, with a fresh activation slip."""
    return htmx.page(request, "people/forgotten.html", {})


def _kept(form: FirstPasswordForm, taught: Sequence[Teaching]) -> list[tuple[str, str]]:
    # The form shows two; what a person teaches beyond them stays.
    return [*form.teachings(), *((row.stage, row.subject) for row in taught[2:])]


def _let_in(request: ActorRequest, account: Account, onward: str) -> HttpResponse:
    at = now()
    agent = request.headers.get("User-Agent", "")
    opened = actions.open_session(account=account, agent=agent, network=client_network(request), by=request.actor, at=at)
    sessions.begin(request.session, account_id=account.pk, stamp=account.security_stamp, at=at, opened=opened.pk)
    rotate_token(request)
    response = redirect("people:change_password" if account.must_change_password else onward)
    response.set_cookie(
        device.COOKIE, device.issue(account.pk), max_age=device.LASTS_SECONDS, httponly=True, secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )  # fmt: skip
    return response


def _onward(request: HttpRequest, to: str) -> str:
    is_ours = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return to if is_ours else HOME
