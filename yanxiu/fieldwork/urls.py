"""Addresses of fieldwork."""

from django.urls import URLPattern, path

from yanxiu.fieldwork import views

app_name = "fieldwork"
urlpatterns: list[URLPattern] = [
    path("lessons/", views.lessons, name="lessons"),
    path("lessons/register/", views.register_research_lesson, name="register_research_lesson"),
    path("lessons/to-confirm/", views.lessons_to_confirm, name="lessons_to_confirm"),
    path("lessons/<int:lesson_id>/confirm/", views.confirm_research_lesson, name="confirm_research_lesson"),
    path("lessons/<int:lesson_id>/return/", views.return_research_lesson, name="return_research_lesson"),
    path("lessons/<int:lesson_id>/evidence/", views.evidence, name="evidence"),
]
