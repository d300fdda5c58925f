"""What the hosts and members of a workshop do in a season; `Missing` says what a team leaves undone."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, cycle

from yanxiu.demo.teams.cases import solicit
from yanxiu.demo.teams.ground import BEGINS, ENDS, SPRING, Region, Team, Workshop
from yanxiu.integrity.models import MeasureKind, ReportReason
from yanxiu.kit.actor import Actor
from yanxiu.kit.clock import day
from yanxiu.people.models import Person
from yanxiu.workshops import actions as workshops
from yanxiu.workshops.actions import attending, convening, following, guiding_down, moderating, polling, reviewing, sourcing, talking
from yanxiu.workshops.models import ActivityMode, ActivityPurpose, BallotQuestion, Post, PostKind, ProblemState, VisitKind

BRIEFINGS, SPRING_BRIEFINGS, PROBLEMS, ANSWERS = 3, 2, 3, 5
TALK = (
    "课堂上等了三秒再提问，后排两位同学第一次举手。", "把评价量规放进学习单，学生自己先评一遍，改动的地方比我批的还多。",
    "同一段课文换了一个问题，讨论的方向完全不同。", "小组汇报改成轮流补充以后，说话的人多了一倍。",
    "错题不再讲一遍，而是让学生出一道同类题。", "试着不急着给答案，学生自己发现了漏掉的条件。",
)  # fmt: skip
ASKED = (
    "小组讨论总是两三个人在说怎么办",
    "分层作业怎样不贴标签",
    "概念课的例子怎么选",
    "一节课讲不完怎么取舍",
    "学生的问题偏了要不要拉回来",
)


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What a team leaves undone: briefings at the province, answers of one host of the city."""

    briefings: int = 0
    answers: int = 0


def play(region: Region, missing: dict[str, Missing], chance: random.Random) -> None:
    """Play both phases of all teams."""
    for team in region.teams:
        left = missing.get(team.label, Missing())
        for number, one in enumerate(team.workshops):
            scene = Scene(one, chance)
            _write(scene, briefings=BRIEFINGS - (left.briefings if number == 0 else 0))
            _talk(scene)
            _answer(scene, short=left.answers if number == 1 else 0)
            _source(scene)
            _gather(scene)
            _order(scene)
            _spring(scene)
        _guide(team)
        solicit(team)


class Scene:
    """A workshop in its season: its people, and moments that go on."""

    def __init__(self, one: Workshop, chance: random.Random) -> None:
        self.one, self.space, self.hosts, self.members, self.chance = one, one.space, one.hosts, one.members, chance
        self._minutes = count(1)
        self.words = cycle(TALK)
        self._number = count(1)

    def at(self, days: float = 1) -> datetime:
        """Return a moment of the first phase, some days after its beginning and later each time."""
        return BEGINS + timedelta(days=days, minutes=next(self._minutes))

    def text(self) -> str:
        """Return something to say, another each time: nobody is told to have copied."""
        number = next(self._number)
        return f"{next(self.words)}这是{self.space.title}第 {number} 次记录，{_unlike(number * 7919 + self.space.pk)}。"

    def some(self, share: float) -> list[Actor]:
        return self.chance.sample(self.members, k=max(1, round(len(self.members) * share)))


def _unlike(number: int) -> str:
    """Words that nobody wrote before: sixteen characters by a number."""
    letters = "山水云林石桥灯火书页秋春晨夜江湖星月风雨雪霜竹松梅兰菊荷麦稻桑麻"
    return "".join(letters[(number >> (shift % 13)) * (shift + 3) % len(letters)] for shift in range(16))


def _write(scene: Scene, *, briefings: int) -> None:
    for number in range(briefings):
        host = scene.hosts[number % len(scene.hosts)]
        _briefing(scene, host, "研修简报", number, at=scene.at(3 + 12 * number))
    guide = workshops.save_draft(
        space=scene.space, kind=PostKind.GUIDE, title="怎样学这门课", source=scene.text(), by=scene.hosts[0], at=scene.at(2)
    )
    workshops.publish(post=guide, by=scene.hosts[0], at=scene.at(2))
    for host in scene.hosts:
        draft = workshops.save_draft(
            space=scene.space,
            kind=PostKind.ARTICLE,
            title=f"把评价写进过程：{host.label[:3]}",
            source=scene.text(),
            by=host,
            at=scene.at(20),
        )
        workshops.publish(post=draft, by=host, at=scene.at(20))


