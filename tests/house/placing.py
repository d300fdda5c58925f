"""What belongs to a space itself, in the world of all pages: documents, contacts, links, founders, moves, a tree, sub-workshops."""

from tests.programmes import factories as programmes
from tests.workshops import factories as workshops
from tests.workshops import places_factories as places
from yanxiu.workshops.models import SpaceDocument


def lay(world) -> None:
    """Lay one more of each; the first ones are what addresses lead to."""
    cast, space = world.cast, world.space
    other = workshops.space(cast.county, programme=world.programme)
    version = SpaceDocument.objects.filter(space=space, kind="rules").count() + 1
    document = places.space_document(space, version=version, asks=True)
    places.document_confirmation(document, programmes.teacher(cast.school))
    world.ids.setdefault("document_id", document.pk)
    world.ids.setdefault("workshops:publish_document:kind", "rules")
    world.ids.setdefault("contact_id", places.space_contact(space).pk)
    world.ids.setdefault("link_id", places.space_link(space, other).pk)
    world.ids.setdefault("founder_id", places.space_founder(other, cast.person("李雷")).pk)
    world.ids.setdefault("rearrangement_id", places.rearrangement(space, []).pk)
    workshops.sub_workshop(space)
    tree = {"kind": "subject_workshop", "stage": "初中", "subject": "数学", "programme": world.programme, "level": "县"}
    workshops.space(cast.county, **tree)
    places.level_exception(world.programme, subject=f"学科{other.pk}")
