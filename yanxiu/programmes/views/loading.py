"""What every page of a programme begins with: the programme as far as the actor may see it."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from yanxiu.kit.components import Tab
from yanxiu.kit.policy import SignedInRequest
from yanxiu.kit.text import whole_number
from yanxiu.programmes import permissions
from yanxiu.programmes.models import Programme


def visible_programme(request: SignedInRequest, programme_id: int) -> Programme:
    """Load a programme with owner and current version (without its text), or 404. Cost: one query."""
    found = permissions.visible_programmes(request.actor).select_related("owner", "current").defer("current__source")
    return get_object_or_404(found, pk=programme_id)


def tabs(programme: Programme, current: str) -> list[Tab]:
    """Return the pages of a programme beside each other."""
    pages = [
        ("programme", "方案"),
        ("participants", "参训教师"),
        ("offerings", "选课目录"),
        ("unit_dates", "起止时间"),
        ("compare", "版本比较"),
    ]
    return [Tab(label=label, url=reverse(f"programmes:{name}", args=[programme.pk]), current=name == current) for name, label in pages]


def number_of(raw: str) -> int | None:
    """Return a row's number from a URL or form; None for anything that cannot be one."""
    return whole_number(raw)
