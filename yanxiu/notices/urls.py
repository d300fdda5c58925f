"""Addresses of messages."""

from django.urls import URLPattern, path

from yanxiu.notices.views import inbox, office

app_name = "notices"
urlpatterns: list[URLPattern] = [
    path("messages/", inbox.inbox, name="inbox"),
    path("messages/read/", inbox.mark_all_read, name="mark_all_read"),
    path("messages/<int:delivery_id>/", inbox.message, name="message"),
    path("messages/<int:delivery_id>/open/", inbox.open_message, name="open_message"),
    path("notices/", office.notices, name="notices"),
    path("notices/issue/", office.issue, name="issue"),
    path("notices/<int:notice_id>/", office.notice, name="notice"),
    path("notices/<int:notice_id>/print/", office.print_notice, name="print_notice"),
]
