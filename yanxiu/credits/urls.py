"""Addresses of credits."""

from django.urls import URLPattern, path

from yanxiu.credits.views import certificates, ledger, proof, settlement

app_name = "credits"
urlpatterns: list[URLPattern] = [
    path("ledger/", ledger.my_ledger, name="my_ledger"),
    path("ledger/proof/", proof.proof, name="proof"),
    path("ledger/<int:person_id>/", ledger.ledger, name="ledger"),
    path("ledger/entries/<int:entry_id>/reverse/", ledger.reverse, name="reverse"),
    path("settlements/", settlement.settlements, name="settlements"),
    path("settlements/<int:programme_id>/", settlement.settlement, name="settlement"),
    path("settlements/<int:programme_id>/settle/", settlement.settle, name="settle"),
    path("settlements/<int:programme_id>/export/", settlement.export_outcomes, name="export_outcomes"),
    path("settlements/<int:programme_id>/certificates/", certificates.issue, name="issue"),
    path("certificates/<int:certificate_id>/", certificates.certificate, name="certificate"),
    path("certificates/<int:certificate_id>/revoke/", certificates.revoke, name="revoke"),
    path("verify/", certificates.verify, name="verify"),
    path("verify/<str:code>/", certificates.verify_certificate, name="verify_certificate"),
]
