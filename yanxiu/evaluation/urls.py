"""Addresses of evaluation."""

from django.urls import URLPattern, path

from yanxiu.evaluation import figure_views, views

app_name = "evaluation"
_ONE = "appraisals/<int:programme_id>/<str:assessment>/"
_WHO = _ONE + "<str:role>/<int:subject_id>/"
urlpatterns: list[URLPattern] = [
    path("appraisals/", views.appraisals, name="appraisals"),
    path("appraisals/mine/", views.my_appraisals, name="my_appraisals"),
    path("appraisals/sheets/<int:appraisal_id>/", views.appraisal, name="appraisal"),
    path(_ONE, views.appraised, name="appraised"),
    path(_ONE + "export/", views.export_appraised, name="export_appraised"),
    path(_ONE + "figures/", figure_views.figures, name="figures"),
    path(_ONE + "figures/export/", figure_views.export_figures, name="export_figures"),
    path(_ONE + "rule/", views.appraisal_rule, name="appraisal_rule"),
    path(_ONE + "rule/set/", views.set_appraisal_rule, name="set_appraisal_rule"),
    path(_ONE + "rule/drop/", views.drop_appraisal_rule, name="drop_appraisal_rule"),
    path(_WHO, views.appraise, name="appraise"),
    path(_WHO + "save/", views.save_appraisal, name="save_appraisal"),
    path(_WHO + "submit/", views.submit_appraisal, name="submit_appraisal"),
    path(_WHO + "discard/", views.discard_appraisal, name="discard_appraisal"),
]
