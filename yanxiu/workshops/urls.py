"""Addresses of workshops."""

from django.urls import URLPattern, path

from yanxiu.workshops.views import correcting, desk, members, spaces, talk, writing

app_name = "workshops"
urlpatterns: list[URLPattern] = [
    path("", spaces.spaces, name="spaces"),
    path("open/", spaces.open_space, name="open_space"),
    path("<int:space_id>/", spaces.space, name="space"),
    path("<int:space_id>/describe/", spaces.describe, name="describe"),
    path("<int:space_id>/check-in/", spaces.check_in, name="check_in"),
    path("<int:space_id>/members/", members.members, name="members"),
    path("<int:space_id>/requests/", members.requests, name="requests"),
    path("<int:space_id>/request-join/", members.request_join, name="request_join"),
    path("<int:space_id>/approve-join/", members.approve_join, name="approve_join"),
    path("<int:space_id>/refuse-join/", members.refuse_join, name="refuse_join"),
    path("<int:space_id>/leave/", members.leave, name="leave"),
    path("<int:space_id>/open-sub-workshop/", members.open_sub_workshop, name="open_sub_workshop"),
    path("<int:space_id>/appoint-host/", members.appoint_host, name="appoint_host"),
    path("<int:space_id>/desk/", desk.desk, name="desk"),
    path("<int:space_id>/briefings/", writing.briefings, name="briefings"),
    path("<int:space_id>/write/<slug:kind>/", writing.write, name="write"),
    path("<int:space_id>/discussions/", talk.discussions, name="discussions"),
    path("<int:space_id>/open-discussion/", talk.open_discussion, name="open_discussion"),
    path("<int:space_id>/questions/", talk.questions, name="questions"),
    path("<int:space_id>/ask/", talk.ask, name="ask"),
    path("posts/<int:post_id>/", talk.thread, name="thread"),
    path("posts/<int:post_id>/edit/", writing.edit_draft, name="edit_draft"),
    path("posts/<int:post_id>/publish/", writing.publish, name="publish"),
    path("posts/<int:post_id>/mark-read/", writing.mark_read, name="mark_read"),
    path("posts/<int:post_id>/readers/", writing.readers, name="readers"),
    path("posts/<int:post_id>/reply/", talk.reply, name="reply"),
    path("posts/<int:post_id>/answer/", talk.answer, name="answer"),
    path("posts/<int:post_id>/accept-answer/", talk.accept_answer, name="accept_answer"),
    path("posts/<int:post_id>/correct/", correcting.correct, name="correct"),
    path("posts/<int:post_id>/versions/", correcting.versions, name="versions"),
    path("posts/<int:post_id>/hide/", talk.hide, name="hide"),
    path("posts/<int:post_id>/restore/", talk.restore, name="restore"),
]
