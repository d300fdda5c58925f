"""Addresses of cases and of guidance downward; `urls` takes them in."""

from django.urls import URLPattern, path

from yanxiu.workshops.views import case_judging, case_rounds, case_shelf, cases, follows, lower

patterns: list[URLPattern] = [
    path("<int:space_id>/cases/", cases.cases, name="cases"),
    path("<int:space_id>/cases/new/", cases.design_theme, name="design_theme"),
    path("<int:space_id>/cases/<int:theme_id>/write/", cases.submit_case, name="submit_case"),
    path("cases/", case_shelf.case_shelf, name="case_shelf"),
    path("cases/<int:entry_id>/", case_shelf.shelved_case, name="shelved_case"),
    path("cases/<int:entry_id>/withdraw/", cases.withdraw_case, name="withdraw_case"),
    path("cases/themes/<int:theme_id>/", cases.case_theme, name="case_theme"),
    path("cases/themes/<int:theme_id>/edit/", cases.change_theme, name="change_theme"),
    path("cases/rounds/<int:round_id>/", case_rounds.case_round, name="case_round"),
    path("cases/rounds/<int:round_id>/close/", case_rounds.close_round, name="close_round"),
    path("cases/rounds/<int:round_id>/recommend/", case_rounds.recommend_cases, name="recommend_cases"),
    path("cases/rounds/<int:round_id>/grant/", case_rounds.grant_places, name="grant_places"),
    path("cases/rounds/<int:round_id>/publish/", case_rounds.publish_cases, name="publish_cases"),
    path("cases/rounds/<int:round_id>/export/", case_rounds.export_round, name="export_round"),
    path("cases/rounds/<int:round_id>/judge/", case_judging.judge_cases, name="judge_cases"),
    path("cases/rounds/<int:round_id>/judge/<int:entry_id>/", case_judging.judge_case, name="judge_case"),
    path("cases/rounds/<int:round_id>/conflicts/", case_judging.name_conflict, name="name_conflict"),
    path("cases/rounds/<int:round_id>/<int:entry_id>/take-back/", case_rounds.take_back_case, name="take_back_case"),
    path("cases/rounds/<int:round_id>/<int:entry_id>/select/", case_rounds.select_case, name="select_case"),
    path("cases/rounds/<int:round_id>/<int:entry_id>/deselect/", case_rounds.deselect_case, name="deselect_case"),
    path("<int:space_id>/lower/", lower.lower, name="lower"),
    path("<int:space_id>/lower/export/", lower.export_lower, name="export_lower"),
    path("<int:space_id>/lower/divide/", lower.divide_lower, name="divide_lower"),
    path("<int:space_id>/lower/assign/", lower.assign_lower, name="assign_lower"),
    path("<int:space_id>/lower/remind/", lower.remind_guides, name="remind_guides"),
    path("<int:space_id>/guided/", lower.guide_log, name="guide_log"),
    path("<int:space_id>/guided/note/", lower.note_visit, name="note_visit"),
    path("<int:space_id>/follows/", follows.follows, name="follows"),
    path("follows/<int:follow_id>/", follows.follow, name="follow"),
    path("follows/<int:follow_id>/step/", follows.note_step, name="note_step"),
    path("follows/<int:follow_id>/summary/", follows.share_summary, name="share_summary"),
    path("follows/<int:follow_id>/drop/", follows.drop_follow, name="drop_follow"),
]
