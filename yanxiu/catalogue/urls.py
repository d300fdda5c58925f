"""Addresses of the catalogue."""

from django.urls import URLPattern, path

from yanxiu.catalogue.views import cases, courses, editing, packages, publishing, reviews, steps

app_name = "catalogue"
urlpatterns: list[URLPattern] = [
    path("courses/", courses.courses, name="courses"),
    path("courses/new/", courses.draft_course, name="draft_course"),
    path("courses/<int:course_id>/", courses.course, name="course"),
    path("courses/<int:course_id>/correct/", courses.correct_course, name="correct_course"),
    path("courses/<int:course_id>/copy/", courses.copy_course, name="copy_course"),
    path("courses/<int:course_id>/edit/", editing.edit_course, name="edit_course"),
    path("courses/<int:course_id>/modules/", editing.add_module, name="add_module"),
    path("modules/<int:module_id>/", editing.correct_module, name="correct_module"),
    path("modules/<int:module_id>/move/", editing.move_module, name="move_module"),
    path("modules/<int:module_id>/remove/", editing.remove_module, name="remove_module"),
    path("courses/<int:course_id>/submit/", publishing.submit, name="submit"),
    path("courses/<int:course_id>/publish/", publishing.publish, name="publish"),
    path("courses/<int:course_id>/send-back/", publishing.send_back, name="send_back"),
    path("courses/<int:course_id>/archive/", publishing.archive, name="archive"),
    path("courses/<int:course_id>/restore/", publishing.restore, name="restore"),
    path("courses/<int:course_id>/revise/", publishing.revise_course, name="revise_course"),
    path("courses/<int:course_id>/exceptions/", publishing.grant_exception, name="grant_exception"),
    path("courses/<int:course_id>/steps/<slug:kind>/", steps.add_step, name="add_step"),
    path("courses/<int:course_id>/typed/<slug:kind>/", steps.save_form_draft, name="save_form_draft"),
    path("courses/<int:course_id>/typed/<slug:kind>/discard/", steps.discard_form_draft, name="discard_form_draft"),
    path("courses/<int:course_id>/packages/", packages.add_package, name="add_package"),
    path("courses/<int:course_id>/packages/<int:package_id>/", packages.package, name="package"),
    path("courses/<int:course_id>/packages/<int:package_id>/try/", packages.try_package, name="try_package"),
    path("packages/<int:package_id>/file/", packages.download_package, name="download_package"),
    path("courses/<int:course_id>/review/", reviews.review_course, name="review_course"),
    path("courses/<int:course_id>/comment/", reviews.comment, name="comment"),
    path("courses/<int:course_id>/approve/", reviews.approve, name="approve"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("steps/<int:step_id>/", steps.preview_step, name="preview_step"),
    path("steps/<int:step_id>/replace/", steps.replace_step, name="replace_step"),
    path("steps/<int:step_id>/move/", steps.move_step, name="move_step"),
    path("steps/<int:step_id>/duplicate/", steps.duplicate_step, name="duplicate_step"),
    path("steps/<int:step_id>/remove/", steps.remove_step, name="remove_step"),
    path("removed/<int:removed_id>/put-back/", editing.put_back, name="put_back"),
    path("cases/", cases.cases, name="cases"),
    path("cases/new/", cases.register_case, name="register_case"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/correct/", cases.correct_case, name="correct_case"),
    path("cases/<int:case_id>/publish/", cases.publish_case, name="publish_case"),
    path("cases/<int:case_id>/withdraw/", cases.withdraw_case, name="withdraw_case"),
]
