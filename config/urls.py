"""All addresses; each domain brings its own under its own namespace."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("yanxiu.people.urls")),
    path("drafts/", include("yanxiu.drafts.urls")),
    path("", include("yanxiu.access.urls")),
    path("units/", include("yanxiu.orgs.urls")),
    path("files/", include("yanxiu.files.urls")),
    path("approvals/", include("yanxiu.approvals.urls")),
    path("integrity/", include("yanxiu.integrity.urls")),
    path("catalogue/", include("yanxiu.catalogue.urls")),
    path("", include("yanxiu.programmes.urls")),
    path("learn/", include("yanxiu.learning.urls")),
    path("assessment/", include("yanxiu.assessment.urls")),
    path("workshops/", include("yanxiu.workshops.urls")),
    path("fieldwork/", include("yanxiu.fieldwork.urls")),
    path("", include("yanxiu.evaluation.urls")),
    path("", include("yanxiu.credits.urls")),
    path("", include("yanxiu.notices.urls")),
    path("insight/", include("yanxiu.insight.urls")),
    path("", include("yanxiu.portal.urls")),
]

handler404 = "yanxiu.kit.views.not_found"
handler500 = "yanxiu.kit.views.server_error"
