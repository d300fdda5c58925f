"""Addresses of drafts."""

from django.urls import URLPattern, path

from yanxiu.drafts import views

app_name = "drafts"
urlpatterns: list[URLPattern] = [
    path("", views.drafts, name="drafts"),
    path("keep/<path:sealed>/", views.keep, name="keep"),
    path("<int:draft_id>/discard/", views.discard, name="discard"),
    path("<int:draft_id>/take-up/", views.take_up, name="take_up"),
    path("<int:draft_id>/put-back/", views.put_back, name="put_back"),
]
