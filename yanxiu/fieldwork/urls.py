"""Addresses of fieldwork."""

from django.urls import URLPattern, path

from yanxiu.fieldwork.views import articles, lessons, plan_editing, plans, unit_plans

app_name = "fieldwork"
urlpatterns: list[URLPattern] = [
    path("lessons/", lessons.lessons, name="lessons"),
    path("lessons/register/", lessons.register_research_lesson, name="register_research_lesson"),
    path("lessons/to-confirm/", lessons.lessons_to_confirm, name="lessons_to_confirm"),
    path("lessons/<int:lesson_id>/confirm/", lessons.confirm_research_lesson, name="confirm_research_lesson"),
    path("lessons/<int:lesson_id>/return/", lessons.return_research_lesson, name="return_research_lesson"),
    path("lessons/<int:lesson_id>/evidence/", lessons.evidence, name="evidence"),
    path("articles/", articles.articles, name="articles"),
    path("articles/begin/<int:enrolment_id>/", articles.begin_article, name="begin_article"),
    path("articles/to-confirm/", articles.articles_to_confirm, name="articles_to_confirm"),
    path("articles/<int:article_id>/", articles.article, name="article"),
    path("articles/<int:article_id>/save/", articles.save_article, name="save_article"),
    path("articles/<int:article_id>/submit/", articles.submit_article, name="submit_article"),
    path("articles/<int:article_id>/take-back/", articles.take_back_article, name="take_back_article"),
    path("articles/<int:article_id>/accept/", articles.accept_article, name="accept_article"),
    path("articles/<int:article_id>/return/", articles.return_article, name="return_article"),
    path("articles/<int:article_id>/file/", articles.article_file, name="article_file"),
    path("plans/", plans.plans, name="plans"),
    path("plans/begin/<int:enrolment_id>/", plans.begin_plan, name="begin_plan"),
    path("plans/units/", unit_plans.unit_plans, name="unit_plans"),
    path("plans/units/begin/", unit_plans.begin_unit_plan, name="begin_unit_plan"),
    path("plans/<int:plan_id>/", plans.plan, name="plan"),
    path("plans/<int:plan_id>/print/", plans.print_plan, name="print_plan"),
    path("plans/<int:plan_id>/revise/", plans.revise_plan, name="revise_plan"),
    path("plans/<int:plan_id>/close/", plans.close_plan, name="close_plan"),
    path("plans/<int:plan_id>/reopen/", plans.reopen_plan, name="reopen_plan"),
    path("plans/<int:plan_id>/items/<int:item_id>/tick/", plans.tick_item, name="tick_item"),
    path("plans/<int:plan_id>/people/", unit_plans.plan_people, name="plan_people"),
    path("plans/<int:plan_id>/export/", unit_plans.export_plan, name="export_plan"),
    path("plans/<int:plan_id>/edit/", plan_editing.edit_plan, name="edit_plan"),
    path("plans/<int:plan_id>/save/", plan_editing.save_plan, name="save_plan"),
    path("plans/<int:plan_id>/publish/", plan_editing.publish_plan, name="publish_plan"),
    path("plans/<int:plan_id>/copy/", plan_editing.copy_plan, name="copy_plan"),
    path("plans/<int:plan_id>/discard/", plan_editing.discard_plan, name="discard_plan"),
    path("plans/<int:plan_id>/items/add/", plan_editing.add_item, name="add_item"),
    path("plans/<int:plan_id>/items/<slug:key>/remove/", plan_editing.remove_item, name="remove_item"),
    path("plans/<int:plan_id>/items/<slug:key>/<slug:way>/", plan_editing.move_item, name="move_item"),
]
