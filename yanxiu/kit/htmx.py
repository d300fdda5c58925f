"""The one place that knows htmx: a part of the same template for htmx, the whole page or a redirect for everybody else."""

from collections.abc import Mapping

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

NOTE_KEY = "note"


def is_htmx(request: HttpRequest) -> bool:
    """Tell whether htmx asks for a part (boosted and history requests want the page)."""
    details = getattr(request, "htmx", None)
    return details is not None and bool(details) and not details.boosted and not details.history_restore_request


def page(request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    """Render the page; if htmx targets an element that is a named partial of the template, only that part."""
    target = getattr(getattr(request, "htmx", None), "target", None) if is_htmx(request) else None
    name = f"{template}#{target}" if target and _has_partial(template, target) else template
    response = render(request, name, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def swap(request: HttpRequest, partial: str, context: Mapping[str, object], *, otherwise: object, note: str = "") -> HttpResponse:
    """After an action: the named partial (`template.html#name`) for htmx, else a redirect to `otherwise` that shows `note`."""
    if not is_htmx(request):
        return redirect(request, otherwise, note=note)
    response = render(request, partial, {**context, "note": note})
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def redirect(request: HttpRequest, to: object, *, note: str = "") -> HttpResponse:
    """Go to another page of ours, which shows `note` once."""
    url = resolve_url(to)  # type: ignore[arg-type]  # models, names and paths, as Django takes them
    if note:
        request.session[NOTE_KEY] = note
    return HttpResponseClientRedirect(url) if is_htmx(request) else HttpResponseRedirect(url)


def take_note(session: SessionBase) -> str:
    """Return the note left by the last action and forget it."""
    return str(session.pop(NOTE_KEY, "")) if NOTE_KEY in session else ""


def _has_partial(template: str, name: str) -> bool:
    try:
        get_template(f"{template}#{name}")
    except TemplateDoesNotExist:
        return False
    return True
