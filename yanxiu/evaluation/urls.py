"""Addresses of evaluation."""

from django.urls import URLPattern, path

from yanxiu.evaluation.views import appraisals, figures

app_name = "evaluation"
_ONE = "appraisals/<int:programme_id>/<str:assessment>/"
_WHO = _ONE + "<str:role>/<int:subject_id>/"
urlpatterns: list[URLPattern] = [
    path("appraisals/", appraisals.appraisals, name="appraisals"),
    path("appraisals/mine/", appraisals.my_appraisals, name="my_appraisals"),
    path("appraisals/sheets/<int:appraisal_id>/", appraisals.appraisal, name="appraisal"),
    path(_ONE, appraisals.appraised, name="appraised"),
    path(_ONE + "export/", appraisals.export_appraised, name="export_appraised"),
    path(_ONE + "figures/", figures.figures, name="figures"),
    path(_ONE + "figures/export/", figures.export_figures, name="export_figures"),
    path(_ONE + "rule/", appraisals.appraisal_rule, name="appraisal_rule"),
    path(_ONE + "rule/set/", appraisals.set_appraisal_rule, name="set_appraisal_rule"),
    path(_ONE + "rule/drop/", appraisals.drop_appraisal_rule, name="drop_appraisal_rule"),
    path(_WHO, appraisals.appraise, name="appraise"),
    path(_WHO + "save/", appraisals.save_appraisal, name="save_appraisal"),
    path(_WHO + "submit/", appraisals.submit_appraisal, name="submit_appraisal"),
    path(_WHO + "discard/", appraisals.discard_appraisal, name="discard_appraisal"),
]
