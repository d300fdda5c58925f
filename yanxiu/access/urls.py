"""Addresses of access."""

from django.urls import URLPattern, path

from yanxiu.access import views

app_name = "access"
urlpatterns: list[URLPattern] = [
    path("hat/", views.wear_hat, name="wear_hat"),
    path("appointments/", views.appointments, name="appointments"),
    path("appointments/new/", views.appoint, name="appoint"),
    path("appointments/<int:appointment_id>/revoke/", views.revoke, name="revoke"),
]