def _briefing(scene: Scene, host: Actor, series: str, number: int, *, at: datetime) -> None:
    draft = workshops.save_draft(
        space=scene.space, kind=PostKind.BRIEFING, series=series, title=f"{series}：第 {number + 1} 次", source=scene.text(), by=host, at=at
    )
    post = workshops.publish(post=draft, by=host, at=at)
    for place, member in enumerate(scene.some(0.4)):
        workshops.mark_read(post=post, by=member, at=at + timedelta(hours=1, minutes=place))
    for place, member in enumerate(scene.some(0.05)):
        talking.reply(thread=_again(post), source=scene.text(), by=member, at=at + timedelta(hours=5, minutes=place))


def _talk(scene: Scene) -> None:
    for number in range(2):
        for member in scene.some(0.5):
            workshops.check_in(space=scene.space, by=member, at=scene.at(4 + 9 * number))
    threads = [
        talking.open_discussion(space=scene.space, title=f"这周我试了什么 {number}", source=scene.text(), by=member, at=scene.at(6))
        for number, member in enumerate(scene.some(0.12), start=1)
    ]
    for number, member in enumerate(scene.members):
        talking.reply(thread=_again(threads[number % len(threads)]), source=scene.text(), by=member, at=scene.at(8))
    for number, member in enumerate(scene.some(0.1), start=1):
        talking.publish_log(space=scene.space, title=f"听课手记 {number}", source=scene.text(), by=member, at=scene.at(10))


def _answer(scene: Scene, *, short: int) -> None:
    """Each host answers five questions; the last host of a team that misses some answers so many fewer."""
    for place, host in enumerate(scene.hosts):
        wanted = ANSWERS - (short if place == len(scene.hosts) - 1 else 0)
        for number in range(wanted):
            asker = scene.members[(place * ANSWERS + number) % len(scene.members)]
            title = f"{ASKED[number % len(ASKED)]}（{place + 1}-{number + 1}）"
            question = talking.ask(space=scene.space, title=title, source=scene.text(), by=asker, at=scene.at(12))
            answer = talking.answer(question=_again(question), source=scene.text(), by=host, at=scene.at(13))
            if number == 0:
                workshops.accept_answer(answer=_again(answer), by=asker, at=scene.at(14))


def _source(scene: Scene) -> None:
    """Collect problems, select, vote, discuss, solve: three of four."""
    begins = scene.at(15)
    facts = convening.ActivityFacts(
        mode=ActivityMode.ONLINE, starts_at=begins, ends_at=begins + timedelta(days=5), purpose=ActivityPurpose.CALL, select_count=4
    )
    host = scene.hosts[0]
    call = convening.start_activity(space=scene.space, title="征集实践问题", source=scene.text(), facts=facts, by=host, at=begins)
    problems = [
        sourcing.hand_in_problem(
            space=scene.space, title=f"实践问题 {number}：{ASKED[number % len(ASKED)]}", source=scene.text(), by=member, at=scene.at(16),
            call=call,
        )
        for number, member in enumerate(scene.members[:4], start=1)
    ]  # fmt: skip
    chosen = [sourcing.move_problem(problem=one, to=ProblemState.SELECTED, by=host, at=scene.at(17)) for one in problems]
    ballot = sourcing.put_to_vote(
        space=scene.space, problems=chosen, title="先研讨哪几个", closes_at=scene.at(20), most=2, by=host, at=scene.at(18)
    )
    question = BallotQuestion.objects.get(ballot=ballot).pk
    for member in scene.some(0.25):
        picked = sorted(scene.chance.sample(range(len(chosen)), k=2))
        polling.answer_ballot(ballot=ballot, answers={question: picked}, by=member, at=scene.at(19))
    for number, one in enumerate(chosen[:PROBLEMS]):
        solver = scene.hosts[number % len(scene.hosts)]
        one = sourcing.move_problem(problem=one, to=ProblemState.DISCUSSING, by=host, at=scene.at(22))
        for member in scene.some(0.05):
            talking.reply(thread=_again(one.post), source=scene.text(), by=member, at=scene.at(23))
        sourcing.publish_solution(problem=one, title=f"解决方案 {number + 1}", source=scene.text(), by=solver, at=scene.at(26))


