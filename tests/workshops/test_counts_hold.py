"""Whatever is hidden, returned, deleted, accepted, taken back or moved, in whatever order: counters are what a recount gives (F-33)."""

from datetime import timedelta
from random import Random

import pytest
from django.db import transaction

from tests.catalogue import resource_factories as resources
from tests.integrity.texts import ESSAY
from tests.workshops import factories as make
from yanxiu.integrity.models import Measure, MeasureKind, ReportReason
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import DomainError
from yanxiu.people.models import Person
from yanxiu.records.models import Tally
from yanxiu.records.queries import differences
from yanxiu.workshops import actions
from yanxiu.workshops.actions import ActivityFacts, BallotFacts
from yanxiu.workshops.asking import Asked
from yanxiu.workshops.models import Post, PostKind, PostState, Problem, ProblemState
from yanxiu.workshops.queries.recount import recount

STEPS = 40
ON_POSTS = (MeasureKind.HOLD, MeasureKind.HIDE, MeasureKind.RETURN, MeasureKind.DELETE, MeasureKind.WARN)


class Workshop:
    """A workshop with something of every kind, three who write, one who keeps order and writes nothing."""

    def __init__(self, shop) -> None:
        self.space, self.at, self.done = shop.space, make.AT, 0
        self.sub = make.sub_workshop(shop.space)
        self.keeper = make.host(shop.space)
        other = make.member(self.sub, shop.school, name="韩梅梅")
        self.writers = {one.person_id: one for one in (shop.host, shop.member, other)}
        self._written(shop.host, shop.member, other)
        self._tools(shop.host, shop.member)

    def _written(self, host, member, other) -> None:
        briefing = make.post(self.space, host, kind=PostKind.BRIEFING)
        for kind in (PostKind.ARTICLE, PostKind.GUIDE, PostKind.ANNOUNCEMENT):
            make.post(self.space, host, kind=kind)
        actions.publish_log(space=self.space, title="这一周", source="听了两节课。", by=member, at=self.at)
        make.reply(briefing, member)
        discussion = make.post(self.space, host, source=ESSAY)
        make.reply(discussion, member)
        make.reply(make.post(self.sub, other), other, source=ESSAY + "。")
        question = make.post(self.space, member, kind=PostKind.QUESTION)
        for _time in range(3):
            make.answer(question, host)
        make.answer(question, member)

    def _tools(self, host, member) -> None:
        facts = {"space": self.space, "by": host, "at": self.at, "title": "同上一课", "source": "一起备课。"}
        week = self.at + timedelta(days=7)
        held = ActivityFacts(mode="offline", place="三楼", starts_at=self.at + timedelta(days=1), ends_at=self.at + timedelta(days=2))
        make.reply(actions.start_activity(facts=held, **facts).post, member)
        actions.open_ballot(facts=BallotFacts(closes_at=week, questions=[Asked(title="选一个", options=["提问", "作业"])]), **facts)
        handed = actions.hand_in_problem(space=self.space, title="小组讨论总是几个人说", source="试过轮流。", by=member, at=self.at)
        for to in (ProblemState.SELECTED, ProblemState.DISCUSSING):
            handed = actions.move_problem(problem=handed, to=to, by=host, at=self.at)
        actions.publish_solution(problem=handed, title="先写再说", source="先写三分钟再说。", by=host, at=self.at)
        brought = resources.resource(owner=Person.objects.get(pk=member.person_id), unit_id=Person.objects.get(pk=member.person_id).unit_id)
        for _time in range(2):
            actions.share_resource(space=self.space, resource=brought, by=member, at=self.at)

    def step(self, chance: Random) -> str:
        """Do one thing to one post, whether it is allowed or not; return what was done."""
        self.at += timedelta(minutes=7)
        post = chance.choice(list(Post.objects.select_related("space__org", "space__parent", "parent", "author").order_by("pk")))
        verb = chance.choice((self.hide, self.withdraw, self.restore, self.measure, self.measure, self.undo, self.undo, self.release,
                              self.revise, self.delete, self.accept, self.compare, self.let_count, self.move, self.solve))  # fmt: skip
        try:
            with transaction.atomic():
                verb(post, chance)
                self.done += 1
        except DomainError as error:
            return f"{verb.__name__} {post.kind} {post.state}: {error.message}"
        return f"{verb.__name__} {post.kind} {post.state}"

    def author(self, post):
        return self.writers[post.author_id]

    def hide(self, post, _chance) -> None:
        actions.hide(post=post, reason="与主题无关", by=self.keeper, at=self.at)

    def withdraw(self, post, _chance) -> None:
        actions.hide(post=post, reason="", by=self.author(post), at=self.at)

    def restore(self, post, _chance) -> None:
        actions.restore(post=post, by=self.keeper, at=self.at)

    def measure(self, post, chance) -> None:
        actions.take_measure(
            post=post, kind=chance.choice(ON_POSTS), rule=ReportReason.ADVERT, reason="推销课件", by=self.keeper, at=self.at
        )  # fmt: skip

    def undo(self, _post, chance) -> None:
        live = list(Measure.objects.filter(undone_at__isnull=True).order_by("pk"))
        if live:
            actions.undo_measure(measure=chance.choice(live), reason="看错了", by=self.keeper, at=self.at)

    def release(self, post, _chance) -> None:
        actions.release_post(post=post, by=self.keeper, at=self.at)

    def revise(self, post, _chance) -> None:
        actions.revise_post(post=post, title="改过的题目", source="改过的话", by=self.author(post), at=self.at)

    def delete(self, post, _chance) -> None:
        actions.delete(post=post, by=self.author(post), at=self.at)

    def accept(self, _post, chance) -> None:
        answers = list(Post.objects.filter(kind=PostKind.ANSWER).order_by("pk"))
        actions.accept_answer(answer=chance.choice(answers), by=self.keeper, at=self.at)

    def compare(self, post, _chance) -> None:
        actions.compare_post(post=post, by=SYSTEM, at=self.at)

    def let_count(self, post, _chance) -> None:
        actions.let_count(post=post, by=self.keeper, at=self.at)

    def move(self, _post, chance) -> None:
        problem = chance.choice(list(Problem.objects.select_related("post__space__org").order_by("pk")))
        to = chance.choice((ProblemState.COLLECTED, ProblemState.SELECTED, ProblemState.DISCUSSING))
        actions.move_problem(problem=problem, to=to, by=self.keeper, at=self.at)

    def solve(self, _post, chance) -> None:
        host, problem = next(iter(self.writers.values())), Problem.objects.select_related("post__space__org").first()
        actions.publish_solution(problem=problem, title=f"轮流主持{chance.random()}", source="每人一分钟。", by=host, at=self.at)


