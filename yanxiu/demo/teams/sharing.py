"""Resources of a workshop: made and brought in by members and hosts, reviewed by school and county, pushed, rated, set apart, hidden."""

from datetime import timedelta
from itertools import count

from yanxiu.approvals import actions as approvals
from yanxiu.approvals.models import Chain, StepState
from yanxiu.catalogue import actions as catalogue
from yanxiu.catalogue.models import Resource, ResourceKind, Shelving
from yanxiu.demo.teams.ground import Offices
from yanxiu.demo.teams.scene import Scene, again
from yanxiu.kit.actor import Actor
from yanxiu.orgs.models import Stage
from yanxiu.workshops import actions as workshops
from yanxiu.workshops.actions import sharing
from yanxiu.workshops.models import Share

UPLOADED = "resource.uploaded"
_KINDS = (ResourceKind.LESSON_DESIGN, ResourceKind.COURSEWARE, ResourceKind.CASE)


def share(scene: Scene, offices: Offices) -> None:
    """Each host and three members bring in a resource; what becomes of them differs by its place in the row."""
    owners, numbers = [*scene.hosts, *scene.members[:3]], count(1)
    shares = [_bring(scene, who, next(numbers)) for who in owners]
    _review(scene, shares[-1].resource, offices)
    host, pushed, hidden, back = scene.hosts[0], shares[-1], shares[-2], shares[-3]
    at = scene.at(25)
    sharing.push_resource(share=pushed, must_read=True, by=host, at=at)
    workshops.make_essence(post=again(pushed.post), by=host, at=at)
    for place, member in enumerate(scene.some(0.05)):
        if member.person_id != pushed.resource.owner_id:
            sharing.open_share(share=pushed, by=member, at=at + timedelta(minutes=place))
            _react(pushed.resource, member, scene)
    for one in (hidden, back):
        workshops.hide(post=again(one.post), reason="出处没有写明", by=host, at=scene.at(26))
        scene.undid(UPLOADED, owners[shares.index(one)])
    workshops.restore(post=again(back.post), by=host, at=scene.at(27))
    scene.did(UPLOADED, owners[shares.index(back)])


def _bring(scene: Scene, who: Actor, number: int) -> Share:
    """Make a resource and share it; shared a second time with other words it counts once."""
    at = scene.at(18)
    facts = catalogue.ResourceFacts(
        title=f"{scene.dose.series}期间的学习单 {scene.space.pk}-{number}", kind=_KINDS[number % len(_KINDS)], intro="学习单和用法",
        stage=scene.space.stage or Stage.PRIMARY, subject=scene.space.subject or "语文", source=scene.text(),
    )  # fmt: skip
    resource = catalogue.draft_resource(facts=facts, by=who, at=at)
    resource = catalogue.finish_resource(resource=resource, is_declared=True, by=who, at=at + timedelta(hours=1))
    shared = sharing.share_resource(space=scene.space, resource=resource, words=scene.text(), by=who, at=at + timedelta(hours=2))
    scene.did(UPLOADED, who)
    if number == 1:
        sharing.share_resource(space=scene.space, resource=resource, words=scene.text(), by=who, at=at + timedelta(hours=9))
    return shared


def _review(scene: Scene, resource: Resource, offices: Offices) -> None:
    """Let the owner's school take the resource in, recommend it, and the county take it in."""
    owner = next(member for member in scene.members if member.person_id == resource.owner_id)
    head, county = offices.schools[resource.unit_id], offices.counties[resource.unit.parent_id or 0]
    asked = catalogue.hand_in_resource(resource=resource, words="请审", by=owner, at=scene.at(19))
    _approve(asked, "过程写得清楚，别的老师照着能用", head, scene)
    row = catalogue.recommend_resource(resource=resource, unit=resource.unit, words="三位老师试用过，建议全县用", by=head, at=scene.at(21))
    _approve(row, "同意入县库", county, scene)


def _approve(row: Shelving, opinion: str, by: Actor, scene: Scene) -> None:
    chain = Chain.objects.get(pk=Shelving.objects.values_list("chain_id", flat=True).get(pk=row.pk))
    approvals.decide(chain=chain, verdict=StepState.APPROVED, opinion=opinion, by=by, at=scene.at(22))


def _react(resource: Resource, member: Actor, scene: Scene) -> None:
    catalogue.favour_resource(resource=resource, is_wanted=True, by=member, at=scene.at(26))
    catalogue.rate_resource(resource=resource, stars=4, reason="照着上了一节，学生写得比平时多", by=member, at=scene.at(26))