def _gather(scene: Scene) -> None:
    """Hold an activity: some check in by themselves, posts hang on it."""
    begins = scene.at(28)
    facts = convening.ActivityFacts(mode=ActivityMode.OFFLINE, starts_at=begins, ends_at=begins + timedelta(hours=3), place="报告厅")
    held = convening.start_activity(
        space=scene.space, title="同课异构现场会", source=scene.text(), facts=facts, by=scene.hosts[-1], at=begins - timedelta(days=2)
    )
    for place, member in enumerate(scene.some(0.25)):
        attending.check_in_activity(activity=held, code="", by=member, at=begins + timedelta(minutes=place % 90))
    for member in scene.some(0.05):
        talking.reply(thread=_again(held.post), source=scene.text(), by=member, at=begins + timedelta(days=1))


def _order(scene: Scene) -> None:
    """Keep order and praise: one thread goes and stays away, one comes back, one is reported and deleted; one praise is taken back."""
    host = scene.hosts[-1]
    advert = talking.open_discussion(space=scene.space, title="低价课件", source=scene.text(), by=scene.members[0], at=scene.at(29))
    reviewing.report_post(post=_again(advert), reason=ReportReason.ADVERT, words="卖课件的", by=scene.members[1], at=scene.at(29))
    moderating.take_measure(
        post=_again(advert), kind=MeasureKind.DELETE, rule=ReportReason.ADVERT, reason="推销课件，与研修无关", by=host, at=scene.at(30)
    )
    for number in range(2):
        off = talking.open_discussion(
            space=scene.space, title=f"转一条消息 {number}", source=scene.text(), by=scene.members[number], at=scene.at(30)
        )
        workshops.hide(post=_again(off), reason="与研修主题无关", by=host, at=scene.at(31))
        if number:
            workshops.restore(post=_again(off), by=host, at=scene.at(32))
    people = Person.objects.in_bulk([member.person_id for member in scene.members[:3]])
    for number, (person_id, reason) in enumerate(
        zip(people, ("问题链写得细，大家都能用", "每次都来，回帖有依据", "写错了对象"), strict=True)
    ):
        given = workshops.praise(workshop=scene.space, person=people[person_id], reason=reason, by=scene.hosts[0], at=scene.at(33))
        if number == 2:
            workshops.withdraw_praise(praise=given, by=scene.hosts[0], at=scene.at(33))


def _spring(scene: Scene) -> None:
    """The spring phase: two briefings on creating lessons, and each host follows one lesson to its summary."""
    for number in range(SPRING_BRIEFINGS):
        _briefing(scene, scene.hosts[number % len(scene.hosts)], "创课指导简报", number, at=ENDS + timedelta(days=10 + 20 * number))
    teachers = Person.objects.in_bulk([member.person_id for member in scene.members[: len(scene.hosts)]])
    for number, (host, member) in enumerate(zip(scene.hosts, scene.members, strict=False)):
        at = ENDS + timedelta(days=15, minutes=number)
        follow = following.start_follow(
            space=scene.space,
            teacher=teachers[member.person_id or 0],
            lesson=f"优课 {number + 1}",
            plan="先备一稿，两周内试讲一次，再改",
            by=host,
            at=at,
        )
        for step in ("design", "trial", "polish"):
            at += timedelta(days=5)
            following.note_step(follow=follow, stage=step, on=day(at), words="看了教学设计和试讲，提了三条建议", by=host, at=at)
        following.share_summary(follow=follow, title=f"优课 {number + 1} 跟进总结", source=scene.text(), by=host, at=SPRING)


def _guide(team: Team) -> None:
    """Each upper team visits every workshop below once or twice."""
    for one in team.workshops:
        for number, lower in enumerate(one.below):
            for visit in range(2):
                guiding_down.note_visit(
                    lower=lower.space, kind=VisitKind.VISIT if visit else VisitKind.ADVICE,
                    words=f"第 {visit + 1} 次看坊：研讨集中，简报可以再短些",
                    by=one.hosts[number % len(one.hosts)], at=BEGINS + timedelta(days=35 + visit, minutes=number),
                )  # fmt: skip


def _again(post: Post) -> Post:
    """Return the post as a page would load it."""
    return Post.objects.select_related("space__org", "space__parent", "space__programme", "parent", "author").get(pk=post.pk)


def moments() -> Iterator[datetime]:
    """Return one moment of each month in which the season is played, for the partitions of the record."""
    for month in range(6):
        yield BEGINS - timedelta(days=5) + timedelta(days=30 * month)
