"""Certificates: issuing, the paper, revoking; and the public page that checks one."""

import io

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.credits import actions, certificates, permissions, queries
from yanxiu.credits.forms import CodeForm, ReasonForm
from yanxiu.credits.models import Certificate
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import Invalid
from yanxiu.kit.policy import ActorRequest, SignedInRequest, public, requires, signed_in
from yanxiu.kit.text import whole_numbers
from yanxiu.people import throttle
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme
from yanxiu.programmes.permissions import visible_programmes

CHECKS_A_WINDOW = 60  # of one network in fifteen minutes: enough for a reader of certificates, not for a scraper
ISSUED_AT_ONCE = 500


@require_POST
@requires(Permission.CREDITS_CERTIFY)
def issue(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Issue to the people chosen, or to all who pass (at most 500 at once)."""
    programme = get_object_or_404(
        visible_programmes(request.actor).exclude(current=None).select_related("owner", "current"), pk=programme_id
    )
    done = actions.issue_all(programme=programme, people=_people(request, programme), by=request.actor, at=now())
    note = f"发出 {done.issued} 份证书"
    if done.refused:
        note += f"，{len(done.refused)} 人没有发：{done.refused[0][1]}"
    return htmx.redirect(request, reverse("credits:settlement", args=[programme.pk]), note=note)


def _people(request: SignedInRequest, programme: Programme) -> list[Person]:
    chosen = whole_numbers(request.POST.getlist("person"))[:ISSUED_AT_ONCE]
    if not chosen:
        page, _counts = queries.outcomes_of(programme, request.actor, at=now(), passed=True, size=5_000)
        chosen = [row.person_id for row in page.rows if row.certificate_id is None][:ISSUED_AT_ONCE]
    return list(permissions.visible_ledgers(request.actor).filter(pk__in=chosen).select_related("unit").order_by("sort_key", "pk"))


@require_GET
@signed_in
def certificate(request: SignedInRequest, certificate_id: int) -> FileResponse:
    """Give the signed PDF to its holder, or to an office in scope."""
    from yanxiu.credits import certificate_pdf  # typst and pyhanko: 25 MB and 0.5 s that only making a certificate should cost

    found = get_object_or_404(permissions.visible_certificates(request.actor), pk=certificate_id)
    facts = {**found.facts, "verify_url": certificates.verify_url().split("://", 1)[-1].rstrip("/")}
    pdf = certificate_pdf.sign(certificate_pdf.render(facts, url=certificates.verify_url(found.code)))
    return FileResponse(io.BytesIO(pdf), content_type="application/pdf", as_attachment=False, filename=f"{found.number}.pdf")


@require_POST
@requires(Permission.CREDITS_CERTIFY)
def revoke(request: SignedInRequest, certificate_id: int) -> HttpResponse:
    """Revoke a certificate, with a reason."""
    found = get_object_or_404(permissions.visible_certificates(request.actor).select_related("programme", "person"), pk=certificate_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Invalid("没有撤销：请写明原因，至少两个字。")
    actions.revoke(certificate=found, reason=form.cleaned_data["reason"], by=request.actor, at=now())
    return htmx.redirect(request, reverse("credits:ledger", args=[found.person_id]), note="证书已撤销，核验页立即显示")


@require_GET
@public
def verify(request: ActorRequest) -> HttpResponse:
    """Ask for a number; a given one leads to its page."""
    form = CodeForm(request.GET or None)
    if form.is_bound and form.is_valid():
        code = certificates.code_in(form.cleaned_data["number"])
        if code:
            return htmx.redirect(request, reverse("credits:verify_certificate", args=[code]))
        form.add_error("number", "编号不完整：去掉年份应有 20 位字母和数字，请对照证书左下角再输一次")
    return htmx.page(request, "credits/verify.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
@public
def verify_certificate(request: ActorRequest, code: str) -> HttpResponse:
    """Say whether a certificate is valid, revoked, altered or unknown; the name is part-masked (security CE-02)."""
    throttle.take({f"verify:{request.META.get('REMOTE_ADDR', '')}": CHECKS_A_WINDOW}, at=now())
    found = queries.certificate_by_code(certificates.code_in(code))
    state = _state(found)
    context = {
        "state": state,
        "certificate": found,
        "name": certificates.masked(found.facts["name"]) if found else "",
        "at": now(),
        "form": CodeForm(),
    }
    return htmx.page(request, "credits/verified.html", context, status=404 if found is None else 200)


def _state(found: Certificate | None) -> str:
    if found is None:
        return "unknown"
    if not certificates.is_genuine(found):
        return "altered"
    return "revoked" if found.revoked_at else "valid"
