"""Addresses of the catalogue."""

from django.urls import URLPattern, path

from yanxiu.catalogue.views import cases, courses, steps

app_name = "catalogue"
urlpatterns: list[URLPattern] = [
    path("courses/", courses.courses, name="courses"),
    path("courses/new/", courses.draft_course, name="draft_course"),
    path("courses/<int:course_id>/", courses.course, name="course"),
    path("courses/<int:course_id>/correct/", courses.correct_course, name="correct_course"),
    path("courses/<int:course_id>/copy/", courses.copy_course, name="copy_course"),
    path("courses/<int:course_id>/submit/", courses.submit, name="submit"),
    path("courses/<int:course_id>/publish/", courses.publish, name="publish"),
    path("courses/<int:course_id>/send-back/", courses.send_back, name="send_back"),
    path("courses/<int:course_id>/archive/", courses.archive, name="archive"),
    path("courses/<int:course_id>/restore/", courses.restore, name="restore"),
    path("courses/<int:course_id>/steps/<slug:kind>/", steps.add_step, name="add_step"),
    path("steps/<int:step_id>/", steps.preview_step, name="preview_step"),
    path("steps/<int:step_id>/replace/", steps.replace_step, name="replace_step"),
    path("steps/<int:step_id>/move/", steps.move_step, name="move_step"),
    path("steps/<int:step_id>/remove/", steps.remove_step, name="remove_step"),
    path("cases/", cases.cases, name="cases"),
    path("cases/new/", cases.register_case, name="register_case"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/correct/", cases.correct_case, name="correct_case"),
    path("cases/<int:case_id>/publish/", cases.publish_case, name="publish_case"),
    path("cases/<int:case_id>/withdraw/", cases.withdraw_case, name="withdraw_case"),
]
