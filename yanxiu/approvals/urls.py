"""Addresses of the review chain."""

from django.urls import URLPattern, path

from yanxiu.approvals.views import inbox

app_name = "approvals"
urlpatterns: list[URLPattern] = [
    path("", inbox.inbox, name="inbox"),
    path("decide/", inbox.decide_many, name="decide_many"),
    path("<int:chain_id>/", inbox.chain, name="chain"),
    path("<int:chain_id>/decide/", inbox.decide, name="decide"),
    path("<int:chain_id>/undo/", inbox.undo, name="undo"),
    path("<int:chain_id>/withdraw/", inbox.withdraw, name="withdraw"),
]
