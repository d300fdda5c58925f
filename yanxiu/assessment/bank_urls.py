"""Addresses of the question bank, of papers, and of setting exams."""

from django.urls import URLPattern, path

from yanxiu.assessment.views import bank, papers, points, question_editing

urlpatterns: list[URLPattern] = [
    path("questions/", bank.questions, name="questions"),
    path("questions/change/", bank.change_questions, name="change_questions"),
    path("questions/reviews/", bank.question_reviews, name="question_reviews"),
    path("questions/new/<str:type>/", question_editing.new_question, name="new_question"),
    path("questions/preview/<str:type>/", question_editing.preview_question, name="preview_question"),
    path("questions/drafts/<str:type>/save/", question_editing.save_question_draft, name="save_question_draft"),
    path("questions/drafts/<str:type>/discard/", question_editing.discard_question_draft, name="discard_question_draft"),
    path("questions/<int:question_id>/", bank.question, name="question"),
    path("questions/<int:question_id>/edit/", question_editing.edit_question, name="edit_question"),
    path("questions/<int:question_id>/copy/", bank.copy_question, name="copy_question"),
    path("questions/<int:question_id>/remove/", bank.remove_question, name="remove_question"),
    path("questions/<int:question_id>/review/", bank.review_question, name="review_question"),
    path("questions/<int:question_id>/restore/<int:number>/", bank.restore_version, name="restore_version"),
    path("points/", points.points, name="points"),
    path("points/add/", points.add_point, name="add_point"),
    path("points/<int:point_id>/rename/", points.rename_point, name="rename_point"),
    path("points/<int:point_id>/move/", points.move_point, name="move_point"),
    path("points/<int:point_id>/merge/", points.merge_point, name="merge_point"),
    path("papers/", papers.paper_list, name="paper_list"),
    path("papers/new/", papers.draft_paper, name="draft_paper"),
    path("papers/<int:paper_id>/", papers.paper, name="paper"),
    path("papers/<int:paper_id>/pick/", papers.pick_questions, name="pick_questions"),
    path("papers/<int:paper_id>/move/<int:version>/", papers.move_paper_question, name="move_paper_question"),
    path("papers/<int:paper_id>/publish/", papers.publish_paper, name="publish_paper"),
    path("papers/<int:paper_id>/copy/", papers.copy_paper, name="copy_paper"),
    path("papers/<int:paper_id>/remove/", papers.remove_paper, name="remove_paper"),
    path("papers/<int:paper_id>/preview/", papers.preview_paper, name="preview_paper"),
    path("papers/<int:paper_id>/key/", papers.paper_key, name="paper_key"),
]
