"""Addresses of insight."""

from django.urls import URLPattern, path

from yanxiu.insight.views import boards, circulars, laggards

app_name = "insight"
urlpatterns: list[URLPattern] = [
    path("board/", boards.board, name="board"),
    path("board/recount/", boards.recount, name="recount"),
    path("laggards/", laggards.laggards, name="laggards"),
    path("laggards/remind/", laggards.remind, name="remind"),
    path("laggards/export/", laggards.export_progress, name="export_progress"),
    path("circulars/new/", circulars.draft_circular, name="draft_circular"),
    path("circulars/issue/", circulars.issue_circular, name="issue_circular"),
]
