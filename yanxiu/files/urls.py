"""Addresses of files: the bytes themselves go through the door of uploads and the second origin."""

from django.urls import path

from yanxiu.files import views

app_name = "files"
urlpatterns = [
    path("uploads/begin/", views.begin_upload, name="begin_upload"),
    path("uploads/finish/", views.finish_upload, name="finish_upload"),
    path("conversions/", views.conversions, name="conversions"),
    path("<int:file_id>/convert/", views.convert_again, name="convert_again"),
]
