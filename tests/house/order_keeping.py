"""What waits for those who keep order in the world of the pages: a held post, one reported, one that was hit, one hidden, one returned."""

from typing import TYPE_CHECKING

from tests.integrity import order_factories as order
from tests.programmes import factories as programmes
from tests.workshops import factories as workshops
from yanxiu.integrity import actions as integrity
from yanxiu.integrity.models import Measure, MeasureKind, ReportReason
from yanxiu.kit import clock
from yanxiu.people.models import PersonalPage
from yanxiu.portal.introductions import thing_of
from yanxiu.workshops import actions
from yanxiu.workshops.models import Post, PostState

if TYPE_CHECKING:
    from tests.house.world import World


def lay(world: "World") -> None:
    """Once more of everything, written by 李雷, kept by 王老师 who hosts; the first of each is what the addresses name."""
    space, at = world.space, clock.now()
    learner, host = programmes.learner(world.cast.person("李雷")), workshops.host(space, world.cast.person("王老师"))
    posts = [workshops.post(space, learner) for _ in range(5)]
    reported, hit, hidden, returned, held = posts
    Post.objects.filter(pk=held.pk).update(state=PostState.HELD, published_at=None, held_for="含有链接", record_id=None)
    actions.report_post(post=reported, reason=ReportReason.ADVERT, by=workshops.member(space, world.cast.school), at=at)
    order.word_hit(learner_of(world), object_type="workshop_post", object_id=hit.pk, space_id=space.pk)
    for post, kind in ((returned, MeasureKind.RETURN), (hidden, MeasureKind.HIDE)):
        actions.take_measure(post=post, kind=kind, rule=ReportReason.ADVERT, reason="推销课件", by=host, at=at)
    measure = Measure.objects.get(object_id=hidden.pk)
    actions.appeal_measure(measure=measure, reason="这是约好的交换", by=learner, at=at)
    order.evidence(learner_of(world))
    page, _new = PersonalPage.objects.get_or_create(
        person=learner_of(world), defaults={"is_open": True, "words": "教物理。", "shown": [], "saved_at": at}
    )
    integrity.report(thing=thing_of(page), reason=ReportReason.ADVERT, by=programmes.learner(world.cast.person("韩梅梅")), at=at)
    pack = order.word_pack(world.cast.county, "推销课件")
    for name, value in (
        ("measure_id", measure.pk), ("pack_id", pack.pk), ("workshops:take_measure:post_id", reported.pk),
        ("workshops:look:post_id", reported.pk), ("workshops:report_post:post_id", reported.pk),
        ("workshops:revise_post:post_id", returned.pk), ("integrity:report:object_type", "introduction"),
        ("integrity:report:object_id", page.person_id),
    ):  # fmt: skip
        world.ids.setdefault(name, value)
    for show in ("held", "reports", "hits", "appeals"):
        world.also[f"order: {show}"] = f"/workshops/{space.pk}/order/?show={show}"
        world.also[f"order of an office: {show}"] = f"/workshops/order/?show={show}"


def learner_of(world: "World"):
    """李雷, about whom all of it is."""
    return world.cast.person("李雷")
