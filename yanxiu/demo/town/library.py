"""Resources that teachers of one school made, on their way through the libraries, and in the workshops of their topics."""

import random
from datetime import datetime, timedelta

from yanxiu.approvals import actions as approvals
from yanxiu.approvals.models import Chain, StepState
from yanxiu.catalogue import actions as catalogue
from yanxiu.catalogue.models import Resource, Shelving
from yanxiu.demo import together as content
from yanxiu.demo.town.calendar import Season
from yanxiu.demo.town.ground import Ground, actor, hat
from yanxiu.demo.town.talk import host_of
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person, Teaching
from yanxiu.workshops import actions as workshops
from yanxiu.workshops.models import Space

USES = 9


def stock(ground: Ground, spaces: dict[str, Space], when: Season, chance: random.Random) -> None:
    """Make the resources, let school and county decide, let colleagues use them, put some before the workshops."""
    head = ground.cast["学校管理员"]
    school = next(one for one in ground.schools.values() if one.pk == head.unit_id)
    teachers = ground.teachers_of(school)
    for number, one in enumerate(content.together().resources):
        at = when.moment(0.55 + 0.05 * number)
        owner = teachers[12 + number]
        resource = _made(one, owner, at)
        _climb(one, resource, ground, school, at)
        if one.ends != "asked":
            _use(resource, [person for person in chance.sample(teachers, k=USES) if person.pk != owner.pk], at + timedelta(days=1))
        if one.share and one.topic in spaces:
            host = host_of(spaces[one.topic], when)
            workshops.share_resource(
                space=spaces[one.topic], resource=resource, words=one.intro, is_push=True, by=host, at=when.moment(0.94)
            )
    catalogue.tally_uses(by=SYSTEM, at=when.now)


def _made(one: content.Made, owner: Person, at: datetime) -> Resource:
    main = Teaching.objects.get(person=owner, is_main=True)
    facts = catalogue.ResourceFacts(
        title=one.title, kind=one.kind, intro=one.intro, stage=main.stage, subject=main.subject, topic=one.topic, tags=one.tags,
        source=one.body,
    )  # fmt: skip
    resource = catalogue.draft_resource(facts=facts, by=actor(owner), at=at)
    return catalogue.finish_resource(resource=resource, is_declared=True, by=actor(owner), at=at + timedelta(hours=2))


def _climb(one: content.Made, resource: Resource, ground: Ground, school: Org, at: datetime) -> None:
    asked = catalogue.hand_in_resource(resource=resource, words="请审", by=actor(resource.owner), at=at + timedelta(hours=3))
    if one.ends == "asked":
        return
    head = hat(ground.cast["学校管理员"], at=at)
    _approve(asked, "过程写得清楚，别的老师照着能用", head, at + timedelta(days=1))
    if one.ends == "school":
        return
    row = catalogue.recommend_resource(
        resource=resource, unit=school, words="三位老师试用过，建议全县用", by=head, at=at + timedelta(days=2)
    )
    if one.ends == "waiting":
        return
    county = hat(ground.cast["县级管理员"], at=at)
    _approve(row, "同意入县库", county, at + timedelta(days=3))
    if one.ends == "featured":
        catalogue.feature_resource(shelving=Shelving.objects.get(pk=row.pk), by=county, at=at + timedelta(days=4))


def _approve(row: Shelving, opinion: str, by: Actor, at: datetime) -> None:
    chain = Chain.objects.get(pk=Shelving.objects.values_list("chain_id", flat=True).get(pk=row.pk))
    approvals.decide(chain=chain, verdict=StepState.APPROVED, opinion=opinion, by=by, at=at)


def _use(resource: Resource, readers: list[Person], at: datetime) -> None:
    for number, person in enumerate(readers):
        catalogue.use_resource(resource=resource, is_download=number % 3 == 0, by=actor(person), at=at + timedelta(hours=5 * number))
