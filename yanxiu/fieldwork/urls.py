"""Addresses of fieldwork."""

from django.urls import URLPattern, path

from yanxiu.fieldwork.views import lessons

app_name = "fieldwork"
urlpatterns: list[URLPattern] = [
    path("lessons/", lessons.lessons, name="lessons"),
    path("lessons/register/", lessons.register_research_lesson, name="register_research_lesson"),
    path("lessons/to-confirm/", lessons.lessons_to_confirm, name="lessons_to_confirm"),
    path("lessons/<int:lesson_id>/confirm/", lessons.confirm_research_lesson, name="confirm_research_lesson"),
    path("lessons/<int:lesson_id>/return/", lessons.return_research_lesson, name="return_research_lesson"),
    path("lessons/<int:lesson_id>/evidence/", lessons.evidence, name="evidence"),
]
