"""Addresses of results: marking exams, releasing and ruling, appeals, scores of paper and regular scores."""

from django.urls import URLPattern, path

from yanxiu.assessment.views import appealing, entered, exam_marking, exam_results, item_analysis, process, ruling

urlpatterns: list[URLPattern] = [
    path("marking/exams/", exam_marking.exams_to_mark, name="exams_to_mark"),
    path("marking/exams/<int:exam_id>/", exam_marking.desk, name="desk"),
    path("marking/exams/<int:exam_id>/claim/", exam_marking.claim_next, name="claim_next"),
    path("marking/exams/<int:exam_id>/mark/", exam_marking.mark_answer, name="mark_answer"),
    path("marking/marks/<int:mark_id>/undo/", exam_marking.unmark, name="unmark"),
    path("results/", exam_results.results, name="results"),
    path("results/<int:exam_id>/", exam_results.exam_results, name="exam_results"),
    path("results/<int:exam_id>/propose/", exam_results.propose, name="propose"),
    path("results/<int:exam_id>/release/", exam_results.release_results, name="release_results"),
    path("results/<int:exam_id>/drop/", exam_results.drop_proposal, name="drop_proposal"),
    path("results/<int:exam_id>/export/", exam_results.export_results, name="export_results"),
    path("results/<int:exam_id>/items/", item_analysis.item_analysis, name="item_analysis"),
    path("results/<int:exam_id>/items/export/", item_analysis.export_items, name="export_items"),
    path("results/<int:exam_id>/markers/", exam_marking.markers, name="markers"),
    path("results/<int:exam_id>/markers/appoint/", exam_marking.appoint_marker, name="appoint_marker"),
    path("results/<int:exam_id>/markers/<int:person_id>/dismiss/", exam_marking.dismiss_marker, name="dismiss_marker"),
    path("results/<int:exam_id>/rulings/", ruling.rulings, name="rulings"),
    path("results/<int:exam_id>/rulings/add/", ruling.rule, name="rule"),
    path("results/<int:exam_id>/rulings/<int:version_id>/", ruling.ruling, name="ruling"),
    path("results/rulings/<int:ruling_id>/withdraw/", ruling.withdraw_ruling, name="withdraw_ruling"),
    path("sittings/<int:sitting_id>/result/", appealing.sitting_result, name="sitting_result"),
    path("sittings/<int:sitting_id>/appeal/", appealing.appeal_score, name="appeal_score"),
    path("appeals/", appealing.appeals, name="appeals"),
    path("appeals/<int:appeal_id>/", appealing.appeal, name="appeal"),
    path("appeals/<int:appeal_id>/decide/", appealing.decide_appeal, name="decide_appeal"),
    path("appeals/<int:appeal_id>/withdraw/", appealing.withdraw_appeal, name="withdraw_appeal"),
    path("scores/", entered.entered, name="entered"),
    path("scores/<int:programme_id>/<slug:assessment>/", entered.enter_scores, name="enter_scores"),
    path("scores/<int:programme_id>/<slug:assessment>/save/", entered.save_scores, name="save_scores"),
    path("scores/<int:programme_id>/<slug:assessment>/template/", entered.score_template, name="score_template"),
    path("scores/<int:programme_id>/<slug:assessment>/import/", entered.import_scores, name="import_scores"),
    path("scores/<int:programme_id>/<slug:assessment>/release/", entered.release_scores, name="release_scores"),
    path("regular/<int:programme_id>/<slug:assessment>/", process.process_rule, name="process_rule"),
    path("regular/<int:programme_id>/<slug:assessment>/set/", process.set_process_rule, name="set_process_rule"),
    path("regular/<int:programme_id>/<slug:assessment>/release/", process.release_process, name="release_process"),
]
