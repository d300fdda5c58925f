"""Addresses of signals and inquiries."""

from django.urls import URLPattern, path

from yanxiu.integrity.views import inquiries, own, public_texts, reports, signals, texts, words

app_name = "integrity"
urlpatterns: list[URLPattern] = [
    path("signals/", signals.signals, name="signals"),
    path("signals/<int:person_id>/", signals.person_signals, name="person_signals"),
    path("signals/<int:person_id>/open/", signals.open_inquiry, name="open_inquiry"),
    path("signals/<int:person_id>/dismiss/", signals.dismiss, name="dismiss"),
    path("inquiries/", inquiries.inquiries, name="inquiries"),
    path("inquiries/export/", inquiries.export_inquiries, name="export_inquiries"),
    path("inquiries/<int:inquiry_id>/", inquiries.inquiry, name="inquiry"),
    path("inquiries/<int:inquiry_id>/ask/", inquiries.ask, name="ask"),
    path("inquiries/<int:inquiry_id>/comment/", inquiries.comment, name="comment"),
    path("inquiries/<int:inquiry_id>/decide/", inquiries.decide, name="decide"),
    path("inquiries/<int:inquiry_id>/hear/", inquiries.hear, name="hear"),
    path("enclosures/<int:enclosure_id>/", inquiries.enclosure, name="enclosure"),
    path("texts/", texts.texts, name="texts"),
    path("texts/export/", texts.export_texts, name="export_texts"),
    path("texts/<int:text_id>/<int:other_id>/", texts.compare, name="compare"),
    path("public-texts/", public_texts.public_texts, name="public_texts"),
    path("public-texts/add/", public_texts.add_public_text, name="add_public_text"),
    path("public-texts/thresholds/", public_texts.set_thresholds, name="set_thresholds"),
    path("public-texts/<int:text_id>/", public_texts.public_text, name="public_text"),
    path("public-texts/<int:text_id>/remove/", public_texts.remove_public_text, name="remove_public_text"),
    path("public-texts/<int:text_id>/put-back/", public_texts.put_back_public_text, name="put_back_public_text"),
    path("reports/<slug:object_type>/<int:object_id>/", reports.report, name="report"),
    path("words/", words.packs, name="packs"),
    path("words/add/", words.add_pack, name="add_pack"),
    path("words/default/", words.save_default_pack, name="save_default_pack"),
    path("words/<int:pack_id>/", words.pack, name="pack"),
    path("words/<int:pack_id>/save/", words.save_pack, name="save_pack"),
    path("explanations/", own.explanations, name="explanations"),
    path("explanations/<int:inquiry_id>/", own.explanation, name="explanation"),
    path("explanations/<int:inquiry_id>/answer/", own.answer, name="answer"),
    path("explanations/<int:inquiry_id>/appeal/", own.appeal, name="appeal"),
]
