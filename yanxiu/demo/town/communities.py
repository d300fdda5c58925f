"""The communities of the county and its schools: teachers who come in, and what they discuss."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from yanxiu.demo import catalogue as texts
from yanxiu.demo.town.calendar import Season
from yanxiu.demo.town.ground import actor
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.workshops import actions as workshops
from yanxiu.workshops.models import Joining, Membership, MembershipState, Space, SpaceKind

KINDS = (SpaceKind.SCHOOL_COMMUNITY, SpaceKind.REGIONAL_COMMUNITY)
COME_IN = 4
"""Of so many teachers of the county one has come into the regional community by herself; all are in that of their school."""


def gather(programme: Programme, enrolments: Sequence[Enrolment], when: Season, chance: random.Random) -> None:
    """Let teachers into the communities that are open to them; in each its members discuss what nobody else discusses."""
    left = list(texts.talk().communities)
    for space in Space.objects.filter(programme=programme, kind__in=KINDS).select_related("org", "programme").order_by("pk"):
        if space.joining == Joining.OPEN:
            for number, one in enumerate(enrolments[::COME_IN]):
                workshops.request_join(workshop=space, by=actor(one.person), at=when.opens + timedelta(minutes=11 * number))
        seated = Membership.objects.filter(space=space, state=MembershipState.MEMBER).select_related("person").order_by("pk")
        members, mine = [one.person for one in seated], [one for one in left if one.kind == space.kind]
        taken = mine if space.kind == SpaceKind.REGIONAL_COMMUNITY else mine[:1]
        left = [one for one in left if one not in taken]
        for number, said in enumerate(taken if members else ()):
            _discuss(space, said, members, when.moment(0.35 + 0.3 * number + chance.random() * 0.2), chance)


def _discuss(space: Space, said: texts.Thread, members: Sequence[Person], at: datetime, chance: random.Random) -> None:
    people = chance.sample(members, k=min(len(members), len(said.posts)))
    first, *others = zip(people, said.posts, strict=False)
    thread = workshops.open_discussion(space=space, title=said.title, source=first[1], by=actor(first[0]), at=at)
    for later, (person, words) in enumerate(others, start=1):
        workshops.reply(thread=thread, source=words, by=actor(person), at=at + timedelta(hours=7 * later))