@pytest.mark.parametrize("seed", range(5))
def test_after_each_step_counters_are_what_a_recount_gives(shop, seed):
    workshop, chance, done = Workshop(shop), Random(seed), []
    assert recount() == []
    for _time in range(STEPS):
        done.append(workshop.step(chance))
        assert recount() == [], "\n".join(done)
    assert workshop.done > STEPS // 5
    assert differences() == []


@pytest.mark.parametrize("kind", [MeasureKind.HOLD, MeasureKind.HIDE, MeasureKind.RETURN, MeasureKind.DELETE])
def test_undone_all_counts_as_before(shop, kind):
    workshop = Workshop(shop)
    before = counted()

    taken = []
    for post in Post.objects.select_related("space__org", "space__parent", "parent", "author").order_by("pk"):
        if not Measure.objects.filter(object_id=post.pk).exists():
            taken.append(
                actions.take_measure(post=post, kind=kind, rule=ReportReason.ADVERT, reason="推销", by=workshop.keeper, at=make.days(1))
            )
    assert recount() == []
    assert not Tally.objects.exclude(metric__startswith="moderation").exclude(count=0).exists()
    for measure in reversed(taken):
        actions.undo_measure(measure=measure, reason="看错了", by=workshop.keeper, at=make.days(2))

    assert not Post.objects.exclude(state=PostState.PUBLISHED).exists()
    assert counted() == before
    assert recount() == []


def counted():
    rows = Tally.objects.exclude(count=0).exclude(metric__startswith="moderation")  # keeping order is counted too
    return sorted(rows.values_list("metric", "person_id", "kind", "slice", "count"), key=str)
