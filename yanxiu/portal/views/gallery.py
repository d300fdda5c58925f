"""The component gallery `/_ui/`: every component with realistic content, in both languages, light, dark and 大字."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from yanxiu.kit import icons
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import NotFound
from yanxiu.kit.policy import public
from yanxiu.portal import gallery

THEMES = ("auto", "light", "dark")
SIZES = ("normal", "large")


@public
def components(request: HttpRequest, section: str = "home") -> HttpResponse:
    """Show one section of the gallery; `theme`, `size` and `language` in the query change how."""
    if section not in gallery.SECTIONS:
        raise NotFound("组件页里没有这一节。可从上方的页签里选。")
    theme = request.GET.get("theme", "auto")
    size = request.GET.get("size", "normal")
    language = "en" if request.GET.get("language") == "en" else "zh-hans"
    with translation.override(language):
        frame = replace(gallery.frame(section), theme=theme if theme in THEMES else "auto", text_size=size if size in SIZES else "normal")
        context = {
            **gallery.examples(),
            "frame": frame,
            "sections": _tabs(request, section),
            "section": section,
            "icon_names": icons.names(),
            "form": gallery.form(bound="problems" in request.GET),
        }
        return render(request, f"portal/gallery/{section}.html", context)


def _tabs(request: HttpRequest, current: str) -> list[Tab]:
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [
        Tab(label=label, url=reverse("portal:components", args=[name]) + query, current=name == current)
        for name, label in gallery.SECTIONS.items()
    ]
