"""Addresses of orgs."""

from django.urls import URLPattern, path

from yanxiu.orgs import views

app_name = "orgs"
urlpatterns: list[URLPattern] = [
    path("", views.units, name="units"),
    path("new/", views.register, name="register"),
    path("<int:unit_id>/rename/", views.rename, name="rename"),
    path("<int:unit_id>/move/", views.move, name="move"),
    path("<int:unit_id>/close/", views.close, name="close"),
]
