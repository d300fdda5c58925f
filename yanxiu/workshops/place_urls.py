"""Addresses of what belongs to a space: documents, settings, seats, links, founding, trees."""

from django.urls import URLPattern, path

from yanxiu.workshops.views import founding, papers, seats, settings

urlpatterns: list[URLPattern] = [
    path("found/", founding.found_workshop, name="found_workshop"),
    path("open-community/", founding.open_community, name="open_community"),
    path("founders/<int:founder_id>/agree/", founding.agree_to_found, name="agree_to_found"),
    path("founders/<int:founder_id>/decline/", founding.decline_to_found, name="decline_to_found"),
    path("tree/<int:programme_id>/", founding.tree, name="tree"),
    path("tree/<int:programme_id>/levels/", founding.except_levels, name="except_levels"),
    path("<int:space_id>/found/", founding.found_beside, name="found_beside"),
    path("<int:space_id>/page/", papers.space_page, name="space_page"),
    path("<int:space_id>/documents/", papers.documents, name="documents"),
    path("<int:space_id>/documents/<slug:kind>/publish/", papers.publish_document, name="publish_document"),
    path("documents/<int:document_id>/", papers.document, name="document"),
    path("documents/<int:document_id>/confirm/", papers.confirm_document, name="confirm_document"),
    path("<int:space_id>/settings/", settings.arrange_space, name="arrange_space"),
    path("<int:space_id>/open-up/", settings.open_up, name="open_up"),
    path("<int:space_id>/close/", settings.close_space, name="close_space"),
    path("<int:space_id>/reopen/", settings.reopen_space, name="reopen_space"),
    path("<int:space_id>/contacts/", settings.name_contact, name="name_contact"),
    path("contacts/<int:contact_id>/end/", settings.end_contact, name="end_contact"),
    path("<int:space_id>/links/", settings.links, name="links"),
    path("links/<int:link_id>/accept/", settings.accept_link, name="accept_link"),
    path("links/<int:link_id>/end/", settings.end_link, name="end_link"),
    path("<int:space_id>/seats/", seats.sub_workshops, name="sub_workshops"),
    path("<int:space_id>/seats/balance/", seats.balance_subs, name="balance_subs"),
    path("<int:space_id>/seats/merge/", seats.merge_sub, name="merge_sub"),
    path("<int:space_id>/seats/groups/", seats.deal_groups, name="deal_groups"),
    path("seats/<int:rearrangement_id>/undo/", seats.undo_rearrangement, name="undo_rearrangement"),
    path("<int:space_id>/members/add/", seats.add_members, name="add_members"),
    path("<int:space_id>/members/change/", seats.change_members, name="change_members"),
    path("<int:space_id>/members/export/", seats.export_members, name="export_members"),
]
