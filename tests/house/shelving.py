"""Resources, their shelves and what waits for review, for the world of all pages."""

from itertools import count
from typing import TYPE_CHECKING

from tests.catalogue import resource_factories as resources
from tests.workshops.factories import AT
from yanxiu.approvals.models import Chain
from yanxiu.catalogue import actions
from yanxiu.workshops import actions as workshops
from yanxiu.workshops.models import Space

if TYPE_CHECKING:
    from tests.house.world import World

_days = count(1)


def lay(world: "World") -> None:
    """One resource of 李雷 on the shelves of his school and county, one being written, one that waits; a quota; one in the workshop."""
    Space.objects.filter(pk=world.space.pk).update(tools=[*world.space.tools, "share"])
    world.space.refresh_from_db()
    person = world.cast.person("李雷")
    draft = resources.resource(owner=person, state="draft")
    quota = resources.library_quota(org=world.cast.county, at_least=2)
    more(world)
    world.ids |= {"catalogue:save_resource:resource_id": draft.pk, "quota_id": quota.pk}
    world.also["catalogue:library in words"] = "/catalogue/library/?q=二次函数"
    world.also["catalogue:favourites"] = "/catalogue/resources/?tab=favourites"
    world.also["approvals:done"] = "/approvals/?tab=done"


def more(world: "World") -> None:
    """Another of each."""
    person, learner, county = world.cast.person("李雷"), world.cast.actor("李雷"), world.cast.county
    shown = resources.resource(owner=person)
    resources.resource_file(of=shown)
    resources.shelving(of=shown)
    resources.shelving(of=shown, org=county, from_unit=shown.unit, featured_at=AT)
    waits = actions.hand_in_resource(resource=resources.resource(owner=person), by=learner, at=AT)
    share = workshops.share_resource(space=world.space, resource=shown, words=f"第 {next(_days)} 次用", by=learner, at=AT)
    world.ids.setdefault("resource_id", shown.pk)
    world.ids.setdefault("chain_id", Chain.objects.get(object_id=waits.pk).pk)
    world.ids.setdefault("workshops:open_share:post_id", share.pk)
    world.ids.setdefault("workshops:share_receipts:post_id", share.pk)
