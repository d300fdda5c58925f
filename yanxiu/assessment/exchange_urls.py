"""Addresses of questions that come and go as files."""

from django.urls import URLPattern, path

from yanxiu.assessment.views import bringing, exporting

urlpatterns: list[URLPattern] = [
    path("questions/import/", bringing.import_questions, name="import_questions"),
    path("questions/import/template/", bringing.question_template, name="question_template"),
    path("questions/imports/<int:import_id>/", bringing.question_import, name="question_import"),
    path("questions/imports/<int:import_id>/undo/", bringing.undo_question_import, name="undo_question_import"),
    path("questions/imports/<int:import_id>/give-up/", bringing.give_up_question_import, name="give_up_question_import"),
    path("questions/imports/<int:import_id>/refused/", bringing.refused_questions, name="refused_questions"),
    path("questions/export/", exporting.export_questions, name="export_questions"),
]
