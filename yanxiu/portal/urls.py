"""Addresses of portal."""

from django.urls import URLPattern, path

from yanxiu.portal.views import gallery

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("_ui/", gallery.components, name="components"),
    path("_ui/<slug:section>/", gallery.components, name="components"),
]
