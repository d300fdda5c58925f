"""What is being typed into a form and is not stored yet, kept with the sign-in of the one who types."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from yanxiu.kit import htmx
from yanxiu.kit.clock import local, now
from yanxiu.kit.errors import Invalid

MOST_CHARACTERS = 50_000
MOST_FORMS = 5
_KEY = "typed_forms"


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The fields as they were sent, and when."""

    values: Mapping[str, str]
    saved_at: datetime


def handled(request: HttpRequest, form: str) -> HttpResponse | None:
    """Answer the form that keeps itself, and the button that throws away what was kept; None for all else. Raises Invalid when too long."""
    if request.method != "POST":
        return None
    if request.headers.get("Accept", "").startswith("application/json"):
        at = now()
        _keep(request, form, at=at)
        return JsonResponse({"at": f"{local(at):%H:%M}"})
    if "discard" in request.POST:
        forget(request, form)
        return htmx.redirect(request, request.get_full_path(), note=_("没存的内容已丢弃"))
    return None


def kept(request: HttpRequest, form: str) -> Typed | None:
    """Return what was typed and not stored. Cost: none."""
    found = request.session.get(_KEY, {}).get(form)
    return Typed(values=found["values"], saved_at=datetime.fromisoformat(found["at"])) if found else None


def forget(request: HttpRequest, form: str) -> None:
    """Forget it: it is stored, or not wanted."""
    forms = request.session.get(_KEY, {})
    if form in forms:
        request.session[_KEY] = {name: one for name, one in forms.items() if name != form}


def _keep(request: HttpRequest, form: str, *, at: datetime) -> None:
    values = {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    if sum(map(len, values.values())) > MOST_CHARACTERS:
        raise Invalid(_("写得太长，先存不下：一页最多 5 万字。请现在就存。"))
    others = [(name, one) for name, one in request.session.get(_KEY, {}).items() if name != form]
    request.session[_KEY] = dict([*others[-(MOST_FORMS - 1) :], (form, {"at": at.isoformat(), "values": values})])
