"""The set that hosts must cover follows the tree of workshops; standing counts those reached (C-40)."""

import pytest

from tests.workshops import climbing
from tests.workshops import factories as make
from yanxiu.evaluation import reactions
from yanxiu.evaluation.models import CoverageMember
from yanxiu.records.models import Record
from yanxiu.workshops.events import SpaceEvent
from yanxiu.workshops.models import Space


@pytest.fixture
def ground(db):
    return climbing.build()


def hear(space, event=SpaceEvent.OPENED):
    reactions.cover_lower(Record(verb=event.verb, object_type=event.object_type, object_id=str(space.pk), at=make.AT))


def covered(space):
    return set(CoverageMember.objects.filter(space_id=space.pk).values_list("over", "member"))


def test_every_county_workshop_below_a_city_is_in_the_set(ground):
    hear(ground.low)
    hear(ground.low)

    assert covered(ground.middle) == {("县", str(ground.low.pk)), ("县", str(ground.other_low.pk))}
    assert Record.objects.filter(verb="set", object_type="coverage").count() == 1


def test_a_closed_workshop_leaves_the_set_and_sub_workshops_are_none(ground):
    make.sub_workshop(ground.middle, level="市")
    Space.objects.filter(pk=ground.low.pk).update(state="closed", closed_at=make.AT)
    hear(ground.low, SpaceEvent.CLOSED)

    assert covered(ground.middle) == {("县", str(ground.other_low.pk))}


def test_a_topic_has_no_such_set(ground):
    hear(ground.topic)

    assert not CoverageMember.objects.exists()
