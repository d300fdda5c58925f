"""Links to pictures of a post, to a document and to what a post shares end when it goes out of sight, and only then."""

import pytest

from tests.catalogue import resource_factories as resources
from tests.files.factories import stored_row
from tests.workshops import factories as make
from tests.workshops import places_factories as places
from tests.workshops import words_factories as words
from yanxiu.catalogue import reactions as shelves
from yanxiu.catalogue.actions import withdraw_resource
from yanxiu.files import generations, queries
from yanxiu.files.links import Signer
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.workshops import actions, reactions
from yanxiu.workshops.actions import covering
from yanxiu.workshops.models import Post, Space


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path
    return queries.folder()


def hear(reaction, verb, object_type):
    for record in Record.objects.filter(verb=verb, object_type=object_type).order_by("pk"):
        reaction(record)
        reaction(record)


def number(file):
    return generations.now(queries.folder(), file.storage_name)


@pytest.mark.parametrize("whole_thread", [True, False])
def test_pictures_of_a_post_and_below_it(shop, settings, whole_thread):
    thread = make.post(shop.space, shop.member)
    reply = make.reply(thread, shop.host)
    above, below = words.post_image(thread).file, words.post_image(reply).file
    gone = thread if whole_thread else reply

    actions.hide(post=gone, reason="与主题无关", by=shop.office, at=make.AT)
    hear(reactions.end_links, "hid", "post")
    record = Record.objects.get(verb="hid", object_type="post")

    assert (number(above), number(below)) == (record.pk if whole_thread else 0, record.pk)
    link = queries.link(below, person_id=7, at=make.AT).removeprefix(settings.FILES_URL)
    assert Signer(secret=settings.SECRET_KEY).read(link, at=make.AT).generation == record.pk  # for who keeps order

    for file in (above, below):
        generations.remove(queries.folder(), file.storage_name)
    actions.restore(post=Post.objects.get(pk=gone.pk), by=shop.office, at=make.AT)
    hear(reactions.end_links, "hid", "post")  # heard when all is in sight again: nothing ends
    assert (number(above), number(below)) == (0, 0)


def test_what_a_hidden_post_shares_and_a_withdrawn_resource(shop):
    Space.objects.filter(pk=shop.space.pk).update(tools=["share"])
    here = Space.objects.select_related("org", "programme", "parent").get(pk=shop.space.pk)
    made = resources.resource(owner=Person.objects.get(pk=shop.member.person_id))
    file = resources.resource_file(of=made).file
    share = actions.share_resource(space=here, resource=made, by=shop.member, at=make.AT)
    actions.hide(post=share.post, reason="与主题无关", by=shop.host, at=make.AT)
    hear(reactions.end_links, "hid", "post")
    first = number(file)

    withdraw_resource(resource=made, reason="换新的", by=shop.member, at=make.AT)
    hear(shelves.end_links, "withdrew", "resource")

    assert 0 < first < number(file)


def test_the_file_of_a_hidden_document(shop):
    kept, hidden = (places.space_document(shop.space, version=number, file=stored_row()) for number in (1, 2))
    covering.hide_document(object_id=hidden.pk, reason="推销课件", by=shop.office, at=make.AT)
    hear(reactions.end_links_of_document, *("arranged", "space"))

    assert number(kept.file) == 0
    assert number(hidden.file) > 0
