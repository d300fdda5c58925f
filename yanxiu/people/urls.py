"""Addresses of people: the door, one's own settings, what offices see and do."""

from django.urls import URLPattern, path

from yanxiu.people.views import changes, door, offices, own, rosters

app_name = "people"
urlpatterns: list[URLPattern] = [
    path("sign-in/", door.sign_in, name="sign_in"),
    path("sign-out/", door.sign_out, name="sign_out"),
    path("activate/", door.activate, name="activate"),
    path("activate/password/", door.set_first_password, name="set_first_password"),
    path("forgotten/", door.forgotten, name="forgotten"),
    path("settings/", own.settings, name="settings"),
    path("settings/password/", own.change_password, name="change_password"),
    path("settings/devices/<int:session_id>/end/", own.end_session, name="end_session"),
    path("settings/devices/end-others/", own.end_other_sessions, name="end_other_sessions"),
    path("settings/mobile/", own.set_mobile, name="set_mobile"),
    path("settings/teachings/", own.set_teachings, name="set_teachings"),
    path("settings/text-size/", own.set_text_size, name="set_text_size"),
    path("settings/theme/", own.set_theme, name="set_theme"),
    path("teachers/", offices.teachers, name="teachers"),
    path("teachers/new/", changes.register_person, name="register_person"),
    path("teachers/import/", rosters.preview_roster, name="preview_roster"),
    path("teachers/import/template/", rosters.roster_template, name="roster_template"),
    path("teachers/import/<int:roster_id>/", rosters.roster, name="roster"),
    path("teachers/import/<int:roster_id>/import/", rosters.import_roster, name="import_roster"),
    path("teachers/import/<int:roster_id>/undo/", rosters.undo_roster, name="undo_roster"),
    path("teachers/import/<int:roster_id>/refused/", rosters.export_refused, name="export_refused"),
    path("teachers/import/rows/<int:row_id>/mend/", rosters.mend_row, name="mend_row"),
    path("teachers/import/rows/<int:row_id>/resolve/", rosters.resolve_row, name="resolve_row"),
    path("teachers/export/", offices.export_teachers, name="export_teachers"),
    path("teachers/codes/", offices.issue_codes, name="issue_codes"),
    path("teachers/<int:person_id>/", offices.person, name="person"),
    path("teachers/<int:person_id>/identity/", offices.reveal_identity, name="reveal_identity"),
    path("teachers/<int:person_id>/correct/", changes.correct_person, name="correct_person"),
    path("teachers/<int:person_id>/transfer/", changes.affiliate, name="affiliate"),
    path("teachers/<int:person_id>/suspend/", changes.suspend, name="suspend"),
    path("teachers/<int:person_id>/restore/", changes.restore, name="restore"),
]
