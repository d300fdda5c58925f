"""Addresses of portal."""

from django.urls import URLPattern, path

from yanxiu.portal.views import audit, gallery, guides, home, language, search, space, standing

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("standing/", standing.standing, name="standing"),
    path("standing/<int:enrolment_id>/", standing.standing_of, name="standing_of"),
    path("space/", space.my_space, name="my_space"),
    path("space/show/", space.show_space, name="show_space"),
    path("space/notes/", space.notes, name="notes"),
    path("space/<int:person_id>/", space.space_of, name="space_of"),
    path("search/", search.search, name="search"),
    path("records/export/", audit.export_records, name="export_records"),
    path("help/", guides.help_pages, name="help_pages"),
    path("privacy/", guides.privacy, name="privacy"),
    path("language/", language.set_language, name="set_language"),
    path("_ui/", gallery.components, name="components"),
    path("_ui/<slug:section>/", gallery.components, name="components"),
]
