"""Addresses of assessment: tests, homework, observations, marking, and the scores of a case."""

from django.urls import URLPattern, path

from yanxiu.assessment.views import homework, marking, observing, testing

app_name = "assessment"
urlpatterns: list[URLPattern] = [
    path("tests/<int:enrolment_id>/<int:step_id>/", testing.test, name="test"),
    path("tests/<int:enrolment_id>/<int:step_id>/start/", testing.start, name="start"),
    path("attempts/<int:attempt_id>/", testing.attempt, name="attempt"),
    path("attempts/<int:attempt_id>/save/", testing.save_answers, name="save_answers"),
    path("attempts/<int:attempt_id>/hand-in/", testing.hand_in, name="hand_in"),
    path("homework/<int:enrolment_id>/<int:step_id>/", homework.homework, name="homework"),
    path("homework/<int:enrolment_id>/<int:step_id>/save/", homework.save_homework, name="save_homework"),
    path("homework/<int:enrolment_id>/<int:step_id>/submit/", homework.submit_homework, name="submit_homework"),
    path("homework/<int:enrolment_id>/<int:step_id>/attach/", homework.attach, name="attach"),
    path("attachments/<int:attachment_id>/detach/", homework.detach, name="detach"),
    path("observations/<int:enrolment_id>/<int:case_id>/", observing.observe, name="observe"),
    path("observations/<int:enrolment_id>/<int:case_id>/save/", observing.save_observation, name="save_observation"),
    path("observations/<int:enrolment_id>/<int:case_id>/submit/", observing.submit_observation, name="submit_observation"),
    path("observations/<int:enrolment_id>/<int:case_id>/remarks/", observing.add_remark, name="add_remark"),
    path("remarks/<int:remark_id>/remove/", observing.remove_remark, name="remove_remark"),
    path("cases/mine/", observing.my_cases, name="my_cases"),
    path("cases/<int:case_id>/scores/", observing.case_scores, name="case_scores"),
    path("marking/", marking.queue, name="queue"),
    path("marking/<int:submission_id>/", marking.mark, name="mark"),
    path("marking/<int:submission_id>/accept/", marking.accept_homework, name="accept_homework"),
    path("marking/<int:submission_id>/return/", marking.return_homework, name="return_homework"),
]
