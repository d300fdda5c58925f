"""Addresses of programmes."""

from django.urls import URLPattern, path

from yanxiu.programmes.views import drafts, leave, offerings, participants, programmes, windows

app_name = "programmes"
urlpatterns: list[URLPattern] = [
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/new/", programmes.new_programme, name="new_programme"),
    path("programmes/create/", programmes.create_programme, name="create_programme"),
    path("programmes/withdrawals/", leave.withdrawals, name="withdrawals"),
    path("programmes/withdrawals/<int:withdrawal_id>/approve/", leave.approve_leave, name="approve_leave"),
    path("programmes/withdrawals/<int:withdrawal_id>/return/", leave.return_leave, name="return_leave"),
    path("programmes/offerings/<int:offering_id>/withdraw/", offerings.withdraw_course, name="withdraw_course"),
    path("programmes/<int:programme_id>/", programmes.programme, name="programme"),
    path("programmes/<int:programme_id>/close/", programmes.close, name="close"),
    path("programmes/<int:programme_id>/draft/", drafts.draft, name="draft"),
    path("programmes/<int:programme_id>/draft/save/", drafts.save_draft, name="save_draft"),
    path("programmes/<int:programme_id>/publish/", drafts.publish, name="publish"),
    path("programmes/<int:programme_id>/compare/", drafts.compare, name="compare"),
    path("programmes/<int:programme_id>/versions/<int:number>/source/", drafts.source, name="source"),
    path("programmes/<int:programme_id>/participants/", participants.participants, name="participants"),
    path("programmes/<int:programme_id>/units/", participants.choose_units, name="choose_units"),
    path("programmes/<int:programme_id>/enrol-units/", participants.enrol_units, name="enrol_units"),
    path("programmes/<int:programme_id>/enrol/", participants.enrol, name="enrol"),
    path("programmes/<int:programme_id>/dates/", windows.unit_dates, name="unit_dates"),
    path("programmes/<int:programme_id>/dates/<int:unit_id>/<slug:key>/", windows.set_unit_dates, name="set_unit_dates"),
    path("programmes/<int:programme_id>/offerings/", offerings.offerings, name="offerings"),
    path("programmes/<int:programme_id>/offer/", offerings.offer_course, name="offer_course"),
    path("programmes/<int:programme_id>/leave/", leave.leave, name="leave"),
    path("programmes/<int:programme_id>/leave/apply/", leave.apply_to_leave, name="apply_to_leave"),
]
